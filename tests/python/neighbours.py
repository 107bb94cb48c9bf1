"""The package among others in one process: h5py and netCDF4 in any order, and OpenMP's threads, which others have too."""

import os
import re
import subprocess
import sys
import unittest

from package import SOURCE, Folder, digest

WAITING = ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "KMP_BLOCKTIME")


class Neighbours(Folder):
    def test_any_order_of_import(self):
        code = ("import {}, {}, sys\nrace = matthew.Race('frontier-race', firms=300, months=6, seed=1, threads=2)\n"
                "race.record(sys.argv[1], 'all', overwrite=True).run()\nprint(race.digest)\nrace.close()\n"
                "import h5py, matthew\nassert h5py.File(sys.argv[1])['cash'].shape[0] == 7\nmatthew.open(sys.argv[1]).load()\n")
        wanted = digest(1)
        for pair in (("h5py", "matthew"), ("matthew", "h5py"), ("netCDF4", "matthew"), ("matthew", "netCDF4")):
            found = subprocess.run([sys.executable, "-c", code.format(*pair), str(self.folder / "race.h5")], text=True,
                                   env={**os.environ, "PYTHONPATH": str(SOURCE / "python")}, capture_output=True, timeout=120)
            self.assertEqual((found.returncode, found.stdout), (0, wanted + "\n"), f"{pair}: {found.stderr}")

    def test_threads_sleep_between_calls(self):
        """Unless somebody has chosen. What is loaded later, and child processes, see nothing of it."""
        code = "import matthew, os\nprint([name for name in %r if name in os.environ])" % (WAITING,)
        plain = {name: value for name, value in os.environ.items() if name not in WAITING}
        for chosen, policy in (({}, "PASSIVE"), ({"OMP_WAIT_POLICY": "active"}, "ACTIVE"), ({"GOMP_SPINCOUNT": "1000"}, "ACTIVE|PASSIVE")):
            found = subprocess.run([sys.executable, "-c", code], text=True, capture_output=True, timeout=60, check=True,
                                   env={**plain, **chosen, "PYTHONPATH": str(SOURCE / "python"), "OMP_DISPLAY_ENV": "verbose"})
            self.assertEqual(found.stdout, f"{list(chosen)}\n")
            said = re.search(r"OMP_WAIT_POLICY *= *'(\w+)'", found.stderr)
            self.assertIsNotNone(said, found.stderr)
            self.assertRegex(said.group(1), f"^({policy})$", f"with {chosen}")
            if "GOMP_SPINCOUNT" in chosen and "GOMP_SPINCOUNT" in found.stderr:
                self.assertIn("GOMP_SPINCOUNT = '1000'", found.stderr)


if __name__ == "__main__":
    unittest.main()
