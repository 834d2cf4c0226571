"""Accounts as an administrator keeps them, through the web and through the database's own rules."""

from __future__ import annotations

from collections.abc import Callable
from secrets import token_hex

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, text
from sqlalchemy.exc import ProgrammingError

from gridgov.errors import ConflictError
from gridgov.services import access
from gridgov.services.access import hash_token

from .conftest import GOOD, UNSAFE

Person = Callable[..., str]
Enter = Callable[..., TestClient]
PATH = "/api/admin/accounts"


def test_make_change_close(app: FastAPI, person: Person, enter: Enter) -> None:
    boss, login = enter(person("administrator")), f"li-{token_hex(3)}"
    made = boss.post(PATH, json={"login": login, "password": GOOD, "role": "officer", "name": "李"})
    assert made.status_code == 200, made.text
    assert made.json()["role"] == "officer" and GOOD not in made.text
    client = enter(login)
    assert boss.patch(f"{PATH}/{login}", json={"name": "李网格员"}).json()["name"] == "李网格员"
    assert client.get("/api/plans").status_code == 200, "another name ends nothing"
    assert boss.patch(f"{PATH}/{login}", json={"role": "viewer"}).json()["role"] == "viewer"
    assert client.get("/api/plans").status_code == 401, "another role ends its sessions"
    client = enter(login)
    assert boss.patch(f"{PATH}/{login}", json={"password": "four green kettles"}).status_code == 200
    assert client.get("/api/plans").status_code == 401
    client = enter(login, "four green kettles")
    assert boss.patch(f"{PATH}/{login}", json={"disabled": True}).json()["disabled"] is True
    assert client.get("/api/plans").status_code == 401
    answer = TestClient(app, headers=UNSAFE).post("/login", json={"login": login, "password": "four green kettles"})
    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"login": "a:b", "password": GOOD, "role": "viewer"}, 422),
        ({"login": "new", "password": "short", "role": "viewer"}, 422),
        ({"login": "new", "password": GOOD, "role": "king"}, 422),
        ({"login": "TAKEN", "password": GOOD, "role": "viewer"}, 409),
    ],
)
def test_accounts_that_cannot_be_made(person: Person, enter: Enter, body: dict[str, str], status: int) -> None:
    login = person("administrator")
    if body["login"] == "TAKEN":
        body = {**body, "login": login}
    assert enter(login).post(PATH, json=body).status_code == status


def test_nobody_else_may(person: Person, enter: Enter) -> None:
    for role in access.ROLES:
        if role == "administrator":
            continue
        client = enter(person(role))
        assert client.get(PATH).status_code == 403
        assert client.post(PATH, json={"login": "x", "password": GOOD, "role": "viewer"}).status_code == 403
        assert client.patch(f"{PATH}/x", json={"disabled": True}).status_code == 403


def test_unknown_ones_and_oneself(person: Person, enter: Enter) -> None:
    login = person("administrator")
    boss = enter(login)
    assert boss.patch(f"{PATH}/nobody", json={"disabled": True}).status_code == 404
    for change in ({"role": "viewer"}, {"disabled": True}, {"password": "four green kettles"}):
        assert boss.patch(f"{PATH}/{login}", json=change).status_code == 409
    assert boss.patch(f"{PATH}/{login}", json={"name": "主管"}).status_code == 200


def test_the_last_administrator_stays(owner: Engine, person: Person) -> None:
    login = person("administrator")
    with owner.begin() as connection:
        connection.execute(
            text("UPDATE gridgov.account SET disabled = true WHERE role = 'administrator' AND login <> :l"),
            {"l": login},
        )
    try:
        with pytest.raises(ConflictError, match="last administrator"):
            access.set_disabled(owner, login, True)
        with pytest.raises(ConflictError, match="last administrator"):
            access.change_account(owner, login, role="auditor")
    finally:
        with owner.begin() as connection:
            connection.execute(text("UPDATE gridgov.account SET disabled = false WHERE role = 'administrator'"))


def test_password_hashes_stay_closed_to_administrators_too(web: Engine, door: Engine, person: Person) -> None:
    token = access.sign_in(door, person("administrator"), GOOD).token
    for query in ("SELECT password_hash FROM gridgov.account", "SELECT secret_hash FROM gridgov.app_password"):
        with web.connect() as connection, pytest.raises(ProgrammingError, match="permission denied"):
            connection.execute(text("SELECT * FROM gridgov.enter(:hash)"), {"hash": hash_token(token)})
            connection.execute(text(query))


def test_a_session_changes_no_other_account_by_sql(web: Engine, door: Engine, owner: Engine, person: Person) -> None:
    mine, other = person("officer"), person("officer")
    access.sign_in(door, other, GOOD)
    token = access.sign_in(door, mine, GOOD).token
    with owner.connect() as connection:
        ids = dict(connection.execute(text("SELECT login, account_id FROM gridgov.account")).all())
    acts = {
        "DELETE FROM gridgov.session WHERE account_id = :other": 0,
        "DELETE FROM gridgov.app_password WHERE account_id = :other": 0,
        "DELETE FROM gridgov.second_factor WHERE account_id = :other": 0,
        "SELECT 1 FROM gridgov.session WHERE account_id = :other": 0,
    }
    with web.begin() as connection:
        connection.execute(text("SELECT * FROM gridgov.enter(:hash)"), {"hash": hash_token(token)})
        for act, rows in acts.items():
            assert connection.execute(text(act), {"other": ids[other]}).rowcount == rows, act
    forbidden = (
        "INSERT INTO gridgov.app_password (app_password_id, account_id, name, secret_hash) "
        "VALUES ('x', :other, 'x', 'x')",
        "UPDATE gridgov.account SET role = 'administrator' WHERE account_id = :mine",
        "UPDATE gridgov.session SET account_id = :other WHERE account_id = :mine",
        "SELECT gridgov.close_doors(:other, true, true)",
        "SELECT gridgov.lift_lock(:other)",
        "SELECT gridgov.put_password(:other, 'a', 'b', true)",
        "SELECT * FROM gridgov.find_login('administrator')",
    )
    refused = r"\(psycopg\.errors\.InsufficientPrivilege\)"
    for act in forbidden:
        with web.connect() as connection, pytest.raises(ProgrammingError, match=refused):
            connection.execute(text("SELECT * FROM gridgov.enter(:hash)"), {"hash": hash_token(token)})
            connection.execute(text(act), {"mine": ids[mine], "other": ids[other]})


@pytest.mark.parametrize("by_web", [True, False])
def test_a_new_password_opens_a_locked_login(
    app: FastAPI, owner: Engine, person: Person, enter: Enter, by_web: bool
) -> None:
    boss, login = enter(person("administrator")), person("officer")
    client = TestClient(app, headers=UNSAFE)

    def sign_in(password: str) -> int:
        return int(client.post("/login", json={"login": login, "password": password}).status_code)

    assert {sign_in("wrong and wrong") for _ in range(access.FAILURES_ALLOWED + 1)} == {401}
    assert sign_in(GOOD) == 401, "it is locked"
    if by_web:
        assert boss.patch(f"{PATH}/{login}", json={"password": "four green kettles"}).status_code == 200
    else:
        access.set_password(owner, login, "four green kettles")
    assert sign_in("four green kettles") == 200


def test_parts_of_the_district_by_the_web(person: Person, enter: Enter) -> None:
    boss, login = enter(person("administrator")), person("officer")
    parts = [{"kind": "grid", "ref": "A-g0"}, {"kind": "grid", "ref": "A-g1"}]
    answer = boss.patch(f"{PATH}/{login}", json={"scopes": parts})
    named = [part | {"name": f"民治社区 · 网格{place}"} for place, part in enumerate(parts, start=1)]
    assert answer.status_code == 200 and answer.json()["scopes"] == named
    assert boss.patch(f"{PATH}/{login}", json={"scopes": [{"kind": "grid", "ref": "nowhere"}]}).status_code == 404
    assert boss.patch(f"{PATH}/{login}", json={"scopes": []}).json()["scopes"] == []
    made = {"login": f"{login}-2", "password": GOOD, "role": "viewer", "scopes": parts}
    assert boss.post(PATH, json=made).status_code == 422
    assert f"{login}-2" not in boss.get(PATH).text, "an account is made whole or not at all"
