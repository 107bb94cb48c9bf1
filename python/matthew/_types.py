"""What the hints of the package call by a name. Nothing here is needed when it runs."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Mapping, Sequence, SupportsIndex, Union

if TYPE_CHECKING:
    from .scenario import Scenario

    Path = Union[str, "os.PathLike[str]"]
    ScenarioLike = Union[str, "os.PathLike[str]", Mapping[str, Any], Scenario]
    Settings = Mapping[str, Any]
    Recorded = Union[str, Sequence[str]]
    Whole = SupportsIndex
