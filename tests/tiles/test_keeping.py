"""What is kept is never old, never somebody else's, and never shown to who has left."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import mapbox_vector_tile
import pytest
from sqlalchemy import Connection, Engine, text

from gridgov.storage.engine import make_engine
from gridgov.storage.tiles import TILE_LAYERS
from gridgov.web.cookies import COOKIE
from tests.web import toy
from tests.web.conftest import open_session
from tests.web.places import tile_at

pytestmark = pytest.mark.postgis
SignedIn = Callable[[str], httpx.Client]
GROUND = ("division", "building", "barrier", "compound", "shelter", "facility")


def tile(client: httpx.Client, layer: str, zoom: int = 14, **more: str) -> httpx.Response:
    z, x, y = tile_at(zoom)
    return client.get(f"/tiles/{layer}/{z}/{x}/{y}.mvt", headers=more)


def rows(answer: httpx.Response, layer: str) -> dict[str, dict]:
    assert answer.status_code == 200, answer.text
    found = mapbox_vector_tile.decode(answer.content)[layer]["features"]
    return {one["properties"]["id"]: one["properties"] for one in found}


def mark(connection: Connection, table: str) -> str:
    return str(connection.execute(text("SELECT gridgov.layer_mark(:table)"), {"table": table}).scalar_one())


def test_a_change_of_the_ground_shows_at_once(signed_in: SignedIn, toy_engine: Engine) -> None:
    client = signed_in("viewer")
    key = min(rows(tile(client, "buildings"), "buildings"))
    for floors in (17, 18, 19):
        before = tile(client, "buildings")
        assert tile(client, "buildings").content == before.content
        with toy_engine.begin() as connection:
            change = text("UPDATE gridgov.building SET floors = :floors WHERE building_id = :key")
            connection.execute(change, {"floors": floors, "key": key})
        after = tile(client, "buildings", **{"If-None-Match": before.headers["etag"]})
        assert rows(after, "buildings")[key]["floors"] == floors
        assert after.headers["etag"] != before.headers["etag"]


def test_what_is_not_committed_shows_to_nobody(signed_in: SignedIn, toy_engine: Engine) -> None:
    client = signed_in("viewer")
    before = tile(client, "shelters")
    with toy_engine.connect() as connection:
        connection.execute(text("UPDATE gridgov.shelter SET capacity = 1 WHERE shelter_id = 'H1'"))
        assert tile(client, "shelters").content == before.content
        connection.rollback()
    assert tile(client, "shelters").headers["etag"] == before.headers["etag"]


@pytest.mark.parametrize("table", GROUND)
def test_each_way_to_change_a_layer_moves_its_mark_and_no_other(engine: Engine, table: str) -> None:
    change = f"UPDATE gridgov.{table} SET {table}_id = {table}_id"
    for statement in (change, f"DELETE FROM gridgov.{table}", f"TRUNCATE gridgov.{table} CASCADE"):
        with engine.connect() as connection:
            before = {one: mark(connection, one) for one in GROUND}
            connection.execute(text(statement))
            moved = {one for one in GROUND if mark(connection, one) != before[one]}
            assert table in moved
            assert moved == {table} or statement.startswith("TRUNCATE")


def test_marks_never_return(engine: Engine) -> None:
    """Also not when transactions end in another order than they began, and old edits are forgotten."""
    change = text("UPDATE gridgov.barrier SET name = name")
    seen = []
    with engine.connect() as slow, engine.connect() as reader:
        for number in range(120):
            if number % 10 == 3:
                slow.execute(change)
            with engine.begin() as quick:
                quick.execute(change)
            seen.append(mark(reader, "barrier"))
            reader.rollback()
            if number % 10 == 7:
                slow.commit()
                seen.append(mark(reader, "barrier"))
                reader.rollback()
        kept = reader.execute(text("SELECT count(*) FROM gridgov.layer_edit WHERE layer = 'barrier'")).scalar_one()
    assert len(set(seen)) == len(seen)
    assert kept <= 60


def test_writers_of_a_layer_do_not_wait_for_each_other(engine: Engine) -> None:
    """And the work of each moves the mark when it is done, not before."""
    seen = []
    with engine.connect() as first, engine.connect() as second, engine.connect() as reader:
        reader.execution_options(isolation_level="AUTOCOMMIT")
        seen.append(mark(reader, "facility"))
        for connection in (first, second):
            connection.execute(text("SET lock_timeout = '2s'"))
        for connection in (first, second, first):
            connection.execute(text("DELETE FROM gridgov.facility WHERE facility_id = 'none'"))
        assert mark(reader, "facility") == seen[0]
        for connection in (second, first):
            connection.commit()
            seen.append(mark(reader, "facility"))
    assert len(set(seen)) == 3


def test_a_published_plan_is_drawn_like_its_draft(signed_in: SignedIn) -> None:
    client = signed_in("analyst")
    z, x, y = tile_at(14)
    for layer in ("clusters", "sections", "grids"):
        drawn = [
            mapbox_vector_tile.decode(client.get(f"/tiles/{layer}/{z}/{x}/{y}.mvt", params={"plan": plan}).content)
            for plan in (toy.PUBLISHED, toy.DRAFT)
        ]
        assert drawn[0].keys() == drawn[1].keys() == {layer, f"{layer[:-1]}_points"}
        for name in drawn[0]:
            sides = [sorted(one[name]["features"], key=lambda row: row["properties"]["id"]) for one in drawn]
            assert sides[0] == sides[1]
            assert sides[0]


def test_a_kept_tile_is_for_who_is_signed_in(address: str, signed_in: SignedIn, toy_engine: Engine) -> None:
    leaving = open_session(address, "auditor")
    first = tile(leaving, "clusters")
    assert tile(leaving, "clusters").content == first.content
    cookies = dict(leaving.cookies)
    assert leaving.post("/logout", headers={"X-Gridgov-Request": "1"}).status_code == 204
    with httpx.Client(base_url=address, cookies=cookies) as again:
        for headers in ({}, {"If-None-Match": first.headers["etag"]}):
            answer = tile(again, "clusters", **headers)
            assert (answer.status_code, answer.json()["code"]) == (401, "not-signed-in")
    leaving.close()


def test_a_lowered_role_holds_from_the_next_request(address: str, toy_engine: Engine) -> None:
    client = open_session(address, "analyst")
    z, x, y = tile_at(14)
    ask = {"url": f"/tiles/clusters/{z}/{x}/{y}.mvt", "params": {"plan": toy.DRAFT}}
    assert [client.get(**ask).status_code for _ in range(3)] == [200, 200, 200]
    change = text("UPDATE gridgov.account SET role = :role WHERE login = 'analyst'")
    try:
        with toy_engine.begin() as connection:
            connection.execute(change, {"role": "viewer"})
        assert client.get(**ask).status_code == 404
    finally:
        with toy_engine.begin() as connection:
            connection.execute(change, {"role": "analyst"})
    assert client.get(**ask).status_code == 200
    client.close()


def test_tiles_travel_compressed_and_are_the_same(signed_in: SignedIn) -> None:
    client = signed_in("viewer")
    z, x, y = tile_at(13)
    path = f"/tiles/buildings/{z}/{x}/{y}.mvt"
    plain = client.get(path, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    for _ in range(2):
        with client.stream("GET", path, headers={"Accept-Encoding": "gzip"}) as answer:
            raw = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == "gzip"
    assert "accept-encoding" in answer.headers["vary"].lower()
    assert len(raw) < len(plain.content) and gzip.decompress(raw) == plain.content
    tags = answer.headers["etag"], plain.headers["etag"]
    assert tags[0] != tags[1]
    for tag, encoding in zip(tags, ("gzip", "identity"), strict=True):
        kept = client.get(path, headers={"If-None-Match": tag, "Accept-Encoding": encoding})
        assert (kept.status_code, kept.content) == (304, b"")


def test_a_thousand_requests_of_six_people_never_cross(address: str, signed_in: SignedIn) -> None:
    """Drafts are for two of the six; the same few links and one cache serve them all."""
    z, x, y = tile_at(14)
    wanted = {"viewer": 404, "officer": 404, "supervisor": 404, "auditor": 404, "analyst": 200, "administrator": 200}
    cookies = {role: {"Cookie": f"{COOKIE}={signed_in(role).cookies[COOKIE]}"} for role in wanted}

    def ask(number: int) -> tuple[int, int]:
        role = list(wanted)[number * 7 % 6]
        layer = ("clusters", "sections", "grids")[number % 3]
        answer = clients[number % 8].get(
            f"{address}/tiles/{layer}/{z}/{x}/{y}.mvt", params={"plan": toy.DRAFT}, headers=cookies[role]
        )
        return answer.status_code, wanted[role]

    clients = [httpx.Client(timeout=30) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(ask, range(1000)))
    for client in clients:
        client.close()
    assert all(status == right for status, right in seen)
    assert {status for status, _ in seen} == {200, 404}


def test_the_owner_may_draw_a_plan_anew_only_as_a_draft(toy_url: str) -> None:
    engine = make_engine(toy_url)
    with engine.connect() as connection, pytest.raises(Exception, match="is published"):
        connection.execute(text("SELECT gridgov.draw_plan(:plan)"), {"plan": toy.PUBLISHED})
    engine.dispose()


def test_what_is_drawn_depends_on_the_role_alone(engine: Engine) -> None:
    """Tiles are kept by role: a policy that asks for more would show one person's rows to another."""
    tables = {"plan_area"} | {layer.table for layer in TILE_LAYERS.values() if not layer.of_plan}
    query = text("SELECT tablename, qual FROM pg_policies WHERE schemaname = 'gridgov' AND cmd = 'SELECT'")
    with engine.connect() as connection:
        policies = [row for row in connection.execute(query) if row.tablename in tables]
    assert {row.tablename for row in policies} == tables
    asked = {call for row in policies for call in re.findall(r"gridgov\.(\w+)\(", row.qual)}
    assert asked <= {"acts_as", "published_plans"}
