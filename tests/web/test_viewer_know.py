"""Knowing, comparing and judging: the routes, and the panels in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest
from playwright.sync_api import Browser
from sqlalchemy import Engine

from gridgov.core.quality import find_problems
from gridgov.storage.assignments import read_assignments
from gridgov.storage.layers import read_layer
from gridgov.storage.plans import read_plan

from . import drafts, toy
from .conftest import PASSWORD
from .visiting import CHROMIUM, FLAGS, OFFICE, Visit

Sign = Callable[[str], httpx.Client]


@pytest.fixture(scope="module")
def moved(toy_engine: Engine) -> Iterator[str]:
    """A draft with everything wrong."""
    with drafts.second_draft(toy_engine) as plan_id:
        yield plan_id


def test_neighbours_parents_and_who_answers(signed_in: Sign) -> None:
    around = signed_in("viewer").get("/api/around/cluster/A-0-0").json()
    beside = {row["id"]: row["border_m"] for row in around["neighbours"]}
    assert set(beside) == {"A-1-0", "A-0-1"}, "corners do not touch enough"
    assert beside["A-1-0"] == pytest.approx(332.2, abs=1)
    assert [row["id"] for row in around["parents"]] == ["A-g0"]
    assert {(row["role"], row["name"]) for row in around["responsible"]} == {
        ("liaison", "陈干部"),
        ("officer", "officer person"),
    }
    tower = signed_in("viewer").get("/api/around/cluster/A-1-1-t0").json()["neighbours"]
    assert [row["id"] for row in tower if row["relation"] == "stacked"] == ["A-1-1-t1", "A-1-1-t2"]
    community = signed_in("viewer").get("/api/around/community/A").json()
    assert [row["id"] for row in community["neighbours"]] == ["B"]
    assert len(community["children"]) == 6 + 3
    road = signed_in("viewer").get("/api/facts/barrier/R1").json()
    assert (road["name"], road["barrier_kind"]) == ("梅观高速", "hard")
    assert road["length_m"] == pytest.approx(997, abs=2)
    street = signed_in("viewer").get("/api/facts/subdistrict/S").json()
    assert street["counts"]["communities"] == 2 and street["chain"][0]["id"] == "D"
    assert signed_in("viewer").get("/api/facts/district/S").status_code == 404


def test_comparing_counts_households_by_building(signed_in: Sign, moved: str) -> None:
    found = signed_in("analyst").get("/api/compare", params={"from": toy.DRAFT, "to": moved}).json()
    moved_households = drafts.MOVED_HOUSEHOLDS + drafts.CUT_HOUSEHOLDS
    assert found["households"] == {"before": 1254, "after": 1254, "moved": moved_households, "added": 0, "removed": 0}
    levels = {row["level"]: row for row in found["levels"]}
    assert levels["cluster"] == {"level": "cluster", "same": 22, "changed": 4, "new": 0, "gone": 0}
    changed = {row["after"]["id"]: row for row in found["changes"]}
    assert set(changed) == {"A-0-0", "A-3-2", "A-2-0", "A-3-0"}
    assert changed["A-3-2"]["households_before"] == 48 and changed["A-3-2"]["households_same"] == 24
    same = signed_in("viewer").get("/api/compare", params={"from": toy.PUBLISHED, "to": toy.PUBLISHED}).json()
    assert same["changes"] == [] and same["households"]["moved"] == 0
    hidden = signed_in("viewer").get("/api/compare", params={"from": toy.PUBLISHED, "to": moved})
    assert hidden.status_code == 404


def test_checks_agree_with_the_judge(toy_engine: Engine, signed_in: Sign, moved: str) -> None:
    with toy_engine.connect() as connection:
        plan = read_plan(connection, moved)
        links = read_assignments(connection, moved)
        communities = read_layer(connection, "communities").to_crs(plan["cells"].crs)
        problems = find_problems(
            plan["cells"],
            plan["atoms"],
            communities,
            liaisons=links["liaisons"],
        )
    judged = problems.groupby(["layer", "rule"]).size().to_dict()
    checks = {row["check"]: row for row in signed_in("analyst").get("/api/checks", params={"plan": moved}).json()}
    for check, layer, rule in (
        ("too-small", "clusters", "group-too-small"),
        ("too-large", "clusters", "group-too-large"),
        ("disconnected", "clusters", "disconnected"),
        ("section-size", "sections", "section-size"),
        ("needless-split", "buildings", "needless-split"),
        ("no-liaison", "sections", "no-liaison"),
        ("gap", "communities", "gap"),
        ("overlap", "cells", "overlap"),
    ):
        assert checks[check]["count"] == judged.get((layer, rule), 0), check
    assert {name for name, row in checks.items() if row["count"]} == {
        "too-small",
        "too-large",
        "disconnected",
        "section-size",
        "needless-split",
        "no-liaison",
        "beyond-shelter",
    }
    assert checks["beyond-shelter"]["amount"] is None, "how many people of a draft is told to nobody"
    assert "unassigned-rentals" not in checks, "an analyst sees no house"
    assert "unassigned-rentals" in {row["check"] for row in signed_in("administrator").get("/api/checks").json()}
    places = signed_in("analyst").get("/api/checks/too-large", params={"plan": moved}).json()
    assert [(row["id"], row["amount"]) for row in places] == [("A-0-0", 72.0)]
    assert signed_in("analyst").get("/api/checks/unassigned-rentals").status_code == 404
    assert signed_in("viewer").get("/api/checks").status_code == 403


def test_findings_speak_both_languages(signed_in: Sign) -> None:
    found = signed_in("analyst").get(f"/api/findings/{toy.DRAFT}").json()[0]["words"]
    assert found["zh"] == {"name": "没有联系干部", "said": "尚无人负责", "advice": "安排联系干部"}
    assert found["en"]["said"] == "Nobody answers for it"


def test_rental_houses_one_by_one_only_of_ones_own(signed_in: Sign) -> None:
    own = signed_in("officer").get("/api/rentals/cluster/A-0-0")
    assert len(own.json()) == 3
    assert signed_in("officer").get("/api/rentals/grid/B-g0").json() == []
    for role in ("viewer", "analyst", "auditor"):
        assert signed_in(role).get("/api/rentals/cluster/A-0-0").status_code == 403
    noted = signed_in("auditor").get("/api/audit", params={"act": "list-rentals"}).json()["entries"]
    assert (noted[0]["actor"], noted[0]["object"]) == ("officer", "grid:B-g0")


@pytest.mark.browser
def test_knowing_in_the_browser(visit: Visit) -> None:
    page = visit.open(login="officer")
    visit.click_at(toy.WEST + 0.5 * toy.STEP, toy.SOUTH + 0.45 * toy.STEP)
    page.wait_for_selector(".facts .responsible:has-text('陈干部')")
    assert "officer person" in page.inner_text(".responsible")
    page.click(".facts section:has(h3:text('相邻')) .link >> nth=0")
    page.wait_for_selector(".facts h2:not(:text-is('第1楼组'))")
    page.goto(f"{visit.address}/#at=cluster:A-0-0")
    page.reload()
    page.click(".facts section:has(h3:text('出租屋名册')) button")
    page.wait_for_selector(".houses .house")
    assert page.locator(".houses .house").count() == 3
    page.locator("[data-key='subdistrict:S']").click()
    page.wait_for_selector(".facts h2:text('民治街道')")
    page.click(".facts .link:text('白石龙社区')")
    page.wait_for_selector(".facts .kind-community")


@pytest.mark.browser
def test_two_plans_with_a_line_between(visit: Visit, moved: str) -> None:
    page = visit.open(f"#plan={moved}", login="analyst")
    page.click("#tab-compare")
    page.select_option("#compare-with", toy.DRAFT)
    page.wait_for_selector(".swipe-map[data-ready=yes]")
    assert page.inner_text(".compare-tiles div:first-child dd").startswith("30")
    line = page.get_by_role("slider", name="两个方案的分隔线")
    line.focus()
    for key, wanted in (("ArrowRight", "52"), ("PageUp", "62"), ("Home", "0"), ("End", "100"), ("PageDown", "90")):
        page.keyboard.press(key)
        assert line.get_attribute("aria-valuenow") == wanted
    frame, stage = line.bounding_box(), page.locator(".stage").bounding_box()
    assert frame and stage
    page.mouse.move(frame["x"] + 14, frame["y"] + 300)
    page.mouse.down()
    page.mouse.move(stage["x"] + stage["width"] / 4, frame["y"] + 300, steps=4)
    page.mouse.up()
    assert line.get_attribute("aria-valuenow") == "25"
    page.click(".compare .finding:has-text('第1楼组')")
    page.wait_for_selector(".facts h2:text('第1楼组')")
    page.click("text=结束对比")
    page.wait_for_selector(".swipe-map", state="detached")


@pytest.mark.browser
def test_judging_in_the_browser(visit: Visit, moved: str) -> None:
    page = visit.open(f"#plan={moved}", login="analyst")
    page.click("#tab-quality")
    page.click("[data-check=too-small] summary")
    page.click("[data-check=too-small] button.finding")
    page.wait_for_selector(".facts .kind-cluster")
    visit.wait()
    assert visit.drawn("selected-cluster") == {"A-3-2"}
    assert visit.centre() == pytest.approx((toy.WEST + 3.5 * toy.STEP, toy.SOUTH + 2.5 * toy.STEP), abs=2e-3)
    assert page.locator("[data-check=gap].holds").count() == 1


@pytest.mark.browser
def test_without_webgl_there_is_an_overview(browser: Browser, address: str) -> None:
    flags = [*FLAGS, "--disable-gpu", "--disable-3d-apis"]
    plain = browser.browser_type.launch(executable_path=str(CHROMIUM), args=flags)
    page = plain.new_page(viewport=OFFICE, locale="zh-CN")
    page.goto(f"{address}/#at=cluster:A-0-0")
    page.fill("#login", "analyst")
    page.fill("#password", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_selector(".overview .outline-cluster.selected")
    assert "WebGL" in page.inner_text(".overview-note")
    page.click(".overview-note .close")
    page.locator(".overview .outline[data-key='cluster:A-2-0']").click()
    page.wait_for_selector(".facts .responsible")
    page.click("[data-key='community:B'][role=treeitem]")
    page.wait_for_selector(".overview .outline[data-key='cluster:B-0-0']")
    page.fill("#search", "第26楼组")
    page.wait_for_selector("#search-results [role=option]")
    page.press("#search", "Enter")
    page.wait_for_selector(".facts h2:text('第26楼组')")
    page.click("#tab-quality")
    page.wait_for_selector(".chart svg")
    before = page.locator(".overview").get_attribute("viewBox")
    page.locator(".overview").focus()
    page.keyboard.press("+")
    assert page.locator(".overview").get_attribute("viewBox") != before
    plain.close()
