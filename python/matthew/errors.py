"""What can go wrong: one exception for each status of the library, all of them `matthew.Error`."""

import re

_PLACE = re.compile(r"(?P<file>[^\n]*?):(?P<line>\d+):(?P<column>\d+): (?:key `(?P<key>[^`]*)`: )?")
_SETTING = re.compile(r"(?:--set )?(?P<key>[^:`=\s]+\.[^:`=]+|months|firms|seed|start_date)(?:=[^:]*)?: ")
_ARGUMENT = re.compile(r"(?P<key>[a-z_]+): ")


class Error(Exception):
    """A failure of the library, in one line. `file`, `line`, `column` and `key` are None where the line names none.

    >>> import matthew
    >>> try:
    ...     matthew.Scenario("firms: 300\\nmonth: 12")
    ... except matthew.Error as error:
    ...     print(error.line, error.key)
    2 month
    """

    status = None  # the library's status code

    def __init__(self, message=""):
        super().__init__(message)
        found = _PLACE.match(str(message))
        if not found and isinstance(self, (BadScenario, TooLarge)):
            found = _SETTING.match(str(message))
        elif not found and isinstance(self, BadArgument):
            found = _ARGUMENT.match(str(message))
        found = found.groupdict() if found else {}
        self.file = found.get("file")
        self.line = int(found["line"]) if "line" in found else None
        self.column = int(found["column"]) if "column" in found else None
        self.key = found.get("key")


class ScenarioWarning(UserWarning):
    """What is legal in a scenario but surely not meant, such as dollars for millions of dollars."""


class NoMemory(Error, MemoryError):
    """Memory could not be allocated."""

    status = 1


class BadScenario(Error, ValueError):
    """The scenario or a setting is not valid."""

    status = 2


class BadArgument(Error, ValueError):
    """An argument is not valid."""

    status = 3


class NotFound(Error, LookupError):
    """A file, scenario or name was not found."""

    status = 4


class Exists(Error):
    """The output exists already."""

    status = 5


class WriteFailed(Error):
    """The output could not be written."""

    status = 6


class ReadFailed(Error):
    """A file could not be read."""

    status = 7


class TooLarge(Error, ValueError):
    """A quantity is too large to be represented exactly."""

    status = 8


class BrokenInvariant(Error):
    """An accounting identity or other invariant of the model does not hold."""

    status = 9


class Stopped(Error):
    """The run was asked to stop."""

    status = 10


BY_STATUS = {kind.status: kind for kind in Error.__subclasses__()}
