"""What can go wrong: one exception for each status of the library, all of them `matthew.Error`."""

from __future__ import annotations

class Error(Exception):
    """A failure of the library, in one line; and its parts, None where they are not known.

    `file`, `line` and `column` are its place, `key` is the key, parameter or argument at fault, `minimum` and `maximum`
    are what is allowed, `nearest` is the name that may have been meant.

    >>> import matthew
    >>> try:
    ...     matthew.Scenario("firms: 300\\nmonth: 12")
    ... except matthew.Error as error:
    ...     print(error.line, error.key)
    2 month
    """

    status: int | None = None  # the library's status code

    file: str | None
    line: int | None
    column: int | None
    key: str | None
    minimum: float | None
    maximum: float | None
    nearest: str | None

    def __init__(self, message: str = "", *, file: str | None = None, line: float | None = None, column: float | None = None,
                 key: str | None = None, minimum: float | None = None, maximum: float | None = None,
                 nearest: str | None = None) -> None:
        super().__init__(message)
        self.file, self.key, self.nearest = file, key, nearest
        self.line, self.column = (None if place is None else int(place) for place in (line, column))
        self.minimum, self.maximum = minimum, maximum


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


BY_STATUS: dict[int | None, type[Error]] = {kind.status: kind for kind in Error.__subclasses__()}
