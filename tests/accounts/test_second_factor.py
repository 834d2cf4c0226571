"""The second factor: a code counts once, a recovery code once, and guessing locks like a wrong password."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pyotp
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from gridgov.errors import SettingsError
from gridgov.services import access
from gridgov.services.access.codes import find_step
from gridgov.web.app import make_app

from .conftest import GOOD, UNSAFE

Person = Callable[..., str]
Enter = Callable[..., TestClient]
PATH = "/api/account/second-factor"


def code(secret: str, steps: int = 0) -> str:
    machine = pyotp.TOTP(secret)
    return machine.generate_otp(int(datetime.now(UTC).timestamp()) // 30 + steps)


def switch_on(client: TestClient) -> tuple[str, list[str]]:
    begun = client.post(PATH, json={"password": GOOD})
    assert begun.status_code == 200, begun.text
    secret = begun.json()["secret"]
    answer = client.post(f"{PATH}/confirm", json={"code": code(secret)})
    assert answer.status_code == 200, answer.text
    return secret, answer.json()["codes"]


def try_sign_in(app: FastAPI, login: str, **more: str) -> tuple[int, str]:
    answer = TestClient(app, headers=UNSAFE).post("/login", json={"login": login, "password": GOOD, **more})
    return answer.status_code, answer.json().get("code", "")


def test_from_the_picture_to_signing_in(app: FastAPI, person: Person, enter: Enter) -> None:
    login = person()
    client, elsewhere = enter(login), enter(login)
    begun = client.post(PATH, json={"password": GOOD}).json()
    assert begun["uri"].startswith(f"otpauth://totp/gridgov:{login}?secret={begun['secret']}")
    assert re.match(r"<svg [^>]*xmlns", begun["qr_svg"]) and "<script" not in begun["qr_svg"]
    assert client.get(PATH).json() == {"on": False, "recovery_codes": 0}
    assert try_sign_in(app, login)[0] == 200, "one that is not confirmed asks for nothing"
    before = client.cookies["gridgov_session"]
    codes = client.post(f"{PATH}/confirm", json={"code": code(begun["secret"])}).json()["codes"]
    assert client.get(PATH).json() == {"on": True, "recovery_codes": len(codes) == 10 and 10}
    assert client.cookies["gridgov_session"] != before, "the token is another one"
    assert elsewhere.get("/api/plans").status_code == 401, "sessions without the code are over"
    assert try_sign_in(app, login) == (401, "second-factor-needed")
    assert try_sign_in(app, login, code=code(begun["secret"], 1))[0] == 200


def test_a_code_is_used_once(app: FastAPI, person: Person, enter: Enter) -> None:
    login = person()
    secret, _ = switch_on(enter(login))
    assert try_sign_in(app, login, code=code(secret))[0] == 401, "the code that confirmed is used up"
    assert try_sign_in(app, login, code=code(secret, 1))[0] == 200
    assert try_sign_in(app, login, code=code(secret, 1))[0] == 401
    assert try_sign_in(app, login, code=code(secret, 3))[0] == 401


def test_a_recovery_code_is_used_once(app: FastAPI, person: Person, enter: Enter) -> None:
    login = person()
    client = enter(login)
    _, codes = switch_on(client)
    assert try_sign_in(app, login, code=codes[0].upper())[0] == 200
    assert try_sign_in(app, login, code=codes[0])[0] == 401
    assert client.get(PATH).json()["recovery_codes"] == 9
    fresh = client.post(f"{PATH}/recovery-codes", json={"password": GOOD}).json()["codes"]
    assert try_sign_in(app, login, code=codes[1])[0] == 401
    assert try_sign_in(app, login, code=fresh[1])[0] == 200


def test_guessing_codes_locks_like_wrong_passwords(app: FastAPI, person: Person, enter: Enter) -> None:
    login = person()
    secret, _ = switch_on(enter(login))
    for _ in range(access.FAILURES_ALLOWED + 4):
        assert try_sign_in(app, login) in ((401, "second-factor-needed"), (401, "not-signed-in"))
    assert try_sign_in(app, login) == (401, "second-factor-needed"), "asking for the code is no failure"
    for _ in range(access.FAILURES_ALLOWED):
        assert try_sign_in(app, login, code="000000") == (401, "not-signed-in")
    assert try_sign_in(app, login, code=code(secret, 1)) == (401, "not-signed-in")


def test_switching_off_asks_for_the_password(app: FastAPI, person: Person, enter: Enter) -> None:
    login = person()
    client = enter(login)
    switch_on(client)
    assert client.post(PATH, json={"password": GOOD}).status_code == 409
    assert client.post(f"{PATH}/disable", json={"password": "wrong"}).status_code == 403
    assert client.post(f"{PATH}/disable", json={"password": GOOD}).status_code == 200
    assert client.post(f"{PATH}/disable", json={"password": GOOD}).status_code == 404
    assert client.post(f"{PATH}/confirm", json={"code": "123456"}).status_code == 404
    assert try_sign_in(app, login)[0] == 200


def test_an_administrator_takes_a_lost_one_away(app: FastAPI, person: Person, enter: Enter) -> None:
    login, boss = person(), enter(person("administrator"))
    switch_on(enter(login))
    seen = {one["login"]: one for one in boss.get("/api/admin/accounts").json()}
    assert seen[login]["second_factor"] is True
    answer = boss.patch(f"/api/admin/accounts/{login}", json={"reset_second_factor": True})
    assert answer.json()["second_factor"] is False and answer.json()["sessions"] == 0
    assert try_sign_in(app, login)[0] == 200


def test_the_secret_is_kept_encrypted_and_lost_with_its_key(
    app: FastAPI, platform, person: Person, enter: Enter, owner: Engine, tmp_path
) -> None:
    login = person()
    secret, _ = switch_on(enter(login))
    with owner.connect() as connection:
        kept = connection.execute(text("SELECT secret FROM gridgov.second_factor")).scalars().all()
    assert all(secret.encode() not in bytes(one) for one in kept)
    with pytest.raises(SettingsError, match=r"key secrets-\w+ is missing.*backup"):
        other = type(platform.keys)(file=tmp_path / "keys.json")
        access.sign_in(platform.door_engine, login, GOOD, code=code(secret, 1), keys=other.read)
    assert make_app(platform) is not None


@given(st.integers(0, 2**32), st.integers(-4, 4))
def test_codes_of_the_steps_around_now_fit_and_no_others(moment: int, apart: int) -> None:
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    step = moment // 30 + apart
    if step < 0:
        return
    found = find_step(secret, pyotp.TOTP(secret).generate_otp(step), datetime.fromtimestamp(moment, UTC))
    assert found == step if abs(apart) <= 1 else found in (None, *range(moment // 30 - 1, moment // 30 + 2))
