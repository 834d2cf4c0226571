"""Limits: what is granted in a time, and how a refusal is said."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine
from starlette.testclient import TestClient

from gridgov.bootstrap import Platform
from gridgov.errors import BusyError, TooManyError, TooSlowError
from gridgov.settings import Settings
from gridgov.web.app import make_app
from gridgov.web.limits import KNOWN_MOST, Limiter
from gridgov.web.problems import to_problem
from tests.web.conftest import PASSWORD, UNSAFE
from tests.web.places import tile_at


@given(
    st.floats(0.5, 50),
    st.floats(1, 100),
    st.lists(st.tuples(st.floats(0, 10), st.sampled_from("abc")), min_size=1, max_size=200),
)
def test_no_caller_gets_more_than_the_bucket_and_what_flows_in(
    rate: float, burst: float, asked: list[tuple[float, str]]
) -> None:
    now = 0.0
    limiter = Limiter(rate, burst, clock=lambda: now)
    granted: dict[str, int] = {}
    for pause, caller in asked:
        now += pause
        wait = limiter.take(caller)
        if wait == 0:
            granted[caller] = granted.get(caller, 0) + 1
        else:
            assert 0 < wait <= 1 / rate + 1e-6
        assert granted.get(caller, 0) <= burst + rate * now + 1e-6


@given(st.floats(0.5, 50), st.floats(1, 20), st.integers(1, 30))
def test_who_waits_as_told_is_let_in(rate: float, burst: float, count: int) -> None:
    now = 0.0
    limiter = Limiter(rate, burst, clock=lambda: now)
    for _ in range(count):
        now += limiter.take("a") * (1 + 1e-9) + 1e-9
    first = limiter.take("a")
    now += first + 1e-6
    assert first == 0 or limiter.take("a") == 0


def test_callers_without_number_do_not_fill_the_memory() -> None:
    now = 0.0
    limiter = Limiter(1, 10, clock=lambda: now)
    for number in range(3 * KNOWN_MOST):
        now += 0.001
        assert limiter.take(str(number)) == 0
    assert len(limiter._buckets) <= KNOWN_MOST


def test_nought_is_no_limit() -> None:
    limiter = Limiter(0, 0)
    assert {limiter.take("a") for _ in range(1000)} == {0.0}


@pytest.mark.parametrize(
    ("error", "status", "wait"),
    [(TooManyError("x", retry_after_s=2.2), 429, "3"), (TooSlowError("x"), 504, "1"), (BusyError("x"), 503, "1")],
)
def test_refusals_say_when_to_ask_again(error: Exception, status: int, wait: str) -> None:
    answer = to_problem(error)
    assert (answer.status_code, answer.headers["retry-after"]) == (status, wait)
    assert answer.media_type == "application/problem+json"


def make(toy_engine: Engine, toy_web_engine: Engine, **limits: float) -> FastAPI:
    return make_app(Platform(Settings(**limits), toy_engine, None, toy_web_engine))


@pytest.mark.postgis
def test_an_account_that_asks_too_often_is_told_so_and_others_are_not(
    toy_engine: Engine, toy_web_engine: Engine
) -> None:
    app = make(toy_engine, toy_web_engine, limit_account_per_s=0.2)
    z, x, y = tile_at(14)
    for path in (f"/tiles/buildings/{z}/{x}/{y}.mvt", "/api/plans"):
        seen = []
        for role in ("viewer", "analyst"):
            with TestClient(app) as client:
                assert client.post("/login", json={"login": role, "password": PASSWORD}, headers=UNSAFE).is_success
                answers = [client.get(path) for _ in range(8)]
                seen.append([one.status_code for one in answers])
                assert 1 <= int(answers[-1].headers.get("retry-after", 1)) <= 5
        if path.startswith("/tiles"):
            assert seen[0] == seen[1] == [200] * 6 + [429] * 2
        else:
            assert seen[0] == seen[1] == [429] * 8, "one bucket for all that an account asks"


@pytest.mark.postgis
def test_sign_ins_from_one_address_are_few(toy_engine: Engine, toy_web_engine: Engine) -> None:
    app = make(toy_engine, toy_web_engine, limit_sign_in_per_min=2)
    with TestClient(app) as client:
        wrong = {"login": "nobody here", "password": "not this one"}
        seen = [client.post("/login", json=wrong, headers=UNSAFE) for _ in range(6)]
        assert [one.status_code for one in seen[4:]] == [429, 429]
        assert all(one.status_code != 429 for one in seen[:4])
        assert int(seen[-1].headers["retry-after"]) >= 20
        assert seen[-1].headers["cache-control"] == "no-store"
        assert client.get("/healthz").status_code == 200


@pytest.mark.postgis
def test_one_address_is_refused_before_anything_is_done(toy_engine: Engine, toy_web_engine: Engine) -> None:
    app = make(toy_engine, toy_web_engine, limit_address_per_s=0.1)
    with TestClient(app) as client:
        assert [client.get("/favicon.svg").status_code for _ in range(5)][3:] == [429, 429]
