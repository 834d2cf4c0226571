"""The report asks nobody for anything, in a real browser too."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import folium
import folium.plugins
import pytest

from gridgov.errors import GridgovError
from gridgov.reports import ReportFiles, ReportOptions, write_coverage_report
from gridgov.reports.offline import LEAFLET, read_leaflet, render_offline

from .toy import make_toy

CHROMIUM = shutil.which("chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


def test_a_map_that_needs_a_foreign_file_is_refused() -> None:
    tiles = folium.Map(tiles=None)
    folium.plugins.Fullscreen().add_to(tiles)
    with pytest.raises(GridgovError, match="https://cdn"):
        render_offline(tiles)
    with pytest.raises(GridgovError, match="openstreetmap"):
        render_offline(folium.Map())


def test_leaflet_is_carried_with_its_licence_and_points_to_nothing() -> None:
    for name in LEAFLET:
        text = read_leaflet(name)
        assert "sourceMappingURL" not in text
        assert "url(images" not in text
    assert "BSD 2-Clause" in read_leaflet("LICENSE")


def test_the_same_map_gives_the_same_bytes() -> None:
    made = [render_offline(folium.Map(tiles=None, location=[22, 114])) for _ in range(2)]
    assert made[0] == made[1]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> ReportFiles:
    return write_coverage_report(make_toy(communities=2), tmp_path_factory.mktemp("report"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("there is no chromium on this machine")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.mark.browser
def test_the_page_and_its_maps_open_without_a_request_or_an_error(files: ReportFiles, browser: Any) -> None:
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    asked: list[str] = []
    wrong: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None)
    page.goto(files.page.as_uri())
    assert page.locator("h1").inner_text() == "示例区"
    assert page.evaluate("document.documentElement.scrollWidth") <= 1200, "nothing sticks out of the page"
    page.locator("iframe").scroll_into_view_if_needed()
    page.frame_locator("iframe").locator(".leaflet-control-layers").wait_for()
    for one in (files.map, files.maps[0]):
        page.goto(one.as_uri())
        page.locator(".legend").wait_for()
        page.mouse.move(600, 450)
        page.locator(".leaflet-tooltip").wait_for()
        assert "楼组" in page.locator(".leaflet-tooltip").inner_text()
    assert wrong == []
    assert [url for url in asked if not url.startswith(files.folder.as_uri())] == []
    page.close()


@pytest.mark.browser
def test_data_is_never_run_as_script(browser: Any, tmp_path: Path) -> None:
    toy = make_toy(communities=1)
    attack = "</script><img src=x onerror='window.hit=1'>\"><script>window.hit=1</script>"
    assert toy.clusters is not None and toy.shelters is not None
    nasty = replace(
        toy,
        communities=toy.communities.assign(name=attack, district=attack),
        clusters=toy.clusters.assign(name=attack),
        shelters=toy.shelters.assign(name=attack),
    )
    written = write_coverage_report(nasty, tmp_path, options=ReportOptions(drill_down=False))
    page = browser.new_page(viewport={"width": 1000, "height": 800})
    for path in (written.page, written.map):
        page.goto(path.as_uri())
        page.mouse.move(500, 400)
        page.wait_for_timeout(200)
        assert page.evaluate("window.hit") is None
    page.close()
