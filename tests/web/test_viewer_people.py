"""The panel of homes and residents in a real browser: who sees it, what it shows, and what it leaves behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing

import httpx
import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page
from sqlalchemy import Engine, text

from gridgov.core.masks import mask_value
from gridgov.services.identity.sealing import seal_person
from gridgov.storage.sealed_people import read_sealed, write_sealed

from . import toy
from .conftest import open_session
from .visiting import OFFICE, PHONE, Visit, ask_axe

pytestmark = pytest.mark.browser
NAME, TELEPHONE = "司徒秀英", "13912345678"
WORDS = "周二走访三次均无人开门"
HOMES = {"own-home": ("A-0-0-0", "A-0-0", "A-s0-0", "A-g0"), "foreign-home": ("B-0-0-0", "B-0-0", "B-s0-0", "B-g0")}
"""Homes and where they are: one in a grid of the officer, one in another subdistrict's community."""


@pytest.fixture(scope="module", autouse=True)
def homes(app: FastAPI, toy_engine: Engine) -> Iterator[None]:
    """Two homes with a resident each, who is known by name; taken away again."""
    ring = app.state.platform.keys.read()
    with toy_engine.begin() as connection:
        for home, (building, *place) in HOMES.items():
            values = {"home": home, "building": building, "plan": toy.PUBLISHED}
            values |= dict(zip(("cluster", "section", "grid"), place, strict=True))
            for statement in _MAKE:
                connection.execute(text(statement), values)
            sealed = seal_person(ring, f"{home}-1", {"name": NAME, "telephone": TELEPHONE})
            write_sealed(connection, [sealed])
    yield
    with toy_engine.begin() as connection:
        for statement in _TAKE_AWAY:
            connection.execute(text(statement), {"homes": list(HOMES)})


_FROZEN, _FREE = (f"ALTER TABLE gridgov.plan_household {act} TRIGGER USER" for act in ("ENABLE", "DISABLE"))
_MAKE = (
    "INSERT INTO gridgov.household (household_id, building_id, storey, room) VALUES (:home, :building, 3, '301')",
    "INSERT INTO gridgov.resident (resident_id, household_id, birth_year, older_living_alone) "
    "VALUES (:home || '-1', :home, 1941, true)",
    _FREE,
    "INSERT INTO gridgov.plan_household (plan_id, household_id, cluster_id, section_id, grid_id) "
    "VALUES (:plan, :home, :cluster, :section, :grid)",
    _FROZEN,
)
_TAKE_AWAY = (
    _FREE,
    "DELETE FROM gridgov.plan_household WHERE household_id = ANY (:homes)",
    _FROZEN,
    "DELETE FROM gridgov.resident WHERE household_id = ANY (:homes)",
    "DELETE FROM gridgov.household WHERE household_id = ANY (:homes)",
)


@pytest.fixture
def acts(toy_engine: Engine) -> Callable[[], list[tuple[str, str, str]]]:
    """Give actor, act and object of what the audit noted of people since the last time."""
    last = [0]

    def read() -> list[tuple[str, str, str]]:
        sql = text(
            "SELECT audit_id, actor, act, object FROM gridgov.audit WHERE audit_id > :last AND act NOT LIKE 'sign%' "
            "ORDER BY audit_id"
        )
        with toy_engine.connect() as connection:
            rows = connection.execute(sql, {"last": last[0]}).all()
        last[0] = rows[-1].audit_id if rows else last[0]
        return [(row.actor, row.act, row.object) for row in rows]

    read()
    return read


def open_home(page: Page) -> None:
    """Go from the own grids to the resident of the own home."""
    page.click("#tab-residents")
    page.click(".people-part:has-text('网格1')")
    page.click(".people-part:has-text('民治大道')")
    page.click(".people-home summary")
    page.wait_for_selector("[data-resident=own-home-1]")


def reveal(page: Page, reason: str = "visit", words: str = WORDS) -> None:
    """Ask in the dialog to be shown who it is."""
    page.select_option("#reveal-reason", reason)
    page.fill("#reveal-words", words)
    page.click(".reveal button[type=submit]")


def left_behind(page: Page) -> str:
    """Return all that the page keeps besides what it shows."""
    return page.evaluate(
        "JSON.stringify([location.href, history.state, {...localStorage}, {...sessionStorage}, document.cookie, "
        "performance.getEntriesByType('resource').map(one => one.name), document.documentElement.outerHTML])"
    )


def test_an_officer_opens_one_of_ones_own(visit: Visit, acts: Callable[[], list[tuple[str, str, str]]]) -> None:
    visit.page.clock.install()
    page = visit.open()
    assert acts() == [], "the map alone asks nothing about people"
    open_home(page)
    assert acts() == [
        ("officer", "homes-counted", "grids"),
        ("officer", "homes-listed", "grid:A-g0"),
        ("officer", "homes-listed", "building:A-0-0-0"),
        ("officer", "people-listed", "household:own-home"),
    ]
    row = page.inner_text("[data-resident=own-home-1]")
    assert str(mask_value("name", NAME)) in row and str(mask_value("telephone", TELEPHONE)) in row
    assert NAME not in left_behind(page) and TELEPHONE not in left_behind(page)

    page.click("[data-resident=own-home-1] button")
    page.wait_for_selector(".reveal-left:has-text('30 次')")
    page.click(".reveal button[type=submit]")
    assert "理由" in page.inner_text(".reveal [role=alert]"), "no reason, no name"
    reveal(page)
    page.wait_for_selector(f".reveal-shown:has-text('{NAME}')")
    assert TELEPHONE in page.inner_text(".reveal-shown")
    assert acts() == [("officer", "identity-revealed", "resident:own-home-1")]
    page.clock.fast_forward(25_000)
    page.wait_for_selector(".reveal", state="detached")
    assert page.evaluate("document.activeElement.closest('[data-resident]') !== null"), "the focus comes back"
    for value in (NAME, TELEPHONE, WORDS):
        assert value not in left_behind(page)

    page.click("[data-resident=own-home-1] button")
    page.wait_for_selector(".reveal-left:has-text('29 次')")
    assert page.input_value("#reveal-words") == ""
    page.keyboard.press("Escape")
    page.wait_for_selector(".reveal", state="detached")
    assert acts() == []


def test_names_are_never_programs_and_are_gone_when_one_looks_away(
    visit: Visit, app: FastAPI, toy_engine: Engine
) -> None:
    payload = "<img src=x onerror=window.hit=1>"
    sealed = seal_person(app.state.platform.keys.read(), "own-home-1", {"name": payload, "address": payload})
    rename = "UPDATE gridgov.household SET room = :room WHERE household_id = 'own-home'"
    with toy_engine.begin() as connection:
        before = read_sealed(connection, ["own-home-1"])["own-home-1"]
        write_sealed(connection, [sealed])
        connection.execute(text(rename), {"room": payload})
    page = visit.open("#at=building:A-0-0-0")
    page.click("#tab-residents")
    page.wait_for_selector(f".people-home:has-text('{payload}')")
    page.click(".people-home summary")
    page.click("[data-resident=own-home-1] button")
    page.wait_for_selector(f".reveal-who:has-text('{payload}')")
    reveal(page)
    page.wait_for_selector(f".reveal-shown:has-text('{payload}')")
    assert page.locator(".people img, .reveal img").count() == 0
    assert page.evaluate("window.hit ?? null") is None
    page.evaluate(
        "Object.defineProperty(document, 'hidden', {value: true, configurable: true});"
        "document.dispatchEvent(new Event('visibilitychange'))"
    )
    page.wait_for_selector(".reveal", state="detached")
    with toy_engine.begin() as connection:
        write_sealed(connection, [before])
        connection.execute(text(rename), {"room": "301"})


def test_a_foreign_place_is_answered_like_none(
    visit: Visit, address: str, acts: Callable[[], list[tuple[str, str, str]]]
) -> None:
    page = visit.open("#at=grid:B-g0")
    page.click("#tab-residents")
    page.wait_for_selector(".people-body .hint")
    foreign = page.inner_text(".people-body")
    page.evaluate("location.hash = '#at=grid:nothing'")
    page.wait_for_timeout(300)
    assert page.inner_text(".people-body") == foreign
    assert acts() == []
    with closing(open_session(address, "officer")) as client:
        assert _bodies(client, "/api/homes/grid/{}", "B-g0") == 1
        assert _bodies(client, "/api/people/{}", "foreign-home-1") == 1
    visit.complaints = [said for said in visit.complaints if "404" not in said]


def _bodies(client: httpx.Client, path: str, foreign: str) -> int:
    answers = [client.get(path.format(one)) for one in (foreign, "nothing")]
    assert {answer.status_code for answer in answers} == {404}
    return len({answer.content for answer in answers})


def test_a_supervisor_finds_somebody_of_the_own_area(
    visit: Visit, acts: Callable[[], list[tuple[str, str, str]]]
) -> None:
    page = visit.open(login="supervisor")
    page.click("#tab-residents")
    page.wait_for_selector(".people-part")
    assert page.locator(".people-part").count() == 6
    page.select_option("#people-need", "older_living_alone")
    assert page.locator(".people-part").count() == 2
    page.click(".people-find > summary")
    page.wait_for_selector("#find-hint:not(:empty)")
    acts()
    page.click(".people-form .primary")
    assert "至少填写" in page.inner_text(".people-form [role=status]")
    page.fill("#find-telephone", TELEPHONE)
    page.keyboard.press("Enter")
    page.wait_for_selector(".people-find [data-resident=foreign-home-1]")
    assert page.locator(".people-find [data-resident]").count() == 2
    assert [act[1] for act in acts()] == ["people-looked-up"]
    page.click(".people-find [data-resident=foreign-home-1] .link")
    page.wait_for_selector(".people-body h3:has-text('民治大道')")
    assert "at=building:B-0-0-0" in page.url
    page.click("#tab-areas")
    page.click("#tab-residents")
    assert page.locator(".people-find [data-resident]").count() == 0
    assert page.input_value("#find-telephone") == ""
    assert TELEPHONE not in left_behind(page)


def test_others_have_no_such_panel_not_even_after_an_officer(visit: Visit) -> None:
    page = visit.open()
    page.click("#tab-residents")
    page.wait_for_selector(".people-part")
    asked: list[str] = []
    for role in ("viewer", "analyst"):
        page.click(".bar-end .ghost:last-child")
        page.wait_for_selector("#login")
        page.on("request", lambda request: asked.append(request.url))
        visit.open("#at=grid:A-g0", login=role)
        assert page.locator("[role=tab]").count() >= 4
        assert page.locator("#tab-residents, #panel-residents, .people").count() == 0
        assert page.locator("#tab-areas").get_attribute("aria-selected") == "true"
    assert asked
    assert not [url for url in asked if "/api/homes" in url or "/api/people" in url or "/api/allowance" in url]


@pytest.mark.parametrize(
    ("viewport", "language"), [(OFFICE, "zh-CN"), (PHONE, "en-GB")], ids=["office in Chinese", "phone in English"]
)
def test_by_keyboard_on_every_screen_for_everybody(
    browser: Browser, address: str, viewport: dict[str, int], language: str
) -> None:
    context = browser.new_context(viewport=viewport, locale=language, reduced_motion="reduce")
    visit = Visit(context, address)
    page = visit.open()
    page.focus("#tab-residents")
    page.keyboard.press("Enter")
    page.wait_for_selector(".people-part")
    found = ask_axe(page)
    for _ in range(2):
        page.focus(".people-part >> nth=0")
        page.keyboard.press("Enter")
        page.wait_for_selector(".people-tiles")
        page.wait_for_selector(".people-body:not([aria-busy])")
    page.focus(".people-home summary")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-resident]")
    found |= ask_axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    page.focus("[data-resident] button")
    page.keyboard.press("Enter")
    page.wait_for_selector(".reveal")
    found |= ask_axe(page)
    page.focus("#reveal-reason")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("Nobody opened on Tuesday")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(f".reveal-shown:has-text('{NAME}')")
    found |= ask_axe(page)
    page.keyboard.press("Escape")
    page.wait_for_selector(".reveal", state="detached")
    context.close()
    assert found == set()
    assert visit.complaints == []
