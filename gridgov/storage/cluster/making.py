"""Make a data folder so that a half-made one never looks whole."""

from __future__ import annotations

import contextlib
import os
import pwd
import re
import secrets
import shutil
from pathlib import Path

from gridgov.errors import DatabaseError
from gridgov.storage.cluster.account import Account, give_folder
from gridgov.storage.cluster.config import ADMIN, make_host_rules, make_ident_map
from gridgov.storage.cluster.programs import run_program

MARK = "gridgov.made"
"""File that is written last: its presence says that the folder was made whole, by gridgov."""
NEEDED = (MARK, "PG_VERSION", "global/pg_control", "base", "pg_wal", "postgresql.conf", "pg_hba.conf")


def make_data_folder(programs: Path, data_folder: Path, account: Account, *, sync: bool = True) -> None:
    """Make a data folder under another name, then give it its name in one step.

    Parameters
    ----------
    programs : pathlib.Path
        Folder of the server programs.
    data_folder : pathlib.Path
        Folder to make; must be missing or empty. The caller holds the lock.
    account : Account
        Who will run the server.
    sync : bool
        Whether to wait until everything is on the disk; only a throwaway cluster does without.

    Raises
    ------
    DatabaseError
        When `initdb` fails; nothing is left behind.
    """
    making = data_folder.with_name(f"{data_folder.name}.making-{secrets.token_hex(4)}")
    try:
        give_folder(making, account)
        _init(programs, making, account, sync)
        _configure(making, account)
        _sync_folder(making)
        making.rename(data_folder)
        _sync_folder(data_folder.parent)
    finally:
        # also what others left that were killed; the `initdb` of such a one may still be writing for a second
        for leftover in data_folder.parent.glob(f"{data_folder.name}.making-*"):
            shutil.rmtree(leftover, ignore_errors=True)


def require_whole(data_folder: Path) -> None:
    """Refuse a data folder that gridgov did not finish making, or that has lost parts.

    Parameters
    ----------
    data_folder : pathlib.Path
        An existing folder.

    Raises
    ------
    DatabaseError
        Naming what is missing. Nothing is changed or removed.
    """
    missing = [name for name in NEEDED if not (data_folder / name).exists()]
    if missing:
        raise DatabaseError(
            f"The data folder {data_folder} is half-made, damaged or not gridgov's: it lacks {', '.join(missing)}. "
            "It was left as it is. Move it away and start again, then restore your newest backup: "
            "gridgov db restore FILE",
            folder=str(data_folder),
            missing=missing,
        )


def write_file(path: Path, text: str, account: Account) -> None:
    """Write a small file of the account in one step: the old text or the new one, never half of it.

    Parameters
    ----------
    path : pathlib.Path
        File to write.
    text : str
        Its text.
    account : Account
        Its owner.
    """
    fresh = path.with_name(f"{path.name}.new")
    with contextlib.suppress(FileNotFoundError):
        fresh.unlink()
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        if os.geteuid() == 0:
            os.fchown(file.fileno(), account.uid, account.gid)
        os.fsync(file.fileno())
    fresh.replace(path)


def renew_ident_map(data_folder: Path, account: Account) -> bool:
    """Let the accounts that may use an older cluster use the roles it has gained since.

    Parameters
    ----------
    data_folder : pathlib.Path
        A whole data folder.
    account : Account
        Who runs the server.

    Returns
    -------
    bool
        Whether the file was changed, and a running server has to read it again.
    """
    file = data_folder / "pg_ident.conf"
    before = file.read_text(encoding="utf-8")
    fresh = make_ident_map(re.findall(r'^\S+ "([^"]+)"', before, re.MULTILINE))
    if fresh == before:
        return False
    write_file(file, fresh, account)
    return True


def _init(programs: Path, making: Path, account: Account, sync: bool) -> None:
    change = os.geteuid() == 0
    command: list[str | Path] = [
        programs / "initdb",
        f"--pgdata={making}",
        f"--username={ADMIN}",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
        "--data-checksums",
        "--auth-local=peer",
        "--auth-host=reject",
        *([] if sync else ["--no-sync"]),
    ]
    done = run_program(
        command, uid=account.uid if change else None, gid=account.gid if change else None, cwd=making.parent
    )
    if done.returncode:
        raise DatabaseError(f"The private database cannot be made: {done.stderr.strip() or done.stdout.strip()}")


def _configure(making: Path, account: Account) -> None:
    own = (making / "postgresql.conf").read_text(encoding="utf-8")
    write_file(making / "postgresql.conf", own + "\ninclude_if_exists = 'gridgov.conf'\n", account)
    write_file(making / "pg_hba.conf", make_host_rules(), account)
    caller = pwd.getpwuid(os.geteuid()).pw_name
    write_file(making / "pg_ident.conf", make_ident_map(["root", account.name, caller]), account)
    write_file(making / MARK, "made whole by gridgov\n", account)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
