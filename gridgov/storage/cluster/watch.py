"""See whether the server of a data folder lives, and clear what a killed one left behind."""

from __future__ import annotations

import os
import time
from pathlib import Path

from gridgov.errors import DatabaseError

PROC = Path("/proc")
ORPHANS_WAIT_S = 20.0


def find_server(data_folder: Path) -> int | None:
    """Find the process number of the server that runs on a data folder.

    A number in `postmaster.pid` proves nothing: after a power cut or in a fresh container it may belong to any other
    program. The server works inside its data folder, so that is what is asked.

    Parameters
    ----------
    data_folder : pathlib.Path
        The data folder.

    Returns
    -------
    int or None
        Process number, None when no server runs.
    """
    told = _told_pid(data_folder)
    if told is None or not _is_alive(told):
        return None
    if not PROC.is_dir():
        return told
    return told if told in _processes_in(data_folder) else None


def clear_leftovers(data_folder: Path, socket_file: Path) -> None:
    """Remove the lock files of a server that was killed, after the last of its processes has gone.

    Two servers on one data folder destroy it, so the lock file goes only when no process works in the folder.

    Parameters
    ----------
    data_folder : pathlib.Path
        The data folder; no server may run on it.
    socket_file : pathlib.Path
        The Unix socket; its lock lies beside it.

    Raises
    ------
    DatabaseError
        When processes of the killed server do not end.
    """
    if not PROC.is_dir():
        return
    until = time.monotonic() + ORPHANS_WAIT_S
    while orphans := _processes_in(data_folder):
        if time.monotonic() > until:
            raise DatabaseError(
                f"The database server was killed, but its processes {orphans} still work in {data_folder}. "
                "End them (kill), then start again.",
                processes=orphans,
            )
        time.sleep(0.1)
    for leftover in (data_folder / "postmaster.pid", socket_file, socket_file.with_name(socket_file.name + ".lock")):
        leftover.unlink(missing_ok=True)


def _told_pid(data_folder: Path) -> int | None:
    try:
        first = (data_folder / "postmaster.pid").read_text().split("\n", 1)[0].strip()
    except (FileNotFoundError, PermissionError):
        return None
    return int(first) if first.isdigit() else None


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _processes_in(data_folder: Path) -> list[int]:
    inside = os.path.realpath(data_folder)
    return [int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit() and _works_in(entry, inside)]


def _works_in(entry: Path, folder: str) -> bool:
    try:
        program = (entry / "comm").read_text().strip()
        return (
            program in ("postgres", "postmaster")
            and str((entry / "cwd").readlink()) == folder
            and not _is_zombie(entry)
        )
    except OSError:
        return False


def _is_zombie(entry: Path) -> bool:
    return (entry / "stat").read_text().rsplit(")", 1)[-1].split()[0] == "Z"
