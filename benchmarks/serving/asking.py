"""Ask a server from outside with eight clients, and see what its answers cost."""

from __future__ import annotations

import math
import os
import random
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.serving.load import EAST, NORTH, SOUTH, WEST

CLIENTS = 8
SCRIPT = Path(__file__).parent / "random.lua"
_TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")
_METRE = 1 / 111_320


@dataclass(frozen=True)
class Measure:
    """What a run of requests came to."""

    rps: float
    p50_ms: float
    p99_ms: float
    py_ms: float
    """CPU of the server's processes a request."""
    pg_ms: float
    """CPU of PostgreSQL's processes a request."""
    kb: float
    """Size of an answer."""


def make_tile_paths(template: str, zoom: int, count: int = 4000, seed: int = 1) -> list[str]:
    """Choose tiles of the town at random.

    Parameters
    ----------
    template : str
        Path with ``{z}``, ``{x}`` and ``{y}``.
    zoom : int
        Zoom.
    count : int
        How many.
    seed : int
        Same seed, same tiles.

    Returns
    -------
    list of str
        Paths.
    """
    west, east, north, south = tile_range(zoom)
    dice = random.Random(seed)
    places = ((dice.randint(west, east), dice.randint(north, south)) for _ in range(count))
    return [template.format(z=zoom, x=x, y=y) for x, y in places]


def make_box_paths(template: str, side_m: float, count: int = 4000, seed: int = 1) -> list[str]:
    """Choose boxes of the town at random.

    Parameters
    ----------
    template : str
        Path with ``{box}``.
    side_m : float
        Length of a side [m].
    count : int
        How many.
    seed : int
        Same seed, same boxes.

    Returns
    -------
    list of str
        Paths.
    """
    dice = random.Random(seed)
    wide, high = side_m * _METRE / math.cos(math.radians(SOUTH)), side_m * _METRE
    corners = ((dice.uniform(WEST, EAST - wide), dice.uniform(SOUTH, NORTH - high)) for _ in range(count))
    return [template.format(box=f"{x:.5f},{y:.5f},{x + wide:.5f},{y + high:.5f}") for x, y in corners]


def tile_range(zoom: int) -> tuple[int, int, int, int]:
    """Return the columns and rows of the tiles of the town.

    Parameters
    ----------
    zoom : int
        Zoom.

    Returns
    -------
    tuple of int
        First and last column, first and last row.
    """
    tiles = 2**zoom

    def row(latitude: float) -> int:
        angle = math.radians(latitude)
        return int((1 - math.asinh(math.tan(angle)) / math.pi) / 2 * tiles)

    return int((WEST + 180) / 360 * tiles), int((EAST + 180) / 360 * tiles), row(NORTH), row(SOUTH)


def measure(
    address: str, paths: list[str], cookie: str, server_pid: int, database_pid: int, seconds: float
) -> Measure:
    """Ask for paths with eight clients for some seconds.

    Parameters
    ----------
    address : str
        Where the server listens.
    paths : list of str
        What is asked, in turn.
    cookie : str
        Header ``Cookie``; empty for none.
    server_pid, database_pid : int
        First processes of the server and of PostgreSQL.
    seconds : float
        How long.

    Returns
    -------
    Measure
        What it came to.

    Raises
    ------
    RuntimeError
        When an answer was not 200.
    """
    with tempfile.NamedTemporaryFile("w", suffix=".paths") as file:
        file.write("\n".join(paths))
        file.flush()
        before = cpu_ms(server_pid), cpu_ms(database_pid)
        program = ["wrk", "-t1", f"-c{CLIENTS}", f"-d{max(1, round(seconds))}", "--timeout", "30"]
        program += ["-s", str(SCRIPT), address]
        environment = {**os.environ, "BENCH_PATHS": file.name, "BENCH_COOKIE": cookie}
        done = subprocess.run(program, env=environment, capture_output=True, text=True, check=True)
        after = cpu_ms(server_pid), cpu_ms(database_pid)
    line = next(line for line in done.stdout.splitlines() if line.startswith("BENCH"))
    requests, duration_us, p50_us, p99_us, failed, size = (int(word) for word in line.split()[1:])
    if not requests and seconds < 20:
        # not one answer in this time: give it more
        return measure(address, paths, cookie, server_pid, database_pid, seconds * 4)
    if failed or not requests:
        raise RuntimeError(f"{failed} of {requests} answers to {paths[0]} were not 200")
    return Measure(
        requests / duration_us * 1e6,
        p50_us / 1000,
        p99_us / 1000,
        (after[0] - before[0]) / requests,
        (after[1] - before[1]) / requests,
        size / requests / 1024,
    )


def cpu_ms(pid: int) -> float:
    """Return the CPU that a process and its descendants used, those that ended too.

    Parameters
    ----------
    pid : int
        The process.

    Returns
    -------
    float
        User and system time [ms].
    """
    return sum(_own_ms(one, ended=True) for one in family(pid))


def family(pid: int) -> Iterator[int]:
    """List a process and its descendants.

    Parameters
    ----------
    pid : int
        The process.

    Yields
    ------
    int
        One after the other, it first.
    """
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = task.read_text().split()
        except OSError:
            continue
        for child in children:
            yield from family(int(child))


def _own_ms(pid: int, ended: bool) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(int(ticks) for ticks in fields[11 : 15 if ended else 13]) * _TICK_MS
