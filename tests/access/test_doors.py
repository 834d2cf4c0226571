"""By HTTP: what is somebody else's answers as what does not exist (P4, P6), and strings change nothing (P8)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import quote

import anyio
import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, text

from gridgov.bootstrap import Platform
from gridgov.services.access import ROLES
from gridgov.web.app import make_app
from gridgov.web.cookies import COOKIE
from tests.web import toy

from .test_rows import HOUSES

Visit = Callable[[str], TestClient]
FOREIGN = {
    "rental_houses": "foreign-house",
    "households": "foreign-home",
    "residents": "foreign-person",
    "volunteers": "foreign-helper",
}
STACKED = [
    "'; SELECT set_config('role', 'gridgov_administrator', true); --",
    "x'); RESET ROLE; --",
    "'; SET LOCAL ROLE gridgov_administrator; SELECT * FROM gridgov.resident; --",
    "%'; DELETE FROM gridgov.session; --",
    "1; COMMIT; SET ROLE gridgov_administrator",
    "' UNION SELECT password_hash FROM gridgov.account --",
]


@pytest.fixture(scope="module")
def app(platform: Platform) -> FastAPI:
    """Web application over the district."""
    return make_app(platform)


@pytest.fixture(scope="module")
def visit(app: FastAPI, tokens: dict[str, str]) -> Iterator[Visit]:
    """Give a client signed in under a login."""
    with TestClient(app, raise_server_exceptions=False) as client:

        def sign_in(login: str) -> TestClient:
            client.cookies.clear()
            client.cookies.set(COOKIE, tokens[login])
            return client

        yield sign_in


@pytest.mark.parametrize(("collection", "key"), FOREIGN.items())
@pytest.mark.parametrize("login", ["officer", "viewer", "analyst", "auditor"])
def test_what_is_somebody_elses_is_not_there(visit: Visit, login: str, collection: str, key: str) -> None:
    client = visit(login)
    path = f"/ogc/collections/{collection}/items"
    theirs, nothing = client.get(f"{path}/{key}"), client.get(f"{path}/{'x' * len(key)}")
    assert theirs.status_code == nothing.status_code == 404
    assert theirs.text.replace(key, "?") == nothing.text.replace("x" * len(key), "?")
    once = {"x-request-id": "", "content-length": ""}
    assert {**theirs.headers, **once} == {**nothing.headers, **once}
    assert key not in client.get(path, params={"limit": 1000}).text
    asked = client.get(path, params={"rental_house_id": key})
    assert asked.status_code != 200 or asked.json()["numberMatched"] == 0


def test_rental_houses_of_a_place_are_the_callers_own(visit: Visit) -> None:
    own = visit("officer").get("/api/rentals/grid/A-g0").json()
    assert {one["id"] for one in own} == {"CANARY-house-0", "CANARY-house-1", "CANARY-house-2", "own-house"}
    foreign, nowhere = (visit("officer").get(f"/api/rentals/grid/{grid}") for grid in ("B-g0", "B-g9"))
    assert (foreign.status_code, foreign.text) == (nowhere.status_code, nowhere.text)
    assert visit("viewer").get("/api/rentals/grid/A-g0").status_code == 403


def test_exact_counts_are_for_who_answers_for_the_whole_area(visit: Visit) -> None:
    def tenants(login: str, path: str) -> int | None:
        return visit(login).get(f"/api/facts/{path}").json()["rentals"]["tenants"]

    assert tenants("officer", "cluster/A-0-0") == 36 == tenants("supervisor", "cluster/A-0-0")
    assert tenants("officer", "building/A-0-0-0") == 32
    assert visit("officer").get("/api/facts/building/B-0-0-0").json()["rentals"] is None
    assert visit("viewer").get("/api/facts/building/A-0-0-0").json()["rentals"] is None


def test_reading_houses_leaves_a_line_in_the_callers_name(visit: Visit, owner: Engine) -> None:
    count = text("SELECT count(*) FROM gridgov.audit WHERE actor = 'officer' AND act = 'list-rentals'")
    with owner.connect() as connection:
        before = connection.execute(count).scalar_one()
    visit("officer").get("/api/rentals/grid/A-g0")
    with owner.connect() as connection:
        assert connection.execute(count).scalar_one() == before + 1


@pytest.mark.parametrize("slipped", STACKED)
def test_stacked_statements_are_only_strings(visit: Visit, owner: Engine, slipped: str) -> None:
    client, piece = visit("viewer"), quote(slipped, safe="")
    paths = [
        f"/api/search?q={piece}",
        f"/api/search?q=a&plan={piece}",
        f"/api/tree?community={piece}",
        f"/api/facts/building/{piece}",
        f"/api/around/cluster/{piece}",
        f"/api/colours/{piece}",
        f"/api/quality/{piece}",
        f"/api/indicators/{piece}/cluster",
        f"/api/compare?plan={piece}&other={toy.PUBLISHED}",
        f"/api/outlines?community={piece}",
        f"/tiles/clusters/14/13380/7133.mvt?plan={piece}",
        f"/ogc/collections/{piece}/items",
        f"/ogc/collections/buildings/items/{piece}",
        f"/ogc/collections/buildings/items?filter={piece}",
        f"/ogc/collections/buildings/items?name={piece}",
    ]
    with owner.connect() as connection:
        sessions = connection.execute(text("SELECT count(*) FROM gridgov.session")).scalar_one()
    answers = [client.get(path) for path in paths]
    assert [answer.url for answer in answers if answer.status_code >= 500] == []
    joined = " ".join(answer.text for answer in answers)
    assert "argon2" not in joined and "-house" not in joined and "CANARY" not in joined
    with owner.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM gridgov.session")).scalar_one() == sessions
    assert visit("viewer").get("/api/me").json()["role"] == "viewer"


def test_many_people_at_once_get_their_own_rows_only(app: FastAPI, tokens: dict[str, str]) -> None:
    """Four hundred requests of seven people at once, through the pool of the quick routes."""
    wrong: list[tuple[str, set[str]]] = []
    logins = [*ROLES, "other"]

    async def one(client: httpx.AsyncClient, number: int, places: anyio.Semaphore) -> None:
        login = logins[number * 31 % len(logins)]
        async with places:
            answer = await client.get(
                "/ogc/collections/rental_houses/items?limit=100", headers={"Cookie": f"{COOKIE}={tokens[login]}"}
            )
        found = {one["id"] for one in answer.json()["features"]} if answer.status_code == 200 else set()
        if found != HOUSES.get(login, set()):
            wrong.append((login, found))

    async def ask() -> None:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://gridgov", timeout=60) as client:
            places = anyio.Semaphore(16)
            async with anyio.create_task_group() as group:
                for number in range(400):
                    group.start_soon(one, client, number, places)

    anyio.run(ask)
    assert wrong == []
