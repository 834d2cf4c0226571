"""From an error to an exit code and a message on the terminal."""

from __future__ import annotations

import errno
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


def from_system(error: OSError) -> GridgovError:
    """Say what the machine refused: a file where a folder must be, a folder that is closed, a full disk.

    Parameters
    ----------
    error : OSError
        What was raised.

    Returns
    -------
    GridgovError
        The same, for a person.

    Raises
    ------
    OSError
        The error itself when it is about no file and no disk: then it is a mistake of gridgov.

    Examples
    --------
    >>> from_system(FileExistsError(17, "File exists", "plan")).message
    "There is a file 'plan' where a folder must be. Name another folder, or move the file."
    """
    # a file that is moved into place has two names: the second is the one that was asked for
    name = error.filename if error.filename2 is None else error.filename2
    place = f"'{name}'" if name is not None else "the disk"
    for kind, said in _REFUSALS.items():
        if isinstance(error, kind) and name is not None:
            return ConflictError(said.format(place=place))
    if error.errno == errno.EROFS:
        return ConflictError(f"Nothing can be written to {place}: its disk is read-only. Name another place.")
    if error.errno == errno.ENOSPC:
        return ConflictError(f"There is no room left to write {place}. Free some, then run it again.")
    raise error


_REFUSALS = {
    FileNotFoundError: "There is no {place}, and it cannot be made. Name another place.",
    FileExistsError: "There is a file {place} where a folder must be. Name another folder, or move the file.",
    NotADirectoryError: "There is a file where a folder must be, on the way to {place}. Name another folder.",
    IsADirectoryError: "There is a folder {place} where a file must be. Name a file in it, or move the folder.",
    PermissionError: "This account may not write or read {place}. Name another place, or ask who owns it.",
}


def show_problem(error: GridgovError) -> None:
    """Write an error for the person at the terminal.

    Parameters
    ----------
    error : GridgovError
        What was raised.
    """
    # rich takes long to load: only when something is shown
    from gridgov.cli.language import translate
    from gridgov.cli.screen import Screen, mark

    Screen(stderr=True).print(mark(f"{error.code}:", "bold red"), translate(error.message))
