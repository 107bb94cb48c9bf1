"""What the Python package costs beside the program: a race in memory, an indicator read in every month, 2,000 short races of a sweep, a panel
of two columns of the default race. Makes figures of docs/performance.md. It is no test.

    MATTHEW_LIBRARY=build/release/libmatthew.so PYTHONPATH=python python tests/bench/package.py build/release/matthew
"""

import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time

import matthew

RACE = {"firms": 1000, "months": 120, "threads": 1}
SWEEP = {"base": "frontier-race", "firms": 100, "months": 12, "factors": {"customers.*.lock_in": [0, 1]}, "replicates": 1000,
         "outcomes": {"hhi": {"indicator": "revenue_hhi", "final": True}}}
TEXT = ("base: frontier-race\nfirms: 100\nmonths: 12\nfactors: {customers.*.lock_in: [0, 1]}\nreplicates: 1000\n"
        "outcomes: {hhi: {indicator: revenue_hhi, final: true}}\n")


def median(call, rounds, clock=time.perf_counter):
    found = []
    for _ in range(rounds):
        start = clock()
        call()
        found.append(clock() - start)
    return statistics.median(found)


def loop(read):
    with matthew.Race("frontier-race", **RACE) as race:
        for _ in race:
            if read:
                race["revenue_hhi"]


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    os.chdir(tempfile.mkdtemp())
    pathlib.Path("sweep.yaml").write_text(TEXT)

    def run(*arguments):
        subprocess.run([program, *arguments, "--quiet", "--force"], check=True)

    def of_program():
        run("run", "--firms", "1000", "--months", "120", "--threads", "1", "--record", "indicators", "-o", "race.h5")

    matthew.run("frontier-race", firms=100, months=2)
    print(f"matthew.run: {median(lambda: matthew.run('frontier-race', **RACE), 7):.3f} s; "
          f"matthew run: {median(of_program, 7):.3f} s")
    print(f"a loop over months: {median(lambda: loop(False), 11, time.process_time):.4f} s of CPU time; "
          f"an indicator read in each: {median(lambda: loop(True), 11, time.process_time):.4f} s")
    print(f"matthew.sweep of 2,000 races: {median(lambda: matthew.sweep(**SWEEP), 3):.3f} s; "
          f"matthew sweep: {median(lambda: run('sweep', 'sweep.yaml', '-o', 'sweep.h5'), 3):.3f} s")
    history = matthew.run("frontier-race", record=["cash", "valuation"])
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    rows = len(matthew.panel(history, ["cash", "valuation"]))
    seconds, more = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(f"a panel of {rows:,} firm-months: {seconds:.2f} s, {more / 1024:.0f} MB more")


main()
