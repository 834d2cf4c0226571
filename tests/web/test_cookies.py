"""The cookie of a session, on an open and on an encrypted line."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from starlette.testclient import TestClient

from gridgov.services.access import ROLES
from gridgov.settings import Settings
from gridgov.web.cookies import COOKIE, SECURE_COOKIE

from .conftest import PASSWORD, UNSAFE, with_settings
from .places import tile_at

CREDENTIALS = {"login": ROLES[0], "password": PASSWORD}
ENCRYPTED = "https://office.example"
OPEN = "http://127.0.0.1"


@pytest.fixture(params=["by its scheme", "by the settings"])
def encrypted(app: FastAPI, request: pytest.FixtureRequest) -> Iterator[TestClient]:
    """A browser at a server reached by https, which the server knows from the line or from the settings."""
    if request.param == "by its scheme":
        with TestClient(app, base_url=ENCRYPTED) as client:
            yield client
        return
    # the proxy ends the encryption and does not say so; cookies are kept as a browser keeps those of its address
    with TestClient(with_settings(app, Settings(secure_cookies=True)), base_url=ENCRYPTED) as client:
        yield client


def test_on_an_encrypted_line_no_neighbour_can_set_it(encrypted: TestClient) -> None:
    answer = encrypted.post("/login", json=CREDENTIALS, headers=UNSAFE)
    name, *parts = answer.headers["set-cookie"].split("; ")
    # what browsers ask of the prefix: encrypted, for every path, and of no domain
    assert name.startswith("__Host-gridgov_session=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=lax"} <= set(parts)
    assert not any(part.lower().startswith("domain") for part in parts)
    assert encrypted.get("/api/me").json()["login"] == CREDENTIALS["login"]
    ended = encrypted.post("/logout", headers=UNSAFE)
    assert (
        ended.headers["set-cookie"].startswith('__Host-gridgov_session=""')
        and "Secure" in ended.headers["set-cookie"]
    )
    assert encrypted.get("/api/me").json() is None


def test_the_name_without_the_prefix_is_not_read_there(encrypted: TestClient, app: FastAPI) -> None:
    encrypted.post("/login", json=CREDENTIALS, headers=UNSAFE)
    token = encrypted.cookies[SECURE_COOKIE]
    z, x, y = tile_at(14)
    paths = ("/api/plans", "/ogc", f"/tiles/clusters/{z}/{x}/{y}.mvt")
    # twice: a tile is kept after the first time, and goes another way
    assert [encrypted.get(path).status_code for path in paths * 2] == [200] * 6
    encrypted.cookies.clear()
    slipped_in = {"Cookie": f"{COOKIE}={token}"}
    assert [encrypted.get(path, headers=slipped_in).status_code for path in paths] == [401] * 3
    assert encrypted.get("/api/me", headers=slipped_in).json() is None


def test_on_an_open_line_it_has_a_name_that_browsers_take(app: FastAPI) -> None:
    with TestClient(app, base_url=OPEN) as client:
        answer = client.post("/login", json=CREDENTIALS, headers=UNSAFE)
        assert answer.headers["set-cookie"].startswith(f"{COOKIE}=")
        assert "Secure" not in answer.headers["set-cookie"]
        token = client.cookies[COOKIE]
        client.cookies.clear()
        assert client.get("/api/plans", headers={"Cookie": f"{SECURE_COOKIE}={token}"}).status_code == 401


def test_the_definition_names_the_cookie_that_counts(encrypted: TestClient, toy_engine: Engine) -> None:
    encrypted.post("/login", json=CREDENTIALS, headers=UNSAFE)
    schemes = encrypted.get("/ogc/api").json()["components"]["securitySchemes"]
    assert schemes["session"]["name"] == SECURE_COOKIE
