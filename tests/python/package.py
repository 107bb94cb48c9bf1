"""The Python package against the program: the same results; exceptions, memory, threads, processes, Ctrl-C."""

import asyncio
import copy
import datetime
import json
import multiprocessing
import os
import pathlib
import pickle
import re
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import unittest.mock

SOURCE = pathlib.Path(os.environ["MATTHEW_SOURCE_DIR"])
PROGRAM = os.environ["MATTHEW_PROGRAM"]
EXHAUSTIVE = bool(os.environ.get("MATTHEW_EXHAUSTIVE"))
sys.path.insert(0, str(SOURCE / "python"))

import numpy as np  # noqa: E402
import xarray  # noqa: E402

import matthew  # noqa: E402
from matthew import errors  # noqa: E402
from matthew._library import library  # noqa: E402

FIRMS, MONTHS, SEED = 300, 18, 7
SETTING = "customers.portability"
SMALL = {"firms": FIRMS, "months": MONTHS, "seed": SEED}
LEAK_MAX = 4 << 20  # bytes that 300 races may leave; a race and its history that stay take about 400 times that


def digest(seed):
    with matthew.Race("frontier-race", firms=FIRMS, months=6, seed=seed, threads=2) as race:
        return race.run().digest


def resident():
    return int(pathlib.Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def in_a_kernel(race):
    """A notebook's cell: called by the loop of the kernel, in the main thread, and asked in every month."""
    async def cell():
        exec(compile("for month in race:\n    race['revenue_hhi']", "cell", "exec"), {"race": race})

    loop = asyncio.new_event_loop()
    try:
        loop.run_until_complete(cell())
    finally:
        loop.close()


class Folder(unittest.TestCase):
    def setUp(self):
        made = tempfile.TemporaryDirectory(prefix="matthew-package-")
        self.addCleanup(made.cleanup)
        self.folder = pathlib.Path(made.name)

    def program(self, *arguments, good=(0,)):
        done = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, timeout=300)
        self.assertIn(done.returncode, good, done.stderr)
        return done.stdout


class Results(Folder):
    def file(self, *more):
        path = self.folder / "race.h5"
        self.program("run", "frontier-race", "--firms", FIRMS, "--months", MONTHS, "--seed", SEED, "--set",
                     f"{SETTING}=0.5", "-q", "-o", path, *more)
        dataset = xarray.open_dataset(path)
        self.addCleanup(dataset.close)
        return path, dataset

    def same(self, found, wanted):
        """found holds what the file holds."""
        self.assertEqual(set(found.variables), set(wanted.variables))
        for name, variable in wanted.variables.items():
            other = found.variables[name]
            self.assertEqual(other.dims, variable.dims, name)
            self.assertEqual({key: np.asarray(value).tolist() for key, value in other.attrs.items()},
                             {key: np.asarray(value).tolist() for key, value in variable.attrs.items()}, name)
            values, expected = other.values, variable.values
            self.assertEqual(values.dtype, expected.dtype, name)
            np.testing.assert_array_equal(values, expected, err_msg=name)
        for name in set(wanted.attrs) - {"libraries"}:  # those that wrote a file
            self.assertEqual(found.attrs[name], wanted.attrs[name], name)
        self.assertEqual(found.attrs["version"], matthew.__version__)

    def test_run_gives_what_the_program_writes(self):
        for record in ("indicators", "all", "cash,accounts,revenue_hhi"):
            path, wanted = self.file("--record", record, "--force")
            asked = record.split(",") if "," in record else record
            found = matthew.run("frontier-race", **SMALL, set={SETTING: np.float64(0.5)}, record=asked, threads=2)
            self.same(found, wanted)
            self.assertTrue(all(isinstance(v._data, np.ndarray) for n, v in found.variables.items() if n not in found.dims),
                            "the dataset is not in memory")
            self.same(matthew.open(path), wanted)
            wanted.close()

    def test_means_over_firms_are_right(self):
        path, _ = self.file()
        for found in (matthew.open(path).load(), matthew.run("frontier-race", **SMALL, record="staff,total_staff,active_firms".split(","))):
            mean = found.staff.sum("tier", min_count=1).mean("firm")
            np.testing.assert_allclose(mean, found.total_staff / found.active_firms, rtol=1e-12)
            found.close()

    def test_a_race_answers_what_its_file_holds(self):
        _, wanted = self.file("--record", "all")
        with matthew.Race("frontier-race", **SMALL, set={SETTING: 0.5}, check=True) as race:
            self.assertTrue(set(race.indicators) <= set(wanted.variables))
            for month in race:
                self.assertEqual(month, race.month)
                row = wanted.sel(month=month)
                for name in race.indicators if month % 6 == 0 else ["revenue_hhi", "segment_price"]:
                    value = race[name]
                    if isinstance(value, dict):
                        dimension = wanted[name].dims[1]
                        self.assertEqual(list(value), list(wanted[dimension].values))
                        value = np.array(list(value.values()))
                    np.testing.assert_array_equal(value, row[name].values, err_msg=f"{name} in month {month}")
            self.assertEqual(month, MONTHS)
            self.assertEqual(race.firms[: wanted.sizes["firm"]],
                             [str(name) for name in wanted.firm_name.values][: len(race.firms)])

    def test_columns_are_those_of_living_firms(self):
        _, wanted = self.file("--record", "all")
        start = wanted.isel(month=0)
        lives = ~np.isnan(start.cash.values)
        race = matthew.Race("frontier-race", **SMALL, set={SETTING: 0.5})
        self.assertTrue({"cash", "accounts", "firm_id"} <= set(race.columns))
        kept = {}
        for name in race.columns:
            kept[name] = race.columns[name]
            if name == "firm_id":  # the axis of files
                np.testing.assert_array_equal(kept[name], start.firm.values[lives])
                continue
            recorded = start[name]
            members = recorded.values if recorded.ndim == 2 else recorded.values[None]
            np.testing.assert_array_equal(np.atleast_2d(kept[name]), members[:, lives], err_msg=name)
        cash = race.columns.cash
        before = cash.copy()
        with self.assertRaises(ValueError):
            cash[0] = 1
        self.assertEqual(race.columns.firm_id.dtype, np.int64)
        race.run()
        self.assertFalse(np.array_equal(race.columns.cash, before))
        race.close()
        np.testing.assert_array_equal(cash, before, err_msg="a column changed while the race ran or was freed")
        with self.assertRaisesRegex(AttributeError, "no column cush"):
            matthew.Race("frontier-race", **SMALL).columns.cush
        with self.assertRaisesRegex(matthew.NotFound, "race.columns.cash"):
            matthew.Race("frontier-race", **SMALL)["cash"]

    def test_calls_and_threads_do_not_matter(self):
        wanted = matthew.Race("frontier-race", **SMALL).run().digest
        for threads in (1, 2, 3):
            race = matthew.Race("frontier-race", **SMALL, threads=threads)
            race.step().step(5).run(9)
            for _ in race:
                pass
            self.assertEqual((race.month, race.digest), (MONTHS, wanted), f"with {threads} threads")
        self.assertEqual(race.step(100).run().digest, wanted)

    def test_files_of_several_runs_are_one_dataset(self):
        paths = []
        for seed, months in ((3, 9), (1, 5), (2, 7)):
            paths.append(self.folder / f"{seed}.h5")
            with matthew.Race("frontier-race", firms=FIRMS, months=months, seed=seed) as race:
                race.record(paths[-1], ["staff", "firm_strategy", "revenue_hhi"], every=2).run()
        found = matthew.open(paths)
        self.assertEqual(list(found.seed.values), [1, 2, 3])
        self.assertEqual(list(found.month.values), [0, 2, 4, 5, 6, 7, 8, 9])
        self.assertEqual(found.date.dims, ("month",))
        for seed, path in zip((3, 1, 2), paths):
            with matthew.open(path) as one:
                part = found.sel(seed=seed)
                for name in one.data_vars:
                    where = {d: one[d] for d in one[name].dims}
                    np.testing.assert_array_equal(part[name].sel(where).values, one[name].values, err_msg=f"{name}, {seed}")
        self.assertTrue(np.isnan(found.revenue_hhi.sel(seed=1, month=9)))
        self.assertTrue((found.firm_strategy.sel(seed=1, month=9) == -1).all())
        self.assertTrue(np.isnan(found.staff.sel(seed=1, month=9)).all())
        with self.assertRaisesRegex(matthew.BadArgument, "seed 3"):
            matthew.open([paths[0], paths[0]])

    def test_tables(self):
        path, wanted = self.file("--record", "all")
        lives = ~np.isnan(wanted.cash.values)
        with matthew.open(path) as history:
            table = matthew.panel(history, ["cash", "staff", "firm_strategy"])
            events, register = matthew.events(history), matthew.register(history)
        self.assertEqual(len(table), lives.sum())
        rows = table.set_index(["firm", "month"])
        words = wanted.firm_strategy.attrs["flag_meanings"].split()
        for month in (0, 7, MONTHS):
            for firm in np.flatnonzero(lives[month])[::17]:
                row = rows.loc[(firm, month)]
                self.assertEqual(row.cash, wanted.cash.values[month, firm])
                self.assertEqual(row.staff_engineer, wanted.staff.values[month, 1, firm])
                self.assertEqual(row.firm_strategy, words[wanted.firm_strategy.values[month, firm]])
        self.assertEqual(list(register.name), [str(name) for name in wanted.firm_name.values])
        np.testing.assert_array_equal(register.exit_month.fillna(-1).astype(int), wanted.exit_month)
        self.assertEqual(int(register.exit_reason.ne("alive").sum()), int((wanted.exit_month >= 0).sum()))
        self.assertEqual(len(events), wanted.sizes["event"])
        np.testing.assert_array_equal(events.other.fillna(-1).astype(int), wanted.event_other)
        with self.assertRaisesRegex(matthew.NotFound, "cush"):
            matthew.panel(wanted, ["cush"])
        paths = []
        for seed, months in ((1, 3), (2, 5)):
            paths.append(self.folder / f"{seed}.h5")
            matthew.Race("frontier-race", firms=FIRMS, months=months, seed=seed).record(paths[-1]).run().close()
        joined = matthew.open(paths)
        for make in (lambda ds: matthew.panel(ds, ["cash", "age"]), matthew.events, matthew.register):
            both = make(joined)
            for seed, path in zip((1, 2), paths):
                with matthew.open(path) as history:
                    alone = make(history)
                part = both[both.seed == seed].drop(columns="seed").reset_index(drop=True)
                self.assertEqual(list(part.columns), list(alone.columns))
                self.assertEqual(part.astype(str).values.tolist(), alone.astype(part.dtypes).astype(str).values.tolist())

    def test_the_program_comes_along(self):
        environment = {**os.environ, "PYTHONPATH": str(SOURCE / "python")}
        found = subprocess.run([sys.executable, "-m", "matthew", "scenarios", "core-race"], env=environment, check=True,
                               capture_output=True, text=True, timeout=60)
        self.assertEqual(found.stdout, self.program("scenarios", "core-race"))


class Scenarios(Folder):
    def test_sources(self):
        shared = {"lock_in": np.float32(0.5)}  # one mapping in two places
        mapping = {"base": "frontier-race", "firms": np.int64(300), "months": np.array(12), "start_date": datetime.date(2025, 3, 1),
                   "set": {"customers": {"consumer": shared, "developer": shared}, "organisation.enabled": np.bool_(False),
                           "compute.clearing": np.str_("auction")},
                   "schedule": ({"month": 3, "set": {"customers.portability": np.float64(0.25)}},)}
        text = ("base: frontier-race\nfirms: 300\nmonths: 12\nstart_date: 2025-03\nset:\n  customers.consumer.lock_in: 0.5\n"
                "  customers.developer.lock_in: 0.5\n  organisation.enabled: off\n  compute.clearing: auction\n"
                "schedule:\n- month: 3\n  set: {customers.portability: 0.25}\n")
        path = self.folder / "mine.yaml"
        path.write_text(text)
        wanted = matthew.Scenario(text)
        for source in (mapping, path, str(path), wanted, wanted.yaml, pickle.loads(pickle.dumps(wanted)), copy.deepcopy(wanted)):
            self.assertEqual(matthew.Scenario(source).yaml, wanted.yaml, f"{source!r}")
        self.assertEqual((wanted["compute.clearing"], wanted["organisation.enabled"], wanted["customers.consumer.lock_in"]),
                         ("auction", False, 0.5))
        self.assertEqual(matthew.Scenario({"firms": 300}, name="mine").name, "mine")
        self.assertEqual(pickle.loads(pickle.dumps(matthew.Scenario(path))).name, "mine")
        race = matthew.Race(mapping, threads=1).run()
        self.assertEqual(race.digest, matthew.Race(text, threads=1).run().digest)

    def test_settings(self):
        scenario = matthew.Scenario("frontier-race")
        before = scenario.yaml
        with self.assertRaises(matthew.BadScenario):
            scenario.set({"months": 12, "customers": {"consumer": {"lock_in": 1e9}}})
        self.assertEqual(scenario.yaml, before, "a setting that was refused changed something")
        twin = scenario.copy()
        self.assertIs(twin.set({"customers": {"consumer.lock_in": np.float64(0.1)}, "organisation.enabled": False}), twin)
        self.assertEqual((twin["customers.consumer.lock_in"], twin["organisation.enabled"]), (0.1, False))
        self.assertEqual(scenario.yaml, before, "a copy is not of its own")
        twin.set("firms", 300)
        self.assertEqual(twin.firms, matthew.Race(scenario, firms=300).scenario.firms)

    def test_parameters(self):
        table = matthew.parameters("network")
        wanted = re.findall(r"^\S+", self.program("parameters", "network"), flags=re.M)
        self.assertTrue(set(table.index) <= set(wanted) and len(table) > 3, f"{list(table.index)} is not {wanted}")
        self.assertEqual(list(matthew.parameters("customers.*.lock_in").index),
                         [f"customers.{s}.lock_in" for s in matthew.Scenario().members("segment")])
        changed = matthew.parameters("customers.portability", scenario={"set": {"customers.portability": 0.3}})
        self.assertEqual(changed.default.iloc[0], 0.3)


class Exceptions(Folder):
    def fails(self, kind, words, call, *arguments, **named):
        with self.assertRaisesRegex(kind, words) as caught:
            call(*arguments, **named)
        error = caught.exception
        self.assertIs(type(error), kind)
        self.assertNotIn("\n", str(error))
        again = pickle.loads(pickle.dumps(error))
        self.assertEqual((type(again), str(again)), (kind, str(error)))
        return error

    def test_every_status_has_one(self):
        codes = dict(re.findall(r"^STATUS\((\w+), (\d+)", (SOURCE / "core/status.def").read_text(), flags=re.M))
        named = {name.title().replace("_", ""): int(code) for name, code in codes.items() if name != "OK"}
        self.assertEqual(named, {kind.__name__: status for status, kind in errors.BY_STATUS.items()})

    def test_parts(self):
        bounds = [float(bound) for bound in matthew.parameters("customers.consumer.lock_in")["range"].iloc[0].split(" to ")]
        for source in ({"set": {"customers.consumer.lock_in": 1e9}}, "set: {customers.consumer.lock_in: 1e9}"):
            error = self.fails(matthew.BadScenario, "allowed range", matthew.Scenario, source)
            self.assertEqual((error.key, error.minimum, error.maximum), ("customers.consumer.lock_in", *bounds), source)
        error = self.fails(matthew.BadArgument, "expected 0 to 1024", matthew.Race, "frontier-race", threads=5000)
        self.assertEqual((error.key, error.minimum, error.maximum, error.line), ("threads", 0, 1024, None))
        error = self.fails(matthew.BadArgument, "whole number", matthew.Race, "frontier-race", months=1.5)
        self.assertEqual((error.key, error.minimum, error.nearest), ("months", None, None))
        path = str(self.folder / "nothing.state")
        error = self.fails(matthew.NotFound, "nothing.state", matthew.Race.load, path)
        self.assertEqual((error.file, error.line, error.key), (path, None, None))

    def test_scenarios(self):
        error = self.fails(matthew.BadScenario, "months", matthew.Scenario, "firms: 300\nmonth: 3")
        self.assertEqual((error.file, error.line, error.column, error.key), ("text", 2, 1, "month"))
        self.assertEqual(error.nearest, "months")
        path = self.folder / "mine.yaml"
        path.write_text("set:\n  customers.consumer.lock_in: much\n")
        error = self.fails(matthew.BadScenario, "much", matthew.Scenario, path)
        self.assertEqual((error.file, error.line, error.key), (str(path), 2, "customers.consumer.lock_in"))
        error = self.fails(matthew.BadScenario, "^key `customers.consumer.lock_in`: ", matthew.Scenario,
                           {"set": {"customers.consumer.lock_in": float("nan")}})
        self.assertEqual((error.file, error.line, error.key), (None, None, "customers.consumer.lock_in"))
        error = self.fails(matthew.BadScenario, "lock_in`", matthew.Race, set={"customers.consumer.lock_im": 1})
        self.assertEqual((error.file, error.key, error.nearest), (None, "customers.consumer.lock_im", "customers.consumer.lock_in"))
        self.fails(matthew.NotFound, "frontier-race", matthew.Scenario, "frontier-rase")
        self.fails(matthew.NotFound, "nothing", matthew.Scenario, self.folder / "nothing.yaml")
        (self.folder / "folder.yaml").mkdir()
        self.fails(matthew.ReadFailed, "folder", matthew.Scenario, self.folder / "folder.yaml")
        self.fails(matthew.TooLarge, "4 MiB", matthew.Scenario, "firms: 300\n#" + "x" * (5 << 20))
        loop = {}
        loop["set"] = {"customers": loop}
        self.fails(matthew.BadScenario, "contains itself", matthew.Scenario, loop)
        deep = 1
        for _ in range(5000):
            deep = {"set": deep}
        self.fails(matthew.BadScenario, "deep", matthew.Scenario, deep)
        for wrong in (None, 3, b"frontier-race", ["frontier-race"]):
            self.fails(matthew.BadArgument, "scenario", matthew.Scenario, wrong)
        for wrong in ({"set": {"customers.portability": object()}}, {"title": b"x"}, {"months": "\ud800"}, "title: \ud800"):
            self.fails(matthew.BadArgument if "ud800" in ascii(wrong) else matthew.BadScenario, "", matthew.Scenario, wrong)
        self.fails(matthew.BadArgument, "zero", matthew.Scenario, "frontier\0race")
        self.fails(matthew.NotFound, "no parameter", matthew.Scenario().__getitem__, "months")
        self.fails(matthew.NotFound, "segment", matthew.Scenario().members, "planet")

    def test_races(self):
        race = matthew.Race("frontier-race", **SMALL, threads=1)
        self.fails(matthew.BadArgument, "1024", matthew.Race, threads=2**31)
        self.fails(matthew.BadArgument, "threads", matthew.Race, threads=-1)
        self.fails(matthew.BadArgument, "whole", matthew.Race, months=1.5)
        self.fails(matthew.BadScenario, "months", matthew.Race, months=0)
        self.fails(matthew.BadArgument, "too large", race.step, 2**70)
        self.fails(matthew.NotFound, "no indicator", race.__getitem__, "revenue")
        path = self.folder / "race.h5"
        self.fails(matthew.NotFound, "cush", race.record, path, "cush")
        self.fails(matthew.BadArgument, "record", race.record, path, [])
        self.fails(matthew.BadArgument, "record", race.record, path, ["cash,age"])
        self.fails(matthew.BadArgument, "every", race.record, path, every=10**6)
        race.record(path, "indicators").run().end_record()
        self.fails(matthew.BadArgument, "month 0", race.record, self.folder / "late.h5")
        self.fails(matthew.Exists, "race.h5", matthew.Race("frontier-race", **SMALL).record, path)
        race.close()
        race.close()
        for call in (race.run, race.step, race.stop, race.__enter__, lambda: race.month, lambda: race.columns.cash,
                     lambda: race["revenue_hhi"], lambda: race.firms, lambda: race.digest):
            self.fails(matthew.BadArgument, "closed", call)
        self.assertIn("closed", repr(race))

    def test_files(self):
        self.fails(matthew.NotFound, "nothing", matthew.open, self.folder / "nothing.h5")
        (self.folder / "text.h5").write_text("no history")
        self.fails(matthew.ReadFailed, "text.h5", matthew.open, self.folder / "text.h5")
        xarray.Dataset({"a": 1}).to_netcdf(self.folder / "other.nc")
        self.fails(matthew.ReadFailed, "no history", matthew.open, self.folder / "other.nc")
        self.fails(matthew.BadArgument, "path", matthew.open, [])

    def test_a_full_disk(self):
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        race = matthew.Race("frontier-race", firms=2000, months=100).record(self.folder / "race.h5", "all")
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, limits[1]))
        try:
            self.fails(matthew.WriteFailed, "race.h5", lambda: race.run().end_record())
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    def test_stop(self):
        race = matthew.Race("frontier-race", **SMALL).run(3)
        race.stop()
        self.fails(matthew.Stopped, "month 3", race.run)
        self.assertEqual(race.run().digest, matthew.Race("frontier-race", **SMALL).run().digest)


class Processes(Folder):
    def test_races_leave_no_memory(self):
        def race(number):
            with matthew.Race("frontier-race", firms=60, months=3, seed=number, threads=1) as one:
                one.record(self.folder / "race.h5", "all", overwrite=True).run()
                one["revenue_hhi"], one.columns.staff, one.firms
            matthew.Race("frontier-race", firms=60, months=3, threads=1).run(2).scenario.yaml
            try:
                matthew.Scenario({"month": 3})
            except matthew.BadScenario:
                pass

        grown = []
        for _ in range(4):  # what leaks grows every time; the heap takes a step now and then
            before = resident()
            for number in range(100):
                race(number)
            grown.append(resident() - before)
        self.assertLess(min(grown[1:]), LEAK_MAX / 3, f"bytes more after 100 races each: {grown}")

    def test_races_in_threads(self):
        """Each race has a history, and each is what it is alone."""
        wanted, found = [digest(seed) for seed in range(4)], {}

        def run(seed):
            with matthew.Race("frontier-race", firms=FIRMS, months=6, seed=seed, threads=2) as race:
                race.record(self.folder / f"{seed}.h5", "all").run()
                found[seed] = race.digest, float(matthew.run("core-race", firms=FIRMS, months=3).revenue_hhi[-1])

        threads = [threading.Thread(target=run, args=(seed,)) for seed in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual([found[seed][0] for seed in range(4)], wanted)
        self.assertEqual(len({hhi for _, hhi in found.values()}), 1)
        for seed in range(4):
            with matthew.open(self.folder / f"{seed}.h5") as history:
                self.assertEqual((history.attrs["seed"], history.sizes["month"]), (seed, 7))

    def test_other_threads_run_while_a_race_runs(self):
        """Were they held up, the stop would come when all months have been run."""
        race, raised = matthew.Race("frontier-race", firms=2000, months=12000, threads=1), []

        def run():
            try:
                race.run()
            except matthew.Stopped as error:
                raised.append(error)

        thread = threading.Thread(target=run)
        thread.start()
        while library.race_month(race._pointer) < 2:
            pass
        race.stop()
        thread.join()
        self.assertTrue(raised, "the race was not stopped")
        self.assertLess(race.month, 12000)

    def interrupted(self, run):
        """Interrupts run(race), which runs a race to its end, once it has begun."""
        race = matthew.Race("frontier-race", firms=500, months=12000, threads=2)

        def interrupt(pointer):
            while library.race_month(pointer) < 3:
                pass
            os.kill(os.getpid(), signal.SIGINT)

        thread = threading.Thread(target=interrupt, args=(race._pointer,))
        thread.start()
        with self.assertRaises(KeyboardInterrupt):
            run(race)
            self.fail("the race ran to its end")
        thread.join()
        month = race.month
        self.assertTrue(3 <= month < 12000, f"stopped in month {month}")
        race.run(month + 2)
        self.assertEqual(race.month, month + 2)
        alone = matthew.Race("frontier-race", firms=500, months=12000, threads=1)
        self.assertEqual(race.digest, alone.run(month + 2).digest)
        return race

    def test_interrupted(self):
        self.interrupted(lambda race: race.run())
        self.interrupted(lambda race: [month for month in race])
        self.interrupted(in_a_kernel)
        race = self.interrupted(lambda race: race.record(self.folder / "race.h5", "all").run())
        month = race.month
        race.close()
        with matthew.open(self.folder / "race.h5") as history:
            self.assertEqual((history.sizes["month"], history.attrs["status"]), (month + 1, "interrupted"))

    def test_an_interrupt_that_comes_too_late(self):
        """It stops nothing, and must not stop the next run."""
        race = matthew.Race("frontier-race", **SMALL).run(3)

        def ended():
            os.kill(os.getpid(), signal.SIGINT)
            while not interrupted.is_set():
                time.sleep(0.01)

        interrupted, stop = threading.Event(), library.race_stop
        with unittest.mock.patch.object(library, "race_stop", lambda pointer: (stop(pointer), interrupted.set())):
            with self.assertRaises(KeyboardInterrupt):
                matthew.race._interruptibly(ended, race._pointer)
        self.assertEqual(race.month, 3)
        self.assertEqual(race.run().month, MONTHS)

    def test_an_interrupted_run_leaves_nothing(self):
        timer = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
        timer.start()
        with unittest.mock.patch("tempfile.tempdir", str(self.folder)), self.assertRaises(KeyboardInterrupt):
            matthew.run("frontier-race", firms=2000, months=12000)
        self.assertEqual(os.listdir(self.folder), [])

    def test_worker_processes(self):
        wanted = [digest(seed) for seed in range(4)]  # with threads, which a fork does not carry over
        held = matthew.Race("frontier-race", **SMALL).record(self.folder / "held.h5", "all").run(5)
        for method in ("fork", "spawn"):
            with multiprocessing.get_context(method).Pool(4) as pool:
                self.assertEqual(pool.map_async(digest, range(4), chunksize=1).get(timeout=120), wanted, method)
                scenario = matthew.Scenario({"base": "frontier-race", "firms": 300, "months": 2}, name="sent")
                self.assertEqual(pool.apply_async(repr, (scenario,)).get(timeout=60), repr(scenario))
        child = os.fork()
        if child == 0:
            try:
                held.run()
            except matthew.BadArgument:
                held.close()
                os._exit(0)
            os._exit(1)
        self.assertEqual(os.waitpid(child, 0)[1], 0, "a child went on with the history of its parent")
        held.run().close()
        with matthew.open(self.folder / "held.h5") as history:
            self.assertEqual(history.sizes["month"], MONTHS + 1, "a worker touched the history of its parent")


class Sweeps(unittest.TestCase):
    KEYS = dict(base="core-race", firms=50, months=12, replicates=3, factors={"customers.*.lock_in": {"values": [0, 1]}},
                outcomes={"hhi": {"indicator": "accounts_hhi", "final": True}})

    def test_it_is_the_file_of_the_program(self):
        with tempfile.TemporaryDirectory() as folder:
            design, output = pathlib.Path(folder, "sweep.yaml"), pathlib.Path(folder, "sweep.h5")
            design.write_text(json.dumps(self.KEYS))
            subprocess.run([PROGRAM, "sweep", design, "-o", output, "--quiet"], check=True)
            wanted = xarray.load_dataset(output)
            for found in (matthew.sweep(self.KEYS), matthew.sweep(**self.KEYS), matthew.sweep(design),
                          matthew.sweep(design, output)):
                for name in ("hhi", "seed", "status", "lock_in"):
                    np.testing.assert_array_equal(found[name], wanted[name], err_msg=name)
            self.assertEqual(sorted(p.name for p in pathlib.Path(folder).iterdir() if p.suffix in (".yaml", ".h5")),
                             ["sweep.h5", "sweep.yaml"])

    def test_numpy_values_and_wrong_keys(self):
        keys = dict(self.KEYS, factors={"customers.*.lock_in": {"values": np.array([0.0, 0.5])}}, replicates=np.int64(2))
        self.assertEqual(dict(matthew.sweep(**keys).hhi.sizes), {"lock_in": 2, "replicate": 2})
        final, one = {"indicator": "accounts_hhi", "final": True}, {"values": [0, 0.5]}  # each in two places
        twice = dict(keys, outcomes={"a": final, "b": final}, factors={"customers.*.lock_in": one, "customers.portability": one})
        self.assertEqual(dict(matthew.sweep(**twice).b.sizes), {"lock_in": 2, "portability": 2, "replicate": 2})
        for wrong, words in ((dict(factors={"customers.*.lockin": [0, 1]}), "lock_in"), (dict(replicates=0), "replicates"),
                             (dict(outcomes={"h": {"indicator": "acounts_hhi", "final": True}}), "accounts_hhi")):
            with self.assertRaisesRegex(matthew.BadScenario, words):
                matthew.sweep({**self.KEYS, **wrong})
        with self.assertRaises(matthew.NotFound):
            matthew.sweep("nowhere.yaml")
        with self.assertRaises(matthew.BadArgument):
            matthew.sweep("nowhere.yaml", months=3)

    def test_points_of_a_table(self):
        """The file is looked for from the working folder, as any other path."""
        keys = {key: value for key, value in self.KEYS.items() if key != "factors"}
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "points.csv").write_text("customers.*.lock_in,capital.pool\n0,4000\n0.5,3000\n")
            here = os.getcwd()
            os.chdir(folder)
            try:
                for name in ("points.csv", pathlib.Path("points.csv"), os.path.join(folder, "points.csv")):
                    found = matthew.sweep({"design": {"list": name}}, **keys)
                    self.assertEqual((found.lock_in.values.tolist(), found.pool.values.tolist()), ([0, 0.5], [4000, 3000]))
            finally:
                os.chdir(here)

    def test_pairs(self):
        found = matthew.sweep(**self.KEYS)
        change = matthew.paired(found, "hhi", against={"lock_in": 0})
        by_hand = found.hhi.sel(lock_in=1).values - found.hhi.sel(lock_in=0).values
        np.testing.assert_allclose(change.difference.sel(lock_in=1), by_hand.mean(), rtol=1e-12)
        np.testing.assert_allclose(change.standard_error.sel(lock_in=1), by_hand.std(ddof=1) / 3**0.5, rtol=1e-12)
        for arguments in (("hhi", {"lock_in": 7}), ("no", {"lock_in": 0})):
            with self.assertRaises(matthew.BadArgument):
                matthew.paired(found, arguments[0], against=arguments[1])
        with self.assertRaises(matthew.BadArgument):
            matthew.paired(matthew.sweep(**dict(self.KEYS, seeds="independent")), "hhi", against={"lock_in": 0})

    def test_pairs_are_those_that_the_sweep_compares(self):
        found = matthew.sweep(**self.KEYS, compare={"with": {"customers.*.lock_in": 1}})
        xarray.testing.assert_identical(matthew.paired(found, "hhi"), matthew.paired(found, "hhi", against={"lock_in": 1}))
        with self.assertRaisesRegex(matthew.BadArgument, "compares with nothing"):
            matthew.paired(matthew.sweep(**self.KEYS), "hhi")


if __name__ == "__main__":
    unittest.main()
