"""Everything gridgov raises on purpose: one tree, each with a stable code and the facts behind it.

A message says what is wrong, what was seen and what to do. The doors map `code` to an HTTP problem or an exit
code; anything that is not a `GridgovError` is a bug and never reaches a client as text.
"""

from __future__ import annotations

from typing import Any, ClassVar


class GridgovError(Exception):
    """Anything gridgov refuses or cannot do.

    Parameters
    ----------
    message : str
        What is wrong, what was seen, and what to do about it.
    **facts : Any
        The values behind the message, for a program to read.
    """

    code: ClassVar[str] = "gridgov-error"

    def __init__(self, message: str, **facts: Any) -> None:
        super().__init__(message)
        self.message = message
        self.facts = facts


class InputError(GridgovError):
    """The data given cannot be used as it stands."""

    code = "bad-input"


class ForbiddenColumnError(InputError):
    """A file brings a column that gridgov will not hold."""

    code = "forbidden-column"


class CrsError(InputError):
    """A coordinate system is missing, unknown or contradicted by the coordinates."""

    code = "bad-crs"


class QueryError(InputError):
    """A question is put in a way that cannot be answered: a parameter is unknown or wrong."""

    code = "bad-query"


class UnacceptableError(GridgovError):
    """What was asked for is there, but in no representation that the caller accepts."""

    code = "not-acceptable"


class NotFoundError(GridgovError):
    """What was asked for does not exist, or not for this caller."""

    code = "not-found"


class ConflictError(GridgovError):
    """The act contradicts what is already there (a published plan is immutable)."""

    code = "conflict"


class StaleError(ConflictError):
    """The thing was changed since the caller read it."""

    code = "stale"


class UnconditionalError(ConflictError):
    """A change must say which state of the thing it is meant for, and does not."""

    code = "if-match-missing"


class AccessError(GridgovError):
    """The caller is not signed in, or may not do this."""

    code = "access-denied"


class DatabaseError(GridgovError):
    """The database cannot be started, reached or trusted."""

    code = "database"


class BusyError(DatabaseError):
    """More is asked at once than can be answered; the same may be asked again in a moment."""

    code = "busy"


class TooSlowError(DatabaseError):
    """One question took longer than it may."""

    code = "too-slow"


class TooManyError(GridgovError):
    """One caller asks more often than it may; ``facts["retry_after_s"]`` says when it may again."""

    code = "too-many-requests"


class SettingsError(GridgovError):
    """A setting is missing or impossible."""

    code = "bad-setting"
