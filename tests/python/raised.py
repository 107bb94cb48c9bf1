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

    def test_short_memory(self):
        """In a process of its own, which has 2 GB for ten million firms."""
        done = subprocess.run([sys.executable, "-c", CROWDED], capture_output=True, text=True, timeout=300,
                              env={**os.environ, "PYTHONPATH": str(SOURCE / "python")})
        self.assertEqual((done.returncode, done.stdout.split()[:1]), (0, ["NoMemory"]), done.stdout + done.stderr)
        self.assertIn("not enough memory", done.stdout)


if __name__ == "__main__":
    unittest.main()
