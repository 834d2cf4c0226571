"""The viewer in a real browser: what a person does in it, and what it must never do."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser

from . import toy
from .visiting import AXE, OFFICE, PASSWORD, PHONE, Visit, ask_axe

pytestmark = pytest.mark.browser


def test_looking_clicking_and_finding(visit: Visit) -> None:
    page = visit.open()
    assert page.title().startswith("网格治理")
    assert visit.drawn("cluster-fill") >= {"A-0-0", "B-3-2"}
    assert toy.TOWER in visit.drawn("building-fill")
    assert visit.drawn("shelter-point") == {"H1", "H2"}
    assert visit.drawn("barrier-line") == {"R1", "R2"}
    picture = np.asarray(Image.open(io.BytesIO(page.screenshot())).convert("RGB"))[60:, 320:1300]
    assert len(np.unique(picture.reshape(-1, 3), axis=0)) > 50, "the map is blank"

    visit.click_at(toy.WEST + toy.STEP + 0.0015, toy.SOUTH + toy.STEP + 0.0015)
    page.wait_for_selector(".facts h2:text('幸福大厦')")
    assert page.locator(".tower .block").count() == 3
    page.locator(".tower .block").first.click()
    page.wait_for_selector(".facts h2:text('第6楼组')")
    assert "陈干部" in page.inner_text(".facts")
    assert "at=cluster:A-1-1-t0" in page.url

    page.fill("#search", "第26楼组")
    page.wait_for_selector("#search-results [role=option]")
    page.press("#search", "Enter")
    page.wait_for_selector(".facts h2:text('第26楼组')")
    visit.wait()
    assert visit.centre() == pytest.approx((toy.WEST + 7.5 * toy.STEP, toy.SOUTH + 2.5 * toy.STEP), abs=2e-3)
    assert visit.drawn("selected-cluster") == {"B-3-2"}

    page.click("#tab-quality")
    page.wait_for_selector(".chart svg")
    assert "26 个楼组" in page.inner_text(".chart figcaption")
    findings = page.locator(".findings:not(.checks)")
    findings.locator(".rule summary").click()
    findings.locator("button.finding").click()
    page.wait_for_selector(".facts h2:text('片区6')")
    visit.wait()
    assert visit.centre() == pytest.approx((toy.WEST + 0.02, toy.SOUTH + 0.007), abs=2e-3)


def test_layers_tree_language_and_leaving(visit: Visit) -> None:
    page = visit.open(login="viewer")
    assert page.locator("#plan option").count() == 1
    page.click("#tab-layers")
    page.locator("#layer-buildings").uncheck()
    page.locator("#layer-grids").check()
    page.locator("#layer-rentals").check()
    page.select_option("#cluster-fill", "rentals")
    visit.wait()
    assert visit.drawn("building-fill") == set()
    assert "A-g0" in visit.drawn("grid-line")
    assert visit.drawn("rental-section-disc") | visit.drawn("rental-cluster-disc") <= {"A-s0-0", "A-0-0"} != set()
    assert page.locator(".legend:has(#cluster-fill) li").count() > 4
    assert "on=grids,rentals" in page.url and "off=buildings" in page.url

    page.click("#tab-areas")
    page.locator("[role=treeitem][data-key='community:B']").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("[data-key='section:B-s0-0']")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_selector(".facts .kind-section")
    assert page.locator("[role=treeitem][aria-selected=true]").get_attribute("data-key").startswith("section:B-")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.wait_for_selector("[data-key='section:B-s0-0']", state="detached")

    page.click(".bar .language")
    page.wait_for_selector("#tab-areas:has-text('Areas')")
    assert page.evaluate("document.documentElement.lang") == "en"
    page.click(".bar-end .ghost:last-child")
    page.wait_for_selector("#login")
    page.fill("#login", "viewer")
    page.fill("#password", "wrong password")
    page.click("button[type=submit]")
    page.wait_for_selector(".form-message:not(:empty)")
    assert "password is wrong" in page.inner_text(".form-message")
    visit.complaints = [said for said in visit.complaints if "401" not in said]


def test_the_language_chosen_before_signing_in_is_kept(visit: Visit) -> None:
    visit.page.goto(visit.address)
    visit.page.click(".language.corner")
    visit.page.reload()
    visit.page.wait_for_selector("button[type=submit]:text-is('Sign in')")
    page = visit.open()
    page.click("#tab-quality")
    page.wait_for_selector(".chart figcaption")
    assert "26 clusters; the median is 48 households" in page.inner_text(".chart figcaption")


@pytest.mark.parametrize("opened", ["layers", "facts"])
def test_the_map_stays_above_an_open_sheet(browser: Browser, address: str, opened: str) -> None:
    context = browser.new_context(viewport=PHONE, locale="zh-CN", reduced_motion="reduce")
    visit = Visit(context, address)
    at = f"&at=building:{toy.TOWER}" if opened == "facts" else ""
    page = visit.open(f"#map=16.20/22.62350/114.03450&plan={toy.PUBLISHED}{at}")
    if opened == "layers":
        page.click("#tab-layers")
    scroller = {"layers": "#panel-layers", "facts": ".facts-body"}[opened]
    page.wait_for_selector(f"{scroller} :is(li, h2):visible")
    page.wait_for_timeout(300)
    seen = np.asarray(Image.open(io.BytesIO(page.screenshot())).convert("RGB"))[110:340]
    last = page.evaluate(
        "one => (one => [one.scrollHeight, one.clientHeight])(document.querySelector(one))", scroller
    )
    context.close()
    assert len(np.unique(seen.reshape(-1, 3), axis=0)) > 100, "the map is gone"
    assert last[0] > last[1], "the panel does not scroll"


def test_a_link_leads_to_the_same_view(visit: Visit) -> None:
    page = visit.open(f"#map=16.50/22.62450/114.03450&plan={toy.DRAFT}&at=building:{toy.TOWER}", login="analyst")
    page.wait_for_selector(".facts h2:text('幸福大厦')")
    assert visit.centre() == pytest.approx((114.0345, 22.6245), abs=1e-4)
    assert page.locator("#plan").input_value() == toy.DRAFT
    page.select_option("#plan", toy.PUBLISHED)
    visit.wait()
    assert f"plan={toy.PUBLISHED}" in page.url


@pytest.mark.parametrize("viewport", [OFFICE, PHONE], ids=["office", "phone"])
def test_nobody_is_kept_out_by_how_it_is_built(browser: Browser, address: str, viewport: dict[str, int]) -> None:
    if not AXE.exists():
        pytest.skip("axe-core is not installed: run npm ci in gridgov/viewer")
    context = browser.new_context(viewport=viewport, locale="zh-CN", reduced_motion="reduce")
    visit = Visit(context, address)
    visit.page.goto(address)
    visit.page.wait_for_selector("#login")
    found = ask_axe(visit.page)
    page = visit.open(f"#at=building:{toy.TOWER}")
    page.wait_for_selector(".facts h2")
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    found |= ask_axe(page)
    for tab in ("layers", "quality"):
        page.click(f"#tab-{tab}")
        page.wait_for_selector(f"#panel-{tab} li")
        found |= ask_axe(page)
    context.close()
    assert found == set()


def test_a_word_when_the_map_cannot_be_drawn(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport=OFFICE, locale="en-GB")
    context.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    page = context.new_page()
    page.goto(address)
    page.fill("#login", "viewer")
    page.fill("#password", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_selector(".no-map")
    assert "WebGL" in page.inner_text(".no-map")
    page.wait_for_selector("[role=treeitem]")
    page.wait_for_selector(".overview path")
    context.close()
