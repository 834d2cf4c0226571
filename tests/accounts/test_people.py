"""Residents in a request: unreadable at rest, masked in passing, opened with a reason."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, text
from sqlalchemy.exc import ProgrammingError

from gridgov.services.access import hash_token, sign_in
from gridgov.storage.scopes import Scope
from tests.web.toy import TOWER

from .conftest import GOOD, ID, THEIRS, read_all

Person = Callable[..., str]
Enter = Callable[..., TestClient]
WHY = {"reason": "visit", "words": "visit on Tuesday, nobody opened"}


def count_acts(engine: Engine, act: str, subject: str) -> int:
    with engine.connect() as connection:
        sql = "SELECT count(*) FROM gridgov.audit WHERE act = :act AND object = :subject"
        return connection.execute(text(sql), {"act": act, "subject": subject}).scalar_one()


def test_nothing_is_readable_at_rest(owner: Engine, residents: list[str]) -> None:
    held = read_all(owner)
    for value in (
        "张伟",
        "13812345670",
        ID,
        "阿依古丽",
        *(one.encode().hex() for one in ("张伟", ID, "13812345670")),
    ):
        assert value not in held


def test_masked_then_opened_with_a_reason(owner: Engine, officer: TestClient, residents: list[str]) -> None:
    key = residents[0]
    answer = officer.get(f"/api/people/{key}")
    assert answer.json()["masks"] == {
        "name": "张*",
        "telephone": "138****5670",
        "id_number": "1" + "*" * 16 + "X",
        "address": None,
    }
    assert "张伟" not in answer.text and ID not in answer.text
    opened = officer.post(f"/api/people/{key}/reveal", json=WHY)
    assert opened.json() == {
        "resident_id": key,
        "name": "张伟",
        "telephone": "13812345670",
        "id_number": ID,
        "address": None,
    }
    for one in (answer, opened):
        assert one.headers["cache-control"] == "no-store"
    assert count_acts(owner, "person-read", f"resident:{key}") == 1
    assert count_acts(owner, "identity-revealed", f"resident:{key}") == 1


@pytest.mark.parametrize(
    "why",
    [
        {},
        {"reason": "visit"},
        {"reason": "visit", "words": "short"},
        {"reason": "curious", "words": WHY["words"]},
        {"reason": "visit", "words": "aaaaaaaaaaaa"},
        {"reason": "visit", "words": " " * 20},
    ],
)
def test_no_reason_no_name(owner: Engine, officer: TestClient, residents: list[str], why: dict[str, str]) -> None:
    answer = officer.post(f"/api/people/{residents[2]}/reveal", json=why)
    assert answer.status_code == 422
    assert count_acts(owner, "identity-revealed", f"resident:{residents[2]}") == 0


def test_what_is_out_of_reach_is_answered_like_what_is_not(
    person: Person, enter: Enter, owner: Engine, residents: list[str]
) -> None:
    stranger = enter(person("officer", THEIRS))
    key = residents[1]
    for method, path, body in (("GET", "", None), ("POST", "/reveal", WHY)):
        foreign = stranger.request(method, f"/api/people/{key}{path}", json=body)
        missing = stranger.request(method, f"/api/people/nobody{path}", json=body)
        assert (foreign.status_code, foreign.content) == (missing.status_code, missing.content)
        assert foreign.status_code == 404
    assert stranger.post("/api/people/lookup", json={"telephone": "13812345671"}).json() == []
    assert stranger.get(f"/api/people?building={TOWER}").json() == []
    assert count_acts(owner, "person-read", f"resident:{key}") == 0


def test_the_day_has_an_end_for_each_account(
    officer: TestClient, person: Person, enter: Enter, residents: list[str]
) -> None:
    answers = [officer.post(f"/api/people/{residents[0]}/reveal", json=WHY) for _ in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert 0 < int(answers[-1].headers["retry-after"]) <= 86_400
    other = enter(person("supervisor", Scope("community", "A")))
    assert other.post(f"/api/people/{residents[0]}/reveal", json=WHY).status_code == 200


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"name": "张伟"}, {0, 1}),
        ({"name": "张 伟", "telephone": "138-1234-5671"}, {1}),
        ({"telephone": "+8613812345670"}, {0}),
        ({"telephone": "075512345678"}, {2}),
        ({"id_number": ID.lower()}, {0}),
        ({"name": "张"}, set()),
        ({"name": "%"}, set()),
        ({"name": "阿依古丽买买提"}, {3}),
    ],
)
def test_lookups_are_exact(
    officer: TestClient, residents: list[str], wanted: dict[str, str], found: set[int]
) -> None:
    answer = officer.post("/api/people/lookup", json=wanted)
    assert {one["resident_id"] for one in answer.json()} == {residents[number] for number in found}
    assert not any(value in answer.text for value in wanted.values() if len(value) > 1)


def test_a_lookup_needs_a_value_and_is_noted(owner: Engine, officer: TestClient, residents: list[str]) -> None:
    before = count_acts(owner, "people-looked-up", "people")
    for empty in ({}, {"name": None}, {"name": "·"}):
        assert officer.post("/api/people/lookup", json=empty).status_code == 422
    officer.post("/api/people/lookup", json={"name": "张伟"})
    assert count_acts(owner, "people-looked-up", "people") == before + 1
    with owner.connect() as connection:
        facts = connection.execute(text("SELECT facts FROM gridgov.audit WHERE act = 'people-looked-up'")).scalars()
        assert "张伟" not in json.dumps(list(facts), ensure_ascii=False)


def test_a_home_and_a_building(officer: TestClient, residents: list[str]) -> None:
    listed = officer.get(f"/api/people?building={TOWER}").json()
    assert {one["resident_id"] for one in listed} >= set(residents)
    home = listed[0]["household_id"]
    assert officer.get("/api/people", params={"household": home}).json() == listed
    assert officer.get("/api/people").status_code == 422


def test_sql_of_other_roles_reaches_no_row(web: Engine, door: Engine, person: Person, residents: list[str]) -> None:
    for role in ("viewer", "analyst", "auditor"):
        token = sign_in(door, person(role), GOOD).token
        for query in ("SELECT * FROM identity.person", "SELECT identity.spend('x', 1)"):
            with web.connect() as connection, pytest.raises(ProgrammingError, match="permission denied"):
                connection.execute(text("SELECT * FROM gridgov.enter(:hash)"), {"hash": hash_token(token)})
                connection.execute(text(query))
    token = sign_in(door, person("officer", THEIRS), GOOD).token
    with web.begin() as connection:
        connection.execute(text("SELECT * FROM gridgov.enter(:hash)"), {"hash": hash_token(token)})
        assert connection.execute(text("SELECT count(*) FROM identity.person")).scalar_one() == 0
