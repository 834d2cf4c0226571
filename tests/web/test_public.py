"""The public page: aggregates only, for anybody, and nothing else behind it."""

from __future__ import annotations

import json

import httpx
import pytest
from playwright.sync_api import Browser
from sqlalchemy import Engine, text
from sqlalchemy.exc import ProgrammingError

from gridgov.services.public import refresh_public_page

from . import toy
from .visiting import OFFICE, PHONE, Visit, ask_axe


@pytest.fixture(scope="module", autouse=True)
def page_made(toy_engine: Engine) -> None:
    """The toy plan was published by hand, so its page is made by hand too; those of other plans as well."""
    with toy_engine.begin() as connection:
        for plan_id in (toy.PUBLISHED, toy.DRAFT, toy.FUTURE):
            refresh_public_page(connection, plan_id)


def test_anybody_sees_sums_and_no_small_ones(visitor: httpx.Client) -> None:
    answer = visitor.get("/api/public/summary")
    assert answer.status_code == 200
    page = answer.json()
    assert page["plan"]["name"] == "2026 年划分方案"
    rows = {row["id"]: row for row in page["figures"]}
    assert set(rows) == {"D", "S", "A", "B"}
    assert rows["D"]["households"] == rows["A"]["households"] + rows["B"]["households"] == 1254
    assert rows["A"]["rental_houses"] is None, "three houses are few"
    assert rows["D"]["rental_houses"] is None, "and so is their sum"
    assert (rows["A"]["liaison"], rows["B"]["liaison"]) == (100, 83)
    assert rows["A"]["shelter"] == 100 and rows["B"]["shelter"] == 0
    assert [one["properties"]["name"] for one in page["outlines"]["features"]] == ["民治社区", "白石龙社区"]


def test_nothing_about_a_person_or_place_is_in_it(visitor: httpx.Client) -> None:
    said = visitor.get("/api/public/summary").text
    for secret in (toy.CANARY, "陈干部", "民治大道", "0755", "草稿", "明年方案", "第1楼组", "幸福大厦"):
        assert secret not in said
    for row in json.loads(said)["figures"]:
        assert not any(
            isinstance(value, int) and 0 < value < 10
            for name, value in row.items()
            if name in ("households", "rental_houses")
        )


def test_without_signing_in_the_database_gives_the_page_and_nothing_more(toy_web_engine: Engine) -> None:
    with toy_web_engine.connect() as connection:
        rows = connection.execute(text("SELECT plan_id FROM gridgov.public_page")).scalars().all()
    assert rows == [toy.PUBLISHED], "pages of drafts and later plans are not there"
    for table in ("division", "plan", "plan_group", "plan_shelter", "rental_house", "building", "account"):
        with toy_web_engine.connect() as connection, pytest.raises(ProgrammingError, match="permission denied"):
            connection.execute(text(f"SELECT 1 FROM gridgov.{table}"))
    with toy_web_engine.connect() as connection, pytest.raises(ProgrammingError, match="permission denied"):
        connection.execute(text("UPDATE gridgov.public_page SET document = '{}'"))


def test_sections_are_told_by_bands_of_households(visitor: httpx.Client, toy_engine: Engine) -> None:
    sections = visitor.get("/api/public/summary").json()["sections"]
    assert sections["bands"] == [50, 100, 150, 200]
    own = [one["properties"] for one in sections["features"]]
    # twelve of 48 to 144 households; nothing but community and band is said of each
    assert len(own) == 12 and all(set(one) == {"community", "band"} for one in own)
    sql = text(
        "SELECT community_id, households FROM gridgov.plan_group WHERE plan_id = :plan_id AND level = 'section'"
    )
    with toy_engine.connect() as connection:
        counts = connection.execute(sql, {"plan_id": toy.PUBLISHED}).all()
    expected = sorted((community, min(households // 50, 4)) for community, households in counts)
    assert sorted((one["community"], one["band"]) for one in own) == expected


def test_a_small_section_gives_no_count_away(toy_engine: Engine) -> None:
    small = text("UPDATE gridgov.plan_group SET households = 4 WHERE plan_id = :plan_id AND group_id = 'A-s0-0'")
    page = text("SELECT document FROM gridgov.public_page WHERE plan_id = :plan_id")
    with toy_engine.connect() as connection:
        connection.execute(small, {"plan_id": toy.DRAFT})
        refresh_public_page(connection, toy.DRAFT)
        document = connection.execute(page, {"plan_id": toy.DRAFT}).scalar_one()
        connection.rollback()
    hidden = [one["properties"] for one in document["sections"]["features"] if one["properties"]["band"] is None]
    # the small one, and one beside it, for the community's sum is told
    assert [one["community"] for one in hidden] == ["A", "A"]


def test_a_page_made_before_sections_were_drawn_is_still_shown(toy_engine: Engine, visitor: httpx.Client) -> None:
    without = text("UPDATE gridgov.public_page SET document = document - 'sections' WHERE plan_id = :plan_id")
    with toy_engine.begin() as connection:
        connection.execute(without, {"plan_id": toy.PUBLISHED})
    assert visitor.get("/api/public/summary").json()["sections"]["features"] == []
    with toy_engine.begin() as connection:
        refresh_public_page(connection, toy.PUBLISHED)


@pytest.mark.browser
@pytest.mark.parametrize("viewport", [OFFICE, PHONE], ids=["office", "phone"])
def test_the_page_is_for_everybody(browser: Browser, address: str, viewport: dict[str, int]) -> None:
    context = browser.new_context(viewport=viewport, locale="zh-CN", reduced_motion="reduce")
    visit = Visit(context, address)
    page = visit.page
    page.goto(f"{address}/public")
    page.wait_for_selector(".figures")
    assert page.locator(".public-shape").count() == 2
    assert "不公布" in page.inner_text(".row-district")
    found = ask_axe(page)
    page.select_option("#public-shade", "liaison")
    assert page.locator(".public-shape title").all_text_contents() == ["民治社区: 100%", "白石龙社区: 83%"]
    page.select_option("#public-shade", "by-section")
    assert page.locator(".public-section").count() == 12 and page.locator(".public-edge").count() == 2
    assert page.locator(".public-legend li").all_inner_texts() == ["< 50", "50–99", "100–149", "150–199", "≥ 200"]
    assert "民治社区 · 各片区户数: 50–99" in page.locator(".public-section title").all_text_contents()
    found |= ask_axe(page)
    page.click(".language")
    page.wait_for_selector("h2:has-text('Neighbourhood grids')")
    found |= ask_axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    context.close()
    assert (found, visit.foreign, visit.complaints) == (set(), [], [])
