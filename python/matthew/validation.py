"""A scenario, or a recorded race, held against stylised facts."""

from __future__ import annotations

import json
import math
import os
import warnings
from typing import TYPE_CHECKING, Any

from . import _library, errors, files
from ._library import Handle, encode, library, path_text
from .race import interruptibly, prepared, whole

if TYPE_CHECKING:
    import pandas

    from ._types import ScenarioLike, Settings, Whole

_REPLICATIONS = 10  # as `matthew validate`
_FIRST = ["number", "measured", "standard_error", "low", "high", "unit", "required", "verdict"]


def _is_recorded(scenario):
    """Whether a file is meant that no scenario is in."""
    return (isinstance(scenario, (str, os.PathLike)) and os.path.isfile(scenario) and
            files.kind(scenario) not in ("scenario", "design", "other"))


def _read(path, **given):
    """A recorded race is what it is."""
    for name, value in given.items():
        if value is not None:
            raise errors.BadArgument(f"{name}: it is for scenarios; {path_text(path)} is one race that has been run", key=name)
    return Handle(library.validation_read, library.validation_free, encode(path_text(path), "scenario"))


def _run(scenario, replications, threads):
    for text in scenario.warnings:
        warnings.warn(text, errors.ScenarioWarning, stacklevel=3)
    handle = Handle(library.validation_new, library.validation_free, scenario._handle.pointer,
                    whole(_REPLICATIONS if replications is None else replications, "replications"))
    library.validation_set_threads(handle.pointer, max(-1, min(whole(threads or 0, "threads"), 2**31 - 1)))
    interruptibly(lambda: library.validation_run(handle.pointer), lambda: library.validation_stop(handle.pointer))
    return handle


def _table(found: dict[str, Any]) -> pandas.DataFrame:
    import pandas

    missing = {"measured": math.nan, "standard_error": math.nan, "low": -math.inf, "high": math.inf}
    rows = [{key: missing[key] if value is None and key in missing else value for key, value in fact.items() if key != "values"}
            for fact in found["facts"]]
    table = pandas.DataFrame(rows).set_index("name")
    table = table[_FIRST + [name for name in table.columns if name not in _FIRST]]
    table.attrs.update({key: value for key, value in found.items() if key != "facts"})
    return table


def validate(scenario: ScenarioLike = "frontier-race", *, replications: Whole | None = None, seed: Whole | None = None,
             months: Whole | None = None, firms: Whole | None = None, set: Settings | None = None,
             threads: Whole | None = None) -> pandas.DataFrame:
    """Holds a scenario, or a recorded race, against stylised facts, and returns a pandas table with a row for each.

    scenario: a Scenario, what makes one, or the path of a history. replications: races that differ in their seeds
    alone; 10 when it is None. seed, months, firms, set: what to change in the scenario. threads: 0 or None is all cores;
    the number never changes the results.

    The index is the name of the fact. `measured` is the mean over the replications in which it could be measured, NaN
    in none; `standard_error` is that of this mean, NaN below two. `low` and `high` are its band; `required` says whether
    the scenario must show it; `verdict` is "in band", "out of band" or "not measured". `attrs` of the table have
    `passed`, whether all required facts are in their bands, and scenario, seed, seeds and replications. Ctrl-C raises
    KeyboardInterrupt within a month of the races. Raises BadScenario, BadArgument, NotFound, ReadFailed.

    >>> import matthew
    >>> table = matthew.validate("frontier-race", firms=300, months=24, replications=2, seed=7)
    >>> list(table.columns[:4]), table.attrs["replications"]
    (['number', 'measured', 'standard_error', 'low'], 2)
    """
    if _is_recorded(scenario):
        handle = _read(scenario, replications=replications, seed=seed, months=months, firms=firms, set=set)
    else:
        handle = _run(prepared(scenario, months, firms, seed, set), replications, threads)
    try:
        return _table(json.loads(_library.text(library.validation_text(handle.pointer, 1))))
    finally:
        handle.free()
