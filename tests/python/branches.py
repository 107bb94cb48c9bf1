"""Races that branch, from Python: copies, saved races, and what is set on the way."""

import copy
import os
import pathlib
import threading
import unittest

from package import FIRMS, MONTHS, SEED, SMALL, Folder, matthew, np


def race_at(month, **more):
    return matthew.Race("frontier-race", **SMALL, **more).run(month)


class Branches(Folder):
    def same(self, one, other):
        """Both stand where they stand, with every column and indicator."""
        self.assertEqual((one.month, one.digest, one.firms), (other.month, other.digest, other.firms))
        for name in one.indicators:
            np.testing.assert_equal(one[name], other[name], name)
        for name in one.columns:
            np.testing.assert_array_equal(one.columns[name], other.columns[name], name)

    def fails(self, kind, text, call, *arguments, **keywords):
        with self.assertRaisesRegex(kind, text) as caught:
            call(*arguments, **keywords)
        return caught.exception

    def test_a_branch_is_the_race(self):
        path = self.folder / "race.state"
        for month in (0, 1, 7):
            race = race_at(month, threads=1)
            for branch in (race.copy(), copy.copy(race), copy.deepcopy(race), matthew.Race.load(race.save(path) and path),
                           matthew.Race.load(str(path), threads=2, check=True)):
                self.same(branch, race)
                self.assertEqual(branch.scenario.yaml, race.scenario.yaml)
                with branch:
                    branch.run(12)
                    self.same(branch, race_at(12))
            self.assertEqual(race.month, month)

    def test_set_is_a_schedule(self):
        changes = {"customers": {"portability": np.float64(0.5), "*": {"lock_in": np.int64(0)}}, "capital.pool": 4000}
        entry = {"month": 6, "set": {"customers.portability": 0.5, "customers.*.lock_in": 0, "capital.pool": 4000}}
        with matthew.Race({"base": "frontier-race", "schedule": [entry]}, **SMALL) as wanted:
            wanted.run()
            for changed in (race_at(5).set(changes), race_at(5).copy().set(changes),
                            race_at(5).set("customers.portability", 0.5).set("customers.*.lock_in", 0).set("capital.pool", 4000)):
                self.assertNotEqual(race_at(MONTHS).digest, wanted.digest)
                self.same(changed.run(), wanted)
                self.same(matthew.Race(changed.scenario).run(), wanted)
                self.same(matthew.Race(changed.scenario.yaml).run(), wanted)

    def test_set_in_a_loop(self):
        race = matthew.Race("frontier-race", **SMALL)
        for month in race:
            if month == 5 or month == MONTHS:
                race.set("customers.portability", 0.5)
        self.assertEqual(race.digest, race_at(5).set("customers.portability", 0.5).run().digest)

    def test_what_is_refused(self):
        race, path = race_at(3), self.folder / "race.state"
        error = self.fails(matthew.BadScenario, "is fixed when the run begins", race.set, "months", 30)
        self.assertEqual(error.key, "months")
        error = self.fails(matthew.BadScenario, "allowed range", race.set, {"capital.pool": 5000, "customers.portability": -1})
        self.assertEqual(error.key, "customers.portability")
        self.fails(matthew.BadScenario, "capital.pool", race.set, "capital.pol", 3)
        self.fails(matthew.BadScenario, "expected", race.set, "capital.pool", [3])
        self.assertEqual(race.copy().run().digest, race_at(MONTHS).digest, "a setting was made that was refused with others")
        path.write_text("mine")
        self.fails(matthew.Exists, "is no saved race", race.save, path)
        self.fails(matthew.ReadFailed, "is no saved race", matthew.Race.load, path)
        self.fails(matthew.NotFound, "nothing", matthew.Race.load, self.folder / "nothing")
        self.fails(matthew.WriteFailed, "none", race.save, self.folder / "none" / "race.state")
        self.fails(matthew.BadArgument, "threads", matthew.Race.load, race.save(self.folder / "b") and self.folder / "b", threads=-1)
        with matthew.Race("frontier-race", **SMALL).record(self.folder / "race.h5") as recorded:
            recorded.run(4)
            self.fails(matthew.BadArgument, "history", recorded.set, "capital.pool", 5000)
            self.same(recorded.copy().run(), race_at(MONTHS))
            recorded.end_record()
            recorded.set("capital.pool", 5000)
        race.close()
        for call in (race.copy, lambda: race.save(path), lambda: race.set("capital.pool", 3)):
            self.fails(matthew.BadArgument, "closed", call)
        self.assertEqual(race.scenario.firms, FIRMS)

    def test_branches_in_threads(self):
        race, found = race_at(4, threads=1), {}
        twins = [race.copy().set("customers.portability", value) for value in (0.1, 0.5, 0.9)]

        def work(number):
            found[number] = twins[number].run().digest

        threads = [threading.Thread(target=work, args=(number,)) for number in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for number, value in enumerate((0.1, 0.5, 0.9)):
            self.assertEqual(found[number], race_at(4).set("customers.portability", value).run().digest)

    @unittest.skipUnless(hasattr(os, "fork"), "there is no fork")
    def test_a_branch_in_a_forked_child(self):
        race, path = race_at(4), self.folder / "child.state"
        child = os.fork()
        if child == 0:
            try:
                race.copy().run(9).save(path)
            finally:
                os._exit(0)
        os.waitpid(child, 0)
        self.same(matthew.Race.load(pathlib.Path(path)), race.run(9))
        self.assertEqual(race.scenario.seed, SEED)


if __name__ == "__main__":
    unittest.main()
