"""A history in memory is that of a file: every variable, bit for bit, with its axes, types and attributes."""

import sys
import unittest

from package import Folder, matthew, np, xarray

RECORDS = ("none", "indicators", "default", "all", "cash,staff,firm_strategy,revenue_hhi,strategy_share")
RACES = (("frontier-race", {"firms": 300, "months": 15}), ("core-race", {"firms": 200, "months": 20}),
         ("speed-contest", {"months": 18}))  # the last one has other members; some codes of the second have one word


def bits(values):
    return values.view({8: np.int64, 4: np.int32}[values.itemsize]) if values.dtype.kind == "f" else values


class Record(Folder):
    def both(self, scenario, size, record, stops=(), **options):
        """The history of one race from its file and from memory."""
        path = self.folder / "race.h5"
        with matthew.Race(scenario, **size, seed=3, threads=2) as race:
            race.record(path, record, reproducible=True, overwrite=True, **options)
            race.remember(record, **options)
            for month in stops:
                race.run(month).history()
            memory = race.run().history()
        with matthew.open(path) as file:
            return file.load(), memory

    def same(self, file, memory, what):
        self.assertEqual({k: v for k, v in file.attrs.items() if k != "libraries"}, memory.attrs, what)
        self.assertEqual(list(file.variables), [name for name in file.variables if name in memory.variables], what)
        self.assertEqual((set(file.variables), set(file.coords)), (set(memory.variables), set(memory.coords)), what)
        for name, variable in file.variables.items():
            other = memory.variables[name]
            self.assertEqual((variable.dims, variable.shape, variable.dtype), (other.dims, other.shape, other.dtype), f"{what}: {name}")
            self.assertEqual(list(variable.attrs), list(other.attrs), f"{what}: {name}")
            differ = np.argwhere(bits(variable.values) != bits(other.values))
            self.assertEqual(len(differ), 0, f"{what}: {name} differs first at {differ[:1]}")
        file.attrs.pop("libraries")
        xarray.testing.assert_identical(file, memory)

    def test_all_that_is_recorded(self):
        for scenario, size in RACES:
            for record in RECORDS:
                self.same(*self.both(scenario, size, record), f"{scenario}, {record}")

    def test_every_fifth_month_in_single_precision(self):
        self.same(*self.both(*RACES[0], "default", every=5, single=True), "every 5, single")

    def test_asked_on_the_way(self):
        """Asking changes nothing, also between the months of a race that runs in pieces; firms come and go all the time."""
        self.same(*self.both("frontier-race", {"firms": 100, "months": 130}, "all", stops=(0, 1, 2, 64, 65, 129)), "in pieces")

    def test_more_deaths(self):
        """Ten times the deaths and as many foundings: the axis of firms is much longer than the living."""
        path = self.folder / "race.h5"
        with matthew.Race("frontier-race", firms=100, months=60, seed=1, threads=1, set={"exit.cash_floor": 20, "entry.rate": 1000}) as race:
            race.record(path, "all", reproducible=True)
            memory = race.remember("all").run().history()
        self.assertGreater(memory.sizes["firm"], 600)
        with matthew.open(path) as file:
            self.same(file.load(), memory, "many deaths")

    def test_run_is_the_file_of_the_program(self):
        """matthew.run gives what a file of the same race has."""
        path = self.folder / "race.h5"
        with matthew.Race("frontier-race", firms=300, months=12, seed=7) as race:
            race.record(path, "indicators", reproducible=True).run()
        with matthew.open(path) as file:
            self.same(file.load(), matthew.run("frontier-race", firms=300, months=12, seed=7), "run")

    def test_what_is_refused(self):
        with matthew.Race("core-race", firms=50, months=3) as race:
            with self.assertRaises(matthew.BadArgument):
                race.history()
            with self.assertRaises(matthew.NotFound):
                race.remember("cahs")
            race.remember("cash")
            with self.assertRaises(matthew.BadArgument):
                race.remember("cash")


if __name__ == "__main__":
    unittest.main(argv=sys.argv)
