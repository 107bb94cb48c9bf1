"""Scenarios: the shipped ones, those of YAML files and texts, and those of mappings; and the table of parameters."""

from __future__ import annotations

import collections.abc
import ctypes
import datetime
import fnmatch
import json
import numbers
import os
from typing import TYPE_CHECKING, Any

from . import errors
from ._library import CHOICE, REAL, SWITCH, Handle, Parameter, encode, library, string, text

if TYPE_CHECKING:
    import pandas

    from ._types import ScenarioLike, Settings

_FROM_MAPPING = "mapping"
_DEPTH_MAX = 32  # as in the library


def scenarios() -> dict[str, str]:
    """The scenarios that come with Matthew: a dict from name to title.

    >>> import matthew
    >>> matthew.scenarios()["frontier-race"]
    'The frontier race'
    """
    return {string(library.shipped_name(i)): string(library.shipped_title(i)) for i in range(library.shipped_count())}


def _plain(value, above=()):
    """A value of a mapping as JSON can write it. NumPy's scalars and arrays become Python's."""
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, (datetime.date, datetime.datetime)):
        return f"{value.year:04}-{value.month:02}"
    if hasattr(value, "tolist"):  # NumPy's scalars and arrays, and what behaves like them
        value = value.tolist()
    if isinstance(value, (bool, str)) or value is None:
        return value
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, numbers.Real):
        return float(value)
    if id(value) in above:
        raise errors.BadScenario("a mapping or list contains itself")
    if len(above) > _DEPTH_MAX:
        raise errors.BadScenario(f"mappings and lists lie in each other more than {_DEPTH_MAX} deep")
    above = (*above, id(value))
    if isinstance(value, collections.abc.Mapping):
        return {str(key): _plain(item, above) for key, item in value.items()}
    if isinstance(value, collections.abc.Iterable) and not isinstance(value, (bytes, bytearray)):
        return [_plain(item, above) for item in value]
    raise errors.BadScenario(f"expected a number, a text, a mapping or a list, found {value!r}")


def _word(value):
    """A value of a setting as it is written after `=`."""
    value = _plain(value)
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, (dict, list)):
        raise errors.BadScenario(f"expected one value, found {value!r}")
    return "~" if value is None else value if isinstance(value, str) else repr(value)


def _settings(settings, above=""):
    """PATH, VALUE of a mapping whose paths may be dotted or nested."""
    for key, value in settings.items():
        path = f"{above}.{key}" if above else str(key)
        if isinstance(value, collections.abc.Mapping):
            yield from _settings(value, path)
        else:
            yield path, _word(value)


def assignments(path, value):
    """PATH=VALUE as the library reads it, of one setting or of everything in a mapping `path`."""
    if not isinstance(path, (str, collections.abc.Mapping)):
        raise errors.BadArgument(f"path: expected a parameter's path or a mapping from paths to values, found {path!r}", key="path")
    settings = path if isinstance(path, collections.abc.Mapping) else {path: value}
    return [encode(f"{key}={word}", "set") for key, word in _settings(settings)]


def _is_text(source):
    """Whether a str is YAML text; a name has no line end and no colon with a space."""
    return not source.endswith((".yaml", ".yml")) and ("\n" in source or ": " in source or source.endswith(":"))


def without_place(error):
    """The failure of a mapping: a line of a text that nobody wrote tells nothing."""
    place = f"{error.file}:{error.line}:{error.column}: "
    if not str(error).startswith(place):
        return error
    return type(error)(str(error)[len(place):], key=error.key, minimum=error.minimum, maximum=error.maximum,
                       nearest=error.nearest)


def _load(source, name):
    if isinstance(source, Scenario):
        return Handle(library.scenario_copy, library.scenario_free, source._handle.pointer)
    if isinstance(source, collections.abc.Mapping):
        # JSON is YAML, and the library tells which key is wrong.
        text = json.dumps(_plain(source), ensure_ascii=False, indent=1)
        try:
            return Handle(library.scenario_from_text, library.scenario_free, encode(name or _FROM_MAPPING, "name"),
                          encode(text, "scenario"))
        except errors.Error as error:
            raise without_place(error) from None
    if isinstance(source, os.PathLike):
        path = os.fspath(source)
        path = path if os.sep in path or path.endswith((".yaml", ".yml")) else os.path.join(".", path)
        return Handle(library.scenario_load, library.scenario_free, encode(path, "path"))
    if not isinstance(source, str):
        raise errors.BadArgument(f"scenario: expected a name, a path, YAML text, a mapping or a Scenario, found {source!r}",
                                 key="scenario")
    if _is_text(source):
        return Handle(library.scenario_from_text, library.scenario_free, encode(name or "text", "name"),
                      encode(source, "scenario"))
    return Handle(library.scenario_load, library.scenario_free, encode(source, "scenario"))


class Scenario:
    """What a race starts from.

    source: the name of a shipped scenario, the path of a YAML file (with `/`, or ending in .yaml or .yml, or a
    pathlib.Path), YAML text, a mapping with the keys of such a file, or another Scenario, which is copied.
    name: what a scenario from text or a mapping is called.

    >>> import matthew
    >>> mine = matthew.Scenario({"base": "frontier-race", "firms": 300, "set": {"customers.*.lock_in": 0.5}})
    >>> mine.firms, mine["customers.consumer.lock_in"]
    (300, 0.5)
    >>> mine.set("months", 24).months
    24
    """

    def __init__(self, source: ScenarioLike = "frontier-race", *, name: str | None = None) -> None:
        self._handle = _load(source, name)

    def set(self, path: str | Settings, value: Any = None) -> Scenario:
        """Sets `path` to `value`, or everything in a mapping `path`; if one is refused, none is set. Returns the scenario.

        Paths are those of `matthew parameters`, firms.NAME.FIELD, strategies.NAME.GENE, months, firms, seed.
        Raises BadScenario, whose message has the nearest path or the allowed range.
        """
        changed = Handle(library.scenario_copy, library.scenario_free, self._handle.pointer)
        for assignment in assignments(path, value):
            library.scenario_set(changed.pointer, assignment)
        self._handle = changed
        return self

    def copy(self) -> Scenario:
        """A scenario of its own with the same values."""
        return Scenario(self)

    __copy__ = copy

    def __deepcopy__(self, memo: object) -> Scenario:
        return self.copy()

    def check(self) -> None:
        """Raises BadScenario or TooLarge where values do not go together. A race checks the same when it is made."""
        library.scenario_check(self._handle.pointer)

    @property
    def yaml(self) -> str:
        """The resolved scenario as YAML text, which loads to the same values bit for bit."""
        return text(library.scenario_text(self._handle.pointer))

    @property
    def warnings(self) -> list[str]:
        """What is legal in the scenario but surely not meant, a sentence each: values that are not plausible, a firm
        beside one of nearly the same name, ... A race of it gives them as `matthew.ScenarioWarning`.

        >>> import matthew
        >>> matthew.Scenario("frontier-race").set("firms.OpenAI.cash", 1e10).warnings
        ['firms.OpenAI.cash: 1e10 is outside the plausible range, -100000 to 1e6 M$']
        """
        return text(library.scenario_warnings(self._handle.pointer)).splitlines()

    @property
    def name(self) -> str:
        return string(library.scenario_name(self._handle.pointer))

    @property
    def months(self) -> int:
        return library.scenario_months(self._handle.pointer)

    @property
    def firms(self) -> int:
        """The number of initial firms, named ones included."""
        return library.scenario_firms(self._handle.pointer)

    @property
    def seed(self) -> int:
        return library.scenario_seed(self._handle.pointer)

    def members(self, dimension: str) -> list[str]:
        """The names in a dimension: "segment", "tier", "region" or "strategy".

        >>> import matthew
        >>> matthew.Scenario("frontier-race").members("segment")
        ['consumer', 'developer', 'enterprise', 'government']
        """
        word = encode(str(dimension), "dimension")
        count = library.scenario_member_count(self._handle.pointer, word)
        if count == 0 or dimension == "firm":
            raise errors.NotFound(f"no dimension {dimension!r}: there are segment, tier, region and strategy")
        return [string(library.scenario_member_name(self._handle.pointer, word, i)) for i in range(count)]

    def _entries(self):
        for index in range(library.parameter_count(self._handle.pointer)):
            entry = Parameter(size=ctypes.sizeof(Parameter))
            library.parameter_get(self._handle.pointer, index, ctypes.byref(entry))
            yield entry

    def __getitem__(self, path: str) -> float | bool | str:
        """The value of a parameter: a number, a bool for a switch, a word for a choice."""
        for entry in self._entries():
            if string(entry.path) == path:
                return _value(entry)
        raise errors.NotFound(f"no parameter {path}")

    def __repr__(self) -> str:
        return f"<matthew.Scenario {self.name}: {self.months} months, {self.firms} firms, seed {self.seed}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return _read_back, (self.yaml, self.name)


def _read_back(text, name):
    return held(Handle(library.scenario_from_text, library.scenario_free, encode(name, "name"), encode(text, "text")))


def held(handle):
    """A Scenario around a handle of the library."""
    made = Scenario.__new__(Scenario)
    made._handle = handle
    return made


def _value(entry):
    if entry.type == SWITCH:
        return bool(entry.value)
    return string(entry.options).split("|")[int(entry.value)] if entry.type == CHOICE else entry.value


def _range(entry):
    if entry.type == REAL:
        return f"{entry.min:g} to {entry.max:g}"
    return "on|off" if entry.type == SWITCH else string(entry.options)


def parameters(pattern: str | None = None, scenario: ScenarioLike | None = None) -> pandas.DataFrame:
    """The parameters whose paths contain `pattern`, or match it where it has `*`, `?` or `[`, as a pandas table.

    Columns: default, unit, range, plausible, any_month, meaning, source; the index is the path. `default` is the value
    in `scenario` (a Scenario or what makes one), and the table's own without one.

    >>> import matthew
    >>> matthew.parameters("customers.consumer.network_exponent").unit.iloc[0]
    '1'
    """
    import pandas

    if pattern is not None and not isinstance(pattern, str):
        raise errors.BadArgument(f"pattern: expected a text, found {pattern!r}", key="pattern")
    if scenario is None:
        scenario = {"firms": 1}
    made = scenario if isinstance(scenario, Scenario) else Scenario(scenario)
    rows = []
    for entry in made._entries():
        path = string(entry.path)
        if pattern is not None and not (fnmatch.fnmatchcase(path, pattern) if set("*?[") & set(pattern)
                                        else pattern in path):
            continue
        real = entry.type == REAL
        rows.append((path, _value(entry), string(entry.unit) if real else "", _range(entry),
                     f"{entry.plausible_min:g} to {entry.plausible_max:g}" if real else _range(entry),
                     bool(entry.any_month), string(entry.description), string(entry.source)))
    columns = ["path", "default", "unit", "range", "plausible", "any_month", "meaning", "source"]
    return pandas.DataFrame(rows, columns=columns).set_index("path")
