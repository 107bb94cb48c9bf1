"""Every exception of the package is raised by some call, with its status, a message and what else it is."""

import os
import subprocess
import sys
import unittest

import h5py

from package import SMALL, SOURCE, Folder, errors, matthew

CROWDED = """
import resource, sys
import matthew
resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
try:
    matthew.Race("core-race", firms=10_000_000, months=1, threads=1)
except MemoryError as error:
    print(type(error).__name__, error)
"""


class Raised(Folder):
    def calls(self):
        """By the name of the exception: a call that raises it."""
        file, text, sweep = self.folder / "race.h5", self.folder / "text.h5", self.folder / "sweep.h5"
        matthew.Race("core-race", firms=30, months=2).record(file).run().close()
        text.write_text("no history")
        matthew.sweep(base="core-race", firms=30, months=6, factors={"customers.*.lock_in": [0, 1]}, replicates=1, output=sweep,
                      outcomes={"hhi": {"indicator": "accounts_hhi", "final": True}})
        with h5py.File(sweep, "r+") as changed:
            changed["hhi"][...] = 0.5
        stopped = matthew.Race("core-race", **SMALL).run(2)
        stopped.stop()
        return {
            "BadScenario": lambda: matthew.Scenario({"month": 3}),
            "BadArgument": lambda: matthew.Race(threads=-1),
            "NotFound": lambda: matthew.open(self.folder / "nothing.h5"),
            "Exists": lambda: matthew.Race("core-race", firms=30, months=2).record(file),
            "WriteFailed": lambda: matthew.Race("core-race", firms=30).save(self.folder / "none" / "race.state"),
            "ReadFailed": lambda: matthew.info(text),
            "TooLarge": lambda: matthew.Scenario("firms: 300\n#" + "x" * (5 << 20)),
            "BrokenInvariant": lambda: matthew.replay(sweep, {"lock_in": 1}, replicate=0),
            "Stopped": stopped.run,
        }

    def test_each_by_some_call(self):
        calls = self.calls()
        self.assertEqual({*calls, "NoMemory"}, {kind.__name__ for kind in errors.BY_STATUS.values()})
        for name, call in calls.items():
            kind = getattr(matthew, name)
            with self.subTest(name):
                with self.assertRaises(matthew.Error) as caught:
                    call()
                self.assertIs(type(caught.exception), kind, caught.exception)
                self.assertIs(errors.BY_STATUS[kind.status], kind)
                self.assertNotIn("\n", str(caught.exception))
                self.assertTrue(str(caught.exception))

    def test_arguments_of_another_type(self):
        """Each is refused in one line that names the argument and what was found."""
        history, race = matthew.run("core-race", firms=30, months=2, record="default"), matthew.Race("core-race", firms=30, months=2)
        sweep = matthew.sweep(base="core-race", firms=30, months=2, factors={"customers.*.lock_in": [0, 1]}, replicates=2,
                              outcomes={"hhi": {"indicator": "accounts_hhi", "final": True}})
        mapping, dataset = "a mapping from paths to values", "an xarray.Dataset, as matthew.run, matthew.open and matthew.sweep give,"
        setting = "a parameter's path or " + mapping
        cases = [
            (lambda: matthew.run(set=["months"]), f"set: expected {mapping}, found ['months']"),
            (lambda: matthew.Race(set="capital.pool=1"), f"set: expected {mapping}, found 'capital.pool=1'"),
            (lambda: matthew.validate(set=3), f"set: expected {mapping}, found 3"),
            (lambda: matthew.Scenario().set(3), f"path: expected {setting}, found 3"),
            (lambda: race.set(["months"]), f"path: expected {setting}, found ['months']"),
            (lambda: matthew.run(record=None), "record: expected a word or names, found None"),
            (lambda: race.remember(3), "record: expected a word or names, found 3"),
            (lambda: race.record(self.folder / "race.h5", 3), "record: expected a word or names, found 3"),
            (lambda: race.record(3), "path: expected a path, found 3"),
            (lambda: race.save(None), "path: expected a path, found None"),
            (lambda: matthew.Race.load(3), "path: expected a path, found 3"),
            (lambda: matthew.open(3), "path: expected a path or a list of paths, found 3"),
            (lambda: matthew.open([]), "path: expected a path or a list of paths, found []"),
            (lambda: matthew.open([3]), "path: expected a path, found 3"),
            (lambda: matthew.info(None), "path: expected a path, found None"),
            (lambda: matthew.replay(3), "path: expected a path, found 3"),
            (lambda: matthew.sweep([]), "design: expected a path or a mapping, found []"),
            (lambda: matthew.sweep(base="core-race", output=3), "output: expected a path, found 3"),
            (lambda: matthew.sweep(samples=[[1]], factors=3), "factors: expected paths, or a mapping from paths to names, found 3"),
            (lambda: matthew.parameters(3), "pattern: expected a text, found 3"),
            (lambda: matthew.Scenario({"base": "core-race"}, name=3), "name: expected a text, found 3"),
            (lambda: matthew.panel("race.h5"), f"history: expected {dataset} found 'race.h5'"),
            (lambda: matthew.panel(history, 3), "columns: expected names of columns, found 3"),
            (lambda: matthew.events(history.cash), f"history: expected {dataset} found DataArray"),
            (lambda: matthew.register(None), f"history: expected {dataset} found NoneType"),
            (lambda: matthew.paired(3, "hhi"), f"sweep: expected {dataset} found int"),
            (lambda: matthew.paired(sweep, "hhi", 3), "against: expected a mapping from factors to values, found 3"),
            (lambda: matthew.paired(sweep, "hhi", {"lockin": 0}), "against: hhi has no dimension lockin; there are lock_in"),
            (lambda: matthew.paired(sweep, "hhi", {"lock_in": 9}), "against: lock_in is never 9 in the sweep"),
            (lambda: matthew.paired(sweep, "hhi", {"lock_in": "a"}), "against: lock_in is never 'a' in the sweep"),
        ]
        for call, message in cases:
            with self.subTest(message):
                with self.assertRaises(matthew.BadArgument) as caught:
                    call()
                self.assertEqual(str(caught.exception), message)
                self.assertEqual(caught.exception.key, message.split(":")[0])

    def test_short_memory(self):
        """In a process of its own, which has 2 GB for ten million firms."""
        done = subprocess.run([sys.executable, "-c", CROWDED], capture_output=True, text=True, timeout=300,
                              env={**os.environ, "PYTHONPATH": str(SOURCE / "python")})
        self.assertEqual((done.returncode, done.stdout.split()[:1]), (0, ["NoMemory"]), done.stdout + done.stderr)
        self.assertIn("not enough memory", done.stdout)


if __name__ == "__main__":
    unittest.main()
