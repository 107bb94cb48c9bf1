"""How often the interval mean +- 1.96 standard errors covers the mean of a long run, where `until` chose the replicates: coverage.py [SWEEPS].

A small sweep is made with SWEEPS (200) seeds, with rounds of 10 and of 20. Each of its points is one trial. The naive rule, which stops the first time
that the standard error is small enough, is told from the same values. The exit status is 1 when the rule covers in less than 88 of 100 trials. Two
last lines have the same for exponential draws, which are more skewed than most outcomes.
"""

import concurrent.futures
import os
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy

PROGRAM = os.environ.get("MATTHEW_PROGRAM", "matthew")
ROUNDS, AT_MOST, TARGET = (10, 20), 200, 0.0005
LONG, LONG_SEED = 20000, 1000003
LEAST = 0.88
DRAWS, DRAWS_TARGET = 20000, 0.15
TEXT = """\
base: core-race
firms: 20
months: 36
seed: {seed}
factors: {{customers.*.lock_in: [0, 1, 2]}}
replicates: {replicates}
seeds: independent
outcomes: {{share: {{indicator: accounts_cr1, final}}}}
"""


def values(folder, seed, replicates, threads):
    """One array of the values that were made for each point."""
    name = pathlib.Path(folder) / f"{seed}"
    name.with_suffix(".yaml").write_text(TEXT.format(seed=seed, replicates=replicates))
    subprocess.run([PROGRAM, "sweep", name.with_suffix(".yaml"), "-o", name.with_suffix(".h5"), "--quiet", *(["--threads", str(threads)] if threads else [])], check=True)
    with h5py.File(name.with_suffix(".h5")) as file:
        return [row[made == 1] for row, made in zip(file["share"][:], file["status"][:])]


def error(row):
    return row.std(ddof=1) / len(row)**0.5


def ask(row, at_least, target, in_succession):
    """The values that a rule would have made: it stops when it was within the target after so many rounds in succession."""
    within = 0
    for end in range(at_least, len(row), at_least):
        within = within + 1 if error(row[:end]) <= target else 0
        if within == in_succession:
            return row[:end]
    return row


def tell(name, at_least, rows, means):
    covered = numpy.mean([abs(row.mean() - mean) <= 1.96 * error(row) for row, mean in zip(rows, means, strict=True)])
    print(f"rounds of {at_least}, {name}: {100 * covered:.1f} of 100 intervals cover the mean, {numpy.mean([len(row) for row in rows]):.0f} replicates, "
          f"{len(rows)} trials", flush=True)
    return covered


def race_rows(folder, sweeps, at_least):
    rule = f"{{at_least: {at_least}, at_most: {AT_MOST}, until: {{share: {TARGET}}}}}"
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return [row for rows in pool.map(lambda seed: values(folder, seed, rule, 1), range(1, sweeps + 1)) for row in rows]


def main(sweeps):
    least = 1.0
    with tempfile.TemporaryDirectory(prefix="matthew-") as folder:
        means = [row.mean() for row in values(folder, LONG_SEED, LONG, 0)] * sweeps
        for at_least in ROUNDS:
            rows = race_rows(folder, sweeps, at_least)
            least = min(least, tell("until", at_least, rows, means))
            tell("naive", at_least, [ask(row, at_least, TARGET, 1) for row in rows], means)
    draws = numpy.random.default_rng(1).exponential(size=(DRAWS, AT_MOST))
    for at_least in ROUNDS:
        for name, in_succession in (("until", 2), ("naive", 1)):
            tell(f"{name}, exponential draws", at_least, [ask(row, at_least, DRAWS_TARGET, in_succession) for row in draws], numpy.ones(DRAWS))
    return 0 if least >= LEAST else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 200))
