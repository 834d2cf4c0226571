"""Signing in and out, as a browser and as an attacker meet it."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import UTC, datetime, timedelta
from secrets import token_hex

import httpx
import pytest
from sqlalchemy import Engine, text

from gridgov.errors import AccessError, ConflictError, InputError, NotFoundError
from gridgov.services import access

from .conftest import PASSWORD, UNSAFE, open_session

GOOD = "a long enough one"


@pytest.fixture
def login(toy_engine: Engine) -> str:
    """A new officer's login."""
    name = f"officer-{token_hex(4)}"
    access.make_account(toy_engine, name, GOOD, "officer", name="王网格员", language="en")
    return name


def try_sign_in(client: httpx.Client, login: str, password: str) -> httpx.Response:
    return client.post("/login", json={"login": login, "password": password}, headers=UNSAFE)


def test_signing_in_and_out(visitor: httpx.Client, login: str) -> None:
    assert visitor.get("/api/me").json() is None
    answer = try_sign_in(visitor, login, GOOD)
    assert answer.json() == {"login": login, "name": "王网格员", "role": "officer", "language": "en"}
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Path=/" in cookie
    assert visitor.get("/api/me").json()["login"] == login
    token = visitor.cookies["gridgov_session"]
    assert visitor.post("/logout", headers=UNSAFE).status_code == 204
    visitor.cookies.set("gridgov_session", token)
    assert visitor.get("/api/plans").status_code == 401


def test_the_token_is_stored_as_a_hash_only(visitor: httpx.Client, login: str, toy_engine: Engine) -> None:
    try_sign_in(visitor, login, GOOD)
    token = visitor.cookies["gridgov_session"]
    with toy_engine.connect() as connection:
        stored = connection.execute(text("SELECT token_hash FROM gridgov.session")).scalars().all()
        hashes = connection.execute(text("SELECT password_hash FROM gridgov.account")).scalars().all()
    assert stored and token not in stored
    assert all(value.startswith("$argon2id$") for value in hashes)


def test_wrong_unknown_disabled_and_locked_are_answered_alike(
    visitor: httpx.Client, login: str, toy_engine: Engine
) -> None:
    closed = f"closed-{token_hex(4)}"
    access.make_account(toy_engine, closed, GOOD, "viewer")
    access.set_disabled(toy_engine, closed, True)
    answers = [
        try_sign_in(visitor, name, word) for name, word in ((login, "wrong"), ("nobody", GOOD), (closed, GOOD))
    ]
    for _ in range(access.FAILURES_ALLOWED):
        try_sign_in(visitor, login, "wrong")
    answers.append(try_sign_in(visitor, login, GOOD))
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1


def test_a_lock_ends_and_unknown_logins_are_locked_too(toy_engine: Engine, login: str) -> None:
    for name in (login, f"nobody-{token_hex(4)}"):
        for _ in range(access.FAILURES_ALLOWED + 3):
            with pytest.raises(AccessError, match="wrong, or there were too many tries"):
                access.sign_in(toy_engine, name, "wrong")
        subject = access.name_subject(name)
        count = "SELECT count(*) FROM gridgov.audit WHERE act = 'sign-in-failed' AND object = :subject"
        with toy_engine.connect() as connection:
            assert connection.execute(text(count), {"subject": subject}).scalar_one() == access.FAILURES_ALLOWED
    later = datetime.now(UTC) + access.FAILURE_WINDOW + timedelta(seconds=1)
    assert access.sign_in(toy_engine, login, GOOD, at=later).account.login == login


def test_a_session_holds_on_while_used_and_ends_in_any_case(
    visitor: httpx.Client, toy_engine: Engine, login: str
) -> None:
    def holds_after(age: timedelta) -> bool:
        sql = (
            "UPDATE gridgov.session SET created_at = created_at - :age, expires_at = expires_at - :age "
            "WHERE account_id = (SELECT account_id FROM gridgov.account WHERE login = :login)"
        )
        with toy_engine.begin() as connection:
            connection.execute(text(sql), {"age": age, "login": login})
        return visitor.get("/api/plans").status_code == 200

    short, moment = timedelta(hours=1.5), timedelta(seconds=30)
    try_sign_in(visitor, login, GOOD)
    assert [holds_after(short) for _ in range(7)] == [True] * 7
    assert not holds_after(access.SESSION_LONGEST - 7 * short), "however much it is used"
    try_sign_in(visitor, login, GOOD)
    assert holds_after(access.SESSION_IDLE - moment)
    assert not holds_after(access.SESSION_IDLE + moment), "it was not used for too long"


def test_signing_in_again_ends_the_session_before(visitor: httpx.Client, login: str) -> None:
    try_sign_in(visitor, login, GOOD)
    before = visitor.cookies["gridgov_session"]
    try_sign_in(visitor, login, GOOD)
    assert visitor.cookies["gridgov_session"] != before
    assert visitor.get("/api/me").json()["login"] == login
    with httpx.Client(base_url=visitor.base_url, cookies={"gridgov_session": before}) as old:
        assert old.get("/api/me").json() is None


def test_a_disabled_account_is_refused_at_once(address: str, login: str, toy_engine: Engine) -> None:
    with closing(open_session(address, login, GOOD)) as client:
        assert client.get("/api/plans").status_code == 200
        access.set_disabled(toy_engine, login, True)
        assert client.get("/api/plans").status_code == 401


def test_a_new_password_ends_sessions_and_replaces_the_old(address: str, login: str, toy_engine: Engine) -> None:
    with closing(open_session(address, login, GOOD)) as client:
        access.set_password(toy_engine, login, "another good one")
        assert client.get("/api/plans").status_code == 401
        assert try_sign_in(client, login, GOOD).status_code == 401
        assert try_sign_in(client, login, "another good one").status_code == 200


@pytest.mark.parametrize(
    ("login", "password", "role", "error", "words"),
    [
        ("viewer", GOOD, "viewer", ConflictError, "login 'viewer' is taken"),
        ("new", "short", "viewer", InputError, "10 to 256 characters; this one has 5"),
        ("new", "x" * 257, "viewer", InputError, "10 to 256 characters; this one has 257"),
        ("new", GOOD, "king", InputError, "role 'king' does not exist"),
        ("", GOOD, "viewer", InputError, "login '' cannot be used"),
        (" new", GOOD, "viewer", InputError, "login ' new' cannot be used"),
        ("new\n", GOOD, "viewer", InputError, "1 to 64 visible characters"),
    ],
)
def test_accounts_that_cannot_be_made(
    toy_engine: Engine, login: str, password: str, role: str, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        access.make_account(toy_engine, login, password, role)


def test_passwords_of_nobody(toy_engine: Engine) -> None:
    with pytest.raises(NotFoundError, match="no account"):
        access.set_password(toy_engine, "nobody", PASSWORD)


@pytest.mark.parametrize(
    "body", [{}, {"login": "a"}, {"login": "a\0", "password": "b"}, {"login": "\ud800", "password": "b"}, [1]]
)
def test_forms_that_cannot_be_read(visitor: httpx.Client, body: object) -> None:
    answer = visitor.post("/login", content=json.dumps(body), headers={**UNSAFE, "Content-Type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["code"] == "bad-input"
