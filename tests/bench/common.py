"""What common random numbers save: the variance of a difference between two races with one seed, over that of two races with different seeds.
portability .5 against 0 in frontier-race, 40 seeds. Makes the table of docs/guide.md. It is no test.

    python tests/bench/common.py build/release/matthew
"""

import pathlib
import subprocess
import sys
import tempfile

import xarray

MEASURES = {"HHI of revenue": "revenue_hhi", "firms": "active_firms", "frontier": "frontier_capability", "consumer surplus": "consumer_surplus"}


def ratios(program, folder, firms, months):
    design, path = folder / "sweep.yaml", folder / "sweep.h5"
    outcomes = "".join(f"  {name}: {{indicator: {name}, final: true}}\n" for name in MEASURES.values())
    design.write_text(f"base: frontier-race\nfirms: {firms}\nmonths: {months}\nfactors: {{customers.portability: [0, 0.5]}}\n"
                      f"replicates: 40\noutcomes:\n{outcomes}")
    subprocess.run([program, "sweep", design, "-o", path, "--quiet", "--force"], check=True)
    with xarray.open_dataset(path) as sweep:
        for name in MEASURES.values():
            low, high = sweep[name].sel(portability=0).values, sweep[name].sel(portability=0.5).values
            yield (high - low).var(ddof=1) / (high.var(ddof=1) + low.var(ddof=1))


def main():
    print("| firms | month |", " | ".join(MEASURES), "|")
    print("| --- " * (2 + len(MEASURES)) + "|")
    with tempfile.TemporaryDirectory() as folder:
        for firms in (1000, 5000):
            for months in (12, 120):
                found = ratios(pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(folder), firms, months)
                print(f"| {firms:,} | {months} |", " | ".join(f"{ratio:.2f}" for ratio in found), "|")


main()
