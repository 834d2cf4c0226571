"""A server over the town of canaries, and people of every role to visit it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import Engine

from gridgov.bootstrap import Platform
from gridgov.services.access import ROLES, make_account
from gridgov.services.scopes import set_scopes
from gridgov.settings import Settings
from gridgov.storage.cluster import PrivateCluster
from gridgov.storage.engine import make_engine, make_web_engine
from gridgov.storage.scopes import Scope
from gridgov.web.app import make_app

from ..serving import serve
from .canaries import Cell, make_town

PASSWORD = "correct horse"


@dataclass(frozen=True)
class Town:
    """The town of canaries: its database and what is planted in it."""

    engine: Engine
    web_engine: Engine
    planted: list[Cell]

    def make_app(self) -> FastAPI:
        """Return a web application over it."""
        return make_app(Platform(Settings(), self.engine, None, self.web_engine))


@pytest.fixture(scope="session")
def town(cluster: PrivateCluster, migrated_template: str) -> Iterator[Town]:
    """The town, with one account a role."""
    cluster.make_database("canaries", template=migrated_template)
    engine = make_engine(cluster.url("canaries"))
    for role in ROLES:
        make_account(engine, role, PASSWORD, role, name="somebody ")
    planted = make_town(engine)
    set_scopes(engine, "officer", [Scope("grid", "A-g0"), Scope("grid", "A-g1")])
    set_scopes(engine, "supervisor", [Scope("subdistrict", "S")])
    web_engine = make_web_engine(cluster.web_url("canaries"))
    yield Town(engine, web_engine, planted)
    engine.dispose()
    web_engine.dispose()


@dataclass(frozen=True)
class Server:
    """A running server."""

    app: FastAPI
    address: str

    def visit(self, login: str | None) -> httpx.Client:
        """Return a client, signed in unless the login is None."""
        client = httpx.Client(base_url=self.address, timeout=30)
        if login is not None:
            words = {"login": login, "password": PASSWORD}
            answer = client.post("/login", json=words, headers={"X-Gridgov-Request": "1"})
            assert answer.status_code == 200, answer.text
        return client


@pytest.fixture(scope="module")
def server(town: Town) -> Iterator[Server]:
    """The town's server."""
    with run(town.make_app()) as served:
        yield served


@contextmanager
def run(app: FastAPI) -> Iterator[Server]:
    """Serve an application that people of every role may visit."""
    with serve(app) as address:
        yield Server(app, address)
