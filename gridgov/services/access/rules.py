"""The rules of access: roles, times and how many failures."""

from __future__ import annotations

from datetime import timedelta

from gridgov.errors import InputError

ROLES = ("viewer", "officer", "supervisor", "analyst", "administrator", "auditor")
"""What an account may be."""

LANGUAGES = ("zh", "en")
"""Languages of the interface."""

FAILURES_ALLOWED = 8
FAILURE_WINDOW = timedelta(minutes=15)
"""After so many failures in so long a time a login is locked, whether an account bears it or not."""

SESSION_IDLE = timedelta(hours=2)
SESSION_LONGEST = timedelta(hours=12)
"""A session ends after this long without a request, and after this long in any case."""

APP_PASSWORDS_MOST = 20
"""App passwords that one account may hold."""

RECOVERY_CODES = 10
"""Codes for a lost telephone, each good for once."""


def require_one_of(what: str, value: str, allowed: tuple[str, ...]) -> None:
    """Refuse a word that is not in a list.

    Parameters
    ----------
    what : str
        What the word is for.
    value : str
        The word.
    allowed : tuple of str
        The list.

    Raises
    ------
    InputError
        When it is not there.
    """
    if value not in allowed:
        raise InputError(
            f"The {what} {value!r} does not exist. Choose one of: {', '.join(allowed)}.", **{what: value}
        )
