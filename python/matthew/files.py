"""What a file is, without reading its values."""

from __future__ import annotations

import ctypes
import json
from typing import TYPE_CHECKING, Any

from . import _library
from ._library import encode, library, path_text, string

if TYPE_CHECKING:
    from ._types import Path


def kind(path: Path) -> str:
    """"history", "part", "sweep", "hdf5", "race", "scenario", "design" or "other", as matthew_file_kind."""
    found = ctypes.c_char_p()
    library.file_kind(encode(path_text(path), "path"), ctypes.byref(found))
    return string(found.value)


def info(path: Path) -> dict[str, Any]:
    """What is in a history or in the results of a sweep, also while they are written: what `matthew info --json` prints.

    "kind" is "history" or "sweep". Takes some ms. Raises NotFound, ReadFailed.

    >>> import matthew
    >>> with matthew.Race("frontier-race", firms=300, months=3, seed=7) as race:
    ...     _ = race.record("three.h5").run()
    >>> found = matthew.info("three.h5")
    >>> found["kind"], found["seed"], found["last_month"], found["status"]
    ('history', 7, 3, 'complete')
    """
    made = ctypes.c_void_p()
    library.file_info_text(ctypes.byref(made), encode(path_text(path), "path"), 1)
    return json.loads(_library.text(made.value))
