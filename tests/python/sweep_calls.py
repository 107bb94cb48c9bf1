"""matthew.sweep and matthew.replay: progress, Ctrl-C, threads, forks, failures, matrices of samples, scenarios as a base."""

import multiprocessing
import os
import pathlib
import signal
import sys
import tempfile
import threading
import time
import types
import unittest
import unittest.mock
import warnings

sys.path.insert(0, str(pathlib.Path(os.environ["MATTHEW_SOURCE_DIR"]) / "python"))

import numpy as np  # noqa: E402
import pandas  # noqa: E402
import xarray  # noqa: E402

import matthew  # noqa: E402
from matthew import _library, sweeps  # noqa: E402

LOCK = "customers.*.lock_in"
KEYS = dict(base="core-race", firms=50, months=12, replicates=3, factors={LOCK: {"values": [0, 1]}},
            outcomes={"hhi": {"indicator": "accounts_hhi", "final": True}})
LONG = dict(base="core-race", firms=50, months=120, replicates=500, factors={LOCK: {"values": [0, 1]}}, outcomes=KEYS["outcomes"])


def values(_):
    return matthew.sweep(**KEYS, threads=2).hhi.values.tolist()


class Bar:
    """What tqdm is used as."""

    made = []

    def __init__(self, total, initial, unit):
        self.total, self.n, self.unit = total, initial, unit
        self.shown = [(initial, total)]
        Bar.made.append(self)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        pass

    def update(self, more):
        self.n += more
        self.shown.append((self.n, self.total))

    def set_postfix(self, **named):
        pass

    def refresh(self):
        pass


class Calls(unittest.TestCase):
    def setUp(self):
        made = tempfile.TemporaryDirectory(prefix="matthew-calls-")
        self.addCleanup(made.cleanup)
        self.folder = pathlib.Path(made.name)
        here = os.getcwd()
        self.addCleanup(os.chdir, here)
        os.chdir(self.folder)
        Bar.made.clear()

    def done(self):
        with xarray.load_dataset("s.h5") as data:
            return int((data.status == 1).sum())

    def interrupt_soon(self):
        """Interrupts this process once ten runs are done."""
        pointers, run = [], sweeps._run

        def noted(pointer, *more):
            pointers.append(pointer)
            run(pointer, *more)

        def interrupt():
            while not pointers or sweeps._counts(pointers[0]).done < 10:
                time.sleep(0.001)
            os.kill(os.getpid(), signal.SIGINT)

        threading.Thread(target=interrupt).start()
        return unittest.mock.patch.object(sweeps, "_run", noted)

    def test_an_interrupted_sweep_goes_on(self):
        with self.interrupt_soon(), self.assertRaises(KeyboardInterrupt):
            matthew.sweep(LONG, "s.h5", threads=2)
        before = self.done()
        self.assertTrue(10 <= before < 1000, f"{before} runs are done")
        self.assertEqual(sorted(os.listdir()), ["s.h5"], "the lock is left")
        with unittest.mock.patch.dict(sys.modules, {"tqdm.auto": types.SimpleNamespace(tqdm=Bar)}):
            found = matthew.sweep(LONG, "s.h5", threads=2, progress=True)
        self.assertTrue(bool(found.hhi.notnull().all()))
        self.assertEqual(Bar.made[0].shown[0], (before, 1000))
        self.assertEqual(Bar.made[0].shown[-1], (1000, 1000))
        self.assertEqual(sorted(Bar.made[0].shown), Bar.made[0].shown)
        whole = matthew.sweep(LONG, "whole.h5", threads=1)
        np.testing.assert_array_equal(found.hhi, whole.hhi)
        np.testing.assert_array_equal(found.seed, whole.seed)

    def test_an_interrupt_while_a_bar_is_shown(self):
        with unittest.mock.patch.dict(sys.modules, {"tqdm.auto": types.SimpleNamespace(tqdm=Bar)}):
            with self.interrupt_soon(), self.assertRaises(KeyboardInterrupt):
                matthew.sweep(LONG, "s.h5", progress=True)
        self.assertTrue(10 <= self.done() < 1000)

    def test_other_threads_run_meanwhile(self):
        steps, ended = [0], threading.Event()

        def count():
            while not ended.is_set():
                steps[0] += 1
                time.sleep(0.0001)

        thread = threading.Thread(target=count)
        thread.start()
        with unittest.mock.patch.object(sweeps, "_run", side_effect=sweeps._run) as run:
            before = steps[0]
            matthew.sweep(LONG)
        ended.set()
        thread.join()
        self.assertEqual(run.call_count, 1)
        self.assertGreater(steps[0] - before, 50)

    def test_sweeps_in_threads_and_after_a_fork(self):
        wanted = values(0)
        found = [None] * 4

        def work(place):
            found[place] = values(place)

        threads = [threading.Thread(target=work, args=(place,)) for place in range(len(found))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(found, [wanted] * 4)
        for method in ("fork", "spawn"):
            with multiprocessing.get_context(method).Pool(2) as pool:
                self.assertEqual(pool.map_async(values, range(4)).get(timeout=120), [wanted] * 4, method)

    def test_the_names_of_other_kinds_of_failure(self):
        pathlib.Path("s.yaml").write_text("base: core-race\nreplicates: 0\n")
        with self.assertRaises(matthew.BadScenario) as caught:
            matthew.sweep("s.yaml")
        self.assertEqual((caught.exception.file, caught.exception.line), ("s.yaml", 1))
        with self.assertRaises(matthew.BadScenario) as caught:
            matthew.sweep(**dict(KEYS, replicates=0))
        self.assertEqual((caught.exception.file, caught.exception.key), (None, "replicates"))
        pathlib.Path("text.h5").write_text("something else")
        with self.assertRaises((matthew.Exists, matthew.ReadFailed)):
            matthew.sweep(**KEYS, output="text.h5")
        self.assertEqual(pathlib.Path("text.h5").read_text(), "something else")
        with self.assertRaises(matthew.BadArgument):
            matthew.sweep(**KEYS, threads=-1)
        matthew.sweep(**KEYS, output="s.h5")
        with self.assertRaisesRegex(matthew.BadScenario, "s.h5"):
            matthew.sweep(**dict(KEYS, base="frontier-race"), output="s.h5")
        self.assertEqual(matthew.sweep(**dict(KEYS, base="frontier-race"), output="s.h5", force=True).attrs["scenario"], "frontier-race")

    def test_a_failed_run_is_a_warning(self):
        """Money beyond what sums can hold is found while a race runs."""
        keys = dict(KEYS, factors={"capital.pool": {"values": [1000, 1e9]}}, replicates=1)
        counts, library = sweeps._counts, sweeps.library

        def failed(pointer):
            found = counts(pointer)
            found.failed = 1
            return found

        with unittest.mock.patch.object(sweeps, "_counts", failed), \
                unittest.mock.patch.object(library, "sweep_trouble", lambda pointer: b"pool=1e9, replicate 0: too large"):
            with self.assertWarnsRegex(UserWarning, "1 of 2 runs failed; the first: pool=1e9, replicate 0: too large; all are in s.h5.log"):
                matthew.sweep(**keys, output="s.h5")

    def test_what_is_not_plausible_is_warned_of(self):
        with self.assertWarnsRegex(matthew.ScenarioWarning, "capital.pool"):
            matthew.sweep(**KEYS, set={"capital.pool": 1e9})
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            matthew.sweep(**KEYS)

    def test_a_scenario_is_a_base(self):
        mine = matthew.Scenario("core-race").set({"capital.pool": 3000, "months": 12})
        keys = {key: value for key, value in KEYS.items() if key not in ("base", "months")}
        found, wanted = matthew.sweep(keys, base=mine), matthew.sweep(**KEYS, set={"capital.pool": 3000})
        np.testing.assert_array_equal(found.hhi, wanted.hhi)
        pathlib.Path("mine.yaml").write_text(mine.yaml)
        for base in ("mine.yaml", pathlib.Path("mine.yaml")):
            np.testing.assert_array_equal(matthew.sweep(keys, base=base).hhi, wanted.hhi)
        matthew.sweep(keys, "s.h5", base=mine)
        self.assertEqual(matthew.sweep(keys, "s.h5", base=mine, force=False).attrs["scenario"], "core-race")

    def test_samples(self):
        matrix = np.array([[0, 4000], [0.5, 3000], [1e-05, 1 / 3 * 9000]])
        keys = {key: value for key, value in KEYS.items() if key != "factors"}
        paths = [LOCK, "capital.pool"]
        wanted = matthew.sweep(**keys, design="list", factors={path: {"values": matrix[:, i]} for i, path in enumerate(paths)})
        np.testing.assert_array_equal(wanted.lock_in, matrix[:, 0])
        for samples, factors in ((matrix, paths), (matrix.tolist(), paths), (pandas.DataFrame(matrix, columns=paths), None)):
            found = matthew.sweep(**keys, samples=samples, **({} if factors is None else {"factors": factors}))
            np.testing.assert_array_equal(found.hhi, wanted.hhi)
            np.testing.assert_array_equal(found.pool, matrix[:, 1])
        named = {LOCK: "lock", "capital.pool": {"name": "money"}}
        found = matthew.sweep(**keys, samples=matrix, factors=named)
        np.testing.assert_array_equal(found.lock, matrix[:, 0])
        with unittest.mock.patch.object(sweeps, "_INLINE_MOST", 0):  # as a table
            for factors in (paths, named):
                table = matthew.sweep(**keys, samples=matrix, factors=factors)
                np.testing.assert_array_equal(table.hhi, wanted.hhi)
        np.testing.assert_array_equal(table.money, matrix[:, 1])
        for wrong in (dict(samples=matrix), dict(samples=matrix[0], factors=paths), dict(samples=matrix, factors=paths[:1]),
                      dict(samples=matrix, factors=paths, design="list"), dict(samples=[["a", "b"]], factors=paths)):
            with self.assertRaises(matthew.BadArgument):
                matthew.sweep(**keys, **wrong)

    def test_a_switch_as_a_word(self):
        made = [matthew.Scenario({"base": "core-race", "set": {"technology.serving": off}}, name="one").yaml for off in ("off", False)]
        self.assertEqual(*made)

    def test_a_dataset_of_factors(self):
        """Variables that share a dimension vary together: the values are those of grids of one point each."""
        lock, portability = [0.0, 1.0, 2.0], [0.5, 0.2, 0.0]
        factors = xarray.Dataset({LOCK: ("policy", lock), "moving": ("policy", portability, {"path": "customers.portability"}),
                                  "technology.serving": ("served", [False, True])}, {"policy": ["open", "half", "shut"]})
        found = matthew.sweep(**{**KEYS, "base": "frontier-race", "factors": factors})
        self.assertEqual(found.hhi.dims, ("policy", "served", "replicate"))
        self.assertEqual((found.lock_in.values.tolist(), found.moving.values.tolist()), (lock, portability))
        self.assertEqual((found.serving.dims, found.serving.attrs["flag_meanings"], found.serving.values.tolist()),
                         (("served",), "off on", [0, 1]))
        for place, policy in enumerate(["open", "half", "shut"]):
            alone = matthew.sweep(**{**KEYS, "base": "frontier-race", "factors": {
                LOCK: [lock[place]], "customers.portability": [portability[place]], "technology.serving": [False, True]}})
            np.testing.assert_array_equal(found.hhi.sel(policy=policy).values, alone.hhi.values[0, 0], err_msg=policy)
        words = matthew.sweep(**{**KEYS, "base": "frontier-race", "factors": {"technology.serving": ["off", "on"]}})
        np.testing.assert_array_equal(words.hhi.values[0], matthew.sweep(**{**KEYS, "base": "frontier-race", "factors": {
            "technology.serving": [False, True]}}).hhi.values[0], err_msg="off as a word")
        for wrong in (xarray.Dataset(), xarray.Dataset({LOCK: ("replicate", lock)}), xarray.Dataset({LOCK: 1.0})):
            with self.assertRaisesRegex(matthew.BadArgument, "factors: expected variables over dimensions"):
                matthew.sweep(**{**KEYS, "factors": wrong})
        with self.assertRaisesRegex(matthew.BadArgument, "leave `design` out"):
            matthew.sweep(**{**KEYS, "factors": factors}, design="grid")

    def test_replay(self):
        found = matthew.sweep(**KEYS, output="s.h5")
        cell = found.hhi.sel(lock_in=1, replicate=2).item()
        for point in ({"lock_in": 1}, {"lock_in": np.float64(1)}, f"{LOCK}=1"):
            run = matthew.replay("s.h5", point, 2)
            self.assertEqual((run.accounts_hhi[-1].item(), run.attrs["seed"]), (cell, int(found.seed.sel(lock_in=1, replicate=2))))
        with matthew.replay("s.h5", {"lock_in": 1}, replicate=2, output="run.h5", record=["cash"]) as run:
            self.assertEqual(run.cash.dims[0], "month")
        with self.assertRaises(matthew.Exists):
            matthew.replay("s.h5", {"lock_in": 1}, 2, "run.h5")
        for wrong, words in ((({"lock_in": 7}, 0), "point: "), (({"lock": 1}, 0), "lock_in"), (({"lock_in": 1}, 3), "0 to 2"),
                             (({"lock_in": 1},), "replicate"), ((None, 0), "2 points")):
            with self.assertRaisesRegex(matthew.BadArgument, words):
                matthew.replay("s.h5", *wrong)
        with self.assertRaises(matthew.NotFound):
            matthew.replay("nowhere.h5", {"lock_in": 1}, 0)
        with self.assertRaises(matthew.ReadFailed):
            matthew.replay("run.h5", {"lock_in": 1}, 0)
        with open("s.h5", "r+b") as file:
            whole = file.read()
            file.seek(whole.index(np.float64(cell).tobytes()))
            file.write(np.float64(0.125).tobytes())
        with self.assertRaisesRegex(matthew.BrokenInvariant, "hhi is 0.125 at lock_in=1, replicate 2, but"):
            matthew.replay("s.h5", {"lock_in": 1}, 2)

    def test_a_replay_is_as_long_as_the_run(self):
        keys = dict(KEYS, factors={LOCK: [0, 1]}, replicates=1, design="list")
        matthew.sweep(**keys, stop_when="active_firms > 0", output="s.h5")
        self.assertEqual(matthew.replay("s.h5", 1).sizes["month"], 2)

    def test_an_interrupted_replay(self):
        matthew.sweep(base="core-race", firms=2000, months=100, replicates=1, factors={LOCK: [0]}, outcomes=KEYS["outcomes"], output="s.h5")
        library, calls = sweeps.library, []

        def interrupt():
            time.sleep(0.02)
            os.kill(os.getpid(), signal.SIGINT)

        def replayed(*arguments):
            calls.append(threading.Thread(target=interrupt))
            calls[0].start()
            calls.extend(real(*arguments) for _ in range(1000))  # one of them is stopped

        real = library.sweep_replay
        with unittest.mock.patch.object(library, "sweep_replay", replayed), self.assertRaises(KeyboardInterrupt):
            matthew.replay("s.h5", output="run.h5", overwrite=True)
        self.assertLess(len(calls), 1000)

    def test_outcomes_of_many_firms(self):
        found = matthew.sweep(**dict(KEYS, outcomes={
            "alive": {"register": "life", "above": 6, "entered": [0, 5], "mean": True},
            "middle": {"register": "npv", "median_by": "strategy"},
            "receipts": {"column": "total_receipts", "sum_by": "strategy", "series": "every 6"},
            "hhi": {"column": "total_receipts", "hhi": True, "final": True},
            "revenue_hhi": {"indicator": "revenue_hhi", "final": True}}))
        self.assertEqual(found.alive.dims, ("lock_in", "replicate"))
        self.assertEqual(found.middle.dims, ("lock_in", "replicate", "strategy"))
        self.assertEqual(found.receipts.dims, ("lock_in", "replicate", "month", "strategy"))
        self.assertEqual(found.alive.attrs["entered"], "[0, 5]")
        self.assertTrue(((found.alive > 0) & (found.alive <= 1)).all())
        np.testing.assert_allclose(found.hhi, found.revenue_hhi, rtol=1e-12)
        with self.assertRaises(matthew.BadScenario) as caught:
            matthew.sweep(**dict(KEYS, outcomes={"alive": {"register": "life", "entered": [5, 4], "mean": True}}))
        self.assertEqual(caught.exception.key, "outcomes.alive.entered[1]")

    def test_the_design_is_a_keyword(self):
        factors = {LOCK: {"from": 0, "to": 2}, "capital.pool": {"from": 1000, "to": 5000}}
        for design, points in (({"saltelli": 4}, 24), ({"random": 7, "seed": 1}, 7)):
            found = matthew.sweep(**dict(KEYS, factors=factors, replicates=1), design=design)
            self.assertEqual(found.sizes["point"], points)
        with self.assertRaises(matthew.NotFound):
            matthew.sweep("list")


if __name__ == "__main__":
    unittest.main()
