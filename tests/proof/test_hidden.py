"""What a role may not read changes nothing that it is answered: by no sorting, grouping, filtering, counting (P5)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager

import httpx
import pytest
from sqlalchemy import text

from gridgov.storage.collections import COLLECTIONS
from gridgov.web import app as web_app
from gridgov.web.matrix import ACCESS

from .conftest import Server, Town
from .visits import list_addresses

pytestmark = pytest.mark.postgis

FOREIGN = "LIKE 'foreign-%'"
HIDDEN: dict[str, tuple[tuple[str, str], ...]] = {
    "viewer": (
        ("building", "address = address || 'zz'"),
        ("liaison", "capacity = coalesce(capacity, 0) + 3, geom = ST_Translate(geom, 0.001, 0.001)"),
        ("rental_house", "tenants = tenants + 40, rooms = rooms + 40, visited_on = '2020-02-02', let_type = 'hour'"),
        ("household", "room = room || '9', storey = coalesce(storey, 0) + 1"),
        ("resident", "birth_year = 1900, older_living_alone = NOT older_living_alone, subsistence_allowance = true"),
        ("volunteer", "active = NOT active, geom = ST_Translate(geom, 0.001, 0.001)"),
    ),
    "officer": (
        ("rental_house", f"tenants = tenants + 40, visited_on = '2020-02-02' WHERE rental_house_id {FOREIGN}"),
        ("household", f"room = room || '9' WHERE household_id {FOREIGN}"),
        ("resident", f"birth_year = 1900, disability_support = true WHERE resident_id {FOREIGN}"),
        ("volunteer", "active = NOT active, geom = ST_Translate(geom, 0.001, 0.001)"),
    ),
}
"""Role: what it may not read, changed."""

CLOSED = ("/api/account", "/api/audit", "/metrics", "/healthz", "/api/me")
"""Answers that change by themselves: when one was last here, what was done."""

WAYS = (
    "sortby",
    "sort",
    "orderby",
    "order",
    "group",
    "groupby",
    "group_by",
    "facets",
    "aggregate",
    "distinct",
    "fields",
)
"""Parameters by which other services let rows be put in order, counted or grouped."""

VOLATILE = re.compile(rb'"timeStamp":"[^"]*"')


def look(client: httpx.Client, addresses: list[str]) -> dict[str, tuple[int, bytes, str]]:
    """Return status and body of each address, and of a feature its tag."""
    answers = {}
    for address in addresses:
        answer = client.get(address)
        tag = answer.headers.get("etag", "") if "/items/" in address else ""
        answers[address] = (answer.status_code, VOLATILE.sub(b"", answer.content), tag)
    return answers


def questions(role: str) -> list[str]:
    """Return addresses that ask for an order, a part, a number or an extent, and some of every route there is."""
    made = []
    for name in (
        "buildings",
        "liaisons",
        "rental_houses",
        "households",
        "residents",
        "volunteers",
        "resident_counts",
    ):
        made += [f"/ogc/collections/{name}", f"/ogc/collections/{name}/queryables", f"/ogc/collections/{name}/schema"]
        made += [f"/ogc/collections/{name}/items?count=true&limit=5{more}" for more in ("", "&bbox=114,22,115,23")]
        made += [f"/downloads/{name}.csv?reason=for the proof of it"]
    made += [f"/api/search?q={word}" for word in ("大道", "zz", "hour", "1900", "9")]
    made += [f"/api/tree?community=A&{way}=address" for way in WAYS[:4]]
    for door in web_app.DOORS:
        if door.method == "GET" and not door.path.startswith(CLOSED) and role in (ACCESS[door.route] or {role}):
            every = list(list_addresses(door))
            made += every[:: -(-len(every) // 4)]
    # a copy about people bears a number of its own
    numbered = [one for one in made if one.startswith("/downloads") and "reason" in one and role != "viewer"]
    return [one for one in dict.fromkeys(made) if one not in numbered]


@contextmanager
def changed(town: Town, role: str) -> Iterator[None]:
    """Change what the role may not read, and put it back."""
    with town.engine.begin() as connection:
        for table, change in HIDDEN[role]:
            connection.execute(text(f"CREATE TABLE public.kept_{table} AS TABLE gridgov.{table}"))
            found = connection.execute(text(f"UPDATE gridgov.{table} SET {change}"))
            assert found.rowcount > 0, f"{table}: nothing was changed"
    try:
        yield
    finally:
        with town.engine.begin() as connection:
            for table, _ in HIDDEN[role]:
                columns = connection.execute(text(_COLUMNS), {"table": f"gridgov.{table}"}).scalars().all()
                listed = ", ".join(f"{one} = k.{one}" for one in columns)
                same = f"k.{table}_id = t.{table}_id"
                back = f"UPDATE gridgov.{table} AS t SET {listed} FROM public.kept_{table} AS k WHERE {same}"
                connection.execute(text(f"{back}; DROP TABLE public.kept_{table}"))


_COLUMNS = (
    "SELECT attname FROM pg_attribute WHERE attrelid = CAST(:table AS regclass) AND attnum > 0 AND NOT attisdropped "
    "AND attgenerated = '' AND attidentity = ''"
)


@pytest.mark.parametrize("role", HIDDEN)
def test_what_is_hidden_changes_no_answer(server: Server, town: Town, role: str) -> None:
    with closing(server.visit(role)) as client:
        addresses = questions(role)
        before = look(client, addresses)
        assert look(client, addresses[:40]) == {one: before[one] for one in addresses[:40]}, "answers hold still"
        with changed(town, role):
            after = look(client, addresses)
        assert [one for one in addresses if before[one] != after[one]] == []
    assert sum(status == 200 for status, *_ in before.values()) > 40


@pytest.mark.parametrize("role", ["viewer", "auditor"])
@pytest.mark.parametrize("way", [*WAYS, "properties", "filter", "count"])
def test_hidden_and_unknown_columns_are_answered_alike(server: Server, role: str, way: str) -> None:
    asked = {
        "filter": "{} LIKE '民治%'",
        "count": "true&filter={} IS NOT NULL",
        "sortby": "-{}",
        "aggregate": "count({})",
    }.get(way, "{}")
    with closing(server.visit(role)) as client:
        answers = [
            client.get(f"{path}?{way}={asked.format(name)}")
            for path in ("/ogc/collections/buildings/items", "/downloads/buildings.csv")
            for name in ("address", "no_such")
        ]
    assert {answer.status_code for answer in answers} == {400}
    said = [answer.json()["detail"].replace("address", "?").replace("no_such", "?") for answer in answers]
    assert said[0] == said[1] and said[2] == said[3]


def test_nothing_lists_a_hidden_column(server: Server) -> None:
    hidden = {
        role: {one.name for one in COLLECTIONS["buildings"].properties if role not in one.roles}
        for role in ("viewer", "auditor", "officer")
    }
    assert hidden == {"viewer": {"address"}, "auditor": {"address"}, "officer": set()}
    for role, names in hidden.items():
        with closing(server.visit(role)) as client:
            for document in ("queryables", "schema"):
                listed = client.get(f"/ogc/collections/buildings/{document}").json()["properties"]
                assert not names & set(listed) and "building_id" in listed


def test_a_leak_by_sorting_would_be_seen(server: Server, town: Town) -> None:
    """The comparison itself: of what a role may read a change is seen."""
    with closing(server.visit("supervisor")) as client:
        address = ["/ogc/collections/buildings/items?count=true&limit=5"]
        before = look(client, address)
        with changed(town, "viewer"):
            assert look(client, address) != before
        assert look(client, address) == before
