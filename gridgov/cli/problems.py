"""From an error to an exit code and a message on the terminal."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from types import MappingProxyType

from gridgov.errors import (
    AccessError,
    ConflictError,
    DatabaseError,
    GridgovError,
    InputError,
    NotFoundError,
    SettingsError,
)

EXIT_CODES: Mapping[type[GridgovError], int] = MappingProxyType(
    {
        InputError: 65,  # EX_DATAERR
        NotFoundError: 66,  # EX_NOINPUT
        DatabaseError: 69,  # EX_UNAVAILABLE
        ConflictError: 73,  # EX_CANTCREAT
        AccessError: 77,  # EX_NOPERM
        SettingsError: 78,  # EX_CONFIG
        GridgovError: 1,
    }
)
"""The codes of sysexits.h, by the nearest class of the error."""


def exit_code(error: GridgovError) -> int:
    """Return the exit code of an error.

    Parameters
    ----------
    error : GridgovError
        What was raised.

    Returns
    -------
    int
        Code of the nearest class in `EXIT_CODES`.
    """
    return next(EXIT_CODES[kind] for kind in type(error).__mro__ if kind in EXIT_CODES)


def show_problem(error: GridgovError) -> None:
    """Write an error for the person at the terminal.

    Parameters
    ----------
    error : GridgovError
        What was raised.
    """
    from rich.console import Console
    from rich.text import Text

    Console(file=sys.stderr, soft_wrap=True).print(Text.assemble((f"{error.code}: ", "bold red"), error.message))
