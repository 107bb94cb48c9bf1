"""Matthew: races of firms for customers, talent, compute and capital.

docs/reference.md describes every column and indicator.
"""

from ._library import library as _loaded
from ._library import string as _string
from .errors import (BadArgument, BadScenario, BrokenInvariant, Error, Exists, NoMemory, NotFound, ReadFailed, Stopped,
                     TooLarge, WriteFailed)
from .scenario import Scenario, parameters, scenarios

__version__ = _string(_loaded.version())
revision = _string(_loaded.revision())

__all__ = ["BadArgument", "BadScenario", "BrokenInvariant", "Error", "Exists", "NoMemory", "NotFound", "ReadFailed",
           "Scenario", "Stopped", "TooLarge", "WriteFailed", "parameters", "scenarios"]
