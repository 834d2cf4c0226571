"""What the map's panels are told."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from sqlalchemy import Engine, text

from . import toy

SignedIn = Callable[[str], httpx.Client]


def test_plans_by_role(signed_in: SignedIn) -> None:
    def names(role: str) -> list[str]:
        return [plan["plan_id"] for plan in signed_in(role).get("/api/plans").json()]

    assert names("viewer") == [toy.PUBLISHED]
    assert names("officer") == [toy.PUBLISHED]
    assert names("analyst")[0] == toy.PUBLISHED
    assert set(names("analyst")) == {toy.PUBLISHED, toy.DRAFT, toy.FUTURE}


def test_a_plan_says_where_it_lies(signed_in: SignedIn) -> None:
    bounds = signed_in("viewer").get("/api/plans").json()[0]["bounds"]
    assert bounds == pytest.approx([toy.WEST, toy.SOUTH, toy.WEST + 8 * toy.STEP, toy.SOUTH + 3 * toy.STEP])


def test_the_tree_comes_in_two_steps(signed_in: SignedIn) -> None:
    client = signed_in("viewer")
    top = client.get("/api/tree").json()
    assert [(node["level"], node["parent_id"]) for node in top] == [
        ("district", None),
        ("subdistrict", "D"),
        ("community", "S"),
        ("community", "S"),
    ]
    assert [node["households"] for node in top[2:]] == [11 * 48 + 150, 12 * 48]
    below = client.get("/api/tree", params={"community": "A"}).json()
    levels = [node["level"] for node in below]
    assert [levels.count(level) for level in ("section", "cluster", "grid")] == [6, 14, 3]
    sections = {node["id"] for node in below if node["level"] == "section"}
    assert {node["parent_id"] for node in below if node["level"] == "cluster"} == sections


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("民治社区", ("community", "A")),
        ("白石龙", ("community", "B")),
        ("民治街道", ("community", "A")),
        ("幸福", ("building", toy.TOWER)),
        ("小学", ("shelter", "H1")),
        ("440309001002", ("community", "B")),
        ("４４０３０９００１００２", ("community", "B")),
        ("pa00", ("section", "A-s0-0")),
        ("第26楼组", ("cluster", "B-3-2")),
        ("大道93号", ("building", "B-3-2-3")),
        ("民治大道 ９３號", ("building", "B-3-2-3")),
        ("白石龙 第26楼组", ("cluster", "B-3-2")),
    ],
)
def test_search_finds(signed_in: SignedIn, words: str, first: tuple[str, str]) -> None:
    found = signed_in("analyst").get("/api/search", params={"q": words}).json()
    assert (found[0]["kind"], found[0]["id"]) == first
    assert len(found[0]["bounds"]) == 4


@pytest.mark.parametrize("words", ["%", "_", "\\", "'", "   ", "", "没有这个"])
def test_search_takes_signs_for_what_they_are(signed_in: SignedIn, words: str) -> None:
    assert signed_in("viewer").get("/api/search", params={"q": words}).json() == []


def test_search_finds_no_person_and_no_rental_house(signed_in: SignedIn) -> None:
    assert signed_in("administrator").get("/api/search", params={"q": toy.CANARY}).json() == []


def test_facts_of_a_tower_go_storey_by_storey(signed_in: SignedIn) -> None:
    facts = signed_in("viewer").get(f"/api/facts/building/{toy.TOWER}").json()
    assert (facts["name"], facts["floors"], facts["households"]) == ("幸福大厦", 30, 150)
    bands = [(part["storey_from"], part["storey_to"], part["cluster_id"]) for part in facts["stack"]]
    assert bands == [(1, 10, "A-1-1-t0"), (11, 20, "A-1-1-t1"), (21, 30, "A-1-1-t2")]
    assert [link["name"] for link in facts["chain"]] == ["龙华区", "民治街道", "民治社区"]


def test_facts_of_a_cluster(signed_in: SignedIn) -> None:
    facts = signed_in("officer").get("/api/facts/cluster/A-0-0").json()
    assert facts["households"] == 48
    assert [link["id"] for link in facts["chain"]] == ["D", "S", "A", "A-s0-0"]
    assert facts["liaison"] == {"name": "陈干部", "workplace": "街道办", "distance_m": 320.0}
    assert [(share["id"], share["people"]) for share in facts["shelters"]] == [("H1", 140)]
    assert facts["rentals"] | {} == {
        "houses": 3,
        "rooms": 12,
        "tenants": 6,
        "letters_signed": 1,
        "terminals_installed": 0,
    }
    assert len(facts["buildings"]) == 4
    assert facts["area_m2"] == pytest.approx(308.4 * 332.3, rel=0.01)


def test_small_counts_of_people_are_hidden_outside_the_office(signed_in: SignedIn) -> None:
    def tenants(role: str) -> int | None:
        return signed_in(role).get("/api/facts/cluster/A-0-0").json()["rentals"]["tenants"]

    assert (tenants("viewer"), tenants("analyst"), tenants("officer")) == (None, None, 6)


def test_facts_of_a_section_a_grid_a_community_and_a_shelter(signed_in: SignedIn) -> None:
    client = signed_in("supervisor")
    section = client.get("/api/facts/section/B-s1-2").json()
    assert [part["id"] for part in section["parts"]] == ["B-2-2", "B-3-2"]
    assert section["liaison"] is None
    assert [(share["id"], share["reason"]) for share in section["shelters"]] == [(None, "beyond reach")]
    grid = client.get("/api/facts/grid/A-g2").json()
    assert (grid["group_kind"], grid["households"]) == ("special", 4 * 48)
    community = client.get("/api/facts/community/A").json()
    assert community["counts"] == {"clusters": 14, "sections": 6, "grids": 3, "households": 678, "buildings": 45}
    shelter = client.get("/api/facts/shelter/H1").json()
    assert (shelter["people"], shelter["clusters"], shelter["sign_phone"]) == (140, 1, False)


@pytest.mark.parametrize(
    "path", ["building/none", "cluster/A-s0-0", "section/A-0-0", "community/S", "shelter/x", "grid/1"]
)
def test_facts_of_nothing(signed_in: SignedIn, path: str) -> None:
    assert signed_in("viewer").get(f"/api/facts/{path}").status_code == 404


def test_there_are_no_facts_of_people(signed_in: SignedIn) -> None:
    for kind in ("resident", "household", "rental_house", "liaison", "account"):
        assert signed_in("administrator").get(f"/api/facts/{kind}/{toy.CANARY}").status_code == 422


def test_quality_adds_up(signed_in: SignedIn) -> None:
    quality = signed_in("viewer").get(f"/api/quality/{toy.PUBLISHED}").json()
    counts = quality["counts"]
    assert counts["households"] == sum(size["households"] * size["clusters"] for size in quality["cluster_sizes"])
    assert counts["clusters"] == sum(size["clusters"] for size in quality["cluster_sizes"]) == 26
    assert counts["sections"] == sum(size["sections"] for size in quality["section_sizes"]) == 12
    assert quality["rules"] == {"target": 50, "min": 35, "max": 65}
    assert quality["liaisons"] == {"liaisons": 1, "sections_with": 11}
    assert quality["shelters"] == {"people": 279, "people_placed": 140, "shelters": 1}
    findings = [(row["rule"], row["severity"], row["count"]) for row in quality["findings"]]
    assert findings == [("no-liaison", "warning", 1)]


def test_findings_lead_to_their_place(signed_in: SignedIn) -> None:
    client = signed_in("auditor")
    found = client.get(f"/api/findings/{toy.PUBLISHED}").json()
    assert [(row["row_id"], row["rule"]) for row in found] == [("B-s1-2", "no-liaison")]
    assert found[0]["place"] == pytest.approx([toy.WEST + 0.02, toy.SOUTH + 0.007])
    assert client.get(f"/api/findings/{toy.PUBLISHED}", params={"rule": "other"}).json() == []
    assert client.get(f"/api/findings/{toy.PUBLISHED}", params={"offset": 1}).json() == []


def test_neighbouring_sections_have_different_colours(signed_in: SignedIn, toy_engine: Engine) -> None:
    colours = signed_in("viewer").get(f"/api/colours/{toy.PUBLISHED}").json()
    touching = text(
        "SELECT a.group_id, b.group_id FROM gridgov.plan_group a JOIN gridgov.plan_group b "
        "ON a.plan_id = b.plan_id AND a.level = b.level AND a.group_id < b.group_id "
        "WHERE ST_Intersects(a.geom, b.geom) AND a.plan_id = :plan_id AND a.level = 'section'"
    )
    with toy_engine.connect() as connection:
        pairs = connection.execute(touching, {"plan_id": toy.PUBLISHED}).all()
    assert len(pairs) > 12
    assert all(colours["sections"][left] != colours["sections"][right] for left, right in pairs)
    assert len({colours["clusters"][f"A-1-1-t{band}"] for band in range(3)}) == 3


def test_a_draft_can_be_asked_for(signed_in: SignedIn) -> None:
    path = "/api/facts/cluster/A-0-0"
    assert signed_in("analyst").get(path, params={"plan": toy.DRAFT}).status_code == 200
    assert signed_in("viewer").get(path, params={"plan": toy.DRAFT}).status_code == 404
