"""Histories as xarray datasets: of a run in memory, and of files."""

from __future__ import annotations

import collections.abc
import os
from typing import TYPE_CHECKING, Iterable

import numpy as np

from . import _library, errors
from .memory import with_own_attributes
from .race import Race

if TYPE_CHECKING:
    import xarray

    from ._types import Path, Recorded, ScenarioLike, Settings, Whole


def _run(race, progress):
    if not progress:
        race.run()
        return
    from tqdm.auto import tqdm

    with tqdm(total=race.months, unit="month") as bar:
        while race.month < race.months:
            before = race.month
            race.step(1 + race.months // 100)
            bar.update(race.month - before)


def run(scenario: ScenarioLike = "frontier-race", *, months: Whole | None = None, firms: Whole | None = None,
        seed: Whole | None = None, set: Settings | None = None, record: Recorded = "indicators", every: Whole = 1,
        threads: Whole = 0, check: bool = False, progress: bool = False) -> xarray.Dataset:
    """Runs a race and returns its history as an xarray.Dataset in memory.

    scenario: a name, path, YAML text, mapping or Scenario. months, firms, seed, set: what to change in it.
    record: "indicators", "default" (with the columns of firms that are recorded by default: the default race takes
    several hundred MB), "all", "none", or names of columns and indicators. every: record every n-th month.
    threads: 0 is all cores; the number never changes the results. progress: show a bar (needs tqdm).

    Names, units, coordinates and values are those of the file that `matthew run` writes. Ctrl-C raises KeyboardInterrupt within a month.

    >>> import matthew
    >>> ds = matthew.run("frontier-race", firms=300, months=12, seed=7, set={"customers.*.lock_in": 0.5})
    >>> ds.revenue_hhi.sizes["month"], ds.attrs["seed"]
    (13, 7)
    """
    with Race(scenario, months=months, firms=firms, seed=seed, set=set, threads=threads, check=check) as race:
        race.remember(record, every=every)
        _run(race, progress)
        return race.history()


def open(path: Path | Iterable[Path], *more: Path) -> xarray.Dataset:
    """Opens the history in a file as an xarray.Dataset, or those of several files as one with a dimension `seed`.

    path: a path, or a list of them. One file is read as it is asked for; close the dataset when done. Several are read
    at once; they may differ in length, and what one lacks is NaN, or -1 in codes, as what is outside
    the life of a firm. Raises NotFound, ReadFailed, and BadArgument for two files of the same seed.
    """
    if isinstance(path, (str, os.PathLike)) and not more:
        return _opened(path)
    paths = [path, *more] if isinstance(path, (str, os.PathLike)) else path
    if more and paths is path or not isinstance(paths, collections.abc.Iterable) or not (paths := list(paths)):
        raise errors.BadArgument(f"path: expected a path or a list of paths, found {path!r}", key="path")
    return _joined(paths)


def _joined(paths):
    import xarray

    histories = []
    of_seed: dict[int, Path] = {}
    for path in paths:
        with _library.reading, _opened(path) as history:
            seed = int(history.attrs["seed"])
            if seed in of_seed:
                raise errors.BadArgument(f"{path}: seed {seed} is that of {of_seed[seed]} too")
            of_seed[seed] = path
            histories.append(history.load())
    order = [histories[i] for i in sorted(range(len(paths)), key=lambda i: list(of_seed)[i])]
    seeds = xarray.IndexVariable("seed", np.array(sorted(of_seed), dtype=np.int64), {"long_name": "seed of the run"})
    dates = _dates(order)
    if dates is not None:
        order = [history.drop_vars("date") for history in order]
    joined = xarray.concat(order, dim=seeds, data_vars="all", coords="different", compat="equals", join="outer",
                           fill_value=missing(order), combine_attrs="drop_conflicts")
    joined.attrs.pop("seed", None)
    return joined if dates is None else joined.assign_coords(date=dates)


def _dates(histories):
    """The date of every month of all runs; None where two of them give one month different dates."""
    longest = max(histories, key=lambda history: history.sizes["month"])
    dates: dict[int, object] = {}
    for history in histories:
        for month, date in zip(history["month"].values, history["date"].values):
            if dates.setdefault(month, date) != date:
                return None
    found = longest["date"].variable
    return type(found)("month", np.array([dates[month] for month in sorted(dates)], dtype=found.dtype), found.attrs)


def missing(histories):
    """What stands for what a run lacks: -1 for codes, no text for texts, NaN for all else."""
    fill: dict[str, object] = {}
    for history in histories:
        for name, variable in history.data_vars.items():
            if "flag_values" in variable.attrs:
                fill[name] = -1
            elif variable.dtype.kind in "OUST":
                fill[name] = ""
            else:
                fill[name] = np.nan
    return fill


def _opened(path):
    import xarray

    from . import accessor  # noqa: F401, which gives datasets `matthew`

    text = _library.path_text(path)
    if not os.path.exists(text):
        raise errors.NotFound(f"there is no file {text}")
    with _library.reading:
        try:
            history = xarray.open_dataset(text, engine="netcdf4")
        except (OSError, ValueError, RuntimeError) as error:
            raise errors.ReadFailed(f"{text}: cannot be read as a history: {error}") from None
    source = history.attrs.get("source", "")
    if not isinstance(source, str) or not source.startswith("matthew "):
        history.close()
        raise errors.ReadFailed(f"{text}: is no history of Matthew")
    return with_own_attributes(history)
