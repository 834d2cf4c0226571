"""`gridgov serve` and `gridgov user`, run as a person runs them."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys

import httpx
import pytest

from .conftest import UNSAFE


@pytest.fixture
def setting(toy_url: str, toy_web_url: str) -> dict[str, str]:
    """Environment of a person whose database is the toy district."""
    addresses = {"GRIDGOV_DATABASE_URL": toy_url, "GRIDGOV_WEB_DATABASE_URL": toy_web_url}
    addresses["GRIDGOV_THROWAWAY_DATABASE"] = "toy_web"
    return {**os.environ, **addresses, "PYTHONUNBUFFERED": "1"}


def gridgov(setting: dict[str, str], *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "gridgov", *words]
    return subprocess.run(command, env=setting, input=typed, capture_output=True, text=True, timeout=120)


def test_an_account_made_by_command_signs_in_to_a_server_started_by_command(setting: dict[str, str]) -> None:
    made = gridgov(setting, "user", "add", "li", "--role", "officer", "--password-stdin", typed="my own password\n")
    assert (made.returncode, made.stdout) == (0, "li may sign in as officer.\n"), made.stderr
    command = [sys.executable, "-m", "gridgov", "serve", "--port", "0"]
    with subprocess.Popen(
        command, env=setting, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as server:
        try:
            said = [server.stdout.readline() for _ in range(3)]
            # the tests' database is the one that may lose its rows, and the server says so at every start
            assert "fsync is off" in said[0] and "full_page_writes is off" in said[1], said
            address = said[2].split()[2]
            answer = httpx.post(
                f"{address}login", json={"login": "li", "password": "my own password"}, headers=UNSAFE, timeout=20
            )
            assert answer.json()["role"] == "officer"
            server.send_signal(signal.SIGINT)
            rest, _ = server.communicate(timeout=30)
            assert server.returncode == 0 and rest.endswith("Stopped.\n")
        finally:
            server.kill()


def test_a_port_in_use_is_said_plainly(setting: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        refused = gridgov(setting, "serve", "--port", str(number))
    assert refused.returncode != 0
    assert f"Cannot listen on 127.0.0.1 port {number}" in refused.stdout + refused.stderr
    assert "Traceback" not in refused.stderr
