"""Sweeps: thousands of races over parameter values and seeds, as an xarray.Dataset with the factors as dimensions."""

from __future__ import annotations

import collections.abc
import ctypes
import json
import os
import re
import tempfile
import warnings
from typing import TYPE_CHECKING, Any, Mapping

import numpy as np

from . import _library, errors
from ._library import (Handle, HistoryOptions, Replay, SweepCounts, SweepFileOptions, SweepOptions, encode, library, path_text,
                       string)
from .race import interruptibly, recorded, whole
from .scenario import _FROM_MAPPING, Scenario, _plain, _word, without_place
from .tables import as_dataset

if TYPE_CHECKING:
    import xarray

    from ._types import Path, Recorded, Whole

_DESIGNS = {"grid", "list", "one_at_a_time", "random", "latin_hypercube", "sobol", "saltelli", "morris"}
_INLINE_MOST = 100_000  # values that the text of a sweep may hold; more are a table beside it


# ---- what a sweep is ----


def _columns(samples, factors):
    """The factors that the columns of a matrix are: (path, name or None, values)."""
    if factors is None:
        factors = getattr(samples, "columns", None)
    if factors is None:
        raise errors.BadArgument("factors: name the columns of samples, in their order", key="factors")
    if isinstance(factors, str) or not isinstance(factors, collections.abc.Iterable):
        raise errors.BadArgument(f"factors: expected paths, or a mapping from paths to names, found {factors!r}", key="factors")
    matrix = np.asarray(samples)
    names = factors if isinstance(factors, collections.abc.Mapping) else {str(path): None for path in factors}
    if matrix.ndim != 2 or matrix.shape[1] != len(names) or matrix.dtype.kind not in "biuf":
        raise errors.BadArgument(f"samples: expected numbers in rows with a column for each of {len(names)} factors, "
                                 f"found {matrix.dtype} of shape {matrix.shape}", key="samples")
    for (path, about), column in zip(names.items(), matrix.T):
        yield path, about.get("name") if isinstance(about, collections.abc.Mapping) else about, column


def _sampled(keys, samples, folder):
    """The keys of a sweep whose points are the rows of a matrix."""
    if "design" in keys:
        raise errors.BadArgument("samples are the design: leave `design` out")
    columns = list(_columns(samples, keys.get("factors")))
    named = {path: {"name": name} for path, name, _ in columns if name is not None}
    if sum(len(values) for _, _, values in columns) <= _INLINE_MOST:
        return {**keys, "design": "list",
                "factors": {path: {"values": values, **named.get(path, {})} for path, _, values in columns}}
    table = os.path.join(folder, "samples.csv")
    with open(table, "w", encoding="utf-8") as file:
        print(",".join(path for path, _, _ in columns), file=file)
        for row in zip(*(values.tolist() for _, _, values in columns)):
            print(",".join(map(repr, row)), file=file)
    left = {key: value for key, value in keys.items() if key != "factors"}
    return {**left, "design": {"list": table}, **({"factors": named} if named else {})}


_TAKEN = {"replicate", "month", "point"}  # dimensions of a sweep that are not its factors


def _crossed(keys):
    """The keys of a sweep whose factors are variables of an xarray.Dataset: every combination along its dimensions."""
    import xarray

    factors = keys["factors"]
    if "design" in keys:
        raise errors.BadArgument("a dataset of factors is the design: leave `design` out", key="design")
    if not factors.data_vars or not factors.dims or not _TAKEN.isdisjoint(map(str, factors.dims)):
        raise errors.BadArgument(f"factors: expected variables over dimensions that are none of {', '.join(sorted(_TAKEN))}, found "
                                 f"{list(factors.data_vars)} over {list(factors.dims)}", key="factors")
    points = xarray.broadcast(*factors.data_vars.values())
    named, table = {}, {}
    for variable, (name, alone) in zip(points, factors.data_vars.items()):
        path = str(alone.attrs.get("path", name))
        table[path] = variable.transpose(*factors.sizes).values.ravel().tolist()
        if "path" in alone.attrs:
            named[path] = {"name": str(name)}
    return {**keys, "design": "list", "factors": {path: {"values": values, **named.get(path, {})} for path, values in table.items()}}


def _is_dataset(factors):
    import xarray

    return isinstance(factors, xarray.Dataset)


def _along(made, factors):
    """A sweep over a list of points, along the dimensions of the dataset whose combinations they are."""
    import pandas

    sizes = {str(name): size for name, size in factors.sizes.items()}
    index = pandas.MultiIndex.from_product([range(size) for size in sizes.values()], names=[f"place_{name}" for name in sizes])
    own = {made[name].attrs["parameter"]: str(name) for name in made.coords if "parameter" in made[name].attrs}
    attributes = {name: made[name].attrs for name in own.values()}
    made = made.drop_vars([*own.values(), *(["point"] if "point" in made.coords else [])]).assign_coords(_coordinates(index))
    made = made.unstack("point")
    made = made.drop_vars([f"place_{name}" for name in sizes]).rename({f"place_{name}": name for name in sizes})
    for name, variable in factors.data_vars.items():
        factor = own[str(variable.attrs.get("path", name))]
        words = attributes[factor].get("flag_meanings", "").split()
        values = variable.values
        if words:
            values = np.array([words.index(v) if isinstance(v, str) else v for v in values.ravel()], np.int8).reshape(values.shape)
        made = made.assign_coords({factor: (variable.dims, values, attributes[factor])})
    return made.assign_coords(factors.coords).transpose(*sizes, ...)


def _coordinates(index):
    import xarray

    return xarray.Coordinates.from_pandas_multiindex(index, "point")


def _text(keys, folder):
    """A sweep as JSON, which the library reads as YAML. Paths in it start from the working folder."""
    keys = dict(keys)
    points, base = keys.get("design"), keys.get("base")
    if isinstance(points, collections.abc.Mapping) and isinstance(points.get("list"), os.PathLike):
        keys["design"] = {**points, "list": os.fspath(points["list"])}
    if isinstance(base, os.PathLike):
        keys["base"] = os.path.abspath(base)
    elif isinstance(base, Scenario):
        keys["base"] = os.path.join(folder, re.sub(r"[^\w.-]", "_", base.name) + ".yaml")
        with open(keys["base"], "w", encoding="utf-8") as file:
            file.write(base.yaml)
    return json.dumps(_plain(keys), ensure_ascii=False, indent=1)


def _load(design, samples, keys, folder):
    """A handle of the sweep: of the file that was named, or of a mapping and keywords, among which may be its design."""
    words = design if isinstance(design, collections.abc.Mapping) else {str(design)}
    if keys and not _DESIGNS.isdisjoint(words):
        keys, design = {**keys, "design": design}, None
    if design is not None and not isinstance(design, collections.abc.Mapping):
        if keys or samples is not None:
            raise errors.BadArgument("a sweep comes from a file or from a mapping and keywords, not from both")
        return Handle(library.sweep_load, library.sweep_free, encode(path_text(design, "design", "a path or a mapping"), "design"))
    keys = {**(design or {}), **keys}
    if samples is not None:
        keys = _sampled(keys, samples, folder)
    elif _is_dataset(keys.get("factors")):
        keys = _crossed(keys)
    try:
        return Handle(library.sweep_from_text, library.sweep_free, encode(_FROM_MAPPING, "name"), None,
                      encode(_text(keys, folder), "design"))
    except errors.Error as error:
        if error.file != _FROM_MAPPING:
            raise
        raise without_place(error) from None


# ---- running ----


def _counts(pointer):
    counts = SweepCounts(size=ctypes.sizeof(SweepCounts))
    library.sweep_count(pointer, ctypes.byref(counts))
    return counts


def _run(pointer, retry_failed, progress):
    """Runs what is left to do. An interruption ends it within a month of its races; what is done stays."""
    options = SweepOptions(size=ctypes.sizeof(SweepOptions), retry_failed=bool(retry_failed))

    def call():
        library.sweep_run(pointer, ctypes.byref(options))

    if not progress:
        interruptibly(call, lambda: library.sweep_stop(pointer))
        return
    from tqdm.auto import tqdm

    first = _counts(pointer)
    with tqdm(total=first.runs, initial=first.done + first.failed, unit="run") as bar:

        def show():
            counts = _counts(pointer)
            bar.total = counts.runs
            if counts.failed:
                bar.set_postfix(failed=counts.failed, refresh=False)
            bar.update(counts.done + counts.failed - bar.n)

        interruptibly(call, lambda: library.sweep_stop(pointer), tick=show)
        show()
        bar.refresh()


def _warn_of_failures(pointer, log):
    counts, trouble = _counts(pointer), string(library.sweep_trouble(pointer))
    if counts.failed:
        why = f"; the first: {trouble}" if trouble else " earlier; retry_failed=True runs them again"
        warnings.warn(f"{counts.failed} of {counts.runs} runs failed{why}{log}", stacklevel=3)


def sweep(design: Path | Mapping[str, Any] | None = None, output: Path | None = None, *, samples: Any = None,
          threads: Whole | None = None, force: bool = False, retry_failed: bool = False, progress: bool = False,
          **keys: Any) -> xarray.Dataset:
    """Runs a sweep and returns its outcomes.

    design: a YAML file, or a mapping with its keys; keywords (base=, factors=, replicates=, outcomes=, months=, firms=,
    seed=, seeds=, set=) add keys to a mapping. docs/guide.md has them all. base may be a Scenario; design= may also be the key of that name, when others come as keywords. samples: a matrix
    with a row for each point and a column for each of `factors` (a list of paths, or a mapping from paths to names), as
    SALib makes it, or a pandas table whose columns are called by paths. factors may also be an xarray.Dataset with a
    variable for each factor, called by its path, or with the path in its attribute `path`: variables that share a dimension vary together, and the
    outcomes have its dimensions. output: the sweep's file, from which the same
    call goes on when it was interrupted; without one nothing stays. threads: 0 or None for all processors. force: begin
    anew. retry_failed: run again what failed. progress: show a bar (needs tqdm).

    Returns an xarray.Dataset with the dimensions [factor..., replicate], and [factor..., replicate, month] for series;
    values of runs that failed are missing, which a warning says, and so are those of runs that `until` did not need.
    Errors: BadScenario (with file, line and key), NotFound, Exists, WriteFailed, KeyboardInterrupt (finished races stay
    in output). Other threads of Python run meanwhile. Thread safety: any; one call at a time works on one output.

    >>> import matthew
    >>> sw = matthew.sweep(base="core-race", firms=50, months=12, factors={"talent.*.separation": {"values": [0.01, 0.02]}},
    ...                    replicates=3, outcomes={"hhi": {"indicator": "staff_hhi", "mean_of_last": 6}})
    >>> dict(sw.hhi.sizes)
    {'separation': 2, 'replicate': 3}
    """
    import xarray

    with tempfile.TemporaryDirectory(prefix="matthew-") as folder:
        path = os.path.join(folder, "sweep.h5") if output is None else path_text(output, "output")
        handle = _load(design, samples, keys, folder)
        try:
            for text in _library.text(library.sweep_warnings(handle.pointer)).splitlines():
                warnings.warn(text, errors.ScenarioWarning, stacklevel=2)
            library.sweep_set_threads(handle.pointer, _threads(threads))
            options = SweepFileOptions(size=ctypes.sizeof(SweepFileOptions), replace=bool(force))
            library.sweep_open(handle.pointer, encode(path, "output"), ctypes.byref(options))
            _run(handle.pointer, retry_failed, progress)
            _warn_of_failures(handle.pointer, "" if output is None else f"; all are in {path}.log")
        finally:
            handle.free()
        with _library.reading:
            made = xarray.load_dataset(path, engine="netcdf4")
    factors = keys.get("factors", design.get("factors") if isinstance(design, collections.abc.Mapping) else None)
    return _along(made, factors) if samples is None and _is_dataset(factors) else made


def _threads(threads):
    return max(-1, min(whole(threads or 0, "threads"), 2**31 - 1))


# ---- one run again ----


def replay(path: Path, point: Mapping[str, Any] | str | Whole | None = None, replicate: Whole | None = None,
           output: Path | None = None, *, record: Recorded = "indicators", every: Whole = 1, single: bool = False,
           reproducible: bool = False, overwrite: bool = False, threads: Whole | None = None) -> xarray.Dataset:
    """Makes one run of a sweep again and returns its history, as `run` and `open` do.

    path: the sweep's file. point: a mapping from factors to values, text such as "lock_in=0.5,network=0.3", or the
    number of a point in a list; it may be left out where there is one point, as the replicate where there is one.
    output: a file that the history stays in; without one it is in memory alone. record, every, single, reproducible,
    overwrite: as in Race.record. The outcomes are held against those in the sweep: BrokenInvariant tells which differs.
    Other errors: NotFound, ReadFailed, BadArgument, Exists, WriteFailed, KeyboardInterrupt.

    >>> import matthew
    >>> sw = matthew.sweep(base="core-race", firms=50, months=12, factors={"talent.*.separation": {"values": [0.01, 0.02]}},
    ...                    replicates=3, outcomes={"hhi": {"indicator": "staff_hhi", "final": True}}, output="staff.h5")
    >>> run = matthew.replay("staff.h5", {"separation": 0.02}, replicate=1)
    >>> float(run.staff_hhi[-1]) == float(sw.hhi.sel(separation=0.02, replicate=1))
    True
    """
    from .history import open as open_history

    options = HistoryOptions(size=ctypes.sizeof(HistoryOptions), record=recorded(record), every=whole(every, "every"),
                             single=bool(single), reproducible=bool(reproducible), overwrite=bool(overwrite))
    handle = Handle(library.sweep_read, library.sweep_free, encode(path_text(path), "path"))
    with tempfile.TemporaryDirectory(prefix="matthew-") as folder:
        history = os.path.join(folder, "run.h5") if output is None else path_text(output, "output")
        try:
            library.sweep_set_threads(handle.pointer, _threads(threads))
            replicates = _counts(handle.pointer).replicates
            if replicate is None and replicates > 1:
                raise errors.BadArgument(f"replicate: the sweep has {replicates}, and none was named", key="replicate")
            which = (_point(point), whole(replicate or 0, "replicate"), encode(history, "output"))
            found = Replay(size=ctypes.sizeof(Replay))

            def call():
                library.sweep_replay(handle.pointer, *which, ctypes.byref(options), ctypes.byref(found))

            interruptibly(call, lambda: library.sweep_stop(handle.pointer))
        finally:
            handle.free()
        if output is not None:
            return open_history(history)
        with _library.reading, open_history(history) as opened:
            return opened.load()


def _point(point):
    """A point as the library reads it."""
    if point is None:
        return None
    if isinstance(point, collections.abc.Mapping):
        point = ",".join(f"{name}={_word(value)}" for name, value in point.items())
    return encode(point if isinstance(point, str) else str(whole(point, "point")), "point")


# ---- pairs ----


def _reference(outcome, against):
    """The outcome where the factors are what they are in `against`."""
    if not isinstance(against, collections.abc.Mapping):
        raise errors.BadArgument(f"against: expected a mapping from factors to values, found {against!r}", key="against")
    for factor, value in against.items():
        if factor not in outcome.dims:
            factors = ", ".join(str(name) for name in outcome.dims if name not in ("replicate", "month"))
            raise errors.BadArgument(f"against: {outcome.name} has no dimension {factor}; there are {factors}", key="against")
        try:
            outcome = outcome.sel({factor: value})
        except (KeyError, IndexError, ValueError, TypeError):
            raise errors.BadArgument(f"against: {factor} is never {value!r} in the sweep", key="against") from None
    return outcome


def paired(sweep: xarray.Dataset, name: str, against: Mapping[str, Any] | None = None) -> xarray.Dataset:
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

    if as_dataset(sweep, "sweep").attrs.get("seeds") != "common":
        raise errors.BadArgument("only a sweep with common seeds can be paired")
    if name not in sweep:
        raise errors.BadArgument(f"the sweep has no outcome {name}")
    if against is None:
        against = {str(key): float(sweep[key].attrs["compare_with"]) for key in sweep.coords if "compare_with" in sweep[key].attrs}
        if not against:
            raise errors.BadArgument("the sweep compares with nothing: give a reference, such as against={factor: value}")
    reference = _reference(sweep[name], against)
    change = sweep[name] - reference.drop_vars([key for key in against if key in reference.coords])
    count = change.notnull().sum("replicate")
    spread = change.std("replicate", ddof=1)
    return xarray.Dataset({"difference": change.mean("replicate"), "standard_error": spread / count**0.5})
