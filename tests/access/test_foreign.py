"""Every key of somebody else's, by every door, answers as one that does not exist (P4, P6); no string is SQL (P8)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, text

from gridgov.bootstrap import Platform
from gridgov.web.app import make_app
from gridgov.web.cookies import COOKIE
from gridgov.web.matrix import ACCESS
from tests.web import toy

from .conftest import Enter
from .test_doors import STACKED

Visit = Callable[[str], TestClient]
MISSING = "nothing-of-that-name"
UNSAFE = {"X-Gridgov-Request": "1", "If-Match": "*"}
WHY = {"reason": "visit", "words": "visit on Tuesday, nobody opened"}
CHANGE = {"properties": {"tenants": 1}}
WHOLE = {
    "type": "Feature",
    "geometry": None,
    "properties": {"building_id": "A-0-0-0", "rooms": 1, "tenants": 1, "let_type": "month"},
}

OWNED: dict[str, tuple[str, tuple[tuple[str, str, Any], ...]]] = {
    "rental_house": (
        "SELECT rental_house_id FROM gridgov.rental_house",
        (
            ("GET", "/ogc/collections/rental_houses/items/{}", None),
            ("PUT", "/ogc/collections/rental_houses/items/{}", WHOLE),
            ("PATCH", "/ogc/collections/rental_houses/items/{}", CHANGE),
        ),
    ),
    "household": (
        "SELECT household_id FROM gridgov.household",
        (("GET", "/ogc/collections/households/items/{}", None), ("GET", "/api/people?household={}", None)),
    ),
    "resident": (
        "SELECT resident_id FROM gridgov.resident",
        (
            ("GET", "/ogc/collections/residents/items/{}", None),
            ("GET", "/api/people/{}", None),
            ("POST", "/api/people/{}/reveal", WHY),
        ),
    ),
    "grid": (
        f"SELECT group_id FROM gridgov.plan_group WHERE plan_id = '{toy.PUBLISHED}' AND level = 'grid'",
        (("GET", "/api/homes/grid/{}", None), ("GET", "/api/rentals/grid/{}", None)),
    ),
    "section": (
        f"SELECT group_id FROM gridgov.plan_group WHERE plan_id = '{toy.PUBLISHED}' AND level = 'section'",
        (("GET", "/api/homes/section/{}", None), ("GET", "/api/rentals/section/{}", None)),
    ),
    "cluster": (
        f"SELECT group_id FROM gridgov.plan_group WHERE plan_id = '{toy.PUBLISHED}' AND level = 'cluster'",
        (("GET", "/api/homes/cluster/{}", None), ("GET", "/api/rentals/cluster/{}", None)),
    ),
    "building": (
        "SELECT building_id FROM gridgov.building",
        (
            ("GET", "/api/homes/building/{}", None),
            ("GET", "/api/people?building={}", None),
            ("GET", "/api/rentals/building/{}", None),
        ),
    ),
}
"""What belongs to somebody: all keys there are, and the doors that take one."""

MINE = {
    "grid": "group_id = ANY (gridgov.my_grids())",
    "section": "group_id IN (SELECT section_id FROM gridgov.plan_atom WHERE grid_id = ANY (gridgov.my_grids()))",
    "cluster": "group_id IN (SELECT cluster_id FROM gridgov.plan_atom WHERE grid_id = ANY (gridgov.my_grids()))",
    "building": "building_id IN (SELECT building_id FROM gridgov.plan_atom WHERE grid_id = ANY (gridgov.my_grids()))",
}
"""Which of what everybody sees on the map is the caller's own to answer for; of the rest row security says it."""


@pytest.fixture(scope="module")
def app(platform: Platform) -> FastAPI:
    """Web application over the district."""
    return make_app(platform)


@pytest.fixture(scope="module")
def visit(app: FastAPI, tokens: dict[str, str]) -> Iterator[Visit]:
    """Give a client signed in under a login."""
    with TestClient(app, raise_server_exceptions=False, headers=UNSAFE) as client:

        def sign_in(login: str) -> TestClient:
            client.cookies.clear()
            client.cookies.set(COOKIE, tokens[login])
            return client

        yield sign_in


def ask(client: TestClient, method: str, path: str, key: str, body: Any) -> tuple[int, str]:
    """Return status and body of an answer, the key taken out of it."""
    content = None if body is None else json.dumps(body).encode()
    kind = {"PATCH": "application/merge-patch+json", "PUT": "application/geo+json"}.get(method, "application/json")
    answer = client.request(method, path.format(quote(key, safe="")), content=content, headers={"Content-Type": kind})
    return answer.status_code, answer.text.replace(key, "?")


@pytest.mark.parametrize("kind", OWNED)
@pytest.mark.parametrize("login", ["officer", "other"])
def test_no_key_of_somebody_else_is_told_from_none(
    visit: Visit, entered: Enter, owner: Engine, login: str, kind: str
) -> None:
    every, doors = OWNED[kind]
    with owner.connect() as connection:
        all_keys = set(connection.execute(text(every)).scalars())
    mine = MINE.get(kind, "true")
    with entered(login) as connection:
        own = set(connection.execute(text(f"{every} {'AND' if 'WHERE' in every else 'WHERE'} {mine}")).scalars())
    foreign = sorted(all_keys - own)
    assert foreign and own
    client = visit(login)
    for method, path, body in doors:
        nothing = ask(client, method, path, MISSING, body)
        # who replaces a state is told that it is another one, whether there is one or not
        assert nothing[0] in ((412,) if method == "PUT" else (200, 404)), (method, path, nothing)
        differing = [key for key in foreign if ask(client, method, path, key, body) != nothing]
        assert differing == [], (method, path)
        if method == "GET" and not path.startswith(("/api/people?", "/api/rentals")):
            assert ask(client, method, path, sorted(own)[0], body)[0] == 200, "the door is open to one's own"


def fill_strings(app: FastAPI, piece: str) -> Iterator[tuple[str, str]]:
    """Return method and address of every described route, with the piece in each string that it takes."""
    coded = quote(piece, safe="")
    for path, operations in app.openapi()["paths"].items():
        for method, operation in operations.items():
            if method != "get":
                continue
            texts = [one for one in operation.get("parameters", []) if "string" in json.dumps(one["schema"])]
            address = re.sub(r"{(kind|level|check)}", lambda found: FIXED[found[1]], path)
            yield (
                "GET",
                re.sub(r"{\w+}", coded, address)
                + "?"
                + "&".join(f"{one['name']}={coded}" for one in texts if one["in"] == "query"),
            )
    for path in BARE:
        yield "GET", path.format(coded)


FIXED = {"kind": "building", "level": "cluster", "check": "too-small"}
BARE = (
    "/downloads/{0}.csv",
    "/downloads/buildings.{0}",
    "/downloads/buildings.csv?filter={0}",
    "/downloads/residents.csv?reason={0}",
    "/ogc/collections/residents/items?basis={0}",
    "/ogc/collections/residents/items/{0}",
    "/ogc/collections/clusters/items?plan={0}",
    "/tiles/{0}.json",
    "/tiles/clusters/14/13380/7133.mvt?plan={0}",
    "/ogc/collections/clusters/tiles/{0}/14/7133/13380",
)
BODIES = (
    ("/api/people/lookup", lambda piece: {"name": piece, "telephone": piece, "id_number": piece}),
    ("/api/people/own-person/reveal", lambda piece: {"reason": "visit", "words": piece + " and so on"}),
    ("/api/people/own-person/reveal", lambda piece: {"reason": piece, "words": piece}),
    ("/api/account/app-passwords", lambda piece: {"name": piece, "password": piece}),
    ("/login", lambda piece: {"login": piece, "password": piece, "code": piece}),
)
STATE = (
    "SELECT (SELECT count(*) FROM gridgov.session), (SELECT count(*) FROM gridgov.resident), "
    "(SELECT string_agg(login || role || disabled, ',' ORDER BY login) FROM gridgov.account)"
)


@pytest.mark.parametrize("piece", STACKED)
def test_no_string_is_ever_sql(app: FastAPI, visit: Visit, owner: Engine, tokens: dict[str, str], piece: str) -> None:
    with owner.connect() as connection:
        before = connection.execute(text(STATE)).one()
    asked = list(fill_strings(app, piece))
    assert len(asked) > 25
    for login in ("officer", "administrator", "auditor"):
        client = visit(login)
        answers = [client.request(method, path) for method, path in asked]
        answers += [client.post(path, json=body(piece)) for path, body in BODIES]
        assert [answer.url for answer in answers if answer.status_code >= 500] == []
        assert not any("argon2" in answer.text for answer in answers)
        assert not any(answer.status_code == 429 for answer in answers), "an answer that says nothing proves nothing"
    with owner.connect() as connection:
        assert connection.execute(text(STATE)).one() == before
    assert visit("viewer").get("/ogc/collections/residents").status_code == 404


def test_every_door_that_takes_a_key_of_people_is_asked() -> None:
    doors = {path.split("?")[0].format("{key}") for _, every in OWNED.values() for _, path, _ in every}
    for route in ACCESS:
        method, path = route.split()
        if path.startswith(("/api/people", "/api/homes/", "/api/rentals/")) and "lookup" not in path:
            plain = re.sub(r"{\w+(:path)?}", "{key}", path).replace("{key}/{key}", "grid/{key}")
            assert plain in doors, f"{method} {path}: add it to OWNED"
