"""Find the PostgreSQL programs of this machine and run them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gridgov.errors import DatabaseError

INSTALL_HINT = "Install them: apt-get install postgresql postgresql-15-postgis-3 (or your system's PostGIS package)."


def find_programs(major: str | None = None) -> Path:
    """Find the folder of the PostgreSQL server programs.

    Looks in Debian's place, then in the `PATH`, then asks `pg_config`; the newest version that brings PostGIS wins.

    Parameters
    ----------
    major : str, optional
        Major version that is needed because a data folder has it, e.g. ``"15"``.

    Returns
    -------
    pathlib.Path
        Folder that holds `initdb`, `pg_ctl`, `postgres`, `psql`, `pg_dump` and `pg_restore`.

    Raises
    ------
    DatabaseError
        When there is none, or none of the version needed.
    """
    found = {folder: _version(folder) for folder in _candidates()}
    fitting = [folder for folder, version in found.items() if major is None or version == major]
    if fitting:
        return max(fitting, key=lambda folder: (_has_postgis(folder), int(found[folder])))
    if found:
        seen = ", ".join(sorted(set(found.values())))
        raise DatabaseError(
            f"The data folder was made by PostgreSQL {major}, but this machine has version {seen}. Install "
            f"PostgreSQL {major} with PostGIS again, make a backup with it, and restore that into a fresh state "
            "folder.",
            needed=major,
            found=seen,
        )
    raise DatabaseError(f"The PostgreSQL server programs are not on this machine. {INSTALL_HINT}")


def run_program(
    command: Sequence[str | Path],
    *,
    uid: int | None = None,
    gid: int | None = None,
    cwd: Path | None = None,
    timeout: float | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run one PostgreSQL program with a clean environment and return what it said.

    Parameters
    ----------
    command : sequence of str or pathlib.Path
        Program and arguments.
    uid, gid : int, optional
        Account to become first; None keeps the caller's.
    cwd : pathlib.Path, optional
        Working folder; ``/`` unless told, for the account may not enter the caller's.
    timeout : float, optional
        Seconds after which the program is stopped.

    Returns
    -------
    subprocess.CompletedProcess
        Exit code, output and errors as text. A failure does not raise.
    """
    account: dict[str, Any] = {} if uid is None else {"user": uid, "group": gid, "extra_groups": []}
    return subprocess.run(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        cwd=cwd or "/",
        env=clean_environment(),
        timeout=timeout,
        **account,
    )


def clean_environment() -> dict[str, str]:
    """Make the environment for PostgreSQL programs: nothing of the caller's `PG*` settings or language.

    Returns
    -------
    dict of str to str
        The environment.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return kept | {"LC_ALL": "C", "TZ": "UTC"}


def _candidates() -> list[Path]:
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    others = sorted(Path("/usr").glob("pgsql-*/bin"))
    on_path = [Path(where).resolve().parent for name in ("initdb", "postgres") if (where := shutil.which(name))]
    told = []
    if shutil.which("pg_config"):
        answer = run_program(["pg_config", "--bindir"])
        told = [Path(answer.stdout.strip())] if answer.returncode == 0 else []
    return [folder for folder in dict.fromkeys([*debian, *others, *on_path, *told]) if _is_complete(folder)]


def _is_complete(folder: Path) -> bool:
    return all(os.access(folder / name, os.X_OK) for name in ("initdb", "pg_ctl", "postgres"))


def _version(folder: Path) -> str:
    answer = run_program([folder / "postgres", "--version"])
    found = re.search(r"\) (\d+)", answer.stdout)
    return found.group(1) if found else "0"


def _has_postgis(folder: Path) -> bool:
    answer = run_program([folder / "pg_config", "--sharedir"]) if (folder / "pg_config").exists() else None
    if answer is None or answer.returncode:
        debian = Path("/usr/share/postgresql") / folder.parent.name
        return (debian / "extension" / "postgis.control").exists()
    return (Path(answer.stdout.strip()) / "extension" / "postgis.control").exists()
