"""A real server over the toy district with something in every layer, and people of every role."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, text

from gridgov.bootstrap import Platform
from gridgov.services.access import ROLES, make_account
from gridgov.services.scopes import set_scopes
from gridgov.settings import Settings
from gridgov.storage.cluster import PrivateCluster
from gridgov.storage.engine import make_engine, make_web_engine
from gridgov.storage.scopes import Scope
from gridgov.web.app import make_app

from ..serving import serve
from ..web import toy
from ..web.conftest import PASSWORD, open_session
from .sending import SHELTERS, send, shelter

pytest.register_assert_rewrite("tests.standards.classes")
collect_ignore = ["qgis_client.py"]
"""Run by the Python that QGIS belongs to, not by this one."""

NAME = "toy_standards"
OTHER_OFFICER = "officer-b"
"""An officer of community B only."""


@pytest.fixture(scope="session")
def owner(cluster: PrivateCluster, migrated_template: str) -> Iterator[Engine]:
    """Engine of the owner on a toy district that has every layer."""
    cluster.make_database(NAME, template=migrated_template)
    engine = make_engine(cluster.url(NAME))
    toy.fill(engine)
    with engine.begin() as connection:
        connection.execute(text(MORE))
    for role in ROLES:
        make_account(engine, role, PASSWORD, role, name=f"{role} person")
    make_account(engine, OTHER_OFFICER, PASSWORD, "officer", name="other person")
    set_scopes(engine, "officer", [Scope("grid", "A-g0"), Scope("grid", "A-g1")])
    set_scopes(engine, OTHER_OFFICER, [Scope("grid", "B-g0")])
    set_scopes(engine, "supervisor", [Scope("subdistrict", "S")])
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def web_engine(cluster: PrivateCluster, owner: Engine) -> Iterator[Engine]:
    """Engine on the same database as the web server has it."""
    engine = make_web_engine(cluster.web_url(NAME))
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def app(owner: Engine, web_engine: Engine) -> FastAPI:
    """Web application over the toy district."""
    return make_app(Platform(Settings(), owner, None, web_engine))


@pytest.fixture(scope="session")
def address(app: FastAPI) -> Iterator[str]:
    """Address of a running server."""
    with serve(app) as served:
        yield served


@pytest.fixture(scope="session")
def signed_in(address: str) -> Iterator[Callable[[str], httpx.Client]]:
    """Give a client signed in by login; one session each."""
    clients: dict[str, httpx.Client] = {}

    def sign_in(login: str) -> httpx.Client:
        if login not in clients:
            clients[login] = open_session(address, login)
        return clients[login]

    yield sign_in
    for client in clients.values():
        client.close()


@pytest.fixture
def made(signed_in: Callable[[str], httpx.Client]) -> Iterator[tuple[str, str]]:
    """Path and tag of a new shelter, which is taken away afterwards."""
    client = signed_in("administrator")
    answer = send(client, "POST", SHELTERS, shelter())
    assert answer.status_code == 201, answer.text
    path = answer.headers["location"].removeprefix(str(client.base_url).rstrip("/"))
    yield path, answer.headers["etag"]
    send(client, "DELETE", path, if_match="*")


_POINT = f"ST_SetSRID(ST_MakePoint({toy.WEST} + {{}}, {toy.SOUTH} + {{}}), 4490)"
MORE = f"""
INSERT INTO gridgov.facility (facility_id, name, kind, geom)
SELECT 'std-F' || i, CASE WHEN i % 3 = 0 THEN NULL ELSE 'École ' || i END,
       CASE WHEN i % 2 = 0 THEN 'school' ELSE 'park' END, {_POINT.format("0.0008 * i", "0.0003 * i")}
FROM generate_series(1, 25) AS i;
INSERT INTO gridgov.compound (compound_id, name, kind, geom)
SELECT 'std-C1', '幸福花园', 'residential', geom FROM gridgov.plan_cell
WHERE plan_id = '{toy.DRAFT}' AND cell_id = 'A-0-0';
INSERT INTO gridgov.volunteer (volunteer_id, community_id, active)
SELECT 'std-V' || i, CASE WHEN i % 2 = 0 THEN 'A' ELSE 'B' END, i % 3 = 0 FROM generate_series(1, 6) AS i;
INSERT INTO gridgov.rental_house (rental_house_id, building_id, rooms, tenants, let_type, visited_on, geom)
VALUES ('house/b 1', 'B-0-0-0', 20, 30, 'day', '2026-03-01', {_POINT.format("0.013", "0.001")}),
       ('house-b-2', 'B-1-1-2', 3, 3, 'month', '2026-05-01', NULL);
"""
