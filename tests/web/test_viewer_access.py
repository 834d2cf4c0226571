"""Axe where it had not been asked yet: the indicators, the audit, and the overview of who has no WebGL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from . import toy
from .conftest import PASSWORD
from .visiting import OFFICE, PHONE, Visit, ask_axe

pytestmark = pytest.mark.browser


@pytest.fixture(params=[(OFFICE, "zh-CN"), (PHONE, "en-GB")], ids=["office-zh", "phone-en"])
def context(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """An office screen in Chinese, a phone in English."""
    viewport, language = request.param
    made = browser.new_context(viewport=viewport, locale=language, reduced_motion="reduce")
    yield made
    made.close()


def test_indicators(context: BrowserContext, address: str) -> None:
    visit = Visit(context, address)
    page = visit.open(login="administrator")
    page.click("#tab-shades")
    page.wait_for_selector("#shade-name option >> nth=3", state="attached")
    found = ask_axe(page)
    page.select_option("#shade-name", "section_liaison")
    page.wait_for_selector(".legend-shades li")
    page.click(".area-list summary")
    page.wait_for_selector(".area-list li")
    visit.wait()
    found |= ask_axe(page)
    assert (found, visit.complaints) == (set(), [])
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= (page.viewport_size or OFFICE)["width"]


def test_audit(context: BrowserContext, address: str) -> None:
    visit = Visit(context, address)
    page = visit.page
    page.goto(f"{address}/admin#audit")
    page.fill("#login", "auditor")
    page.fill("#password", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_selector("td")
    found = ask_axe(page)
    assert (found, visit.complaints) == (set(), [])
    assert page.evaluate("document.documentElement.scrollWidth") <= (page.viewport_size or OFFICE)["width"]


def test_overview_without_webgl(context: BrowserContext, address: str) -> None:
    context.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    visit = Visit(context, address)
    page = visit.page
    page.goto(f"{address}/#at=cluster:A-0-0&plan={toy.PUBLISHED}")
    page.fill("#login", "viewer")
    page.fill("#password", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_selector(".overview path.outline-cluster")
    page.wait_for_selector(".facts h2")
    found = ask_axe(page)
    assert (found, visit.foreign, visit.complaints) == (set(), [], [])
