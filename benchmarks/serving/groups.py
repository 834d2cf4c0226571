"""Control groups: what systemd gives to services whose units have ``CPUWeight=``, as gridgov's do.

Without them Linux shares a core among sessions (`sched_autogroup_enabled`), and each of PostgreSQL's processes is a
session of its own: one of them may then wait for milliseconds, at times for tenths of a second, while others that
asked later have their turn. In a control group the processes of a service are equals.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from benchmarks.serving.asking import family

ROOT = Path("/sys/fs/cgroup")
"""Where control groups are mounted; of version 1 the folder `cpu` in it."""

AUTOGROUP = Path("/proc/sys/kernel/sched_autogroup_enabled")


class Groups:
    """Groups that last as long as the benchmark.

    Parameters
    ----------
    room : pathlib.Path or None
        Folder in which groups are made; None makes none.
    """

    def __init__(self, room: Path | None) -> None:
        self._room = room
        self._made: list[Path] = []

    def put(self, name: str, pid: int) -> None:
        """Put a service into a group of its own; the processes it starts later belong there too.

        Parameters
        ----------
        name : str
            Name of the service.
        pid : int
            Its first process.
        """
        if self._room is None:
            return
        group = self._room / f"gridgov-bench-{os.getpid()}-{name}"
        if group not in self._made:
            group.mkdir()
            self._made.append(group)
        for one in family(pid):
            # one may have ended meanwhile
            with suppress(ProcessLookupError):
                (group / "cgroup.procs").write_text(str(one))

    def tell(self) -> str:
        """Say in a few words how the machine's cores are shared.

        Returns
        -------
        str
            For the heading of a table.
        """
        if self._room is not None:
            return "each server and the database in a control group of its own"
        by_session = AUTOGROUP.exists() and AUTOGROUP.read_text().strip() == "1"
        return "no control groups" + (", cores shared among sessions (autogroup)" if by_session else "")

    def remove(self) -> None:
        """Remove the groups; whatever is left in one goes back to where all are."""
        for group in self._made:
            for pid in (group / "cgroup.procs").read_text().split():
                with suppress(OSError):
                    (group.parent / "cgroup.procs").write_text(pid)
            for _ in range(50):
                try:
                    group.rmdir()
                    break
                except OSError:
                    time.sleep(0.1)
        self._made.clear()


@contextmanager
def make_groups(wanted: bool = True) -> Iterator[Groups]:
    """Make room for groups where this machine and this account have it, and clear up afterwards.

    Parameters
    ----------
    wanted : bool
        False makes no groups.

    Yields
    ------
    Groups
        Empty yet.
    """
    groups = Groups(_find_room() if wanted else None)
    try:
        yield groups
    finally:
        groups.remove()


def _find_room() -> Path | None:
    first, second = ROOT / "cpu", ROOT / "cgroup.subtree_control"
    if (first / "cpu.shares").exists():
        room = first
    elif second.exists() and "cpu" in second.read_text().split():
        room = ROOT
    else:
        return None
    return room if os.access(room, os.W_OK) else None
