"""What races keep without a file, and what is asked of files and scenarios: events, info, validate."""

import json
import threading
import unittest

import pandas

from package import SMALL, Folder, matthew, np


class Events(Folder):
    def test_they_are_those_of_the_history(self):
        path = self.folder / "race.h5"
        with matthew.Race("frontier-race", **SMALL, events=True) as race:
            race.record(path).run()
            beside = race.events
        with matthew.open(path) as history:
            wanted = matthew.events(history)
        self.assertGreater(len(wanted), 500)
        self.assertGreater(wanted.kind.nunique(), 4)
        pandas.testing.assert_frame_equal(beside, wanted)
        race = matthew.Race("frontier-race", **SMALL, threads=1, events=True)
        self.assertEqual((len(race.events), list(race.events.columns)), (0, list(wanted.columns)))
        counts = []
        for month in race:
            counts.append(len(race.events))
            if month == 7:
                twin = race.copy()
        self.assertEqual(counts, sorted(counts))
        pandas.testing.assert_frame_equal(race.events, wanted, obj="month by month")
        pandas.testing.assert_frame_equal(twin.run().events, wanted, obj="of a copy")

    def test_only_where_they_are_wanted(self):
        race = matthew.Race("frontier-race", **SMALL, threads=1).run(5)
        for one in (race, race.copy(), matthew.Race.load(race.save(self.folder / "race.state") and self.folder / "race.state")):
            with self.assertRaisesRegex(matthew.BadArgument, "events=True") as caught:
                one.events
            self.assertEqual(caught.exception.key, "events")
        late = matthew.Race.load(self.folder / "race.state", events=True).run()
        early = matthew.Race("frontier-race", **SMALL, threads=1, events=True).run(5)
        before = len(early.events)
        pandas.testing.assert_frame_equal(late.events, early.run().events[before:].reset_index(drop=True))


class Asked(Folder):
    def test_info_is_what_the_program_prints(self):
        path, sweep = self.folder / "race.h5", self.folder / "sweep.h5"
        race = matthew.Race("frontier-race", **SMALL).record(path).run(6)
        part = self.folder / "race.h5.part"
        self.assertEqual(matthew.info(part)["kind"], "history")
        race.run().close()
        matthew.sweep(base="core-race", firms=50, months=12, factors={"customers.*.lock_in": [0, 1]}, replicates=2, output=sweep,
                      outcomes={"hhi": {"indicator": "accounts_hhi", "final": True}})
        for file, kind in ((path, "history"), (sweep, "sweep")):
            found = matthew.info(file)
            self.assertEqual((found, found["kind"]), (json.loads(self.program("info", "--json", file)), kind))
            self.assertEqual(matthew.info(str(file)), found)
        with self.assertRaises(matthew.NotFound):
            matthew.info(self.folder / "nothing.h5")
        (self.folder / "text.h5").write_text("no history")
        with self.assertRaises(matthew.ReadFailed):
            matthew.info(self.folder / "text.h5")

    def test_info_while_others_record(self):
        """The library lets one thread at a time into HDF5."""
        path, found = self.folder / "race.h5", []
        matthew.Race("frontier-race", **SMALL).record(path).run().close()

        def write(seed):
            matthew.Race("frontier-race", firms=300, months=18, seed=seed, threads=1).record(self.folder / f"{seed}.h5", "all").run().close()

        threads = [threading.Thread(target=write, args=(seed,)) for seed in range(3)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            found.append(matthew.info(path))
        for thread in threads:
            thread.join()
        self.assertTrue(found and all(one == found[0] for one in found))
        for seed in range(3):
            self.assertEqual(matthew.info(self.folder / f"{seed}.h5")["status"], "complete")

    def same(self, table, wanted):
        """A table is what the program prints of it."""
        self.assertEqual(list(table.index), [fact["name"] for fact in wanted["facts"]])
        for fact in wanted["facts"]:
            row = table.loc[fact["name"]]
            for key, value in fact.items():
                if key in ("name", "values"):
                    continue
                missing = {"high": np.inf}.get(key, np.nan)
                np.testing.assert_equal(row[key], missing if value is None else value, f"{fact['name']}: {key}")
        self.assertEqual(table.attrs, {key: value for key, value in wanted.items() if key != "facts"})

    def test_validate_is_what_the_program_prints(self):
        design = self.folder / "small.yaml"
        design.write_text("base: frontier-race\nfirms: 300\nmonths: 60\n")
        arguments = ("--replications", 3, "--seed", 7, "--json")
        said = self.program("validate", design, *arguments, good=(0, 3))
        table = matthew.validate(design, replications=3, seed=7, threads=1)
        self.same(table, json.loads(said))
        self.assertEqual(set(table.verdict) - {"in band", "out of band", "not measured"}, set())
        self.assertTrue(table.required.any() and not table.required.all())
        again = matthew.validate({"base": "frontier-race", "firms": 300}, set={"months": 60}, replications=3, seed=7, threads=2)
        pandas.testing.assert_frame_equal(table, again)

    def test_of_a_recorded_race(self):
        path = self.folder / "race.h5"
        matthew.Race("frontier-race", firms=300, months=60).record(path, "all").run().close()
        self.same(matthew.validate(path), json.loads(self.program("validate", path, "--json", good=(0, 3))))
        with self.assertRaisesRegex(matthew.BadArgument, "one race that has been run") as caught:
            matthew.validate(str(path), replications=3)
        self.assertEqual(caught.exception.key, "replications")

    def test_what_validate_refuses(self):
        for keys, kind, words in (({"replications": 0}, matthew.BadArgument, "replications: expected 1"),
                                  ({"replications": 1.5}, matthew.BadArgument, "whole"), ({"threads": -1}, matthew.BadArgument, "threads"),
                                  ({"months": 0}, matthew.BadScenario, "months"), ({"scenario": "frontier-rase"}, matthew.NotFound, "frontier-race"),
                                  ({"set": {"customers.portability": 2}}, matthew.BadScenario, "allowed range")):
            with self.assertRaisesRegex(kind, words, msg=keys):
                matthew.validate(**keys)
        with self.assertWarnsRegex(matthew.ScenarioWarning, "plausible"):
            matthew.validate(firms=60, months=2, replications=1, set={"firms.OpenAI.cash": 1e10})


if __name__ == "__main__":
    unittest.main()
