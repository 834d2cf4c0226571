"""HEAD: wherever GET is, with the same answer but its body."""

from __future__ import annotations

import socket
from collections.abc import Callable
from urllib.parse import urlsplit

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from gridgov.services.access import ROLES
from gridgov.settings import Settings
from gridgov.web.matrix import ACCESS

from .conftest import with_settings
from .test_matrix import EXAMPLES

SignedIn = Callable[[str], httpx.Client]
READ = sorted(route for route in ACCESS if route.startswith("GET "))
OF_THE_MOMENT = {
    "date",
    "x-request-id",
    "last-modified",
    "etag",
    "content-length",
    "transfer-encoding",
    "content-disposition",
}
"""Headers that differ between two answers to GET, too: files are made anew, documents bear the time."""


def compare(client: httpx.Client, path: str) -> tuple[httpx.Response, httpx.Response]:
    """Ask both ways and check that nothing but the body is missing."""
    # a tile that was asked for before may be kept in another form
    client.get(path)
    whole, head = client.get(path), client.head(path)
    assert (head.status_code, head.content) == (whole.status_code, b""), path
    names = {*whole.headers, *head.headers} - OF_THE_MOMENT
    assert {name: head.headers.get(name) for name in names} == {name: whole.headers.get(name) for name in names}, path
    return whole, head


@pytest.mark.parametrize("role", [None, *ROLES])
def test_each_route_answers_everybody_as_it_does_to_get(
    visitor: httpx.Client, signed_in: SignedIn, role: str | None
) -> None:
    client = visitor if role is None else signed_in(role)
    for route in READ:
        _, head = compare(client, EXAMPLES[route])
        if ACCESS[route] and role not in ACCESS[route]:
            assert head.status_code == (401 if role is None else 403), route


@pytest.mark.parametrize("path", ["/api/plans", "/ogc/collections", "/tiles/clusters.json", "/login", "/favicon.svg"])
@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_a_size_is_that_of_get_or_not_said(signed_in: SignedIn, path: str, encoding: str) -> None:
    client, headers = signed_in("viewer"), {"Accept-Encoding": encoding}
    whole, head = client.get(path, headers=headers), client.head(path, headers=headers)
    assert head.headers.get("content-length") in (whole.headers.get("content-length"), None)
    assert ("content-length" in head.headers) or encoding == "gzip"


def test_a_script_is_not_read_to_be_asked_about(signed_in: SignedIn) -> None:
    client = signed_in("viewer")
    page = client.get("/").text
    if "/assets/" not in page:
        pytest.skip("the viewer is not built")
    path = "/assets/" + page.split("/assets/", 1)[1].split('"', 1)[0]
    whole, head = client.get(path), client.head(path)
    assert head.headers["etag"] == whole.headers["etag"]
    assert head.headers.get("content-length") in (whole.headers.get("content-length"), None)
    plain = {"Accept-Encoding": "identity"}
    assert client.head(path, headers=plain).headers["content-length"] == str(len(whole.content))
    part = client.head(path, headers={**plain, "Range": "bytes=0-9"})
    assert (part.status_code, "content-range" in part.headers) == (200, False), "only GET has parts"


def test_no_byte_of_a_body_is_sent(address: str) -> None:
    place = urlsplit(address)
    lines = f"HEAD /api/me HTTP/1.1\r\nHost: {place.netloc}\r\nConnection: close\r\n\r\n".encode()
    with socket.create_connection((place.hostname, place.port), timeout=20) as line:
        line.sendall(lines)
        answer = b""
        while part := line.recv(65536):
            answer += part
    assert answer.startswith(b"HTTP/1.1 200") and b"content-length: 4" in answer
    assert answer.endswith(b"\r\n\r\n")


def test_the_application_itself_sends_none(app: FastAPI) -> None:
    # whatever server it runs in
    with TestClient(app) as client:
        for path in ("/api/me", "/ogc", "/login", "/no-such"):
            assert client.head(path).content == b""


def test_every_address_says_that_it_has_it(app: FastAPI, signed_in: SignedIn) -> None:
    client = signed_in("administrator")
    for route in READ:
        asked = client.options(EXAMPLES[route])
        refused = client.request("TRACE", EXAMPLES[route])
        assert (asked.status_code, refused.status_code) == (200, 405), route
        assert {"GET", "HEAD", "OPTIONS"} <= set(asked.headers["allow"].split(", ")), route
        # features are changed by some roles and not in every collection: what is allowed says who asks by OPTIONS
        assert set(asked.headers["allow"].split(", ")) <= set(refused.headers["allow"].split(", ")), route
    only_post = client.head("/logout")
    assert only_post.status_code == 405 and "HEAD" not in only_post.headers["allow"]


def test_it_leaves_no_trace_that_get_does_not(signed_in: SignedIn, toy_engine: Engine) -> None:
    client, count = signed_in("supervisor"), text("SELECT count(*) FROM gridgov.audit")

    def added(method: str, path: str) -> int:
        with toy_engine.connect() as connection:
            before = connection.execute(count).scalar_one()
        client.request(method, path)
        with toy_engine.connect() as connection:
            return int(connection.execute(count).scalar_one()) - before

    for path in ("/api/plans", "/ogc/collections/residents/items", "/ogc/collections/clusters/items"):
        assert added("HEAD", path) == added("GET", path)


def test_it_is_counted_by_its_own_name_and_on_its_route(app: FastAPI) -> None:
    token = "a token for the figures"
    with TestClient(with_settings(app, Settings(metrics_token=token))) as client:
        client.head("/ogc/conformance")
        figures = client.get("/metrics", headers={"Authorization": f"Bearer {token}"}).text
    assert 'gridgov_requests_total{method="HEAD",route="/ogc/conformance",status="401"}' in figures
