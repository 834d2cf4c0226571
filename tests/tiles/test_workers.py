"""`gridgov serve --workers`: several processes, one address, and who is believed about the caller."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

from tests.tiles.conftest import NAME
from tests.web.conftest import PASSWORD, UNSAFE
from tests.web.places import tile_at

pytestmark = pytest.mark.postgis


@contextmanager
def serve(toy_url: str, toy_web_url: str, log: Path, *options: str, **more: str) -> Iterator[tuple[str, int]]:
    addresses = {"GRIDGOV_DATABASE_URL": toy_url, "GRIDGOV_WEB_DATABASE_URL": toy_web_url}
    environment = {**os.environ, **addresses, **more, "GRIDGOV_THROWAWAY_DATABASE": NAME, "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "gridgov", "serve", "--port", "0", *options]
    with log.open("w") as out, subprocess.Popen(command, env=environment, stdout=out, stderr=out) as server:
        try:
            until = time.monotonic() + 60
            while not (said := re.search(r"http://\S+/", log.read_text())):
                assert server.poll() is None and time.monotonic() < until, log.read_text()
                time.sleep(0.1)
            yield said[0], server.pid
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=30)


def children(pid: int) -> list[int]:
    found = " ".join(task.read_text() for task in Path(f"/proc/{pid}/task").glob("*/children"))
    return [int(word) for word in found.split()]


def test_processes_share_an_address_and_one_that_dies_is_replaced(
    toy_url: str, toy_web_url: str, tmp_path: Path
) -> None:
    z, x, y = tile_at(14)
    with serve(toy_url, toy_web_url, tmp_path / "log", "--workers", "2", GRIDGOV_METRICS_TOKEN="t" * 16) as (
        address,
        pid,
    ):
        with httpx.Client(base_url=address, timeout=60) as client:
            answer = client.post("/login", json={"login": "viewer", "password": PASSWORD}, headers=UNSAFE)
            assert answer.status_code == 200, answer.text
            cookies = dict(client.cookies)
        first = httpx.get(f"{address}tiles/clusters/{z}/{x}/{y}.mvt", cookies=cookies, timeout=60).content
        # a new connection each time, so that both processes get their share
        for _ in range(12):
            again = httpx.get(f"{address}tiles/clusters/{z}/{x}/{y}.mvt", cookies=cookies, timeout=60)
            assert (again.status_code, again.content) == (200, first)
        port = int(address.rsplit(":", 1)[1].strip("/"))
        workers, shares = share_connections(16, port, pid)
        assert sum(shares) == 16 and min(shares) >= 3, shares
        os.kill(workers[0], signal.SIGKILL)
        others, _ = share_connections(16, port, pid, without=workers[0])
        assert workers[1] in others
        assert httpx.get(f"{address}tiles/clusters/{z}/{x}/{y}.mvt", cookies=cookies, timeout=60).content == first
    assert "Traceback" not in (tmp_path / "log").read_text()


def share_connections(count: int, port: int, pid: int, without: int = 0) -> tuple[list[int], list[int]]:
    """Wait until two processes serve, for one may start later than the other; return them and what each took."""
    until = time.monotonic() + 60
    while True:
        found = [one for one in children(pid) if one != without and is_worker(one)]
        shares = open_at_once(count, port, found) if len(found) == 2 else []
        if (shares and min(shares)) or time.monotonic() > until:
            return found, shares
        time.sleep(0.2)


def is_worker(pid: int) -> bool:
    try:
        return b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def open_at_once(count: int, port: int, workers: list[int]) -> list[int]:
    """Open connections; return how many each process took. Left alone, the one that wakes first takes them all."""
    with ExitStack() as open_ones:
        for _ in range(count):
            open_ones.enter_context(socket.create_connection(("127.0.0.1", port)))
        until = time.monotonic() + 20
        while sum(shares := [count_connections(one, port) for one in workers]) < count and time.monotonic() < until:
            time.sleep(0.1)
    return shares


def count_connections(pid: int, port: int) -> int:
    """Count the connections to a port that a process holds."""
    rows = [line.split() for line in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]]
    inodes = {row[9] for row in rows if row[1].endswith(f":{port:04X}") and row[3] == "01"}
    links = [str(one.readlink()) for one in Path(f"/proc/{pid}/fd").iterdir() if one.is_symlink()]
    return sum(link == f"socket:[{inode}]" for link in links for inode in inodes)


@pytest.mark.parametrize(("options", "secure"), [((), False), (("--proxy", "127.0.0.1"), True)])
def test_only_a_named_proxy_is_believed(
    toy_url: str, toy_web_url: str, tmp_path: Path, options: tuple[str, ...], secure: bool
) -> None:
    with serve(toy_url, toy_web_url, tmp_path / "log", *options, GRIDGOV_LIMIT_SIGN_IN_PER_MIN="1") as (address, _):
        seen = []
        for number in range(3):
            claimed = {"X-Forwarded-Proto": "https", "X-Forwarded-For": f"10.0.0.{number}"}
            body = {"login": "viewer", "password": PASSWORD}
            seen.append(httpx.post(f"{address}login", json=body, headers={**UNSAFE, **claimed}, timeout=60))
    assert ("secure" in seen[0].headers["set-cookie"].lower()) == secure
    assert [one.status_code for one in seen] == ([200, 200, 200] if secure else [200, 200, 429])
