"""Sweeps for comparative statics: written out of changes to a scenario, made by the program, read back with xarray.

A change is a dict from parameter paths to values; `*` stands for all members, and a value Times(k) for k times the default. Every change
is a point of a list, in which parameters that other changes name have their defaults. Replicate j of two sweeps with the same seed has the
same random numbers, so that differences are paired.
"""

import dataclasses
import fnmatch
import functools
import json
import os
import pathlib
import subprocess
import tempfile

import numpy
import xarray

PROGRAM = os.environ.get("MATTHEW_PROGRAM", "matthew")


@dataclasses.dataclass(frozen=True)
class Times:
    """A value in units of the default."""

    factor: float


def program(*arguments):
    done = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, timeout=3600)
    if done.returncode != 0:
        raise RuntimeError(f"matthew {' '.join(map(str, arguments))}: {done.stderr.strip()}")
    return done.stdout


@functools.lru_cache(maxsize=None)
def defaults():
    return {entry["path"]: entry["default"] for entry in json.loads(program("parameters", "--json"))}


def spelled_out(change):
    """The change parameter by parameter, with a number for every Times."""
    result = {}
    for path, value in change.items():
        matches = fnmatch.filter(defaults(), path)
        if not matches:
            raise ValueError(f"no parameter is called {path}")
        result.update({match: value.factor * defaults()[match] if isinstance(value, Times) else value for match in matches})
    return result


def flow(value):
    """A value in YAML."""
    if isinstance(value, dict):
        return "{" + ", ".join(f'"{key}": {flow(part)}' for key, part in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(flow, value)) + "]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def entry_name(path):
    return path.replace(".", "_")


def base_text(scenario, paths, always, month, strategies):
    """The scenario with what is the same in all races. In a later month an entry of the schedule sets each parameter to its default."""
    text = f"base: {scenario}\nset: {flow(spelled_out(always))}\n"
    if strategies:
        text += f"members: {{strategies: {flow(strategies)}}}\n"
    if month:
        entries = [{"month": month, "name": entry_name(path), "set": {path: defaults()[path]}} for path in paths]
        text += f"schedule: {flow(entries)}\n"
    return text


def factors_of(changes, month):
    """Factors of a list in which every change is a point."""
    points = [spelled_out(change) for change in changes]
    paths = list(dict.fromkeys(path for point in points for path in point))
    values = {path: [point.get(path, defaults()[path]) for point in points] for path in paths}
    return paths, {f"schedule.{entry_name(path)}.value" if month else path: of_points for path, of_points in values.items()}


def sweep(scenario, changes, outcomes, replicates, seed=1, always=None, month=0, strategies=(), **options):
    """name -> xarray.Dataset over replicates, of a dict of named changes that act from a month on. options are keys of the sweep's file."""
    paths, factors = factors_of(changes.values(), month)
    with tempfile.TemporaryDirectory(prefix="matthew-statics-") as name:
        folder = pathlib.Path(name)
        (folder / "base.yaml").write_text(base_text(scenario, paths, always or {}, month, strategies), encoding="utf-8")
        keys = {"base": "base.yaml", **options, "seed": seed, "design": "list", "factors": factors, "replicates": replicates, "outcomes": outcomes}
        (folder / "sweep.yaml").write_text("".join(f"{key}: {flow(value)}\n" for key, value in keys.items()), encoding="utf-8")
        program("sweep", folder / "sweep.yaml", "-o", folder / "sweep.h5", "--quiet")
        data = xarray.load_dataset(folder / "sweep.h5")
    return {name: data.isel(point=point) for point, name in enumerate(changes)}


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
    """Paired by replicate: both arms have the same random numbers."""
    return estimate(numpy.asarray(treated, float) - numpy.asarray(base, float))
