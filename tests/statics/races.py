"""Races for comparative statics: run by the program, many at a time, and read back as NumPy arrays.

A change to a scenario is a dict from parameter paths to values; `*` stands for all members, and a value Times(k) for k times
the default.
"""

import concurrent.futures
import dataclasses
import fnmatch
import functools
import json
import os
import pathlib
import subprocess
import tempfile

import h5py
import numpy

PROGRAM = os.environ.get("MATTHEW_PROGRAM", "matthew")


@dataclasses.dataclass(frozen=True)
class Times:
    """A value in units of the default."""

    factor: float


def program(*arguments):
    done = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, timeout=600)
    if done.returncode != 0:
        raise RuntimeError(f"matthew {' '.join(map(str, arguments))}: {done.stderr.strip()}")
    return done.stdout


@functools.lru_cache(maxsize=None)
def defaults():
    return {entry["path"]: entry["default"] for entry in json.loads(program("parameters", "--json"))}


def spelled_out(change):
    """The change with a number for every Times, path by path."""
    result = {}
    for path, value in change.items():
        if isinstance(value, Times):
            matches = fnmatch.filter(defaults(), path)
            if not matches:
                raise ValueError(f"no parameter is called {path}")
            result.update({match: value.factor * defaults()[match] for match in matches})
        else:
            result[path] = value
    return result


def mapping(change):
    return "{" + ", ".join(f'"{path}": {value}' for path, value in spelled_out(change).items()) + "}"


def scenario_text(base, change, later=None, strategies=()):
    """A scenario that is another one but for a change; `later` has those of other months, 0 for the beginning. The strategies
    may be given another order."""
    later = dict(later or {})
    change = {**change, **later.pop(0, {})}
    members = f"members: {{strategies: [{', '.join(strategies)}]}}\n" if strategies else ""
    text = f"base: {base}\n{members}set: {mapping(change)}\n"
    return text + "".join(f"schedule: [{{month: {month}, set: {mapping(change)}}}]\n" for month, change in later.items() if change)


def is_of_firms(dataset):
    """Whether this is a column of the register: its one axis is the firms."""
    return isinstance(dataset, h5py.Dataset) and dataset.ndim == 1 and not dataset.is_scale and dataset.dims[0][0].name == "/firm"


def race(base, seed, change, record=(), later=None, strategies=(), **options):
    """Runs one race and returns what was recorded: a dict of arrays with the names of the file, NaN outside the lives of firms."""
    with tempfile.TemporaryDirectory(prefix="matthew-statics-") as name:
        folder = pathlib.Path(name)
        (folder / "case.yaml").write_text(scenario_text(base, change, later, strategies), encoding="utf-8")
        given = [word for option, value in options.items() for word in (f"--{option}", value)]
        program("run", folder / "case.yaml", "--seed", seed, "--threads", 1, "--quiet", "-o", folder / "race.h5", "--record",
                ",".join(record) if record else "none", *given)
        with h5py.File(folder / "race.h5") as file:
            wanted = [*record, *(name for name in file if is_of_firms(file[name]))]
            return {name: file[name][:] for name in wanted if file[name].dtype.kind in "fi"}


def call(job):
    """What a job returns; a function of the module, so that it can be handed to another process."""
    return job()


def together(jobs):
    """Runs jobs (functools.partial of functions of a module) on all cores; their results in order."""
    with concurrent.futures.ProcessPoolExecutor(max(len(os.sched_getaffinity(0)), 1)) as pool:
        return list(pool.map(call, jobs, chunksize=2))


def replicated(jobs, replications):
    """jobs: name -> function of a seed. Returns name -> outcome -> array over the seeds 1 to replications."""
    seeds = range(1, replications + 1)
    results = iter(together([functools.partial(job, seed) for job in jobs.values() for seed in seeds]))
    table = {}
    for name in jobs:
        rows = [next(results) for _ in seeds]
        table[name] = {outcome: numpy.array([row[outcome] for row in rows], float) for outcome in rows[0]}
    return table


@dataclasses.dataclass(frozen=True)
class Estimate:
    mean: float
    error: float  # standard error

    @property
    def score(self):
        return self.mean / self.error if self.error > 0 else (numpy.inf * numpy.sign(self.mean) if self.mean else 0.0)


def estimate(values):
    values = numpy.asarray(values, float)
    values = values[numpy.isfinite(values)]
    if len(values) < 2:
        return Estimate(numpy.nan, numpy.nan)
    return Estimate(float(values.mean()), float(values.std(ddof=1) / numpy.sqrt(len(values))))


def difference(treated, base):
    """Paired over seeds: both arms have the same random numbers."""
    return estimate(numpy.asarray(treated, float) - numpy.asarray(base, float))
