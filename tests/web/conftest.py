"""A real server over a toy district, and people of every role to visit it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import httpx
import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, sync_playwright
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
from . import toy
from .visiting import CHROMIUM, FLAGS, OFFICE, PASSWORD, VIEWER, WEBGL, Visit

UNSAFE = {"X-Gridgov-Request": "1"}


@pytest.fixture(scope="session")
def toy_url(cluster: PrivateCluster, migrated_template: str) -> str:
    """Address of a database with the toy district and one account a role."""
    cluster.make_database("toy_web", template=migrated_template)
    engine = make_engine(cluster.url("toy_web"))
    toy.fill(engine)
    for role in ROLES:
        make_account(engine, role, PASSWORD, role, name=f"{role} person")
    set_scopes(engine, "officer", [Scope("grid", "A-g0"), Scope("grid", "A-g1")])
    set_scopes(engine, "supervisor", [Scope("subdistrict", "S")])
    engine.dispose()
    return cluster.url("toy_web")


@pytest.fixture(scope="session")
def toy_engine(toy_url: str) -> Iterator[Engine]:
    """Engine on the toy district."""
    engine = make_engine(toy_url)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def toy_web_url(cluster: PrivateCluster, toy_url: str) -> str:
    """Address of the toy district for the web server's role."""
    return cluster.web_url("toy_web")


@pytest.fixture(scope="session")
def toy_web_engine(toy_web_url: str) -> Iterator[Engine]:
    """Engine on the toy district as the web server has it."""
    engine = make_web_engine(toy_web_url)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def app(cluster: PrivateCluster, toy_engine: Engine, toy_web_engine: Engine) -> Iterator[FastAPI]:
    """Web application over the toy district."""
    door = make_web_engine(cluster.door_url(str(toy_web_engine.url.database)))
    yield make_app(Platform(Settings(), toy_engine, None, toy_web_engine, door))
    door.dispose()


def with_settings(app: FastAPI, settings: Settings) -> FastAPI:
    """Return a web application over the same district with other settings."""
    known: Platform = app.state.platform
    return make_app(replace(known, settings=settings))


@pytest.fixture(scope="session")
def address(app: FastAPI) -> Iterator[str]:
    """Address of a running server."""
    with serve(app) as served:
        yield served


@pytest.fixture
def visitor(address: str) -> Iterator[httpx.Client]:
    """Somebody who has not signed in."""
    with httpx.Client(base_url=address, timeout=20) as client:
        yield client


@pytest.fixture(scope="session")
def signed_in(address: str) -> Iterator[Callable[[str], httpx.Client]]:
    """Give a client signed in with a role; one session a role."""
    clients: dict[str, httpx.Client] = {}

    def sign_in(role: str) -> httpx.Client:
        if role not in clients:
            clients[role] = open_session(address, role)
        return clients[role]

    yield sign_in
    for client in clients.values():
        client.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium that draws WebGL in software."""
    if not CHROMIUM.exists():
        pytest.skip(f"there is no browser: {CHROMIUM} does not exist (Debian package chromium)")
    assert (VIEWER / "dist" / "index.html").exists(), (
        "build the viewer first: npm ci && npm run build in gridgov/viewer"
    )
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=[*FLAGS, *WEBGL])
        yield opened
        opened.close()


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Visit]:
    """An office screen, Chinese browser; the visit must end without a complaint or a foreign request."""
    context = browser.new_context(viewport=OFFICE, locale="zh-CN", reduced_motion="reduce")
    made = Visit(context, address)
    yield made
    context.close()
    assert made.foreign == []
    assert made.complaints == []


def open_session(address: str, login: str, password: str = PASSWORD) -> httpx.Client:
    """Sign in and return the client that holds the session."""
    client = httpx.Client(base_url=address, timeout=20)
    answer = client.post("/login", json={"login": login, "password": password}, headers=UNSAFE)
    assert answer.status_code == 200, answer.text
    return client
