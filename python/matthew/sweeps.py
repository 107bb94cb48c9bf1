"""Sweeps: thousands of races over parameter values and seeds, as an xarray.Dataset with the factors as dimensions."""

import collections.abc
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import warnings

from . import _library, errors
from .scenario import _plain


def _program():
    """The program that makes sweeps: what MATTHEW_PROGRAM names, else the one beside the library."""
    named = os.environ.get("MATTHEW_PROGRAM")
    program = pathlib.Path(named) if named else _library.path().parent / "matthew"
    if not program.exists():
        raise errors.NotFound(f"there is no program {program}")
    return program


def _run(words):
    """Runs the program. An interruption is passed on to it, so that it keeps the races that are done."""
    process = subprocess.Popen([str(word) for word in words], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                               start_new_session=True)
    try:
        _, said = process.communicate()
    except KeyboardInterrupt:
        process.send_signal(signal.SIGINT)
        process.communicate()
        raise
    line = said.strip().splitlines()[-1].removeprefix("matthew: ") if said.strip() else ""
    if process.returncode == 1 and "failed" in line:
        warnings.warn(line, stacklevel=3)
    elif process.returncode != 0:
        raise (errors.BadScenario if process.returncode == 2 else errors.Error)(line or f"exit status {process.returncode}")


def _design(design, keys, folder):
    """The file of the sweep: the one that was named, or one written from a mapping and keywords."""
    if design is not None and not isinstance(design, collections.abc.Mapping):
        if keys:
            raise errors.BadArgument("a sweep comes from a file or from a mapping and keywords, not from both")
        path = os.fspath(design)
        if not os.path.exists(path):
            raise errors.NotFound(f"there is no file {path}")
        return path
    path = os.path.join(folder, "sweep.yaml")
    sweep = {**(design or {}), **keys}
    points = sweep.get("design")
    if isinstance(points, collections.abc.Mapping) and isinstance(points.get("list"), (str, os.PathLike)):
        sweep["design"] = {**points, "list": os.path.abspath(points["list"])}  # else from the folder of the sweep's file
    with open(path, "w", encoding="utf-8") as file:
        json.dump(_plain(sweep), file, indent=1)  # which YAML reads
    return path


def sweep(design=None, output=None, *, threads=None, force=False, **keys):
    """Runs a sweep and returns its outcomes.

    design: a YAML file, or a mapping with its keys; keywords (base=, factors=, replicates=, outcomes=, months=, firms=,
    seed=, seeds=, set=) add keys to a mapping. docs/guide.md has them all. output: the sweep's file, from which the same
    call goes on when it was interrupted; without one nothing stays. threads: 0 or None for all processors.

    Returns an xarray.Dataset with the dimensions [factor..., replicate], and [factor..., replicate, month] for series;
    values of runs that failed are missing, which a warning says, and so are those of runs that `until` did not need. Errors: BadScenario (with file, line and key), NotFound,
    KeyboardInterrupt (finished races stay in output). Thread safety: any; one process at a time works on one output.

    >>> import matthew
    >>> sw = matthew.sweep(base="core-race", firms=50, months=12, factors={"talent.*.separation": {"values": [0.01, 0.02]}},
    ...                    replicates=3, outcomes={"hhi": {"indicator": "staff_hhi", "mean_of_last": 6}})
    >>> dict(sw.hhi.sizes)
    {'separation': 2, 'replicate': 3}
    """
    import xarray

    with tempfile.TemporaryDirectory(prefix="matthew-") as folder:
        path = os.path.join(folder, "sweep.h5") if output is None else os.fspath(output)
        words = [_program(), "sweep", _design(design, keys, folder), "-o", path, "--quiet"]
        if threads:
            words += ["--threads", threads]
        if force:
            words += ["--force"]
        _run(words)
        with _library.files:
            return xarray.load_dataset(path, engine="netcdf4")


def paired(sweep, name, against=None):
    """Differences of an outcome to that of a reference, paired by seed, with their standard errors.

    against: the reference as {factor: value}; None for what the sweep's `compare` says. Replicates of a sweep with common seeds share their luck, so the difference
    of two arms has a smaller variance than the arms. Returns a Dataset with `difference` and `standard_error` over the
    factors (and month, for a series); the standard error is that of a mean of independent differences, s/sqrt(n).
    Errors: BadArgument when the sweep has independent seeds, no such reference, or none at all.

    >>> import matthew
    >>> sw = matthew.sweep(base="core-race", firms=50, months=12, factors={"talent.*.separation": {"values": [0.01, 0.02]}},
    ...                    replicates=3, outcomes={"hhi": {"indicator": "staff_hhi", "mean_of_last": 6}})
    >>> float(matthew.paired(sw, "hhi", against={"separation": 0.01}).difference.sel(separation=0.01))
    0.0
    """
    import xarray

    if sweep.attrs.get("seeds") != "common":
        raise errors.BadArgument("only a sweep with common seeds can be paired")
    if name not in sweep:
        raise errors.BadArgument(f"the sweep has no outcome {name}")
    if against is None:
        against = {key: float(sweep[key].attrs["compare_with"]) for key in sweep.coords if "compare_with" in sweep[key].attrs}
        if not against:
            raise errors.BadArgument("the sweep compares with nothing: give a reference, such as against={factor: value}")
    try:
        reference = sweep[name].sel(against)
    except (KeyError, ValueError) as error:
        raise errors.BadArgument(f"the sweep has no such reference: {error}") from None
    change = sweep[name] - reference.drop_vars([key for key in against if key in reference.coords])
    count = change.notnull().sum("replicate")
    error = change.std("replicate", ddof=1) / count**0.5
    return xarray.Dataset({"difference": change.mean("replicate"), "standard_error": error})
