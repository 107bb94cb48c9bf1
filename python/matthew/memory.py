"""The record of a race in memory as an xarray dataset."""

from __future__ import annotations

import ctypes
import json
from typing import TYPE_CHECKING, Any

import numpy as np

from ._library import encode, library, string, text

if TYPE_CHECKING:
    import xarray

_TYPES = {"double": np.float64, "float": np.float32, "int64": np.int64, "int8": np.int8}


def _values(pointer, name, kind, shape):
    """The values of one variable."""
    count = int(np.prod(shape))
    if kind == "text":
        found = (ctypes.c_char_p * count)()
        library.race_record_read(pointer, encode(name, "name"), found, ctypes.sizeof(found))
        return np.array([string(one) for one in found], dtype=str if count else "<U1").reshape(shape)
    values = np.empty(shape, _TYPES[kind])
    library.race_record_read(pointer, encode(name, "name"), values.ctypes.data_as(ctypes.c_void_p), values.nbytes)
    return values


def _dates(values, attributes):
    """Days since a date, in the type that xarray reads from files."""
    begin = np.datetime64(attributes["units"].removeprefix("days since "), "D")
    return (begin + values.astype("timedelta64[D]")).astype("datetime64[ns]"), {"long_name": attributes["long_name"]}


def with_own_attributes(history: xarray.Dataset) -> xarray.Dataset:
    """The same with the version, the model and the seed as attributes of their own."""
    version, _, model = history.attrs["source"].split(" ", 1)[1].partition(", model ")
    history.attrs["version"] = version
    if model.isdigit():
        history.attrs["model"] = int(model)
    history.attrs["seed"] = int(history.attrs["seed"])
    return history


def dataset(pointer: int) -> xarray.Dataset:
    """What the record of a race holds now: names, axes, types, attributes and values of its file."""
    import xarray

    from . import accessor  # noqa: F401, which gives datasets `matthew`

    whole = json.loads(text(library.race_record_text(pointer)))
    variables: dict[str, Any] = {}
    coordinates: dict[str, Any] = {}
    for variable in whole["variables"]:
        name, attributes = variable["name"], variable["attrs"]
        values = _values(pointer, name, variable["type"], variable["shape"])
        if "meanings" in variable:
            codes = np.arange(len(variable["meanings"]), dtype=np.int8)
            attributes["flag_values"] = codes if len(codes) > 1 else codes[0]  # as readers of files give them
            attributes["flag_meanings"] = " ".join(variable["meanings"])
        if name == "date":
            values, attributes = _dates(values, attributes)
        is_coordinate = name == "date" or variable["dims"] == [name]
        (coordinates if is_coordinate else variables)[name] = (variable["dims"], values, attributes)
    attributes = {name: value for name, value in whole["attributes"].items() if name != "coordinates"}
    return with_own_attributes(xarray.Dataset(variables, coordinates, attributes))
