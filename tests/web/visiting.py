"""What a browser shows and says, and what it asks for."""

from __future__ import annotations

import time
from pathlib import Path

from playwright.sync_api import BrowserContext, Page

import gridgov

PASSWORD = "correct horse"
CHROMIUM = Path("/usr/bin/chromium")
VIEWER = Path(gridgov.__file__).parent / "viewer"
AXE = VIEWER / "node_modules" / "axe-core" / "axe.min.js"
FLAGS = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]
# the browser as it starts on a machine without a graphics card: only WebGL is left to SwiftShader, not the whole page
WEBGL = ["--enable-unsafe-swiftshader"]
OFFICE, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}


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


def ask_axe(page: Page) -> set[str]:
    """Return the serious faults of a page; the script comes by the debugger, for the page's policy refuses it."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    faults = page.evaluate("axe.run().then(report => report.violations)")
    serious = [fault for fault in faults if fault["impact"] in ("serious", "critical")]
    return {f"{fault['id']}: {node['target']} {node['html'][:120]}" for fault in serious for node in fault["nodes"]}
