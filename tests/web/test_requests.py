"""Requests that bring too much, come too slowly or ask in a way that an address does not have."""

from __future__ import annotations

import socket
from collections.abc import Callable
from urllib.parse import urlsplit

import httpx
import pytest

from gridgov.web import bodies

SignedIn = Callable[[str], httpx.Client]


def _call(address: str, text: bytes, *more: bytes, wait_s: float = 20) -> bytes:
    """Send bytes as they are, and return the answer."""
    place = urlsplit(address)
    with socket.create_connection((place.hostname, place.port), timeout=wait_s) as line:
        line.sendall(text)
        for part in more:
            line.sendall(part)
        answer = b""
        while b"\r\n\r\n" not in answer or not answer.endswith(b"}"):
            came = line.recv(65536)
            if not came:
                break
            answer += came
        return answer


def _head(length: str) -> bytes:
    lines = ("POST /login HTTP/1.1", "Host: x", "X-Gridgov-Request: 1", "Content-Type: application/json", length)
    return "".join(f"{line}\r\n" for line in (*lines, "")).encode()


def test_a_stranger_cannot_fill_the_memory(address: str) -> None:
    declared = _call(address, _head(f"Content-Length: {bodies.MOST_BYTES + 1}"))
    assert declared.startswith(b"HTTP/1.1 413") and b"application/problem+json" in declared, "before any of it came"
    chunk = b"10000\r\n" + b"a" * 0x10000 + b"\r\n"
    undeclared = _call(address, _head("Transfer-Encoding: chunked"), *[chunk] * (bodies.MOST_BYTES // 0x10000 + 1))
    assert undeclared.startswith(b"HTTP/1.1 413")
    with httpx.Client(base_url=address, headers={"X-Gridgov-Request": "1"}) as client:
        just = '{"login": "a", "password": "' + "b" * (bodies.MOST_BYTES - 40) + '"}'
        assert client.post("/login", content=just, headers={"Content-Type": "application/json"}).status_code == 422


def test_a_body_that_trickles_in_is_not_waited_for(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "LONGEST_S", 0.3)
    answer = _call(address, _head("Content-Length: 100") + b'{"login": ')
    assert answer.startswith(b"HTTP/1.1 408")


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/ogc/collections/shelters/items", {"GET", "HEAD", "POST"}),
        ("/ogc/collections/shelters/items/H1", {"GET", "HEAD", "PUT", "PATCH", "DELETE"}),
        ("/ogc", {"GET", "HEAD"}),
        ("/login", {"GET", "HEAD", "POST"}),
        ("/api/account/sessions", {"GET", "HEAD", "DELETE"}),
    ],
)
def test_an_address_says_which_methods_it_has(signed_in: SignedIn, path: str, methods: set[str]) -> None:
    administrator = signed_in("administrator")
    asked = administrator.options(path)
    assert (asked.status_code, asked.content) == (200, b"")
    assert set(asked.headers["allow"].split(", ")) == methods | {"OPTIONS"}
    assert not [name for name in asked.headers if name.startswith("access-control")], "nobody else's page is let in"
    wrong = administrator.request("TRACE", path)
    assert wrong.status_code == 405 and wrong.json()["code"] == "method-not-allowed"
    assert set(wrong.headers["allow"].split(", ")) == methods | {"OPTIONS"}
