"""The app over the toy district, asked without a socket, and people of every role."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from secrets import token_hex

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from gridgov.bootstrap import Platform
from gridgov.services.access import make_account
from gridgov.services.scopes import set_scopes
from gridgov.settings import Settings
from gridgov.storage.cluster import PrivateCluster
from gridgov.storage.engine import make_engine, make_web_engine
from gridgov.storage.scopes import Scope
from gridgov.web.app import make_app
from tests.web import toy

GOOD = "three blue kettles"
UNSAFE = {"X-Gridgov-Request": "1"}
NAME = "accounts_toy"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder needs the database."""
    for item in items:
        if "tests/accounts/" in item.nodeid:
            item.add_marker(pytest.mark.postgis)


@pytest.fixture(scope="session")
def owner(cluster: PrivateCluster, migrated_template: str) -> Iterator[Engine]:
    """The toy district as its owner sees it."""
    cluster.make_database(NAME, template=migrated_template)
    engine = make_engine(cluster.url(NAME))
    toy.fill(engine)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def web(cluster: PrivateCluster, owner: Engine) -> Iterator[Engine]:
    """The toy district as the web server's role sees it."""
    engine = make_web_engine(cluster.web_url(NAME))
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def door(cluster: PrivateCluster, owner: Engine) -> Iterator[Engine]:
    """The toy district as it is asked who somebody is who signs in."""
    engine = make_web_engine(cluster.door_url(NAME))
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings with a state folder of this run."""
    return Settings(state_dir=Path(tmp_path_factory.mktemp("state")), id_numbers=True, reveals_per_day=3)


@pytest.fixture(scope="session")
def platform(settings: Settings, owner: Engine, web: Engine, door: Engine) -> Platform:
    """The assembled platform."""
    return Platform(settings, owner, None, web, door)


@pytest.fixture(scope="session")
def app(platform: Platform) -> FastAPI:
    """Web application over the toy district."""
    return make_app(platform)


@pytest.fixture
def visitor(app: FastAPI) -> TestClient:
    """Somebody who has not signed in."""
    return TestClient(app, headers=UNSAFE)


@pytest.fixture
def person(owner: Engine) -> Callable[..., str]:
    """Make an account of a role, and give its login."""

    def make(role: str = "officer", *scopes: Scope) -> str:
        login = f"{role}-{token_hex(4)}"
        make_account(owner, login, GOOD, role)
        if scopes:
            set_scopes(owner, login, list(scopes))
        return login

    return make


@pytest.fixture
def enter(app: FastAPI) -> Callable[..., TestClient]:
    """Sign in, and give the client that holds the session."""

    def sign_in(login: str, password: str = GOOD, **more: str) -> TestClient:
        client = TestClient(app, headers=UNSAFE)
        answer = client.post("/login", json={"login": login, "password": password, **more})
        assert answer.status_code == 200, answer.text
        return client

    return sign_in
