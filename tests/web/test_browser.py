"""The viewer in a real browser: what a person does in it, and what it must never do."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

import gridgov

from . import toy
from .conftest import PASSWORD

CHROMIUM = Path("/usr/bin/chromium")
VIEWER = Path(gridgov.__file__).parent / "viewer"
AXE = VIEWER / "node_modules" / "axe-core" / "axe.min.js"
FLAGS = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]
# the browser as it starts on a machine without a graphics card: only WebGL is left to SwiftShader, not the whole page
WEBGL = ["--enable-unsafe-swiftshader"]
OFFICE, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium that draws WebGL in software."""
    if not CHROMIUM.exists():
        pytest.skip(f"there is no browser: {CHROMIUM} does not exist (Debian package chromium)")
    assert (VIEWER / "dist" / "index.html").exists(), (
        "build the viewer first: npm ci && npm run build in gridgov/viewer"
    )
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=[*FLAGS, *WEBGL])
        yield opened
        opened.close()


class Visit:
    """A page, and everything it said and asked for."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.page: Page = context.new_page()
        self.address = address
        self.complaints: list[str] = []
        self.foreign: list[str] = []
        self.page.on("console", lambda said: self._hear(said.type, said.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self._note(request.url))

    def _hear(self, kind: str, text: str) -> None:
        # without a graphics card each frame of WebGL is read back by the browser, which it tells of by itself
        if kind in ("error", "warning") and "GPU stall due to ReadPixels" not in text:
            self.complaints.append(text)

    def _note(self, url: str) -> None:
        if not url.startswith((self.address, "blob:", "data:")):
            self.foreign.append(url)

    def open(self, place: str = "", login: str = "officer") -> Page:
        self.page.goto(f"{self.address}/{place}")
        self.page.fill("#login", login)
        self.page.fill("#password", PASSWORD)
        self.page.click("button[type=submit]")
        self.wait()
        return self.page

    def wait(self) -> None:
        """Wait until the map is still and every tile is there."""
        self.page.wait_for_selector("#map[data-ready=yes]", timeout=30_000)
        end = time.monotonic() + 30
        while not self.page.evaluate("gridgovMap.loaded() && gridgovMap.areTilesLoaded() && !gridgovMap.isMoving()"):
            assert time.monotonic() < end, "the map does not come to rest"
            self.page.wait_for_timeout(100)

    def drawn(self, layer: str) -> set[str]:
        """Identifiers of the features of a style layer that are on the screen."""
        script = "layer => gridgovMap.queryRenderedFeatures({layers: [layer]}).map(feature => feature.properties.id)"
        return set(self.page.evaluate(script, layer))

    def centre(self) -> tuple[float, float]:
        at = self.page.evaluate("gridgovMap.getCenter().toArray()")
        return at[0], at[1]

    def click_at(self, longitude: float, latitude: float) -> None:
        """Click on a place of the map."""
        script = """at => {
            const [spot, frame] = [gridgovMap.project(at), gridgovMap.getCanvas().getBoundingClientRect()];
            return [spot.x + frame.left, spot.y + frame.top];
        }"""
        x, y = self.page.evaluate(script, [longitude, latitude])
        self.page.mouse.click(x, y)


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Visit]:
    """An office screen, Chinese browser; the visit must end without a complaint or a foreign request."""
    context = browser.new_context(viewport=OFFICE, locale="zh-CN", reduced_motion="reduce")
    made = Visit(context, address)
    yield made
    context.close()
    assert made.foreign == []
    assert made.complaints == []


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
    found = _ask_axe(visit.page)
    page = visit.open(f"#at=building:{toy.TOWER}")
    page.wait_for_selector(".facts h2")
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    found |= _ask_axe(page)
    for tab in ("layers", "quality"):
        page.click(f"#tab-{tab}")
        page.wait_for_selector(f"#panel-{tab} li")
        found |= _ask_axe(page)
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


def _ask_axe(page: Page) -> set[str]:
    """Return the serious faults of a page; the script comes by the debugger, for the page's policy refuses it."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    faults = page.evaluate("axe.run().then(report => report.violations)")
    serious = [fault for fault in faults if fault["impact"] in ("serious", "critical")]
    return {f"{fault['id']}: {node['target']} {node['html'][:120]}" for fault in serious for node in fault["nodes"]}
