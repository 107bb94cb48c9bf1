"""Races in processes and threads give what they give in a row: joblib, multiprocessing and executors; short races leave no memory."""

import concurrent.futures
import multiprocessing
import unittest

import joblib

from package import Folder, matthew, resident

SEEDS = range(4)
LEAK_MAX = 1 << 20  # bytes that 1,000 short races may leave; one that stays takes about 700 kB


def work(seed):
    """A number for everything that a race, a history and a sweep give."""
    scenario = matthew.Scenario("frontier-race").set("customers.portability", 0.25 * seed)
    with matthew.Race(scenario, firms=120, months=6, seed=seed, threads=1, events=True) as race:
        digest, hhi, events = race.run().digest, race["revenue_hhi"], race.events.to_csv()
    history = matthew.run(scenario, firms=120, months=4, seed=seed, record=["cash"], threads=1)
    sweep = matthew.sweep(base="core-race", firms=30, months=3, seed=seed, replicates=2, threads=1, factors={"customers.*.lock_in": [0, 1]},
                          outcomes={"hhi": {"indicator": "accounts_hhi", "final": True}})
    return digest, hhi, events, history.cash.values.tobytes(), sweep.hhi.values.tolist()


def history(seed):
    """A dataset goes from one process to another."""
    return matthew.run("core-race", firms=40, months=3, seed=seed, threads=1)


class Workers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.wanted = [work(seed) for seed in SEEDS]
        assert len({digest for digest, *_ in cls.wanted}) == len(SEEDS)

    def test_joblib(self):
        for backend in ("loky", "threading"):
            with self.subTest(backend), joblib.parallel_config(backend=backend, n_jobs=2):
                self.assertEqual(joblib.Parallel(timeout=300)(joblib.delayed(work)(seed) for seed in SEEDS), self.wanted)
                for seed, found in zip(SEEDS, joblib.Parallel(timeout=300)(joblib.delayed(history)(seed) for seed in SEEDS)):
                    self.assertTrue(found.identical(history(seed)), f"the history of seed {seed}")

    def test_pools(self):
        for method in multiprocessing.get_all_start_methods():
            with self.subTest(method), multiprocessing.get_context(method).Pool(2) as pool:
                self.assertEqual(pool.map_async(work, SEEDS, chunksize=1).get(timeout=300), self.wanted)

    def test_executors(self):
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            self.assertEqual(list(pool.map(work, SEEDS, timeout=300)), self.wanted)
        with concurrent.futures.ProcessPoolExecutor(2) as pool:
            self.assertEqual(list(pool.map(work, SEEDS, timeout=300)), self.wanted)


class Memory(Folder):
    def test_thousands_of_short_races_leave_none(self):
        def race(seed):
            with matthew.Race("core-race", firms=10, months=3, seed=seed, threads=1, events=True) as one:
                one.run()
                one["revenue_hhi"], one.columns.cash, one.events
            matthew.Race("core-race", firms=10, months=3, seed=seed, threads=1).step()  # which nobody closes

        for seed in range(500):
            race(seed)
        grown = []
        for _ in range(2):  # what leaks grows every time; the heap takes a step now and then
            before = resident()
            for seed in range(1000):
                race(seed)
            grown.append(resident() - before)
        self.assertLess(min(grown), LEAK_MAX, f"bytes more after 1,000 races each: {grown}")


if __name__ == "__main__":
    unittest.main()
