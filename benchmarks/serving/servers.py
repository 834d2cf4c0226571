"""The servers that are compared, each in processes of its own, and ST_AsMVT alone."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from benchmarks.serving.asking import CLIENTS, cpu_ms, tile_range
from gridgov.storage.cluster import PrivateCluster
from gridgov.storage.tiles import BUFFER, EXTENT

ROOT = Path(__file__).resolve().parent.parent.parent
PEER = ROOT / "benchmarks" / "out" / "tipg"
"""Environment of TiPg; `make bench-serving` makes it from requirements/serving-peers.txt."""

START_WAIT_S = 180


@contextmanager
def serve_gridgov(state: Path, workers: int, cache_mb: int) -> Iterator[tuple[str, int]]:
    """Run `gridgov serve` on the town.

    Parameters
    ----------
    state : pathlib.Path
        State folder with the town.
    workers : int
        Processes.
    cache_mb : int
        Room for tiles; 0 lets each be drawn anew.

    Yields
    ------
    tuple of str and int
        Address and first process.
    """
    more = {
        "GRIDGOV_STATE_DIR": str(state),
        "GRIDGOV_TILE_CACHE_MB": str(cache_mb),
        # counted, but never reached
        "GRIDGOV_LIMIT_ACCOUNT_PER_S": "1e9",
        "GRIDGOV_LIMIT_ADDRESS_PER_S": "1e9",
    }
    program = [sys.executable, "-m", "gridgov", "serve", "--workers", str(workers)]
    with _serve(program, more, "/healthz") as running:
        yield running


@contextmanager
def serve_peer(cluster: PrivateCluster, workers: int) -> Iterator[tuple[str, int]]:
    """Run TiPg on the copy of the town without row security.

    Parameters
    ----------
    cluster : PrivateCluster
        Cluster with the town.
    workers : int
        Processes.

    Yields
    ------
    tuple of str and int
        Address and first process.
    """
    more = {
        "DATABASE_URL": f"postgresql://gridgov@{quote(str(cluster.socket_folder), safe='')}:5432/gridgov",
        "TIPG_DB_SCHEMAS": '["peer"]',
        "TIPG_TILE_BUFFER": str(BUFFER),
        "TIPG_MAX_FEATURES_PER_TILE": "100000",
    }
    program = [str(PEER / "bin" / "uvicorn"), "tipg.main:app", "--no-access-log", "--workers", str(workers)]
    with _serve(program, more, "/healthz") as running:
        yield running


@contextmanager
def serve_ideal(workers: int) -> Iterator[tuple[str, int]]:
    """Run a server that only takes time; see `benchmarks.serving.ideal`.

    Parameters
    ----------
    workers : int
        Processes.

    Yields
    ------
    tuple of str and int
        Address and first process.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = [sys.executable, "-m", "benchmarks.serving.ideal", str(port), str(workers)]
    server = subprocess.Popen(program, cwd=ROOT)
    try:
        until = time.monotonic() + START_WAIT_S
        while not _answers(f"http://127.0.0.1:{port}/0"):
            if server.poll() is not None or time.monotonic() > until:
                raise RuntimeError("the ideal server does not serve")
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}", server.pid
    finally:
        server.terminate()
        server.wait(timeout=20)


def draw_bare(cluster: PrivateCluster, columns: str, table: str, zoom: int, seconds: float) -> tuple[float, float]:
    """Let pgbench draw random tiles of a table with ST_AsMVT, as the tables' owner and without a web server.

    Parameters
    ----------
    cluster : PrivateCluster
        Cluster with the town.
    columns : str
        What stands in the tile beside its geometry.
    table : str
        The table.
    zoom : int
        Zoom.
    seconds : float
        How long.

    Returns
    -------
    tuple of float
        Tiles a second, and CPU of PostgreSQL a tile [ms].
    """
    west, east, north, south = tile_range(zoom)
    address = f"{zoom}, :x, :y"
    script = f"""\\set x random({west}, {east})
\\set y random({north}, {south})
SELECT ST_AsMVT(tile, 'bare', {EXTENT}, 'geom') FROM (
    SELECT {columns}, ST_AsMVTGeom(t.geom_3857, ST_TileEnvelope({address}), {EXTENT}, {BUFFER}) AS geom
    FROM {table} AS t WHERE t.geom_3857 && ST_TileEnvelope({address}, margin => {BUFFER}.0 / {EXTENT})) AS tile;
"""
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        program = ["pgbench", "-n", "-h", str(cluster.socket_folder), "-U", "gridgov", "-f", file.name]
        program += ["-c", str(CLIENTS), "-j", "1", "-M", "prepared", "-T", f"{max(1, round(seconds))}", "gridgov"]
        environment = {**os.environ, "PGOPTIONS": "-c jit=off -c max_parallel_workers_per_gather=0"}
        pid = database_pid(cluster)
        before = cpu_ms(pid)
        done = subprocess.run(program, env=environment, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"pgbench failed: {done.stderr[-2000:]}")
        time.sleep(1)  # until the processes of its connections have ended and are counted with the first one
        after = cpu_ms(pid)
    count = int(_find(r"transactions actually processed: (\d+)", done.stdout))
    return float(_find(r"tps = ([\d.]+)", done.stdout)), (after - before) / count


def database_pid(cluster: PrivateCluster) -> int:
    """Return the first process of the cluster's PostgreSQL.

    Parameters
    ----------
    cluster : PrivateCluster
        A running cluster.

    Returns
    -------
    int
        Process.
    """
    pid = cluster.status().pid
    assert pid is not None
    return pid


@contextmanager
def _serve(program: list[str], more: dict[str, str], probe: str) -> Iterator[tuple[str, int]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryFile("w+") as log:
        server = subprocess.Popen(
            [*program, "--host", "127.0.0.1", "--port", str(port)], env={**os.environ, **more}, stdout=log, stderr=log
        )
        try:
            until = time.monotonic() + START_WAIT_S
            while not _answers(address + probe):
                if server.poll() is not None or time.monotonic() > until:
                    log.seek(0)
                    raise RuntimeError(f"{' '.join(program[:3])} does not serve:\n{log.read()[-2000:]}")
                time.sleep(0.2)
            time.sleep(1)  # for the other processes
            yield address, server.pid
        finally:
            server.terminate()
            try:
                server.wait(timeout=20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _find(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    if found is None:
        raise RuntimeError(f"pgbench said: {text}")
    return found[1]
