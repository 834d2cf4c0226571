"""Signing in under attack: tries at once, unknown logins, sessions that are stolen or left open."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, text
from sqlalchemy.exc import ProgrammingError

from gridgov.core.passwords import find_password_fault
from gridgov.errors import AccessError
from gridgov.services import access
from gridgov.services.access import signing_in

from .conftest import GOOD

Person = Callable[..., str]
Enter = Callable[..., TestClient]


WRONG = "The name or the password is wrong, or there were too many tries"


def test_tries_at_once_are_all_counted(door: Engine, person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers that look first and count later let as many through as there are workers."""
    login, looked_at = person(), []
    real = signing_in.password_fits
    monkeypatch.setattr(signing_in, "password_fits", lambda *given: looked_at.append(1) or real(*given))

    def attack(number: int) -> str:
        with pytest.raises(AccessError) as raised:
            access.sign_in(door, login, f"wrong {number}")
        return str(raised.value)

    with ThreadPoolExecutor(12) as pool:
        said = set(pool.map(attack, range(36)))
    assert len(looked_at) == access.FAILURES_ALLOWED
    assert len(said) == 1 and WRONG in said.pop()
    with pytest.raises(AccessError, match=WRONG):
        access.sign_in(door, login, GOOD)
    later = datetime.now(UTC) + access.FAILURE_WINDOW + timedelta(seconds=1)
    assert access.sign_in(door, login, GOOD, at=later).account.login == login


def test_unknown_logins_cost_the_same_time(door: Engine, person: Person) -> None:
    def spent(login: str) -> float:
        start = time.perf_counter()
        with pytest.raises(AccessError, match=WRONG):
            access.sign_in(door, login, "wrong password")
        return time.perf_counter() - start

    spent("warm")
    known = statistics.median(spent(person()) for _ in range(5))
    unknown = statistics.median(spent(f"nobody {number}") for number in range(5))
    assert 0.4 < known / unknown < 2.5


def test_counts_of_tries_do_not_pile_up(door: Engine, owner: Engine) -> None:
    start = datetime.now(UTC) + timedelta(days=30)
    for number in range(12):
        with pytest.raises(AccessError, match=WRONG):
            access.sign_in(door, f"junk {number}", "wrong", at=start)
    with pytest.raises(AccessError, match=WRONG):
        access.sign_in(door, "last", "wrong", at=start + timedelta(hours=1))
    with owner.connect() as connection:
        kept = connection.execute(
            text("SELECT count(*) FROM gridgov.sign_in_try WHERE first_at >= :at"), {"at": start}
        )
        assert kept.scalar_one() == 1


def test_a_password_changed_meanwhile_opens_nothing(door: Engine, owner: Engine, person: Person) -> None:
    login = person()
    found = signing_in.confirm_password(door, login, GOOD)
    access.set_password(owner, login, "four green kettles")
    with door.begin() as connection, pytest.raises(AccessError, match=WRONG):
        signing_in.open_session(connection, found)


def test_the_web_role_reads_no_account_and_no_session(web: Engine, person: Person) -> None:
    person()
    for table in ("account", "session", "app_password", "second_factor", "recovery_code", "sign_in_try", "audit"):
        with web.connect() as connection, pytest.raises(ProgrammingError, match="permission denied"):
            connection.execute(text(f"SELECT * FROM gridgov.{table}"))
    with web.connect() as connection, pytest.raises(ProgrammingError, match="only an administrator closes"):
        # the role of an administrator without a session of one
        connection.execute(text("SET LOCAL ROLE gridgov_administrator"))
        connection.execute(text("SELECT gridgov.close_doors('x', true, true)"))


def test_a_new_password_ends_the_other_sessions_and_gives_a_new_token(person: Person, enter: Enter) -> None:
    login = person()
    here, there = enter(login), enter(login)
    before = here.cookies["gridgov_session"]
    answer = here.post("/api/account/password", json={"password": GOOD, "new_password": "four green kettles"})
    assert answer.status_code == 200, answer.text
    assert here.cookies["gridgov_session"] != before
    assert here.get("/api/plans").status_code == 200
    assert there.get("/api/plans").status_code == 401
    assert enter(login, "four green kettles").get("/api/me").json()["login"] == login


@pytest.mark.parametrize(
    ("old", "new", "status"),
    [("wrong", "four green kettles", 403), (GOOD, "short", 422), (GOOD, "password2026", 422), (GOOD, "\0" * 12, 422)],
)
def test_passwords_that_are_not_changed(person: Person, enter: Enter, old: str, new: str, status: int) -> None:
    client = enter(person())
    assert client.post("/api/account/password", json={"password": old, "new_password": new}).status_code == status
    assert client.get("/api/plans").status_code == 200


def test_one_sees_and_ends_ones_own_sessions_only(person: Person, enter: Enter) -> None:
    login = person()
    here, there, other = enter(login), enter(login), enter(person())
    listed = here.get("/api/account/sessions").json()
    assert sorted(one["current"] for one in listed) == [False, True]
    away = next(one["session_id"] for one in listed if not one["current"])
    assert other.delete(f"/api/account/sessions/{away}").status_code == 404
    assert [one["current"] for one in here.delete(f"/api/account/sessions/{away}").json()] == [True]
    assert there.get("/api/plans").status_code == 401
    third = enter(login)
    assert len(here.delete("/api/account/sessions").json()) == 1
    assert third.get("/api/plans").status_code == 401
    assert other.get("/api/plans").status_code == 200


@pytest.mark.parametrize(
    "password",
    [
        "12345678",
        "1234567890",
        "password123",
        "P@ssw0rd2024",
        "qwertyuiop",
        "aaaaaaaaaaaa",
        "abcabcabcabc",
        "13812345678",
        "19900101",
        "woaini1314520",
        "too short",
        "gridgov2026!",
        "x" * 257,
    ],
)
def test_passwords_that_are_tried_first_are_refused(password: str) -> None:
    assert find_password_fault(password, "someone")


def test_a_login_is_no_password() -> None:
    assert find_password_fault("zhangsanfeng", "zhangsanfeng")
    assert find_password_fault("zhangsanfeng88", "zhangsanfeng")
    assert find_password_fault("three blue kettles", "zhangsanfeng") is None
    assert find_password_fault("正确 马 电池 订书钉 红", "zhangsanfeng") is None
