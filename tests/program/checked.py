"""Every shipped scenario as it is, with the invariants checked every month: checked.py [MONTHS], 60 without it."""

import sys
import unittest

from support import Case, matthew

MONTHS = 60


class Checked(Case):
    def test_shipped_scenarios_break_no_invariant(self):
        names = [line.split()[0] for line in self.works("scenarios").stdout.splitlines() if line.strip()]
        self.assertIn("frontier-race", names)
        for name in names:
            with self.subTest(scenario=name):
                result = matthew("run", name, "--months", MONTHS, "--check", "--quiet", timeout=3600)
                self.assertEqual((result.returncode, result.stderr), (0, ""))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        MONTHS = int(sys.argv.pop())
    unittest.main()
