"""The research sweeps of scenarios/research: each states its question, and runs at a small size."""

import re
import unittest

import h5py
import numpy as np

from support import SOURCE, Case

SWEEPS = sorted((SOURCE / "scenarios" / "research").glob("*.yaml"))
SMALL = {"firms": 60, "months": 14, "replicates": 2}
MAY_BE_MISSING = {"price_index_quality", "funding_year_cr10"}  # in a short race of few firms


class Research(Case):
    def test_each_runs(self):
        self.assertEqual([path.name[:2] for path in SWEEPS], [f"{number:02}" for number in range(1, 11)])
        for path in SWEEPS:
            with self.subTest(sweep=path.name):
                text = path.read_text(encoding="utf-8")
                self.assertRegex(text.splitlines()[0], r"^# .*[?.]", "the question in the first line")
                for key, value in SMALL.items():
                    if key == "replicates" or f"\n{key}:" in text:
                        text, changed = re.subn(rf"^{key}: \d+$", f"{key}: {value}", text, flags=re.M)
                        self.assertEqual(changed, 1, key)
                file = self.path(f"{path.stem}.h5")
                self.works("sweep", self.write(path.name, text), "-o", file, "--quiet", "--reproducible")
                with h5py.File(file) as sweep:
                    self.assertTrue((sweep["status"][()] == 1).all(), "every run is done")
                    for name, indicator in re.findall(r"^  (\w+): \{indicator: (\w+)", text, flags=re.M):
                        if indicator not in MAY_BE_MISSING:
                            self.assertTrue(np.isfinite(sweep[name][()]).all(), f"{name} has a value in every run")


if __name__ == "__main__":
    unittest.main()
