"""Kept tiles go out on the database's word alone, given after they were asked for; many share one question."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from gridgov.bootstrap import Platform
from gridgov.errors import DatabaseError
from gridgov.services.access import ROLES, hash_token, sign_in
from gridgov.services.holding import JointQuestion
from gridgov.settings import Settings
from gridgov.storage.cluster import PrivateCluster
from gridgov.storage.engine import make_web_engine
from gridgov.storage.links import Ask, Row
from gridgov.storage.tiles import TILE_LAYERS, ask_holding, read_holding
from gridgov.web.app import make_app
from gridgov.web.cookies import COOKIE
from tests.web import toy
from tests.web.conftest import PASSWORD
from tests.web.places import tile_at

pytestmark = pytest.mark.postgis
GROUND = ("layer", "building")


# ── One question for many ────────────────────────────────────────────────────────────────────────────────────────


class Moments:
    """A database that answers with the moment at which it was asked."""

    def __init__(self) -> None:
        self.now = 0
        self.asked = 0

    async def run(self, asks: Sequence[Ask]) -> list[list[Row]]:
        self.asked += 1
        began = str(self.now).encode()
        for _ in range(3):
            await asyncio.sleep(0)
        return [[(b"session", name.encode(), began, b"viewer") for name in asks[0].values["sessions"]]]


@given(st.lists(st.integers(0, 4), min_size=1, max_size=30))
@settings(max_examples=60, deadline=None)
def test_no_answer_is_older_than_its_question(pauses: list[int]) -> None:
    moments = Moments()

    async def ask(joint: JointQuestion, number: int) -> bool:
        since = moments.now
        holding = await joint.ask(f"s{number}", GROUND)
        return int(holding.sessions[f"s{number}"][0]) >= since

    async def all_of_them() -> list[bool]:
        joint = JointQuestion(moments.run)
        tasks = []
        for number, pause in enumerate(pauses):
            tasks.append(asyncio.create_task(ask(joint, number)))
            for _ in range(pause):
                moments.now += 1
                await asyncio.sleep(0)
        return await asyncio.gather(*tasks)

    assert all(asyncio.run(all_of_them()))
    assert moments.asked <= len(pauses)


def test_those_who_ask_at_once_share_two_questions_at_most() -> None:
    moments = Moments()

    async def run() -> None:
        joint = JointQuestion(moments.run)
        await asyncio.gather(*(joint.ask(f"s{number}", GROUND) for number in range(50)))

    asyncio.run(run())
    assert moments.asked <= 2


def test_who_goes_away_takes_the_answer_from_nobody() -> None:
    moments = Moments()

    async def run() -> list[Any]:
        joint = JointQuestion(moments.run)
        tasks = [asyncio.create_task(joint.ask(f"s{number}", GROUND)) for number in range(3)]
        await asyncio.sleep(0)
        tasks[0].cancel()
        return await asyncio.gather(*tasks, return_exceptions=True)

    gone, *others = asyncio.run(run())
    assert isinstance(gone, asyncio.CancelledError)
    assert all(other.sessions for other in others)


def test_a_database_that_fails_is_asked_again_next_time() -> None:
    moments = Moments()

    async def fail_once(asks: Sequence[Ask]) -> list[list[Row]]:
        if not moments.asked:
            moments.asked += 1
            raise DatabaseError("gone")
        return await moments.run(asks)

    async def run() -> list[Any]:
        joint = JointQuestion(fail_once)
        failed = await asyncio.gather(*(joint.ask("s", GROUND) for _ in range(3)), return_exceptions=True)
        return [*failed, await joint.ask("s", GROUND)]

    *failed, held = asyncio.run(run())
    assert [type(one) for one in failed] == [DatabaseError] * 3
    assert held.sessions


# ── What the database says ───────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def server(cluster: PrivateCluster, toy_engine: Engine, toy_web_engine: Engine) -> Iterator[FastAPI]:
    """An application of its own that remembers what it asked the database."""
    door = make_web_engine(cluster.door_url(str(toy_web_engine.url.database)))
    app = make_app(Platform(Settings(), toy_engine, None, toy_web_engine, door))
    run, app.state.asked = app.state.links.run, []

    async def spy(asks: Sequence[Ask], mark: str = "") -> list[list[Row]]:
        app.state.asked.append([ask.sql for ask in asks])
        return await run(asks, mark)

    app.state.links.run = spy
    yield app
    door.dispose()


def visit(app: FastAPI, token: str, use: Callable[[httpx.AsyncClient], Any]) -> Any:
    async def run() -> Any:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://toy", cookies={COOKIE: token}) as client:
            return await use(client)

    try:
        return asyncio.run(run())
    finally:
        app.state.links.close()


def hold(app: FastAPI, tokens: Sequence[str], *sources: tuple[str, str | None]) -> Any:
    async def run() -> Any:
        (rows,) = await app.state.links.run([ask_holding([hash_token(one) for one in tokens], sources)])
        app.state.links.close()
        return read_holding(rows)

    return asyncio.run(run())


def path(layer: str, plan: str | None = None) -> str:
    z, x, y = tile_at(14)
    return f"/tiles/{layer}/{z}/{x}/{y}.mvt" + (f"?plan={plan}" if plan else "")


@pytest.mark.parametrize("role", ROLES)
def test_what_holds_is_what_each_role_is_told_by_the_long_way(server: FastAPI, toy_engine: Engine, role: str) -> None:
    token = sign_in(toy_engine, role, PASSWORD).token

    async def use(client: httpx.AsyncClient) -> None:
        for layer in TILE_LAYERS:
            # drawn, then compressed for who asks again, then as it was kept
            _, first = await client.get(path(layer)), await client.get(path(layer))
            server.state.asked.clear()
            second = await client.get(path(layer))
            assert first.status_code == second.status_code == 200
            assert {**first.headers, "x-request-id": ""} == {**second.headers, "x-request-id": ""}
            assert first.content == second.content
            # nothing else was asked: the mark fitted
            assert ["still_holds" in sql for (sql,) in server.state.asked] == [True], layer
            known = await client.get(path(layer), headers={"If-None-Match": first.headers["etag"]})
            assert (known.status_code, known.content) == (304, b"")

    visit(server, token, use)


def test_no_mark_of_what_is_not_for_everybody(server: FastAPI, toy_engine: Engine) -> None:
    token = sign_in(toy_engine, "administrator", PASSWORD).token
    sources = [("plan", toy.DRAFT), ("plan", toy.PUBLISHED), ("plan", None), ("plan", "none"), GROUND]
    held = hold(server, [token, "nobody's"], *sources)
    assert set(held.sessions) == {hash_token(token)}
    assert set(held.marks) == {("plan", toy.PUBLISHED), ("plan", None), GROUND}
    assert hold(server, ["nobody's"], *sources).marks == {}
    assert hold(server, [], *sources).marks == {}


def test_a_plan_whose_day_has_not_come_has_no_mark(engine: Engine) -> None:
    """Though it is published: who works on plans sees it, by the long way."""
    make = [
        "INSERT INTO gridgov.account (account_id, login, password_hash, role, name) "
        "VALUES ('a', 'a', 'x', 'viewer', 'a')",
        "INSERT INTO gridgov.session (token_hash, account_id, created_at, expires_at) "
        "VALUES ('hash', 'a', now(), now() + interval '1 hour')",
        "INSERT INTO gridgov.plan (plan_id, name, crs) "
        "VALUES ('past', 'p', 'EPSG:4547'), ('future', 'f', 'EPSG:4547')",
        "UPDATE gridgov.plan SET status = 'published', published_from = '2020-01-01' WHERE plan_id = 'past'",
        "UPDATE gridgov.plan SET status = 'published', published_from = '2999-01-01' WHERE plan_id = 'future'",
    ]
    ask = "SELECT name FROM gridgov.still_holds('{hash}', '{past, future, NULL}', '{}') WHERE kind = 'plan'"
    with engine.connect() as connection:
        for statement in make:
            connection.execute(text(statement))
        seen = connection.execute(text(ask)).scalars().all()
        connection.rollback()
    assert sorted(seen, key=str) == [None, "past"]


# ── Who is out is out ────────────────────────────────────────────────────────────────────────────────────────────

ENDS = {
    "signed out": "DELETE FROM gridgov.session WHERE token_hash = :hash",
    "disabled": "UPDATE gridgov.account SET disabled = true WHERE login = 'auditor'",
    "doors closed": "DELETE FROM gridgov.session WHERE account_id = (SELECT account_id FROM gridgov.account "
    "WHERE login = 'auditor')",
    "not used for long": "UPDATE gridgov.session SET expires_at = now() WHERE token_hash = :hash",
    "open for long": "UPDATE gridgov.session SET created_at = now() - interval '12 hours' WHERE token_hash = :hash",
    "new token": "UPDATE gridgov.session SET token_hash = 'moved' || :hash WHERE token_hash = :hash",
}


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("layer", ["clusters", "buildings"])
def test_the_next_tile_after_a_session_ended_is_refused(
    server: FastAPI, toy_engine: Engine, end: str, layer: str
) -> None:
    token = sign_in(toy_engine, "auditor", PASSWORD).token

    async def use(client: httpx.AsyncClient) -> None:
        seen = [await client.get(path(layer)) for _ in range(3)]
        assert [one.status_code for one in seen] == [200] * 3
        with toy_engine.begin() as connection:
            connection.execute(text(ENDS[end]), {"hash": hash_token(token)} if ":hash" in ENDS[end] else {})
        for headers in ({}, {"If-None-Match": seen[0].headers["etag"]}):
            answer = await client.get(path(layer), headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (401, "not-signed-in")

    try:
        visit(server, token, use)
    finally:
        with toy_engine.begin() as connection:
            connection.execute(text("UPDATE gridgov.account SET disabled = false WHERE login = 'auditor'"))


def test_under_load_no_request_that_came_after_the_end_is_answered(server: FastAPI, toy_engine: Engine) -> None:
    """Eight clients ask without a pause while the session ends somewhere in between, ten times."""
    ended = threading.Event()

    async def ask(client: httpx.AsyncClient, seen: list[tuple[bool, int]]) -> None:
        refused = 0
        while refused < 3:
            late = ended.is_set()
            status = (await client.get(path("clusters"))).status_code
            seen.append((late, status))
            refused += status != 200

    async def use(client: httpx.AsyncClient) -> list[tuple[bool, int]]:
        seen: list[tuple[bool, int]] = []
        asking = [asyncio.create_task(ask(client, seen)) for _ in range(8)]
        while len(seen) < 40:
            await asyncio.sleep(0.001)
        await asyncio.to_thread(end)
        await asyncio.gather(*asking)
        return seen

    def end() -> None:
        with toy_engine.begin() as connection:
            connection.execute(text("DELETE FROM gridgov.session WHERE token_hash = :hash"), {"hash": token_hash})
        ended.set()

    answered = 0
    for _ in range(10):
        ended.clear()
        token = sign_in(toy_engine, "officer", PASSWORD).token
        token_hash = hash_token(token)
        seen = visit(server, token, use)
        assert {status for late, status in seen if late} == {401}
        answered += sum(status == 200 for _, status in seen)
    assert answered >= 400
    joint = sum("still_holds" in asked[0] for asked in server.state.asked)
    assert 0 < joint < answered
