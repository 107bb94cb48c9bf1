"""The hints of the package, as mypy reads them: no fault in the package, and users learn of theirs."""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ["MATTHEW_SOURCE_DIR"])

RIGHT = """
import pathlib
from typing import Any, Dict, List, Optional
import numpy as np
import xarray
from typing_extensions import assert_type
import matthew
scenario = matthew.Scenario({"base": "frontier-race", "firms": 300}).set("months", np.int64(12))
ds = matthew.run(pathlib.Path("mine.yaml"), set={"customers.*.lock_in": 0.5}, record=["cash"])
with matthew.Race(scenario, seed=7, events=True) as race:
    for month in race:
        assert_type(month, int)
    race.columns["cash"].max()
assert_type(race.copy().run(), matthew.Race)
assert_type(scenario.members("segment"), List[str])
assert_type(matthew.info("race.h5"), Dict[str, Any])
assert_type(ds, xarray.Dataset)
error: matthew.Error = matthew.BadScenario("no", line=3)
assert_type(error.line, Optional[int])
"""

WRONG = """
import matthew
matthew.run(months="twelve")
matthew.run(record=3)
matthew.Race(seed=7, firm=3)
matthew.Race().step("one")
matthew.Scenario(3)
matthew.validate(replications="ten")
matthew.info(None)
"""


class Hints(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="matthew-hints-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)

    def faults(self, *text):
        """What mypy finds in the package, or in a text of one who uses it: line and message."""
        for one in text:
            (self.folder / "mine.py").write_text(one)
        done = subprocess.run([sys.executable, "-m", "mypy", "--cache-dir", self.folder / "cache", *(self.folder / "mine.py" for _ in text)],
                              cwd=SOURCE, env={**os.environ, "MYPYPATH": str(SOURCE / "python")}, capture_output=True, text=True, timeout=600)
        self.assertIn(done.returncode, (0, 1), done.stdout + done.stderr)
        found = [line.split(":", 2) for line in done.stdout.splitlines() if ": error:" in line]
        self.assertEqual(done.returncode, 1 if found else 0, done.stdout + done.stderr)
        return [(int(line), f"{path}:{line}:{message}") for path, line, message in found]

    def test_of_the_package(self):
        self.assertEqual(self.faults(), [])

    def test_of_those_who_use_it(self):
        self.assertEqual(self.faults(RIGHT), [])
        wrong = self.faults(WRONG)
        self.assertEqual([line for line, _ in wrong], list(range(3, 10)), wrong)


if __name__ == "__main__":
    unittest.main()
