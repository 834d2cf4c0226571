"""Ground maps from elsewhere in a real browser: pictures come from the host that was set, and from no other."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from fastapi import FastAPI
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, Route
from pydantic import SecretStr

from gridgov.settings import Settings

from ..serving import serve
from . import toy
from .conftest import with_settings
from .visiting import OFFICE, Visit

pytestmark = pytest.mark.browser

GREEN, ORANGE = (70, 160, 90), (230, 140, 40)


class TileServer:
    """A small server of pictures that notes what it was asked for."""

    def __init__(self, colour: tuple[int, int, int] = GREEN) -> None:
        self.asked: list[str] = []
        self.picture = paint(colour)
        asked, picture = self.asked, self.picture

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                self.send_response(200)
                for name, value in (("Content-Type", "image/png"), ("Access-Control-Allow-Origin", "*")):
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(picture)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)


def paint(colour: tuple[int, int, int]) -> bytes:
    """A tile of one colour."""
    out = io.BytesIO()
    Image.new("RGB", (256, 256), colour).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def tiles() -> Iterator[TileServer]:
    """The office's tile server."""
    made = TileServer()
    yield made
    made.close()


@pytest.fixture
def stranger() -> Iterator[TileServer]:
    """A server that nobody set."""
    made = TileServer()
    yield made
    made.close()


def open_map(context: BrowserContext, address: str) -> tuple[Visit, Page]:
    """Sign in and wait for the map and its ground."""
    visit = Visit(context, address)
    page = visit.open(login="viewer")
    for _ in range(100):
        if page.evaluate("gridgovMap.getStyle().layers.some(layer => layer.id.startsWith('ground-map'))"):
            break
        page.wait_for_timeout(100)
    visit.wait()
    return visit, page


def share_of(page: Page, colour: tuple[int, int, int]) -> float:
    """Share of the map's pixels that have a colour."""
    picture = np.asarray(Image.open(io.BytesIO(page.locator("#map canvas").screenshot())).convert("RGB"))
    return float((np.abs(picture.astype(int) - colour).max(axis=2) < 12).mean())


def ask(page: Page, address: str) -> str:
    """What comes of a request that a script of the page sends."""
    return str(page.evaluate("url => fetch(url).then(() => 'came', () => 'refused')", address))


def test_tiles_of_a_server_of_ones_own(
    browser: Browser, app: FastAPI, tiles: TileServer, stranger: TileServer
) -> None:
    settings = Settings(basemap=tiles.address + "/base/{z}/{x}/{y}.png", basemap_credit="区测绘队")
    with serve(with_settings(app, settings)) as address:
        context = browser.new_context(viewport=OFFICE, locale="zh-CN", reduced_motion="reduce")
        visit, page = open_map(context, address)
        page.click("#tab-layers")
        assert "区测绘队" in page.inner_text("#panel-layers") and page.inner_text(".map-credit") == "区测绘队"
        numbers = [urlsplit(path).path.removesuffix(".png").split("/")[2:] for path in tiles.asked]
        assert numbers and all(len(one) == 3 and int(one[1]) < 2 ** int(one[0]) for one in numbers)
        assert share_of(page, GREEN) > 0.1, "the ground is not seen around the district"
        assert visit.drawn("cluster-fill") >= {"A-0-0"} and toy.TOWER in visit.drawn("building-fill")
        before = share_of(page, GREEN)
        page.locator("#opacity-ground").fill("0")
        visit.wait()
        assert share_of(page, GREEN) < before / 10
        page.select_option("#ground", "none")
        visit.wait()
        assert not page.is_visible(".map-credit"), "said only where the ground map is shown"
        assert {url[: len(tiles.address)] for url in visit.foreign} == {tiles.address}
        assert visit.complaints == []
        assert (ask(page, tiles.address + "/base/1/1/1.png"), ask(page, stranger.address)) == ("came", "refused")
        context.close()
    assert stranger.asked == []


def test_tianditu_by_key(browser: Browser, app: FastAPI, stranger: TileServer) -> None:
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        image = parse_qs(urlsplit(route.request.url).query)["LAYER"][0] in ("img", "cia")
        body = paint(ORANGE if image else GREEN)
        route.fulfill(body=body, content_type="image/png", headers={"Access-Control-Allow-Origin": "*"})

    settings = Settings(basemap="tianditu", basemap_key=SecretStr("key of the office"))
    with serve(with_settings(app, settings)) as address:
        context = browser.new_context(viewport=OFFICE, locale="zh-CN", reduced_motion="reduce")
        context.route("https://*.tianditu.gov.cn/**", answer)
        visit, page = open_map(context, address)
        queries = [parse_qs(urlsplit(url).query) for url in asked]
        assert {one["LAYER"][0] for one in queries} == {"vec", "cva"}
        assert {one["tk"][0] for one in queries} == {"key of the office"}
        assert {one["TILEMATRIXSET"][0] for one in queries} == {"w"}
        assert all(int(one["TILEROW"][0]) < 2 ** int(one["TILEMATRIX"][0]) for one in queries)
        assert share_of(page, GREEN) > 0.1
        page.click("#tab-layers")
        assert "天地图" in page.inner_text("#panel-layers")
        page.select_option("#ground", "image")
        visit.wait()
        assert share_of(page, ORANGE) > 0.1 and "ground=image" in page.url
        hosts = {urlsplit(url).hostname or "" for url in visit.foreign}
        assert hosts <= {f"t{number}.tianditu.gov.cn" for number in range(8)} and hosts
        assert visit.complaints == []
        assert ask(page, stranger.address) == "refused"
        context.close()
    assert stranger.asked == []


def test_a_server_that_does_not_answer_leaves_the_layers(browser: Browser, app: FastAPI, tiles: TileServer) -> None:
    gone = tiles.address
    tiles.close()
    with serve(with_settings(app, Settings(basemap=gone + "/{z}/{x}/{y}.png"))) as address:
        context = browser.new_context(viewport=OFFICE, locale="zh-CN", reduced_motion="reduce")
        visit = Visit(context, address)
        visit.open(login="viewer")
        assert visit.drawn("cluster-fill") >= {"A-0-0"} and toy.TOWER in visit.drawn("building-fill")
        context.close()
