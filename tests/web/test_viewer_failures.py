"""What the viewer says when something does not come: never nothing, and always with a way to go on."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from . import toy
from .visiting import PASSWORD, Visit

pytestmark = pytest.mark.browser

PLACE = f"#map=16.50/22.62450/114.03450&plan={toy.PUBLISHED}&at=building:{toy.TOWER}"


def test_a_list_that_did_not_come_can_be_asked_for_again(visit: Visit) -> None:
    visit.page.route("**/api/indicators", lambda route: route.fulfill(status=500, body=""))
    visit.page.route("**/api/tree?*community=*", lambda route: route.abort())
    page = visit.open()
    page.click("#tab-shades")
    failed = page.locator("#panel-shades .failure")
    failed.wait_for()
    assert "无法读取" in failed.inner_text() and page.locator("#shade-name").count() == 0
    page.unroute("**/api/indicators")
    failed.locator("button").click()
    page.wait_for_selector("#shade-name option[value=households]", state="attached")

    page.click("#tab-areas")
    page.locator("[role=treeitem][data-key='community:B'] .twist").click()
    page.wait_for_selector("#panel-areas .failure:has-text('服务器没有响应')")
    page.unroute("**/api/tree?*community=*")
    page.locator("#panel-areas .failure button").click()
    page.wait_for_selector("[data-key='section:B-s0-0']")
    assert page.locator(".failure").count() == 0
    forgive(visit)


def test_values_that_did_not_come_keep_what_was_chosen(visit: Visit) -> None:
    visit.page.route("**/api/indicators/households/*", lambda route: route.abort())
    page = visit.open("#shade=households,section,natural,5")
    page.click("#tab-shades")
    page.wait_for_selector(".shade-legend .failure")
    assert "shade=households" in page.url
    page.unroute("**/api/indicators/households/*")
    page.click(".shade-legend .failure button")
    page.wait_for_selector(".legend-shades li")
    assert page.locator(".failure").count() == 0
    forgive(visit)


def test_a_server_that_is_gone_and_comes_back(visit: Visit) -> None:
    page = visit.open(f"#map=16.50/22.62450/114.03450&plan={toy.PUBLISHED}")
    assert not page.is_visible(".outage")
    page.route("**/*", lambda route: route.abort())
    page.evaluate("gridgovMap.jumpTo({center: [114.06, 22.63]})")
    page.wait_for_selector(".outage:has-text('服务器没有响应')")
    visit.click_at(*page.evaluate("gridgovMap.getCenter().toArray()"))
    page.fill("#search", "第26楼组")
    page.wait_for_selector("#search-results .failure:has-text('服务器没有响应')")
    page.click(".outage button")
    page.wait_for_timeout(300)
    assert page.is_visible(".outage")

    page.unroute("**/*")
    page.evaluate("gridgovMap.jumpTo({center: [114.0345, 22.6245]})")
    page.click(".outage button")
    page.wait_for_selector(".outage", state="hidden")
    page.wait_for_selector("#search-results [role=option]")
    visit.wait()
    assert toy.TOWER in visit.drawn("building-fill")
    forgive(visit)


@pytest.mark.parametrize("ended_by", ["question", "tile"])
def test_a_session_that_ends_leads_back_to_the_same_view(visit: Visit, ended_by: str) -> None:
    page = visit.open(PLACE)
    page.wait_for_selector(".facts h2:text('幸福大厦')")
    page.context.clear_cookies()
    if ended_by == "question":
        page.locator(".tower .block").first.click()
    else:
        page.evaluate("gridgovMap.jumpTo({center: [114.06, 22.63]})")
    page.wait_for_selector(".form-message:has-text('登录已过期')")
    kept = page.evaluate("location.hash")
    assert ("at=cluster:A-1-1-t0" if ended_by == "question" else "/114.06000") in kept
    sign_in_slowly(page)
    visit.wait()
    page.wait_for_selector(".facts h2:text('第6楼组')" if ended_by == "question" else ".facts h2:text('幸福大厦')")
    assert page.evaluate("location.hash") == kept
    forgive(visit)


def sign_in_slowly(page: Page) -> None:
    """Sign in by hand: nothing that is refused late takes away what was typed."""
    page.fill("#login", "officer")
    page.wait_for_timeout(500)
    assert page.input_value("#login") == "officer"
    page.fill("#password", PASSWORD)
    page.click("button[type=submit]")


def forgive(visit: Visit) -> None:
    """Drop what the browser itself says of questions that were refused."""
    visit.complaints = [said for said in visit.complaints if "Failed to load resource" not in said]
