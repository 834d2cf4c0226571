"""What no answer may do: leak a planted value, break, or come without its headers."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import anyio
import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import Engine

from gridgov.bootstrap import Platform
from gridgov.services.access import ROLES, sign_in
from gridgov.settings import Settings
from gridgov.storage.engine import make_engine, make_web_engine
from gridgov.storage.tiles import TILE_LAYERS
from gridgov.web.app import make_app
from gridgov.web.headers import HEADERS

from . import toy
from .conftest import PASSWORD
from .places import tiles_over

SignedIn = Callable[[str], httpx.Client]
NASTY = [
    "\0",
    "a\0b",
    "%00",
    "../../etc/passwd",
    "'; DROP TABLE gridgov.plan; --",
    "' OR '1'='1",
    "\U0001f600",
    "x" * 5000,
]
NASTY += ["%s%(plan_id)s", ":plan_id", "{}", "\\", "‮", "null", "-1", "1e999", "NaN"]


def every_address() -> list[str]:
    """Return addresses that between them read every table the interface reads."""
    facts = [("building", toy.TOWER), ("building", "A-0-0-0"), ("cluster", "A-0-0"), ("cluster", "A-1-1-t0")]
    facts += [
        ("section", "A-s0-0"),
        ("section", "A-s0-1"),
        ("grid", "A-g0"),
        ("grid", "A-g1"),
        ("community", "A"),
        ("shelter", "H1"),
    ]
    zoom = 15
    return [
        "/api/me",
        "/api/plans",
        "/api/tree",
        "/api/tree?community=A",
        f"/api/search?q={quote('民')}&limit=100",
        "/api/search?q=A&limit=100",
        *(f"/api/facts/{kind}/{key}" for kind, key in facts),
        *(f"/api/{name}/{toy.PUBLISHED}" for name in ("colours", "quality", "findings")),
        *(f"/tiles/{layer}/{z}/{x}/{y}.mvt" for layer in TILE_LAYERS for z, x, y in tiles_over(zoom)),
    ]


@pytest.mark.parametrize("role", ROLES)
def test_planted_values_come_out_nowhere(signed_in: SignedIn, role: str) -> None:
    client = signed_in(role)
    answers = [client.get(address) for address in every_address()]
    assert any(answer.content for answer in answers)
    leaks = [answer.url for answer in answers if toy.CANARY.encode() in answer.content + str(answer.headers).encode()]
    assert not leaks


@pytest.mark.parametrize("nasty", NASTY)
def test_nothing_breaks_the_server(signed_in: SignedIn, nasty: str) -> None:
    client = signed_in("administrator")
    piece = quote(nasty, safe="")
    addresses = [
        f"/api/search?q={piece}",
        f"/api/search?q=a&limit={piece}",
        f"/api/search?q=a&plan={piece}",
        f"/api/tree?community={piece}",
        f"/api/facts/building/{piece}",
        f"/api/facts/{piece}/A",
        f"/api/quality/{piece}",
        f"/api/findings/{toy.PUBLISHED}?rule={piece}",
        f"/api/findings/{toy.PUBLISHED}?offset={piece}",
        f"/tiles/clusters/14/13380/7133.mvt?plan={piece}",
        f"/tiles/{piece}/14/1/1.mvt",
        f"/tiles/clusters/{piece}/1/1.mvt",
        f"/assets/{piece}",
        f"/{piece}",
    ]
    answers = [client.get(address) for address in addresses]
    assert [answer.status_code for answer in answers if answer.status_code not in (200, 404, 422)] == []
    problems = [answer for answer in answers if answer.status_code != 200]
    assert all(answer.headers["content-type"] == "application/problem+json" for answer in problems)
    assert all({"type", "title", "status", "detail", "code"} <= answer.json().keys() for answer in problems)


def test_every_answer_bears_the_security_headers(visitor: httpx.Client, signed_in: SignedIn) -> None:
    answers = [visitor.get(path) for path in ("/", "/login", "/nothing", "/api/plans", "/healthz", "/favicon.svg")]
    answers += [visitor.post("/logout"), visitor.delete("/api/plans"), signed_in("viewer").get("/api/plans")]
    assert {answer.status_code for answer in answers} >= {200, 401, 403, 404, 405}
    for answer in answers:
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS, answer.url
        assert "cache-control" in answer.headers
    policy = HEADERS["Content-Security-Policy"]
    assert "unsafe" not in policy and "http" not in policy and "*" not in policy


def test_private_answers_are_not_stored(signed_in: SignedIn) -> None:
    for path in ("/api/me", "/api/plans", "/api/facts/cluster/A-0-0", f"/api/quality/{toy.PUBLISHED}"):
        assert signed_in("officer").get(path).headers["cache-control"] == "no-store"


def test_a_database_that_is_gone_is_a_problem_not_a_secret(toy_engine: Engine) -> None:
    gone = make_engine("postgresql://nobody:very-secret@127.0.0.1:1/nothing")
    answer = _ask(make_app(Platform(Settings(), gone, None, gone)), "/healthz")
    assert answer.status_code == 503
    assert answer.json()["code"] == "database"
    assert "secret" not in answer.text and "127.0.0.1" not in answer.text


def test_an_unknown_mistake_says_nothing_of_itself(toy_web_engine: Engine) -> None:
    broken = make_app(Platform(Settings(), None, None, toy_web_engine))  # type: ignore[arg-type]
    broken.state.platform = None
    answer = _ask(broken, "/healthz")
    assert answer.status_code == 500
    assert answer.json()["code"] == "internal"
    assert "NoneType" not in answer.text
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


def test_a_burst_larger_than_threads_and_connections_is_served(
    toy_web_url: str, toy_url: str, toy_engine: Engine
) -> None:
    """Requests that hold a connection and wait for a thread would lock out those that hold a thread and wait."""
    small, small_web = make_engine(toy_url, pool_size=1), make_web_engine(toy_web_url, pool_size=1)
    token = sign_in(toy_engine, "officer", PASSWORD).token

    async def ask() -> list[int]:
        app = make_app(Platform(Settings(), small, None, small_web))
        cookies = {"gridgov_session": token}
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://gridgov", cookies=cookies) as client:
            answers: list[int] = []

            async def one(path: str) -> None:
                answers.append((await client.get(path)).status_code)

            with anyio.fail_after(25):
                async with anyio.create_task_group() as group:
                    for number in range(120):
                        group.start_soon(one, ("/api/tree", "/api/plans", "/healthz")[number % 3])
            return answers

    assert anyio.run(ask) == [200] * 120
    small.dispose()
    small_web.dispose()


def _ask(app: FastAPI, path: str) -> httpx.Response:
    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gridgov") as client:
            return await client.get(path)

    return anyio.run(ask)
