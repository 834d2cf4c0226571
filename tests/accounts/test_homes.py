"""Homes counted by place: what is the caller's own, nothing of others, and a line of the audit for each look."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, text

from gridgov.services.access import ROLES
from gridgov.storage.scopes import Scope
from tests.web.toy import TOWER

from .conftest import GOOD, THEIRS

NEEDS = ("older_living_alone", "disability_support", "subsistence_allowance")
OWN = (("grid", "A-g1"), ("section", "A-s0-1"), ("cluster", "A-1-1-t0"), ("building", TOWER))
Person = Callable[..., str]
Enter = Callable[..., TestClient]


def noted(engine: Engine, act: str) -> list[tuple[str, str]]:
    """Return actor and object of every such act."""
    sql = text("SELECT actor, object FROM gridgov.audit WHERE act = :act ORDER BY audit_id")
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sql, {"act": act})]


def test_the_own_grids_and_what_is_in_them(owner: Engine, officer: TestClient, residents: list[str]) -> None:
    with owner.begin() as connection:
        needy = "UPDATE gridgov.resident SET older_living_alone = true WHERE resident_id = :key"
        connection.execute(text(needy), {"key": residents[0]})
    grids = officer.get("/api/homes").json()
    assert [grid["id"] for grid in grids] == ["A-g1"]
    with owner.connect() as connection:
        lives = connection.execute(text("SELECT count(*) FROM gridgov.resident")).scalar_one()
    assert (grids[0]["households"], grids[0]["residents"], grids[0]["older_living_alone"]) == (1, lives, 1)
    for kind, identifier in OWN:
        found = officer.get(f"/api/homes/{kind}/{identifier}").json()
        parts = found["homes"] if kind == "building" else found["buildings"]
        assert (found["households"], found["residents"], len(parts)) == (1, lives, 1), kind
        assert all(found[need] == parts[0][need] == grids[0][need] for need in NEEDS)
        assert not any(key in str(found) for key in residents), "nobody is named"


def test_an_own_place_without_homes_is_there(officer: TestClient) -> None:
    empty = officer.get("/api/homes/cluster/A-0-1").json()
    assert (empty["households"], empty["buildings"]) == (0, [])


def test_what_is_not_ones_own_is_answered_like_what_is_not(owner: Engine, person: Person, enter: Enter) -> None:
    stranger = enter(person("officer", THEIRS))
    before = noted(owner, "homes-listed")
    for kind, foreign in OWN:
        answers = [stranger.get(f"/api/homes/{kind}/{one}") for one in (foreign, "nothing")]
        assert [one.status_code for one in answers] == [404, 404]
        assert answers[0].content == answers[1].content
    assert noted(owner, "homes-listed") == before
    assert stranger.get("/api/homes/shelter/H1").status_code == 422


def test_a_supervisor_sees_the_own_area_and_an_officer_of_nothing_nothing(
    owner: Engine, person: Person, enter: Enter, residents: list[str]
) -> None:
    supervisor = enter(person("supervisor", Scope("community", "A")))
    assert {grid["id"] for grid in supervisor.get("/api/homes").json()} == {"A-g0", "A-g1", "A-g2"}
    assert supervisor.get(f"/api/homes/building/{TOWER}").json()["households"] == 1
    assert supervisor.get("/api/homes/grid/B-g0").status_code == 404
    nobody = enter(person("officer"))
    assert nobody.get("/api/homes").json() == []
    assert nobody.get("/api/homes/grid/A-g1").status_code == 404
    administrator = enter(person("administrator"))
    assert len(administrator.get("/api/homes").json()) == 6


@pytest.mark.parametrize("role", [role for role in ROLES if role not in ("officer", "supervisor", "administrator")])
def test_others_do_not_get_in(person: Person, enter: Enter, role: str) -> None:
    client = enter(person(role))
    for path in ("/api/homes", "/api/homes/grid/A-g1", "/api/allowance", f"/api/people?building={TOWER}"):
        assert client.get(path).status_code == 403


def test_every_look_is_one_line(owner: Engine, person: Person, enter: Enter, residents: list[str]) -> None:
    login = person("supervisor", Scope("community", "A"))
    client = enter(login, GOOD)
    client.get("/api/homes")
    for kind, identifier in OWN:
        client.get(f"/api/homes/{kind}/{identifier}")
    client.get("/api/allowance")
    assert [row for row in noted(owner, "homes-counted") if row[0] == login] == [(login, "grids")]
    listed = [row[1] for row in noted(owner, "homes-listed") if row[0] == login]
    assert listed == [f"{kind}:{identifier}" for kind, identifier in OWN]


def test_what_is_left_of_a_day_is_told_and_costs_nothing(
    person: Person, enter: Enter, residents: list[str], owner: Engine
) -> None:
    client = enter(person("officer", Scope("grid", "A-g1")))
    why = {"reason": "visit", "words": "visit on Tuesday, nobody opened"}
    left = []
    for _ in range(4):
        for _ in range(2):
            allowance = client.get("/api/allowance").json()
        left.append(allowance["reveals_left"])
        client.post(f"/api/people/{residents[0]}/reveal", json=why)
        client.post("/api/people/lookup", json={"name": "nobody"})
    assert left == [3, 2, 1, 0]
    allowance = client.get("/api/allowance").json()
    assert (allowance["reveals_left"], allowance["reveals_a_day"], allowance["id_numbers"]) == (0, 3, True)
    assert allowance["lookups_a_day"] - allowance["lookups_left"] == 4
