"""Passwords of programs: shown once, revocable, never more than the account."""

from __future__ import annotations

import base64
from collections.abc import Callable

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, text

from gridgov.services.access import set_disabled

from .conftest import GOOD, UNSAFE

Person = Callable[..., str]
Enter = Callable[..., TestClient]
PATH = "/api/account/app-passwords"


def basic(login: str, secret: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{login}:{secret}".encode()).decode()}


def make(client: TestClient, name: str = "QGIS") -> dict[str, str]:
    answer = client.post(PATH, json={"name": name, "password": GOOD})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_program_signs_in_with_one_and_no_longer_when_it_is_revoked(
    app: FastAPI, person: Person, enter: Enter
) -> None:
    login = person("analyst")
    client = enter(login)
    made = make(client)
    program = TestClient(app, headers=basic(login, made["secret"]))
    assert program.get("/api/plans").status_code == 200
    assert program.get("/api/me").json()["login"] == login
    assert client.get(PATH).json()[0]["used_at"] is not None
    assert "secret" not in client.get(PATH).text
    left = client.delete(f"{PATH}/{made['app_password_id']}")
    assert left.json() == []
    for path in ("/api/plans", "/ogc/collections", "/tiles/clusters/14/13380/7133.mvt"):
        refused = program.get(path)
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"].startswith("Basic"), path
    assert "www-authenticate" not in TestClient(app).get("/api/plans").headers, "a browser shows no window of its own"


def test_one_opens_one_session_however_often_it_is_used(
    app: FastAPI, person: Person, enter: Enter, owner: Engine
) -> None:
    login = person("viewer")
    client = enter(login)
    program = TestClient(app, headers=basic(login, make(client)["secret"]))
    assert [program.get("/api/plans").status_code for _ in range(5)] == [200] * 5
    listed = client.get("/api/account/sessions").json()
    assert [one["app_password"] for one in listed if not one["current"]] == ["QGIS"]
    with owner.connect() as connection:
        sql = "SELECT count(*) FROM gridgov.audit WHERE act = 'app-signed-in' AND actor = :login"
        assert connection.execute(text(sql), {"login": login}).scalar_one() == 1


def test_it_may_do_what_its_account_may_do_now(app: FastAPI, person: Person, enter: Enter, owner: Engine) -> None:
    login = person("viewer")
    program = TestClient(app, headers=basic(login, make(enter(login))["secret"]))
    assert program.get("/api/admin/accounts").status_code == 403
    set_disabled(owner, login, True)
    assert program.get("/api/plans").status_code == 401


def test_a_program_does_not_change_how_one_gets_in(app: FastAPI, person: Person, enter: Enter) -> None:
    login = person("viewer")
    program = TestClient(app, headers={**basic(login, make(enter(login))["secret"]), **UNSAFE})
    for path, body in (
        (PATH, {"name": "more", "password": GOOD}),
        ("/api/account/password", {"password": GOOD, "new_password": "four green kettles"}),
        ("/api/account/second-factor", {"password": GOOD}),
    ):
        answer = program.post(path, json=body)
        assert answer.status_code == 403, path


def test_secrets_of_others_and_the_password_itself_open_nothing(app: FastAPI, person: Person, enter: Enter) -> None:
    mine, other = person("viewer"), person("viewer")
    secret = make(enter(mine))["secret"]
    for login, word in ((other, secret), (mine, GOOD), (mine, secret + "a"), ("nobody", secret), (mine, "\0")):
        assert TestClient(app, headers=basic(login, word)).get("/api/plans").status_code == 401
    assert TestClient(app, headers=basic(mine, secret.upper().replace("-", ""))).get("/api/plans").status_code == 200
    for broken in ("Basic", "Basic ###", "Basic " + "A" * 1000, "Bearer x"):
        assert TestClient(app, headers={"Authorization": broken}).get("/api/plans").status_code == 401


def test_it_asks_for_the_password_and_for_a_name_of_its_own(person: Person, enter: Enter) -> None:
    client = enter(person("viewer"))
    make(client)
    assert client.post(PATH, json={"name": "x", "password": "wrong"}).status_code == 403
    assert client.post(PATH, json={"name": "QGIS", "password": GOOD}).status_code == 409
    assert client.post(PATH, json={"name": "", "password": GOOD}).status_code == 422


def test_nobody_touches_those_of_another(person: Person, enter: Enter) -> None:
    mine, other = enter(person("viewer")), enter(person("administrator"))
    made = make(mine)
    assert other.delete(f"{PATH}/{made['app_password_id']}").status_code == 404
    assert len(mine.get(PATH).json()) == 1


def test_only_a_hash_is_kept(person: Person, enter: Enter, owner: Engine) -> None:
    secret = make(enter(person("viewer")))["secret"]
    assert len(secret.replace("-", "")) * 5 >= 128
    with owner.connect() as connection:
        kept = connection.execute(text("SELECT secret_hash FROM gridgov.app_password")).scalars().all()
    assert all(len(one) == 64 and secret not in one for one in kept)


def test_a_new_password_of_ones_own_revokes_them(app: FastAPI, person: Person, enter: Enter) -> None:
    login = person("viewer")
    client = enter(login)
    made = make(client)
    program = TestClient(app, headers=basic(login, made["secret"]))
    assert program.get("/ogc").status_code == 200
    wish = {"password": GOOD, "new_password": "four green kettles"}
    assert client.post("/api/account/password", json=wish).status_code == 200
    assert program.get("/ogc").status_code == 401, "who knew the old password may have made it"
    assert client.get(PATH).json() == []
