"""Whoever puts the answers about several plans together works no small count of people out of them (P13, P14)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from scipy.optimize import linprog
from sqlalchemy import Connection, Engine, text

from gridgov.bootstrap import Platform
from gridgov.core.disclosure import HIDE_BELOW
from gridgov.services import publishing
from gridgov.services.access import ROLES, make_account, sign_in
from gridgov.services.figures import refresh_figures
from gridgov.settings import Settings
from gridgov.storage.cluster import PrivateCluster
from gridgov.storage.engine import make_engine, make_web_engine
from gridgov.web.app import make_app
from gridgov.web.cookies import COOKIE
from tests.web import toy

FIRST, SECOND, DRAFT = toy.PUBLISHED, toy.FUTURE, toy.DRAFT
MOVED = {FIRST: {}, SECOND: {"A-0-0-3": "A-1-0", "B-2-1-1": "B-3-1"}, DRAFT: {"A-2-2-0": "A-3-2"}}
"""Buildings that a plan has put into the next cluster of the same section."""
FEW = {"A-0-0-3": 7, "B-2-1-1": 4, "A-2-2-0": 5}
"""Residents of those buildings; 31 to 40 live in every other one, one in the tower."""
LEVELS = ("community", "grid", "section", "cluster")
OF_RESIDENTS = ("residents", "older_living_alone", "people_sheltered", "people_beyond_reach")

Open = Callable[[str], AbstractContextManager[TestClient]]
Fact = tuple[frozenset[str], float]
"""Buildings, and how many people are said to live in all of them."""


def list_homes(plan_id: str) -> list[dict[str, Any]]:
    """Return every building with its residents, and the areas in which a plan has it."""
    homes: list[dict[str, Any]] = []
    for at, (community, column, row, *_) in enumerate(toy.squares()):
        for number in range(4):
            building = f"{community}-{column}-{row}-{number}"
            cluster = MOVED[plan_id].get(building, building[:-2])
            if (community, column, row) == ("A", 1, 1):
                building, cluster = toy.TOWER, "A-1-1-t0"
            people = 1 if building == toy.TOWER else FEW.get(building, 31 + (at + number) % 10)
            section, grid = f"{community}-s{column // 2}-{row}", f"{community}-g{row}"
            area = {"community": community, "grid": grid, "section": section, "cluster": cluster}
            homes.append({"building": building, "people": people, **area})
            if building == toy.TOWER:
                break
    return homes


def fill(engine: Engine) -> None:
    """Write the town and publish its first plan; two are drafts."""
    with engine.begin() as connection:
        toy._write_ground(connection)
        toy._write_people(connection)
        rows = [one for one in list_homes(FIRST) if one["building"] != toy.TOWER]
        keys = [{"household_id": f"home {one['building']}", "building_id": one["building"]} for one in rows]
        toy._insert(connection, "household", keys)
        people = "INSERT INTO gridgov.resident (resident_id, household_id) SELECT :home || n, :home "
        people += "FROM generate_series(1, :people) AS n"
        connection.execute(
            text(people), [{"home": f"home {one['building']}", "people": one["people"]} for one in rows]
        )
        for plan_id in (FIRST, SECOND, DRAFT):
            toy._write_plan(connection, plan_id)
            assign(connection, plan_id)
            refresh_figures(connection, plan_id)
    publishing.publish_plan(engine, FIRST, date(2026, 1, 1))


def assign(connection: Connection, plan_id: str) -> None:
    """Put homes and the people who need a shelter into the clusters of a plan."""
    move = "UPDATE gridgov.plan_atom SET cluster_id = :cluster WHERE plan_id = :plan_id AND building_id = :building"
    for building, cluster in MOVED[plan_id].items():
        connection.execute(text(move), {"plan_id": plan_id, "building": building, "cluster": cluster})
    homes = list_homes(plan_id)
    rows = [
        {
            "household_id": f"home {one['building']}",
            **{f"{level}_id": one[level] for level in ("cluster", "section", "grid")},
        }
        for one in homes
        if one["building"] != toy.TOWER
    ]
    toy._insert(connection, "plan_household", rows, plan_id=plan_id)
    connection.execute(text("DELETE FROM gridgov.plan_shelter WHERE plan_id = :plan_id"), {"plan_id": plan_id})
    for at, cluster in enumerate(sorted({one["cluster"] for one in homes})):
        people = sum(one["people"] for one in homes if one["cluster"] == cluster)
        lucky = at % 3 > 0
        share = {"cluster_id": cluster, "people": people, "shelter_id": "H1" if lucky else None}
        share |= {"distance_m": 100.0 if lucky else None, "reason": None if lucky else "beyond reach"}
        toy._insert(connection, "plan_shelter", [share], plan_id=plan_id)
        if not lucky:
            finding = {"finding_id": 100 + at, "layer": "clusters", "row_id": cluster, "rule": "shelter-shortfall"}
            finding |= {"severity": "warning", "detail": f"{people} of {people} people: none", "action": "add one"}
            toy._insert(connection, "plan_finding", [finding], plan_id=plan_id)


@contextmanager
def serve(cluster: PrivateCluster, template: str, name: str) -> Iterator[Open]:
    """Serve the town from a database of its own; the second plan is published by an administrator in a browser."""
    cluster.make_database(name, template=template)
    engine, web = make_engine(cluster.url(name)), make_web_engine(cluster.web_url(name))
    fill(engine)
    for role in ROLES:
        make_account(engine, role, "correct horse", role)
    with TestClient(make_app(Platform(Settings(throwaway_database=name), engine, None, web))) as client:

        @contextmanager
        def open_as(role: str) -> Iterator[TestClient]:
            client.cookies.set(COOKIE, sign_in(engine, role, "correct horse").token)
            yield client
            client.cookies.clear()

        with open_as("administrator") as administrator:
            body = {"plan_id": SECOND, "published_from": "2026-02-01"}
            answer = administrator.post("/api/admin/plans/publish", json=body, headers={"X-Gridgov-Request": "1"})
            assert answer.json()["follows"] == [FIRST], answer.text
        yield open_as
    web.dispose()
    engine.dispose()


@pytest.fixture(scope="module")
def town(cluster: PrivateCluster, migrated_template: str) -> Iterator[Open]:
    """The town as it is published."""
    with serve(cluster, migrated_template, "toy_together") as open_as:
        yield open_as


@pytest.fixture(scope="module")
def careless_town(cluster: PrivateCluster, migrated_template: str) -> Iterator[Open]:
    """The town as it would be if each plan were looked at by itself."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(publishing, "keep_figures_back", lambda connection, plan_id: 0)
        with serve(cluster, migrated_template, "toy_careless") as open_as:
            yield open_as


def list_facts(client: TestClient, plan_id: str) -> list[Fact]:
    """Collect everything that is said of how many people live where in a plan."""
    if client.get("/api/quality/" + plan_id).status_code == 404:
        return []
    homes = list_homes(plan_id)
    every = frozenset(one["building"] for one in homes)
    lucky = {cluster for at, cluster in enumerate(sorted({one["cluster"] for one in homes})) if at % 3 > 0}

    def within(level: str, key: str, sheltered: bool | None = None) -> frozenset[str]:
        return frozenset(
            one["building"]
            for one in homes
            if (level == "whole" or one[level] == key) and sheltered in (None, one["cluster"] in lucky)
        )

    facts: list[tuple[frozenset[str], float | None]] = []
    asked = {"plan": plan_id}
    for name in OF_RESIDENTS:
        part = {
            "residents": None,
            "older_living_alone": None,
            "people_sheltered": True,
            "people_beyond_reach": False,
        }[name]
        for level in LEVELS:
            said = client.get(f"/api/indicators/{name}/{level}", params=asked).json()
            for key, count, whole in zip(said["ids"], said["counts"], said["wholes"], strict=True):
                facts.append((within(level, key), whole))
                if name != "older_living_alone":
                    facts.append((within(level, key, part), count))
            facts.append((every, said["total_whole"]))
            if name != "older_living_alone":
                facts.append((within("whole", "", part), said["total_count"]))
    for level in ("cluster", "section"):
        for key in sorted({one[level] for one in homes}):
            shares = client.get(f"/api/facts/{level}/{key}", params=asked).json()["shelters"]
            facts += [(within(level, key, share["id"] is not None), share["people"]) for share in shares]
    facts.append((within("whole", "", True), client.get("/api/facts/shelter/H1", params=asked).json()["people"]))
    quality = client.get("/api/quality/" + plan_id).json()["shelters"]
    facts += [(every, quality["people"]), (within("whole", "", True), quality["people_placed"])]
    checked = client.get("/api/checks/beyond-shelter", params=asked)
    if checked.status_code == 200:
        facts += [(within("cluster", one["id"]), one["amount"]) for one in checked.json()]
    found = client.get("/api/findings/" + plan_id, params={"limit": 100})
    if found.status_code == 200:
        for one in found.json():
            if people := re.match(r"\d+ of (\d+) people", one["detail"]):
                facts.append((within("cluster", one["row_id"]), float(people[1])))
    return [(buildings, count) for buildings, count in facts if count is not None]


def find_given_away(facts: list[Fact]) -> dict[str, tuple[float, float]]:
    """Find the small places whose residents the facts hold in a range narrower than what is hidden."""
    homes = {one["building"]: one["people"] for one in list_homes(FIRST)}
    names = sorted(homes)
    wanted = {(name,) for name, people in homes.items() if people < HIDE_BELOW}
    known = sorted({(tuple(sorted(buildings)), count) for buildings, count in facts})
    for buildings, count in known:
        assert sum(homes[one] for one in buildings) == count, "what is told is right"
    matrix = np.array([[name in buildings for name in names] for buildings, _ in known], dtype=float)
    equal = {"A_eq": matrix, "b_eq": np.array([count for _, count in known])}
    out = {}
    for place in wanted:
        goal = np.isin(names, place).astype(float)
        low, high = linprog(goal, **equal), linprog(-goal, **equal)
        most = np.inf if high.status == 3 else -high.fun
        if most - low.fun < HIDE_BELOW - 1e-6:
            out[place[0]] = (low.fun, most)
    return out


@pytest.mark.parametrize("role", ["viewer", "analyst", "auditor"])
def test_nothing_small_comes_out_of_all_answers_together(town: Open, role: str) -> None:
    with town(role) as client:
        facts = [fact for plan_id in (FIRST, SECOND, DRAFT) for fact in list_facts(client, plan_id)]
    assert len({buildings for buildings, _ in facts}) > 30, "most is told"
    assert find_given_away(facts) == {}


def test_plans_looked_at_one_by_one_would_give_few_people_away(careless_town: Open) -> None:
    with careless_town("viewer") as client:
        facts = {plan_id: list_facts(client, plan_id) for plan_id in (FIRST, SECOND)}
    given = find_given_away(facts[FIRST] + facts[SECOND])
    assert {"A-0-0-3", "B-2-1-1"} <= set(given)
    assert given["A-0-0-3"] == pytest.approx((7, 7), abs=1e-6)


def test_of_a_draft_an_analyst_learns_what_is_no_count_of_people(town: Open) -> None:
    with town("analyst") as client:
        asked = {"plan": DRAFT}
        hidden = client.get("/api/indicators/residents/section", params=asked).json()
        assert all(hidden["hidden"]) and set(hidden["counts"]) == {None} and hidden["total_count"] is None
        houses = client.get("/api/indicators/rental_houses/cluster", params=asked).json()
        assert sum(houses["counts"]) == 3 and not any(houses["hidden"])
        share = client.get("/api/facts/cluster/A-0-1", params=asked).json()["shelters"][0]
        assert share["people"] is None and "id" in share
        assert client.get("/api/checks/beyond-shelter", params=asked).json()
    with town("administrator") as client:
        seen = client.get("/api/indicators/residents/cluster", params=asked).json()
        assert dict(zip(seen["ids"], seen["counts"], strict=True))["A-1-1-t0"] == 1


def test_the_second_plan_loses_the_changed_clusters_and_little_else(town: Open) -> None:
    with town("viewer") as client:
        said = {
            plan_id: client.get("/api/indicators/residents/cluster", params={"plan": plan_id}).json()
            for plan_id in (FIRST, SECOND)
        }
    hidden = {
        plan_id: {key for key, secret in zip(one["ids"], one["hidden"], strict=True) if secret}
        for plan_id, one in said.items()
    }
    assert {"A-0-0", "B-2-1"} <= hidden[SECOND] - hidden[FIRST] <= {"A-0-0", "A-1-0", "B-2-1", "B-3-1"}
