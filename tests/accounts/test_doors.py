"""Every unsafe route asks for the header, whoever knocks; every closed one keeps its answer out of caches."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from gridgov.services.access import make_account
from gridgov.web.matrix import ACCESS

from .conftest import GOOD, UNSAFE

UNSAFE_ROUTES = sorted(route for route in ACCESS if route.split()[0] not in ("GET", "OPTIONS"))


def fill(route: str) -> tuple[str, str]:
    """Return method and an address of a route, with made-up keys."""
    method, path = route.split()
    for part in path.split("{")[1:]:
        path = path.replace("{" + part.split("}")[0] + "}", "x")
    return method, path


def test_there_are_unsafe_routes() -> None:
    assert len(UNSAFE_ROUTES) > 12


@pytest.fixture(scope="module")
def boss(app: FastAPI, owner) -> TestClient:
    """An administrator, at a browser."""
    make_account(owner, "doors-boss", GOOD, "administrator")
    client = TestClient(app, headers=UNSAFE)
    assert client.post("/login", json={"login": "doors-boss", "password": GOOD}).status_code == 200
    return client


@pytest.mark.parametrize("route", UNSAFE_ROUTES)
@pytest.mark.parametrize(
    "headers",
    [{}, {**UNSAFE, "Origin": "https://elsewhere.example"}, {"Authorization": "Basic Zm9vOmJhcg=="}],
    ids=["no header", "another site", "made-up app password beside the cookie"],
)
def test_pages_of_other_sites_cannot_act(app: FastAPI, boss: TestClient, route: str, headers: dict[str, str]) -> None:
    method, path = fill(route)
    other = TestClient(app, cookies=dict(boss.cookies))
    answer = other.request(
        method, path, headers=headers, json={"login": "doors-boss", "password": "three blue kettles"}
    )
    assert answer.status_code == 403, answer.text
    assert "set-cookie" not in answer.headers


def test_private_answers_stay_out_of_caches(boss: TestClient, person: Callable[..., str], enter) -> None:
    paths = ("/api/me", "/api/account/sessions", "/api/account/app-passwords", "/api/admin/accounts", "/api/people/x")
    answers = [boss.get(path) for path in paths]
    answers.append(enter(person("auditor")).get("/api/audit"))
    answers.append(boss.post("/api/people/lookup", json={"name": "张三"}))
    answers.append(boss.post("/api/account/app-passwords", json={"name": "x", "password": "wrong"}))
    assert {one.status_code for one in answers} == {200, 403, 404}
    assert {one.headers["cache-control"] for one in answers} == {"no-store"}
