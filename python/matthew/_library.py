"""libmatthew through ctypes: what matthew.h declares, and how its failures become exceptions. Calls release the GIL."""

from __future__ import annotations

import ctypes
import functools
import json
import os
import pathlib
import threading
from typing import TYPE_CHECKING, Any

from . import errors

WAITING = ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "KMP_BLOCKTIME")  # how OpenMP's threads wait
LIBRARY_NAMES = ("libmatthew.so", "libmatthew.dylib")
HERE = pathlib.Path(__file__).resolve().parent

# netCDF4 is not made for threads, so whoever reads a file by it holds this lock. The library itself needs none.
reading = threading.RLock()


def _new_lock():
    global reading
    reading = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_new_lock)


class Parameter(ctypes.Structure):
    _fields_ = [("size", ctypes.c_size_t), ("path", ctypes.c_char * 128), ("type", ctypes.c_int),
                ("any_month", ctypes.c_int), ("value", ctypes.c_double), ("min", ctypes.c_double),
                ("max", ctypes.c_double), ("plausible_min", ctypes.c_double), ("plausible_max", ctypes.c_double),
                ("options", ctypes.c_char_p), ("unit", ctypes.c_char_p), ("description", ctypes.c_char_p),
                ("source", ctypes.c_char_p)]


class Column(ctypes.Structure):
    _fields_ = [("size", ctypes.c_size_t), ("name", ctypes.c_char_p), ("unit", ctypes.c_char_p),
                ("description", ctypes.c_char_p), ("dimension", ctypes.c_char_p), ("is_integer", ctypes.c_int)]


class Indicator(ctypes.Structure):
    _fields_ = [("size", ctypes.c_size_t), ("name", ctypes.c_char_p), ("unit", ctypes.c_char_p),
                ("description", ctypes.c_char_p), ("dimension", ctypes.c_char_p)]


class HistoryOptions(ctypes.Structure):
    _fields_ = [("size", ctypes.c_size_t), ("record", ctypes.c_char_p), ("every", ctypes.c_long),
                ("single", ctypes.c_int), ("reproducible", ctypes.c_int), ("overwrite", ctypes.c_int)]


class SweepFileOptions(ctypes.Structure):
    _fields_ = [("size", ctypes.c_size_t), ("replace", ctypes.c_int), ("reproducible", ctypes.c_int)]


class SweepOptions(ctypes.Structure):
    _fields_ = [("size", ctypes.c_size_t), ("retry_failed", ctypes.c_int), ("progress", ctypes.c_void_p),
                ("context", ctypes.c_void_p)]


class SweepCounts(ctypes.Structure):
    _fields_ = [("size", ctypes.c_size_t), ("points", ctypes.c_size_t), ("replicates", ctypes.c_size_t),
                ("at_most", ctypes.c_int), ("runs", ctypes.c_size_t), ("before", ctypes.c_size_t),
                ("done", ctypes.c_size_t), ("failed", ctypes.c_size_t), ("may_grow", ctypes.c_int),
                ("has_grown", ctypes.c_int), ("kept", ctypes.c_size_t), ("kept_finished", ctypes.c_size_t)]


class Replay(ctypes.Structure):
    _fields_ = [("size", ctypes.c_size_t), ("run_status", ctypes.c_int), ("month", ctypes.c_long),
                ("seed", ctypes.c_uint64), ("digest", ctypes.c_uint64)]


REAL, SWITCH, CHOICE = 0, 1, 2
EVENTS_NONE, EVENTS_MONTH, EVENTS_ALL = 0, 1, 2

_handle, _text, _size, _int, _long = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_long
_handle_out, _double_out = ctypes.POINTER(ctypes.c_void_p), ctypes.POINTER(ctypes.c_double)
STATUS = "status"  # an int that check() looks at
_SIGNATURES: dict[str, tuple[Any, ...]] = {
    "version": (_text,), "revision": (_text,), "message": (_text,), "text_free": (None, _handle),
    "tables_text": (_handle,), "error_text": (_text, _text), "error_number": (_int, _text, _double_out),
    "shipped_count": (_size,), "shipped_name": (_text, _size), "shipped_title": (_text, _size),
    "shipped_text": (_text, _size),
    "scenario_load": (STATUS, _handle_out, _text), "scenario_from_text": (STATUS, _handle_out, _text, _text),
    "scenario_copy": (STATUS, _handle_out, _handle), "scenario_free": (None, _handle),
    "scenario_set": (STATUS, _handle, _text), "scenario_set_firms": (STATUS, _handle, _long),
    "scenario_check": (STATUS, _handle), "scenario_text": (_handle, _handle),
    "scenario_warnings": (_handle, _handle), "scenario_name": (_text, _handle),
    "scenario_months": (_long, _handle), "scenario_firms": (_long, _handle),
    "scenario_seed": (ctypes.c_uint64, _handle), "scenario_member_count": (_int, _handle, _text),
    "scenario_member_name": (_text, _handle, _text, _int),
    "parameter_count": (_size, _handle), "parameter_get": (STATUS, _handle, _size, ctypes.POINTER(Parameter)),
    "race_new": (STATUS, _handle_out, _handle), "race_free": (None, _handle),
    "race_set_threads": (STATUS, _handle, _int), "race_set_check": (None, _handle, _int),
    "race_step": (STATUS, _handle, _long), "race_stop": (None, _handle), "race_month": (_long, _handle),
    "race_digest": (ctypes.c_uint64, _handle), "race_set": (STATUS, _handle, _text),
    "race_scenario": (STATUS, _handle_out, _handle), "race_copy": (STATUS, _handle_out, _handle),
    "race_save": (STATUS, _handle, _text), "race_load": (STATUS, _handle_out, _text),
    "column_count": (_size,), "column_get": (STATUS, _size, ctypes.POINTER(Column)),
    "race_column": (STATUS, _handle, _text, _int, ctypes.POINTER(_double_out), ctypes.POINTER(ctypes.c_size_t)),
    "race_firm_count": (_size, _handle), "race_firm_name": (_text, _handle, _size),
    "race_register": (STATUS, _handle, _text, ctypes.POINTER(ctypes.c_double), ctypes.c_size_t),
    "race_keep_events": (STATUS, _handle, _int), "race_event_count": (_size, _handle),
    "race_events": (STATUS, _handle, _text, ctypes.POINTER(ctypes.c_double), ctypes.c_size_t),
    "indicator_count": (_size,), "indicator_get": (STATUS, _size, ctypes.POINTER(Indicator)),
    "race_indicator": (STATUS, _handle, _text, _double_out),
    "member_indicator_count": (_size,), "member_indicator_get": (STATUS, _size, ctypes.POINTER(Indicator)),
    "race_indicator_of": (STATUS, _handle, _text, _int, _double_out),
    "race_open_history": (STATUS, _handle, _text, ctypes.POINTER(HistoryOptions)),
    "race_close_history": (STATUS, _handle),
    "race_open_record": (STATUS, _handle, ctypes.POINTER(HistoryOptions)), "race_close_record": (None, _handle),
    "race_record_text": (_handle, _handle), "race_record_read": (STATUS, _handle, _text, ctypes.c_void_p, _size),
    "file_kind": (STATUS, _text, ctypes.POINTER(ctypes.c_char_p)), "file_info_text": (STATUS, _handle_out, _text, _int),
    "validation_new": (STATUS, _handle_out, _handle, _long), "validation_read": (STATUS, _handle_out, _text),
    "validation_free": (None, _handle), "validation_set_threads": (STATUS, _handle, _int),
    "validation_run": (STATUS, _handle), "validation_stop": (None, _handle), "validation_text": (_handle, _handle, _int),
    "sweep_load": (STATUS, _handle_out, _text), "sweep_from_text": (STATUS, _handle_out, _text, _text, _text),
    "sweep_read": (STATUS, _handle_out, _text), "sweep_free": (None, _handle),
    "sweep_set_threads": (STATUS, _handle, _int), "sweep_warnings": (_handle, _handle),
    "sweep_open": (STATUS, _handle, _text, ctypes.POINTER(SweepFileOptions)), "sweep_close": (None, _handle),
    "sweep_count": (STATUS, _handle, ctypes.POINTER(SweepCounts)),
    "sweep_run": (STATUS, _handle, ctypes.POINTER(SweepOptions)), "sweep_stop": (None, _handle),
    "sweep_trouble": (_text, _handle),
    "sweep_replay": (STATUS, _handle, _text, _long, _text, ctypes.POINTER(HistoryOptions), ctypes.POINTER(Replay)),
}


def path():
    """The shared library: what MATTHEW_LIBRARY names, else the one that came with the package."""
    named = os.environ.get("MATTHEW_LIBRARY")
    if named:
        return pathlib.Path(named)
    for name in LIBRARY_NAMES:
        if (HERE / name).exists():
            return HERE / name
    try:  # an editable install has the sources in one place and the library in another
        from importlib.metadata import files as installed

        for file in installed("matthew") or ():
            if file.name in LIBRARY_NAMES:
                return pathlib.Path(file.locate())
    except ImportError:
        pass
    raise ImportError("libmatthew is missing beside the Python package: run `pip install .` in the sources, or name "
                      "the library in the environment variable MATTHEW_LIBRARY")


def failure(status):
    """The exception of the last failure in this thread, with what the library knows of it."""
    kind, text = errors.BY_STATUS.get(status, errors.Error), message()
    return kind(text) if kind is errors.NoMemory else kind(text, **_known())


def _known():
    """The fields of the last failure that an exception has beside its status and message."""
    known, number = {}, ctypes.c_double()
    for row in tables()["error_fields"]:
        name = row["name"]
        if name in ("status", "message", "reason"):
            continue
        if row["type"] == "number":
            if library.error_number(encode(name, "field"), ctypes.byref(number)):
                known[name] = number.value
        elif found := string(library.error_text(encode(name, "field"))):
            known[name] = found
    return known


def _checked(status, function, arguments):
    if status:
        raise failure(status)
    return status


def _loaded():
    """The library, whose threads sleep between two calls. OpenMP's own way is to keep them running for a while, which takes the
    core from whoever waits for them, month after month, when cores are busy. Who has set how they wait has chosen."""
    if any(name in os.environ for name in WAITING):
        return ctypes.CDLL(os.fspath(path()))
    os.environ[WAITING[0]] = "passive"  # read when OpenMP's library is loaded, and not by what is loaded later
    try:
        return ctypes.CDLL(os.fspath(path()))
    finally:
        del os.environ[WAITING[0]]


class _Library:
    """matthew_NAME of the library is `library.NAME`; a failure raises."""

    def __init__(self):
        loaded = _loaded()
        for name, (result, *arguments) in _SIGNATURES.items():
            function = getattr(loaded, "matthew_" + name)
            function.argtypes = arguments
            function.restype = ctypes.c_int if result == STATUS else result
            if result == STATUS:
                function.errcheck = _checked
            setattr(self, name, function)

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...


library = _Library()


def string(found):
    return "" if found is None else found.decode("utf-8", "replace")


def message():
    """What the last failure in this thread was."""
    return string(library.message())


def encode(text, what):
    """UTF-8 for the library; refuses what C cannot hold."""
    if not isinstance(text, str):
        raise errors.BadArgument(f"{what}: expected a text, found {text!r}", key=what)
    try:
        encoded = text.encode("utf-8")
    except UnicodeEncodeError:
        raise errors.BadArgument(f"{what}: {text!r} is not text that can be written as UTF-8", key=what) from None
    if b"\0" in encoded:
        raise errors.BadArgument(f"{what}: {text!r} contains a zero character", key=what)
    return encoded


def path_text(path, what="path", expected="a path"):
    """A path as text."""
    try:
        return os.fsdecode(path)
    except TypeError:
        raise errors.BadArgument(f"{what}: expected {expected}, found {path!r}", key=what) from None


class Handle:
    """An object of the library, freed with this one; never by a forked child, which would complete its parent's files."""

    def __init__(self, make, free, *arguments):
        self._free, self._process, self.pointer = free, os.getpid(), None
        made = ctypes.c_void_p()
        make(ctypes.byref(made), *arguments)
        self.pointer = made.value

    def own(self):
        """Whether this process made it; False in a forked child."""
        return self._process == os.getpid()

    def free(self):
        pointer, self.pointer = self.pointer, None
        if pointer is not None and self.own():
            self._free(pointer)

    def __del__(self):
        self.free()


def text(pointer):
    """A text that the library made, freed there."""
    if pointer is None:
        status = ctypes.c_double()
        library.error_number(b"status", ctypes.byref(status))
        raise failure(int(status.value))
    try:
        return string(ctypes.string_at(pointer))
    finally:
        library.text_free(pointer)


@functools.lru_cache(maxsize=None)
def tables():
    """Every table of the library: {name: [rows]}."""
    return json.loads(text(library.tables_text()))


def table(count, get, kind):
    """The entries of a table of the library, as a dict by name."""
    entries = {}
    for index in range(count()):
        entry = kind(size=ctypes.sizeof(kind))
        get(index, ctypes.byref(entry))
        entries[string(entry.name)] = entry
    return entries
