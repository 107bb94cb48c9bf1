"""A race that is run month by month and asked on the way."""

from __future__ import annotations

import collections.abc
import ctypes
import functools
import operator
import threading
import warnings
from typing import TYPE_CHECKING, Any, Iterator

import numpy as np

from . import _library, errors
from ._library import (EVENTS_ALL, EVENTS_NONE, Column, Handle, HistoryOptions, Indicator, encode, library, path_text, string,
                       table, tables)
from .scenario import Scenario, assignments, held

if TYPE_CHECKING:
    import pandas
    import xarray

    from ._types import Path, Recorded, ScenarioLike, Settings, Whole

_tables: dict[str, Any] = {}


def _table(kind):
    """The columns, indicators or member indicators of the library, read once."""
    if kind not in _tables:
        _tables[kind] = table(getattr(library, kind + "_count"), getattr(library, kind + "_get"),
                              Column if kind == "column" else Indicator)
    return _tables[kind]


@functools.lru_cache(maxsize=None)
def _codes():
    """The columns that hold ids and codes."""
    return {row["name"] for row in tables()["columns"] if row["kind"] != "number"}


def whole(value, what):
    """A whole number of any type, as an int that C can hold."""
    try:
        number = operator.index(value)
    except TypeError:
        raise errors.BadArgument(f"{what}: expected a whole number, found {value!r}", key=what) from None
    if not -2**63 <= number < 2**63:
        raise errors.BadArgument(f"{what}: {number} is too large", key=what)
    return number


def prepared(scenario, months=None, firms=None, seed=None, set=None):
    """A scenario of its own with what was asked for."""
    made = Scenario(scenario)
    if set is not None:
        if not isinstance(set, collections.abc.Mapping):
            raise errors.BadArgument(f"set: expected a mapping from paths to values, found {set!r}", key="set")
        made.set(set)
    if months is not None:
        made.set("months", whole(months, "months"))
    if firms is not None:
        library.scenario_set_firms(made._handle.pointer, whole(firms, "firms"))
    if seed is not None:
        made.set("seed", whole(seed, "seed"))
    return made


def recorded(record):
    """What to record as the library reads it: a word, or names with commas."""
    if isinstance(record, str):
        return encode(record, "record")
    names = list(record) if isinstance(record, collections.abc.Iterable) else []
    if not names or not all(isinstance(name, str) and "," not in name for name in names):
        raise errors.BadArgument(f"record: expected a word or names, found {record!r}", key="record")
    return encode(",".join(names), "record")


def interruptibly(call, stop, forget=None, tick=None):
    """Makes a call that runs races. Python sees signals when the main thread is in Python, so another one calls.

    stop: makes the call return soon. forget: takes back a stop that came too late. tick: called ten times a second.
    """
    done = threading.Event()
    raised: list[BaseException] = []
    interrupt: BaseException | None = None

    def work():
        try:
            call()
        except BaseException as error:
            raised.append(error)
        finally:
            done.set()

    worker = threading.Thread(target=work, name="matthew", daemon=True)
    while not done.is_set():
        try:
            if interrupt is None:
                worker.start()
                while not done.wait(None if tick is None else 0.1):
                    tick()
            elif not done.wait(1) and not worker.is_alive():
                break
        except BaseException as error:  # KeyboardInterrupt, or whatever a signal handler raises
            interrupt = error
            stop()
    if worker.ident is not None:
        worker.join()
    if interrupt is not None:
        if forget is not None:
            forget()
        raise interrupt
    if raised:
        raise raised[0]


def _interruptibly(call, pointer):
    """The same of one race."""
    interruptibly(call, lambda: library.race_stop(pointer), lambda: _forget_stop(pointer))


def _forget_stop(pointer):
    """A wish to stop that came too late would stop the next run."""
    if library.race_month(pointer) > 0:
        library.race_stop(pointer)
        try:
            library.race_step(pointer, 1)  # returns at once
        except errors.Stopped:
            pass


class Columns:
    """The columns of the firms that live: `race.columns.cash`, or `race.columns["cash"]`.

    Each is a NumPy array that is yours, read-only: [firm], or [member, firm] where the column has a dimension. `firm_id`
    beside it tells whose values they are. Ids and codes are int64, all else is float64.
    """

    def __init__(self, race: Race) -> None:
        self._race = race

    def __getitem__(self, name: str) -> np.ndarray:
        entry = _table("column").get(name)
        if entry is None:
            raise errors.NotFound(f"no column {name}")
        race = self._race
        with race._lock:
            lives = race._values("firm_id", 0) >= 0
            dimension = string(entry.dimension)
            if dimension == "firm":
                values = race._values(name, 0)[lives]
            else:
                members = len(race.scenario.members(dimension))
                values = np.array([race._values(name, member)[lives] for member in range(members)])
        if name in _codes():
            values = values.astype(np.int64)
        values.setflags(write=False)
        return values

    def __getattr__(self, name: str) -> np.ndarray:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self[name]
        except errors.NotFound as error:
            raise AttributeError(str(error)) from None

    def __contains__(self, name: object) -> bool:
        return name in _table("column")

    def __iter__(self) -> Iterator[str]:
        return iter(_table("column"))

    def __len__(self) -> int:
        return len(_table("column"))

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *_table("column")]


class Race:
    """A race. Iterating runs it, one month at a time, to its last month.

    scenario: a Scenario, or what makes one. months, firms, seed, set: what to change in it (`set` maps paths to values).
    threads: 0 is all cores; the number never changes the results. check: verify the model's identities every month.
    events: keep what happens, for `race.events`.

    One race may be used by several threads, one at a time; different races run at the same time. Ctrl-C raises
    KeyboardInterrupt at the end of a month, and the race can be run on.

    >>> import matthew
    >>> with matthew.Race("frontier-race", firms=300, months=12, seed=7) as race:
    ...     for month in race:
    ...         if race["revenue_hhi"] > 0.9:
    ...             break
    ...     race.month, len(race.columns.cash) == race["active_firms"]
    (12, True)
    """

    def __init__(self, scenario: ScenarioLike = "frontier-race", *, months: Whole | None = None, firms: Whole | None = None,
                 seed: Whole | None = None, set: Settings | None = None, threads: Whole = 0, check: bool = False,
                 events: bool = False) -> None:
        made = prepared(scenario, months, firms, seed, set)
        for text in made.warnings:
            warnings.warn(text, errors.ScenarioWarning, stacklevel=2)
        self._hold(Handle(library.race_new, library.race_free, made._handle.pointer), threads, check)
        self._keep_events(events)

    def _hold(self, handle, threads, check):
        """Makes this the race of a handle."""
        self._handle, self._lock, self._records = handle, threading.RLock(), False
        self._settings = whole(threads, "threads"), bool(check)
        library.race_set_threads(handle.pointer, max(-1, min(self._settings[0], 2**31 - 1)))
        library.race_set_check(handle.pointer, self._settings[1])
        self._see_scenario()

    def _keep_events(self, events):
        self._events = bool(events)
        library.race_keep_events(self._handle.pointer, EVENTS_ALL if events else EVENTS_NONE)

    def _see_scenario(self):
        self._scenario = held(Handle(library.race_scenario, library.scenario_free, self._handle.pointer))

    # ---- life ----

    @classmethod
    def load(cls, path: Path, *, threads: Whole = 0, check: bool = False, events: bool = False) -> Race:
        """The race that `save` wrote, standing where it stood. Raises NotFound, ReadFailed.

        events: keep those from now on; a saved race has none.
        """
        made = cls.__new__(cls)
        made._hold(Handle(library.race_load, library.race_free, encode(path_text(path), "path")), threads, check)
        made._keep_events(events)
        return made

    def save(self, path: Path) -> Race:
        """Writes the race, its scenario included, into a file from which `Race.load` goes on. Returns the race.

        It takes the place of a saved race alone, and is read by the build of Matthew that wrote it. A history that is
        being written is left out, and so are events. Raises Exists, WriteFailed.
        """
        with self._lock:
            library.race_save(self._pointer, encode(path_text(path), "path"))
        return self

    def copy(self) -> Race:
        """A branch: a race of its own that stands where this one does. Run on, both give the same bits; set otherwise,
        they have common random numbers. Events that are kept go along; a history that is being written is left out.

        >>> import matthew
        >>> race = matthew.Race("frontier-race", firms=300, months=24, seed=7).run(12)
        >>> twin = race.copy().set("customers.portability", 0.9)
        >>> race.run()["revenue_hhi"] != twin.run()["revenue_hhi"]
        True
        """
        with self._lock:
            made = type(self).__new__(type(self))
            made._hold(Handle(library.race_copy, library.race_free, self._pointer), *self._settings)
            made._events = self._events
        return made

    __copy__ = copy

    def __deepcopy__(self, memo: object) -> Race:
        return self.copy()

    @property
    def _pointer(self):
        pointer = self._handle.pointer
        if pointer is None:
            raise errors.BadArgument("the race is closed")
        if self._records and not self._handle.own():
            raise errors.BadArgument("the race writes a history, which only the process that began it may do")
        return pointer

    def close(self) -> None:
        """Completes the history that is being written, if any, and frees the race. Closing twice is legal."""
        with self._lock:
            if self._handle.pointer is None:
                return
            try:
                if self._handle.own():
                    self.end_record()
            finally:
                self._handle.free()

    def __enter__(self) -> Race:
        self._pointer
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    # ---- running ----

    def set(self, path: str | Settings, value: Any = None) -> Race:
        """Sets the parameter `path` to `value` from the next month on, or everything in a mapping `path`. Returns the race.

        It does what an entry of the schedule does, and becomes one of race.scenario. If one setting is refused, none is
        made. Raises BadScenario for values out of range and for what is fixed when a run begins, BadArgument while a
        history is written.

        >>> import matthew
        >>> race = matthew.Race("frontier-race", firms=300, months=12).run(6).set("customers.*.lock_in", 0)
        >>> race.run().digest == matthew.Race(race.scenario).run().digest
        True
        """
        with self._lock:
            settings = assignments(path, value)
            if len(settings) > 1:  # whether all are accepted
                trial = self.copy()
                for one in settings:
                    library.race_set(trial._pointer, one)
                trial.close()
            for one in settings:
                library.race_set(self._pointer, one)
            self._see_scenario()
        return self

    def step(self, months: Whole = 1) -> Race:
        """Runs that many further months, at most to the last month of the scenario. Returns the race."""
        return self.run(self.month + whole(months, "months"))

    def run(self, until: Whole | None = None) -> Race:
        """Runs to the end of month `until`, which is the last month of the scenario when it is None. Returns the race.

        Raises Stopped after stop(), BrokenInvariant with check=True, WriteFailed while a history is written.
        """
        last = self.months if until is None else min(whole(until, "until"), self.months)
        with self._lock:
            months = last - library.race_month(self._pointer)
            if months > 0:
                self._advance(months)
        return self

    def _advance(self, months):
        """Runs further months, holding the lock."""
        pointer = self._pointer
        if months == 1 or threading.current_thread() is not threading.main_thread():
            library.race_step(pointer, months)
        else:
            _interruptibly(lambda: library.race_step(pointer, months), pointer)

    def __iter__(self) -> Iterator[int]:
        """Runs month by month and yields the number of each month that was run."""
        while self.month < self.months:
            self.step()
            yield self.month

    def stop(self) -> None:
        """Makes a run in progress in another thread, or the next one, raise Stopped at the end of a month."""
        library.race_stop(self._pointer)

    # ---- asking ----

    @property
    def month(self) -> int:
        """The month at whose end the race stands; 0 at the start."""
        with self._lock:
            return library.race_month(self._pointer)

    @property
    def scenario(self) -> Scenario:
        """What the race is made from, with what was set since in its schedule: a new race of it is the same race."""
        return self._scenario

    @property
    def months(self) -> int:
        """The last month."""
        return self._scenario.months

    @property
    def digest(self) -> str:
        """A number made from the whole state, as 16 hexadecimal digits: equal for equal states."""
        with self._lock:
            return f"{library.race_digest(self._pointer):016x}"

    @property
    def firms(self) -> list[str]:
        """The names of all firms ever, by their ids; "" for a firm without a name."""
        with self._lock:
            pointer = self._pointer
            return [string(library.race_firm_name(pointer, i)) for i in range(library.race_firm_count(pointer))]

    def register(self) -> pandas.DataFrame:
        """The register as a pandas table: one row for every firm ever, as `matthew.register` gives it of a history.

        >>> import matthew
        >>> table = matthew.Race("frontier-race", firms=300, months=6).run().register()
        >>> table.name[0], str(table.strategy[0]), bool(table.exit_month.isna()[0])
        ('OpenAI', 'lab', True)
        """
        from .tables import register_of

        with self._lock:
            names = self.firms
            columns: dict[str, Any] = {}
            for row in tables()["register"]:
                columns[row["key"]] = names if row["type"] == "text" else self._listed(library.race_register, row, len(names))
            words = {"exit": [row["name"] for row in tables()["exit_reasons"]],
                     **{which: self.scenario.members(which) for which in ("strategy", "region")}}
        return register_of(columns, words)

    @property
    def events(self) -> pandas.DataFrame:
        """What happened since the race began, as a pandas table: what `matthew.events` gives of its history.

        Raises BadArgument for a race that was not made with events=True. Exits and entries at the end of the month
        where the race stands come with the next month. An event takes 40 bytes, which are kept as long as the race.

        >>> import matthew
        >>> race = matthew.Race("frontier-race", firms=300, months=6, events=True).run()
        >>> bool((race.events.kind == "funding_round").any()), int(race.events.month.max())
        (True, 6)
        """
        from .tables import events_of

        with self._lock:
            if not self._events:
                raise errors.BadArgument("events: the race keeps none; make it with events=True", key="events")
            count = library.race_event_count(self._pointer)
            columns = {row["key"]: self._listed(library.race_events, row, count) for row in tables()["event_columns"]}
            return events_of(columns, self.firms)

    def _listed(self, ask, row, count):
        """A column of the register or of the events."""
        values = np.empty(count)
        ask(self._pointer, encode(row["name"], "name"), values.ctypes.data_as(ctypes.POINTER(ctypes.c_double)), count)
        return values

    @property
    def columns(self) -> Columns:
        """The columns of the firms that live now."""
        return Columns(self)

    @property
    def indicators(self) -> list[str]:
        """The names of all indicators."""
        return [*_table("indicator"), *_table("member_indicator")]

    def __contains__(self, name: object) -> bool:
        return name in _table("indicator") or name in _table("member_indicator")

    def __getitem__(self, name: str) -> Any:
        """An indicator of the month where the race stands: a float, or a dict from member to float. NaN: not defined."""
        value = ctypes.c_double()
        with self._lock:
            if name in _table("indicator"):
                library.race_indicator(self._pointer, encode(name, "indicator"), ctypes.byref(value))
                return value.value
            entry = _table("member_indicator").get(name)
            if entry is None:
                hint = f": it is a column, race.columns.{name}" if name in _table("column") else ""
                raise errors.NotFound(f"no indicator {name}{hint}")
            found = {}
            for index, member in enumerate(self.scenario.members(string(entry.dimension))):
                library.race_indicator_of(self._pointer, encode(name, "indicator"), index, ctypes.byref(value))
                found[member] = value.value
            return found

    def _values(self, name, member):
        """The library's own array of a column, one value for each slot. It moves when the race runs on, so callers copy."""
        first, count = ctypes.POINTER(ctypes.c_double)(), ctypes.c_size_t()
        library.race_column(self._pointer, encode(name, "column"), member, ctypes.byref(first), ctypes.byref(count))
        return np.ctypeslib.as_array(first, (count.value,)) if count.value else np.empty(0)

    # ---- recording ----

    def record(self, path: Path, record: Recorded = "default", *, every: Whole = 1, single: bool = False,
               reproducible: bool = False, overwrite: bool = False) -> Race:
        """Writes a history of the race, which stands at month 0, into an HDF5 file while it runs. Returns the race.

        record: "none", "indicators", "default", "all", or names of columns and indicators. every: record every n-th
        month. single: fractions in single precision. reproducible: leave out time, host and threads. The file takes its
        name when the race is closed, or end_record() called. Raises Exists, WriteFailed, BadArgument, NotFound.
        """
        options = HistoryOptions(size=ctypes.sizeof(HistoryOptions), record=recorded(record),
                                 every=whole(every, "every"), single=bool(single), reproducible=bool(reproducible),
                                 overwrite=bool(overwrite))
        with self._lock:
            library.race_open_history(self._pointer, encode(path_text(path), "path"), ctypes.byref(options))
            self._records = True
        return self

    def remember(self, record: Recorded = "indicators", *, every: Whole = 1, single: bool = False) -> Race:
        """Keeps the history of the race, which stands at month 0, in memory while it runs. Returns the race.

        record, every, single: as in `record`. `history` gives it at any month. Copies and saves of the race have none.
        Raises BadArgument, NotFound.
        """
        options = HistoryOptions(size=ctypes.sizeof(HistoryOptions), record=recorded(record),
                                 every=whole(every, "every"), single=bool(single))
        with self._lock:
            library.race_open_record(self._pointer, ctypes.byref(options))
        return self

    def history(self) -> xarray.Dataset:
        """What `remember` has kept so far, as an xarray.Dataset: names, units, axes and values of a file.

        >>> import matthew
        >>> race = matthew.Race("frontier-race", firms=300, months=12).remember(["revenue_hhi", "cash"]).run(6)
        >>> race.history().revenue_hhi.sizes["month"]
        7
        """
        from .memory import dataset

        with self._lock:
            return dataset(self._pointer)

    def end_record(self) -> None:
        """Completes the history that is being written, if any."""
        with self._lock:
            if self._records:
                self._records = False
                library.race_close_history(self._pointer)

    def __repr__(self) -> str:
        if self._handle.pointer is None:
            return f"<matthew.Race {self.scenario.name}, closed>"
        return f"<matthew.Race {self.scenario.name}, month {self.month} of {self.months}>"
