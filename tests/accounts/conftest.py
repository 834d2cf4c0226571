"""The app over the toy district, asked without a socket, and people of every role."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from secrets import token_hex

import pandas as pd
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, text

from gridgov.bootstrap import Platform
from gridgov.services.access import make_account
from gridgov.services.identity.importing import import_identities
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
ID = "11010519491231002X"
MINE, THEIRS = Scope("grid", "A-g1"), Scope("grid", "A-g0")


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


@pytest.fixture(scope="module")
def residents(owner: Engine, platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    """Five residents of one home in grid A-g1 of the plan in force, and who they are; gone after the module."""
    keys = [f"R{number}-{token_hex(3)}" for number in range(5)]
    with owner.begin() as connection:
        home = connection.execute(text("SELECT household_id FROM gridgov.plan_household LIMIT 1")).scalar_one()
        for key in keys:
            sql = "INSERT INTO gridgov.resident (resident_id, household_id, birth_year) VALUES (:key, :home, 1949)"
            connection.execute(text(sql), {"key": key, "home": home})
    file = tmp_path_factory.mktemp("sent") / "identities.csv"
    rows = {
        "居民编码": keys,
        "姓名": ["张伟", "张伟", "王芳", "阿依古丽·买买提", "李"],
        "电话": ["13812345670", "13812345671", "0755-12345678", "+86 139 0000 0001", None],
        "身份证号": [ID, None, None, None, None],
    }
    pd.DataFrame(rows).to_csv(file, index=False)
    report = import_identities(owner, file, platform.keys.read(), id_numbers=True)
    assert (report.run.accepted, report.new, report.run.rejected) == (5, 5, 0)
    again = import_identities(owner, file, platform.keys.read(), id_numbers=True)
    assert (again.new, again.changed, again.unchanged) == (0, 0, 5)
    yield keys
    with owner.begin() as connection:
        connection.execute(text("DELETE FROM gridgov.resident WHERE resident_id = ANY (:keys)"), {"keys": keys})


@pytest.fixture
def officer(person: Callable[..., str], enter: Callable[..., TestClient]) -> TestClient:
    """An officer whose grid the residents live in."""
    return enter(person("officer", MINE))


def read_all(engine: Engine) -> str:
    """Return everything that the database holds, as text."""
    with engine.connect() as connection:
        sql = "SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN ('gridgov', 'identity')"
        tables = connection.execute(text(sql)).all()
        return "\n".join(
            str(row)
            for schema, table in tables
            for row in connection.execute(text(f'SELECT to_jsonb(t)::text FROM "{schema}"."{table}" AS t'))
        )
