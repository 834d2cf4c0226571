"""Nobody is kept out: axe on every page and panel, in both languages and on both screens; a walk by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from . import drafts, toy
from .conftest import PASSWORD
from .visiting import OFFICE, PHONE, Visit, ask_axe

pytestmark = pytest.mark.browser
SCREENS = {"office": OFFICE, "phone": PHONE}


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
@pytest.mark.parametrize("screen", ["office", "phone"])
def test_axe_finds_nothing_serious(
    browser: Browser, address: str, toy_engine: object, screen: str, language: str
) -> None:
    context = browser.new_context(viewport=SCREENS[screen], locale=language, reduced_motion="reduce")
    visit = Visit(context, address)
    with drafts.second_draft(toy_engine) as plan_id:  # type: ignore[arg-type]
        page = visit.open(f"#plan={plan_id}&at=cluster:A-0-0", login="administrator")
        page.wait_for_selector(".facts .responsible")
        found = ask_axe(page)
        for tab, ready in (("areas", "[role=treeitem]"), ("quality", ".checks .rule"), ("compare", "#compare-with")):
            page.click(f"#tab-{tab}")
            page.wait_for_selector(f"#panel-{tab} {ready}")
            if tab == "quality":
                page.click("[data-check=too-small] summary")
                page.wait_for_selector("[data-check=too-small] button.finding")
            if tab == "compare":
                page.select_option("#compare-with", toy.DRAFT)
                page.wait_for_selector(".swipe-map[data-ready=yes]")
            found |= ask_axe(page)
    found |= _ask_office(page, address)
    context.close()
    assert found == set()


def _ask_office(page: Page, address: str) -> set[str]:
    found = set()
    page.goto(f"{address}/admin#accounts")
    page.wait_for_selector(".figures")
    found |= ask_axe(page)
    page.click("header .primary")
    page.wait_for_selector("dialog")
    found |= ask_axe(page)
    page.keyboard.press("Escape")
    for section, ready in (("account", ".rows"), ("plans", ".figures"), ("imports", ".figures, .hint")):
        page.click(f"a[href='#{section}']")
        page.wait_for_selector(f"main {ready}")
        found |= ask_axe(page)
    return found


def test_a_walk_by_keyboard(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport=OFFICE, locale="zh-CN", reduced_motion="reduce")
    visit = Visit(context, address)
    page = visit.page
    page.goto(address)
    page.wait_for_selector("#login:focus")
    page.keyboard.type("analyst")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    visit.wait()
    names = []
    for _ in range(14):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.id || document.activeElement.className"))
        assert page.evaluate("document.activeElement.matches(':focus-visible')"), "focus must be seen"
    assert names[0] == "skip" and names.index("plan") < names.index("search") < names.index("tab-areas")
    page.locator("#tab-areas").focus()
    for _ in range(9):
        page.keyboard.press("ArrowRight")
        if page.evaluate("document.activeElement.id") == "tab-quality":
            break
    assert page.evaluate("document.activeElement.id") == "tab-quality"
    page.wait_for_selector("#panel-quality .checks")
    summary = page.locator("[data-check=no-liaison] summary")
    summary.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-check=no-liaison] button.finding")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(".facts h2:text('片区6')")
    assert page.locator(".facts").get_attribute("aria-live") == "polite"
    page.locator(".facts button").first.focus()
    page.keyboard.press("Escape")
    page.wait_for_selector(".facts h2", state="detached")
    page.locator(".skip").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.tagName") == "CANVAS"
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.tree-item, .rule summary')).transitionDuration")
        == "0s"
    )
    context.close()
    assert visit.complaints == []
