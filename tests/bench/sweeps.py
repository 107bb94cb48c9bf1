"""The same 500 races made by `matthew sweep`, by xsweep and by a loop of the shell, the latter two with a process of `matthew run --json`
for each race; and what a kill half way leaves of each. Makes the tables of docs/performance.md. It is no test.

    pip install xsweep h5netcdf        # into an environment of its own
    MATTHEW_PROGRAM=build/release/matthew python tests/bench/sweeps.py [ROUNDS]
"""

import json
import os
import pathlib
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time

import numpy
import xarray

PROGRAM = os.path.abspath(os.environ.get("MATTHEW_PROGRAM", "build/release/matthew"))
os.environ["MATTHEW_PROGRAM"] = PROGRAM  # for processes in other folders
LOCK_IN = [round(3 * i / 24, 12) for i in range(25)]
NETWORK = [round(0.6 * i / 20, 12) for i in range(20)]
FORM = f"""\
base: frontier-race
firms: 200
months: 24
factors:
  customers.*.lock_in: {LOCK_IN}
  customers.consumer.network_exponent: {{values: {NETWORK}, name: network}}
replicates: 1
outcomes:
  hhi: {{indicator: revenue_hhi, final}}
  firms: {{indicator: active_firms, final}}
"""
RUN = [PROGRAM, "run", "frontier-race", "--firms", "200", "--months", "24", "--threads", "1", "--quiet", "--json"]
# One file a race, named by its values; a loop for each process.
LOOP = """\
part() {
  for lock_in in $1; do
    for network in %s; do
      %s --seed %s --set "customers.*.lock_in=$lock_in" --set "customers.consumer.network_exponent=$network" > "$lock_in,$network.json"
    done
  done
}
for values in "$@"; do part "$values" & done
wait
"""


def with_xsweep(seed, workers, chunks):
    """A process of its own: this folder has the store, and a file of seconds that races took."""
    import xsweep

    chunk = {"store_chunks": {"lock_in": 1, "network": 1}} if chunks else {}
    policy = xsweep.SweepPolicy(store="store.zarr", executor="thread" if workers > 1 else "serial", max_workers=workers if workers > 1 else None,
                                on_error="raise", force_unlock=os.path.exists("store.zarr.lock"), **chunk)

    def race(lock_in, network):
        done = subprocess.run([*RUN, "--seed", str(seed), "--set", f"customers.*.lock_in={lock_in}", "--set",
                               f"customers.consumer.network_exponent={network}"], capture_output=True, check=True)
        said = json.loads(done.stdout)
        with open("count", "a", encoding="utf-8") as count:
            count.write(".")
        return {"hhi": said["indicators"]["revenue_hhi"], "firms": float(said["indicators"]["active_firms"]), "seconds": said["wall_seconds"]}

    space = xarray.Dataset({"lock_in": ("lock_in", LOCK_IN), "network": ("network", NETWORK)})
    xsweep.Sweeper("loop(lock_in, network) -> hhi(), firms(), seconds()", race, policy)(space)


class Way:
    """One way to make the races, in a folder of its own."""

    def __init__(self, name, command):
        self.name, self.command = name, command

    def start(self, folder, workers):
        return subprocess.Popen(self.command(folder, workers), cwd=folder, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True)

    def finish(self, folder, workers):
        process = self.start(folder, workers)
        if process.wait() != 0:
            raise RuntimeError(f"{self.name}: exit status {process.returncode}")


def sweep_command(folder, workers):
    (folder / "s.yaml").write_text(FORM, encoding="utf-8")
    return [PROGRAM, "sweep", "s.yaml", "-o", "s.h5", "--threads", str(workers), "--quiet"]


def loop_command(folder, workers):
    words = LOOP % (" ".join(map(str, NETWORK)), " ".join(RUN), SEED)
    return ["bash", "-c", words, "loop", *(" ".join(map(str, LOCK_IN[part::workers])) for part in range(workers))]


def xsweep_command(chunks):
    return lambda folder, workers: [sys.executable, os.path.abspath(__file__), "xsweep", str(SEED), str(workers), chunks]


WAYS = [Way("`matthew sweep`", sweep_command), Way("xsweep", xsweep_command("")),
        Way("xsweep, each race written at once", xsweep_command("chunks")), Way("loop of the shell", loop_command)]


def outcome(folder):
    """What lies there: the two outcomes and the seconds of each race, NaN where there is none; and what cannot be read."""
    table, broken = numpy.full((3, len(LOCK_IN), len(NETWORK)), numpy.nan), 0
    if (folder / "s.h5").exists():
        with xarray.open_dataset(folder / "s.h5") as data:
            table[:] = [data[name].isel(replicate=0) for name in ("hhi", "firms", "wall_time")]
    elif (folder / "store.zarr").exists():
        with xarray.open_zarr(folder / "store.zarr", consolidated=False) as data:
            table[:] = [data[name].where(data.status == 1) for name in ("hhi", "firms", "seconds")]
    for i, lock_in in enumerate(LOCK_IN):
        for j, network in enumerate(NETWORK):
            path = folder / f"{lock_in},{network}.json"
            if path.exists():
                try:
                    said = json.loads(path.read_text())
                    table[:, i, j] = said["indicators"]["revenue_hhi"], said["indicators"]["active_firms"], said["wall_seconds"]
                except ValueError:
                    broken += 1
    return table, broken


def timed(way, workers):
    with tempfile.TemporaryDirectory(prefix="matthew-bench-") as name:
        folder = pathlib.Path(name)
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        way.finish(folder, workers)
        wall, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        table, _ = outcome(folder)
        return wall, cpu, float(table[2].sum()), table[:2]


def progress(folder):
    """How many races have been made."""
    if (folder / "count").exists():
        return (folder / "count").stat().st_size
    if (folder / "s.h5").exists():
        return int(numpy.count_nonzero(outcome(folder)[0][0] >= 0))
    return len(list(folder.glob("*.json")))


def killed(way):
    """What a kill of all processes leaves when half of the races are made, and what the same command makes of it."""
    with tempfile.TemporaryDirectory(prefix="matthew-bench-") as name:
        folder = pathlib.Path(name)
        process = way.start(folder, 1)
        while progress(folder) < len(LOCK_IN) * len(NETWORK) / 2 and process.poll() is None:
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        table, broken = outcome(folder)
        there = int(numpy.isfinite(table[0]).sum())
        lock = " and a lock" if (folder / "store.zarr.lock").exists() else ""
        made = progress(folder)
        way.finish(folder, 1)
        again = int((outcome(folder)[0][2] != table[2]).sum())  # no race takes the same time twice
        return made, f"{there}{f', {broken} file cut short' if broken else ''}{lock}", again


def main(rounds):
    global SEED
    with tempfile.TemporaryDirectory(prefix="matthew-bench-") as name:
        SEED = 1
        WAYS[0].finish(pathlib.Path(name), 1)
        with xarray.open_dataset(pathlib.Path(name, "s.h5")) as data:
            SEED = int(data.seed.values.ravel()[0])
    points, wanted = len(LOCK_IN) * len(NETWORK), None
    print("| 500 races | processes or threads | wall time | CPU time a race | in the race | around it |\n| --- | --- | --- | --- | --- | --- |")
    for workers in (1, 2):
        measured = {way.name: [] for way in WAYS}
        for _ in range(rounds):
            for way in WAYS:
                *figures, values = timed(way, workers)
                wanted = values if wanted is None else wanted
                if not numpy.array_equal(values, wanted):
                    raise RuntimeError(f"{way.name} has other values")
                measured[way.name].append(figures)
        for name, rows in measured.items():
            wall, _, inside = min(rows)  # other work on the machine only adds
            cpu = statistics.median(row[1] for row in rows)
            print(f"| {name} | {workers} | {wall:.2f} s (to {max(rows)[0]:.2f}) | {1e3 * cpu / points:.1f} ms | {1e3 * inside / points:.1f} ms | "
                  f"{1e3 * (workers * wall - inside) / points:.2f} ms |", flush=True)
    print("\n| killed half way | races made | there | made by the same command then |\n| --- | --- | --- | --- |")
    for way in WAYS:
        made, left, again = killed(way)
        print(f"| {way.name} | {made} | {left} | {again} |", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["xsweep"]:
        with_xsweep(int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
