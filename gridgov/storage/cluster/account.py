"""Which operating-system account runs the server, and the folders it needs."""

from __future__ import annotations

import os
import pwd
import shutil
from dataclasses import dataclass
from pathlib import Path

from gridgov.errors import DatabaseError
from gridgov.storage.cluster.programs import run_program


@dataclass(frozen=True)
class Account:
    """The account that runs the server."""

    name: str
    uid: int
    gid: int


def choose_account(data_folder: Path) -> Account:
    """Choose the account that runs the server: never root.

    Parameters
    ----------
    data_folder : pathlib.Path
        The data folder; when it exists already its owner stays the account.

    Returns
    -------
    Account
        The caller's own account, or for root the owner of the data, else `postgres`, else `nobody`.

    Raises
    ------
    DatabaseError
        When the data belongs to root, or to somebody else than the caller.
    """
    owner = data_folder.stat().st_uid if data_folder.exists() else None
    caller = os.geteuid()
    if owner == 0:
        raise DatabaseError(
            f"The data folder {data_folder} belongs to root, and PostgreSQL never runs as root. Give it to the "
            f"account that made it: chown -R postgres {data_folder}",
            folder=str(data_folder),
        )
    if caller == 0:
        return _account(owner) if owner is not None else _unprivileged()
    if owner is not None and owner != caller:
        raise DatabaseError(
            f"The data folder {data_folder} belongs to {_account(owner).name}, not to you ({_account(caller).name}). "
            "Run this as that account or as root, or set GRIDGOV_STATE_DIR to a folder of your own.",
            folder=str(data_folder),
        )
    return _account(caller)


def give_folder(folder: Path, account: Account, mode: int = 0o700) -> None:
    """Make a folder that belongs to the account.

    Parameters
    ----------
    folder : pathlib.Path
        Folder to make; its parent must exist.
    account : Account
        New owner.
    mode : int
        Permissions.

    Raises
    ------
    DatabaseError
        When something else than a folder of that account is already there.
    """
    folder.mkdir(mode=mode, exist_ok=True)
    seen = folder.lstat()
    if folder.is_symlink() or seen.st_uid not in (account.uid, os.geteuid()):
        raise DatabaseError(
            f"{folder} is a link or belongs to somebody else; the private database will not be put there. Remove it.",
            folder=str(folder),
        )
    if seen.st_uid != account.uid:
        os.chown(folder, account.uid, account.gid, follow_symlinks=False)
    folder.chmod(mode)


def require_reachable(folder: Path, account: Account) -> None:
    """Refuse a folder that the account cannot enter, e.g. one below root's home.

    Parameters
    ----------
    folder : pathlib.Path
        An existing folder.
    account : Account
        Who must enter it.

    Raises
    ------
    DatabaseError
        Naming the folder above it that is closed.
    """
    if account.uid == os.geteuid():
        return
    tries = [*reversed(folder.parents), folder]
    test = shutil.which("test") or "/usr/bin/test"
    closed = [
        place for place in tries if run_program([test, "-x", place], uid=account.uid, gid=account.gid).returncode != 0
    ]
    if closed:
        raise DatabaseError(
            f"The state folder {folder} cannot be used: the database runs as {account.name!r}, who may not enter "
            f"{closed[0]}. Set GRIDGOV_STATE_DIR to a folder that everyone may enter, such as /var/lib/gridgov.",
            folder=str(folder),
            closed=str(closed[0]),
        )


def _account(uid: int) -> Account:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        raise DatabaseError(
            f"User number {uid} has no name on this machine, and PostgreSQL needs one. Add the user to /etc/passwd.",
            uid=uid,
        ) from None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _unprivileged() -> Account:
    for name in ("postgres", "nobody"):
        try:
            return _account(pwd.getpwnam(name).pw_uid)
        except KeyError:
            continue
    raise DatabaseError(
        "You are root, PostgreSQL never runs as root, and there is neither a user 'postgres' nor 'nobody'. "
        "Add one: useradd --system postgres"
    )
