"""A web application over a toy district, and people of every role to visit it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from gridgov.bootstrap import Platform
from gridgov.services.access import ROLES, make_account
from gridgov.settings import Settings
from gridgov.storage.engine import make_engine
from gridgov.web.app import make_app
from tests.web import toy

PASSWORD = "correct horse"
UNSAFE = {"X-Gridgov-Request": "1"}


@pytest.fixture(scope="package")
def toy_engine(cluster: object, migrated_template: str) -> Iterator[Engine]:
    """Engine on a database with the toy district and one account a role."""
    cluster.make_database("toy_web", template=migrated_template)
    engine = make_engine(cluster.url("toy_web"))
    toy.fill(engine)
    for role in ROLES:
        make_account(engine, role, PASSWORD, role, name=f"{role} person")
    yield engine
    engine.dispose()


@pytest.fixture(scope="package")
def app(toy_engine: Engine) -> object:
    """Web application over the toy district."""
    return make_app(Platform(Settings(), toy_engine, None))


@pytest.fixture
def visitor(app: object) -> TestClient:
    """Somebody who has not signed in."""
    return TestClient(app, raise_server_exceptions=False, follow_redirects=False)


@pytest.fixture(scope="package")
def signed_in(app: object) -> Callable[[str], TestClient]:
    """Give a client signed in with a role."""
    clients: dict[str, TestClient] = {}

    def sign_in(role: str) -> TestClient:
        if role not in clients:
            client = TestClient(app, raise_server_exceptions=False, follow_redirects=False)
            answer = client.post("/login", json={"login": role, "password": PASSWORD}, headers=UNSAFE)
            assert answer.status_code == 200, answer.text
            clients[role] = client
        return clients[role]

    return sign_in
