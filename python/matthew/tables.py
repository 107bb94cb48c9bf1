"""Histories as pandas tables: firms by month, events, and the register of all firms."""

from __future__ import annotations

import collections.abc
import difflib
import operator
from typing import TYPE_CHECKING, Sequence

import numpy as np

from . import errors
from ._library import tables

if TYPE_CHECKING:
    import pandas
    import xarray


def _coded(variable, values):
    """Codes as a pandas Categorical of their words; ids and months become whole numbers whose -1 is missing."""
    import pandas

    words = variable.attrs.get("flag_meanings", "").split()
    if words:
        places = {int(code): place for place, code in enumerate(np.atleast_1d(variable.attrs["flag_values"]))}
        codes = [places.get(int(value), -1) if value == value else -1 for value in values]
        return pandas.Categorical.from_codes(codes, categories=words)
    if values.dtype.kind in "iu" or "-1" in variable.attrs.get("long_name", ""):
        whole = pandas.Series(values).astype("Int64")
        return whole.where(whole != -1) if "-1" in variable.attrs.get("long_name", "") else whole
    return values


def as_dataset(given, what):
    """An argument that has to be a dataset; a path is none."""
    import xarray

    if not isinstance(given, xarray.Dataset):
        raise errors.BadArgument(f"{what}: expected an xarray.Dataset, as matthew.run, matthew.open and matthew.sweep give, "
                                 f"found {repr(given) if isinstance(given, str) else type(given).__name__}", key=what)
    return given


def _each(history, make):
    """make(run) of one run; of several the tables under each other, with the seed as first column."""
    import pandas

    if "seed" not in as_dataset(history, "history").dims:
        return make(history)
    made = []
    for seed in history["seed"].values:
        one = make(history.sel(seed=seed))
        one.insert(0, "seed", int(seed))
        made.append(one)
    return pandas.concat(made, ignore_index=True)


def _listed(history, name, first):
    """The columns of a table on their axis, by their keys, and the axis; what another run had more of is left out."""
    import pandas

    axis, *rows = tables()[name]
    needed = next(row["name"] for row in rows if row["key"] == first)
    if needed not in history:
        raise errors.NotFound(f"{needed} is not in this dataset: it was not recorded")
    there = ~np.isnan(history[needed].values.astype(float))
    columns = {}
    for row in rows:
        if row["name"] in history:
            variable = history[row["name"]].variable
            columns[row["key"]] = _coded(variable, variable.values[there])
    return pandas.DataFrame(columns), history[axis["name"]].values[there].astype(int)


def _in_order(table):
    first = ["firm", "name", "entry_month", "exit_month", "exit_reason"]
    return table[first + [name for name in table.columns if name not in first]]


def _register(history):
    table, ids = _listed(history, "register", "entry_month")
    table.insert(0, "firm", ids)
    return _in_order(table)


def register_of(columns, words):
    """The register from columns by their keys, as a race has them; words has the names of each kind of code."""
    import pandas

    made = {}
    for row in tables()["register"]:
        values = columns[row["key"]]
        if row["codes"]:
            values = pandas.Categorical.from_codes(values.astype(int), categories=words[row["codes"]])
        elif row["type"] == "whole":
            whole = pandas.Series(values.astype(np.int64)).astype("Int64")
            values = whole.where(whole != -1) if "-1" in row["description"] else whole
        made[row["key"]] = values
    return _in_order(pandas.DataFrame(made).astype({"firm": int}))


def register(history: xarray.Dataset) -> pandas.DataFrame:
    """The register of a history: one row for every firm ever, with its id, name, entry, exit and what came of it.

    Codes are pandas Categoricals. Months and ids that there are not are missing. Several runs: a column `seed`.

    >>> import matthew
    >>> table = matthew.register(matthew.run("frontier-race", firms=300, months=6))
    >>> table.name[0], str(table.strategy[0]), bool(table.exit_month.isna()[0])
    ('OpenAI', 'lab', True)
    """
    return _each(history, _register)


def _events(history):
    table, _ = _listed(history, "event_columns", "month")
    variable = {row["key"]: row["name"] for row in tables()["register"]}
    return _with_names(table, dict(zip(history[variable["firm"]].values.astype(int), history[variable["name"]].values)))


def _with_names(table, names):
    for who in ("firm", "other"):
        table.insert(len(table.columns), "name" if who == "firm" else "other_name",
                     [names.get(int(i), "") if i == i and i is not None else "" for i in table[who].fillna(-1)])
    return table


def events_of(columns, names):
    """The events from columns by their keys, as a race has them, and the names of all firms by their ids."""
    import pandas

    made = {}
    kinds = ["none", *(row["name"] for row in tables()["events"])]  # codes are 1, 2, ...; files name 0, too
    for row in tables()["event_columns"][1:]:
        values = columns[row["key"]]
        if row["key"] == "kind":
            values = pandas.Categorical.from_codes(values.astype(int), kinds)
        elif row["type"] == "whole":
            whole = pandas.Series(values.astype(np.int64)).astype("Int64")
            values = whole.where(whole != -1) if "-1" in row["description"] else whole
        made[row["key"]] = values
    return _with_names(pandas.DataFrame(made), dict(enumerate(names)))


def events(history: xarray.Dataset) -> pandas.DataFrame:
    """The events of a history: month, kind, firm, the other firm, amount, and both names.

    >>> import matthew
    >>> table = matthew.events(matthew.run("frontier-race", firms=300, months=6))
    >>> bool((table.kind == "funding_round").any()), list(table.columns)
    (True, ['month', 'kind', 'firm', 'other', 'amount', 'name', 'other_name'])
    """
    return _each(history, _events)


def _members(history, names):
    """Name and values [month, firm] of every column, members one by one: staff_researcher, staff_engineer, ..."""
    for name in names:
        if name not in history or not {"month", "firm"} <= set(history[name].dims):
            raise errors.NotFound(f"{name} is no column of firms in this dataset")
        found = history[name].transpose("month", ..., "firm")
        if found.ndim == 2:
            yield name, found.variable, found.values
            continue
        for member in found[found.dims[1]].values:
            one = found.sel({found.dims[1]: member})
            yield f"{name}_{member}", one.variable, one.values


def _lives(history, columns):
    """Where firms live, [month, firm]: from the month after their founding, initial firms from month 0, to their exit. Of
    several runs one may lack months: nothing in its columns is known there."""
    entry, leaving = (history[name].values.astype(float) for name in ("entry_month", "exit_month"))
    month = history["month"].values[:, None]
    lives = ((entry == 0) | (entry < month)) & (np.isnan(leaving) | (leaving < 0) | (month <= leaving))
    if columns:
        known = [values >= 0 if "flag_values" in variable.attrs else values == values for _, variable, values in columns]
        lives &= np.any(known, axis=0).any(axis=1, keepdims=True)
    return lives


def panel(history: xarray.Dataset, columns: str | Sequence[str] | None = None) -> pandas.DataFrame:
    """Firms by month as a long table: firm, month, name, entry_month, exit_month, exit_reason, then the columns.

    columns: names of columns of firms; all that are there when None. A column of members becomes one for each:
    staff_researcher, ... There is a row for every month in which a firm lived.

    >>> import matthew
    >>> ds = matthew.run("frontier-race", firms=300, months=3, record=["cash", "staff"])
    >>> table = matthew.panel(ds, ["cash", "staff"])
    >>> list(table.columns[-4:]), int((table.month == 0).sum())
    (['cash', 'staff_researcher', 'staff_engineer', 'staff_operations'], 300)
    """
    history = as_dataset(history, "history")
    if isinstance(columns, str):
        columns = [columns]
    if columns is None:
        columns = [str(name) for name, variable in history.data_vars.items() if {"month", "firm"} <= set(variable.dims)]
    if not isinstance(columns, collections.abc.Iterable):
        raise errors.BadArgument(f"columns: expected names of columns, found {columns!r}", key="columns")

    def make(one):
        import pandas

        found = list(_members(one, columns))
        month, firm = np.nonzero(_lives(one, found))
        table = pandas.DataFrame({"firm": one["firm"].values[firm].astype(int), "month": one["month"].values[month]})
        lives = _register(one).set_index("firm")[["name", "entry_month", "exit_month", "exit_reason"]]
        table = table.join(lives, on="firm")
        for name, variable, values in found:
            table[name] = _coded(variable, values[month, firm])
        return table.sort_values(["firm", "month"], ignore_index=True)

    return _each(history, make)


def _names(history):
    """The names of all firms of one run by their ids, "" for a firm without one."""
    variable = {row["key"]: row["name"] for row in tables()["register"]}
    if variable["name"] not in history:
        raise errors.NotFound(f"{variable['name']} is not in this dataset: it was not recorded")
    return dict(zip(history[variable["firm"]].values.astype(int).tolist(), map(str, history[variable["name"]].values)))


def named(history):
    """The names of the firms that have one, in the order of their ids; of several runs those that every run has."""
    runs = [history.sel(seed=seed) for seed in history["seed"].values] if "seed" in history.dims else [history]
    names = [_names(run).values() for run in runs]
    return [name for name in names[0] if name and all(name in others for others in names)]


def _number(history, which):
    """The id of the firm with this name or id in one run."""
    names = _names(history)
    if isinstance(which, str):
        found = [number for number, name in names.items() if which and name == which]
        if found:
            return found[0]
        places = {name.lower(): name for name in names.values() if name}
        near = difflib.get_close_matches(which.lower(), places, 1)
        raise errors.NotFound(f"no firm is called {which!r}: " +
                              (f"did you mean {places[near[0]]!r}?" if near else "the names are in ds.matthew.firms"))
    try:
        number = operator.index(which)
    except TypeError:
        raise errors.BadArgument(f"firm: expected a name or an id, found {which!r}", key="firm") from None
    if number not in names:
        raise errors.NotFound(f"no firm has the id {number}: ids are {min(names)} to {max(names)}")
    return number


def _life(history, which):
    number = _number(history, which)
    columns = [name for name, variable in history.data_vars.items() if {"month", "firm"} <= set(variable.dims)]
    if not columns:
        raise errors.NotFound("there are no columns of firms in this dataset: record some")
    alone = history.isel(firm=np.flatnonzero(history["firm"].values == number)).load()
    lives = _lives(alone, list(_members(alone, columns)))
    one = alone[columns].isel(month=np.flatnonzero(lives[:, 0]), firm=0)
    return one.assign_coords(firm=number, name=_names(history)[number])


def life(history, which):
    """The columns of the firm with this name or id over its life: [month], or [month, member]; of several runs [seed, ...]."""
    import xarray

    from .history import missing

    if "seed" not in history.dims:
        return _life(history, which)
    lives = [_life(history.sel(seed=seed), which) for seed in history["seed"].values]
    return xarray.concat(lives, dim=history["seed"].variable, data_vars="all", coords="different", compat="equals", join="outer",
                         fill_value=missing(lives))
