"""Matthew: races of firms for customers, talent, compute and capital.

>>> import matthew
>>> ds = matthew.run("frontier-race", firms=300, months=24, seed=7)
>>> float(ds.revenue_hhi[-1]) > 0
True

run() gives a history as an xarray.Dataset, Race runs month by month, Scenario is what both start from. docs/python.md
describes every function; docs/reference.md every column and indicator.
"""

from __future__ import annotations

from ._library import library as _loaded
from ._library import string as _string
from .errors import (BadArgument, BadScenario, BrokenInvariant, Error, Exists, NoMemory, NotFound, ReadFailed,
                     ScenarioWarning, Stopped, TooLarge, WriteFailed)
from .scenario import Scenario, parameters, scenarios

__version__ = _string(_loaded.version())
revision = _string(_loaded.revision())

__all__ = ["BadArgument", "BadScenario", "BrokenInvariant", "Error", "Exists", "NoMemory", "NotFound", "Race",
           "ReadFailed", "Scenario", "ScenarioWarning", "Stopped", "TooLarge", "WriteFailed", "events", "info", "open", "paired", "panel",
           "parameters", "register", "replay", "run", "scenarios", "sweep", "validate"]

from .files import info  # noqa: E402
from .history import open, run  # noqa: E402
from .race import Race  # noqa: E402
from .sweeps import paired, replay, sweep  # noqa: E402
from .tables import events, panel, register  # noqa: E402
from .validation import validate  # noqa: E402
