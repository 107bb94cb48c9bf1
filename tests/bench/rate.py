"""The rate of a sweep against the engine alone: 120 races of 1,000 firms x 120 months by `matthew sweep` with ten outcomes, one of them
monthly, on one thread and on two, and by two processes of bench_races side by side. Makes figures of docs/performance.md. It is no test.

    cmake --build build/tests --target bench_races
    python tests/bench/rate.py build/tests [ROUNDS]
"""

import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time

SWEEP = """\
base: frontier-race
firms: 1000
months: 120
factors: {customers.portability: {values: [0, 0.5]}}
replicates: 60
outcomes:
  hhi: {indicator: revenue_hhi, series: every 1}
  accounts_hhi: {indicator: accounts_hhi, mean_of_last: 12}
  staff_hhi: {indicator: staff_hhi, final: true}
  compute_cr4: {indicator: compute_cr4, final: true}
  capital_cr1: {indicator: capital_cr1, mean_of_last: 12}
  firms: {indicator: active_firms, final: true}
  frontier: {indicator: frontier_capability, at: 60}
  gpus: {indicator: total_gpus, final: true}
  price: {indicator: gpu_price, final: true}
  markup: {indicator: mean_markup, mean_of_last: 12}
"""


def measured(*commands):
    """Wall and CPU time of commands side by side."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    for process in [subprocess.Popen(command) for command in commands]:
        if process.wait() != 0:
            raise SystemExit(process.args)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (time.perf_counter() - start,
            after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    times = {}
    with tempfile.TemporaryDirectory() as folder:
        design = pathlib.Path(folder, "sweep.yaml")
        design.write_text(SWEEP)

        def sweep(threads):
            return measured([build / "matthew", "sweep", design, "-o", f"{folder}/sweep.h5", "--threads", str(threads), "--quiet", "--force"])

        engine = build / "tests/bench_races"
        for _ in range(rounds):
            for name, run in (("two processes of the engine", lambda: measured([engine, "1", "30"], [engine, "31", "30"])),
                              ("one process of the engine", lambda: measured([engine, "1", "60"])),
                              ("sweep, two threads", lambda: sweep(2)), ("sweep, one thread", lambda: sweep(1))):
                times.setdefault(name, []).append(run())
    for name, found in times.items():
        wall, cpu = zip(*found)
        print(f"{name}: wall {statistics.median(wall):.2f} s ({min(wall):.2f}-{max(wall):.2f}), "
              f"CPU {statistics.median(cpu):.2f} s ({min(cpu):.2f}-{max(cpu):.2f})")
    for sort, index in (("wall", 0), ("CPU", 1)):
        for a, b in (("two processes of the engine", "sweep, two threads"), ("one process of the engine", "sweep, one thread")):
            ratios = [x[index] / y[index] for x, y in zip(times[a], times[b])]
            print(f"{a} over {b}, {sort} time: {statistics.median(ratios):.3f} ({min(ratios):.3f}-{max(ratios):.3f})")


main()
