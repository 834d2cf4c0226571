"""Looking and finding in the viewer, in a real browser: layers, indicators, places, measuring, printing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from pyproj import Geod

from . import toy
from .visiting import OFFICE, PHONE, Visit, ask_axe

pytestmark = pytest.mark.browser

CENTRE = (toy.WEST + 4 * toy.STEP, toy.SOUTH + 1.5 * toy.STEP)


def shade_of(page: Page, level: str, area: str) -> int:
    """Class that an area is shaded by: -1 without data, -2 hidden."""
    source = {"community": "communities", "grid": "grids", "section": "sections", "cluster": "clusters"}[level]
    script = "([source, id]) => gridgovMap.getFeatureState({source, sourceLayer: source, id}).shade"
    return int(page.evaluate(script, [source, area]))


def wait_for(page: Page, what: Callable[[], Any], text: str) -> None:
    """Wait for something that only Python can see."""
    for _ in range(150):
        if what():
            return
        page.wait_for_timeout(100)
    raise AssertionError(text)


def test_layers_fade_and_labels_go(visit: Visit) -> None:
    page = visit.open(login="viewer")
    page.click("#tab-layers")
    page.locator("#opacity-buildings").fill("40")
    page.locator("#layer-labels").uncheck()
    visit.wait()
    assert visit.drawn("community-label") == set()
    assert "labels=off" in page.url and "fade=buildings:40" in page.url
    assert page.evaluate("gridgovMap.getPaintProperty('building-line', 'line-opacity')") == pytest.approx(0.55 * 0.4)
    assert page.locator("#panel-layers .note, #panel-layers .layer-hint").count() >= 2
    page.click("#reset-layers")
    visit.wait()
    assert "labels=off" not in page.url and "fade=" not in page.url
    order = page.evaluate("gridgovMap.getStyle().layers.map(layer => layer.id)")
    places = [order.index(name) for name in ("community-fill", "cluster-fill", "shade-cluster", "barrier-line")]
    places += [order.index(name) for name in ("building-fill", "section-line", "selected-cluster", "community-label")]
    assert places == sorted(places)


def test_areas_are_shaded_in_classes_of_ones_choice(visit: Visit) -> None:
    page = visit.open(login="administrator")
    page.click("#tab-shades")
    page.select_option("#shade-name", "households")
    page.locator("label[for=shade-cluster]").click()
    page.wait_for_selector(".legend-shades li")
    visit.wait()
    rows = page.locator(".legend-shades li").all_inner_texts()
    # of 26 clusters three in the tower have 50 households and all others 48
    assert [re.sub(r"\s+", " ", row) for row in rows] == ["48 – 49 23 个", "50 3 个"]
    assert shade_of(page, "cluster", "A-0-0") == 0 and shade_of(page, "cluster", "A-1-1-t0") == 1
    assert "合计 1,254 户" in page.inner_text(".shade-whole")
    assert "shade=households,cluster,natural,5" in page.url
    assert page.locator(".map-legend li").count() == 2

    page.select_option("#shade-name", "section_liaison")
    page.wait_for_selector(".shade-legend h3:has-text('已落实联系干部')")
    wait_for(page, lambda: "section_liaison,section,natural" in page.url, "the level does not follow the indicator")
    assert page.locator("#shade-cluster").is_disabled()
    assert page.locator(".shade-whole").all_inner_texts() == ["合计 91.7% (11 / 12 片区)", "目标 100%"]
    page.select_option("#shade-method", "target")
    page.select_option("#shade-classes", "3")
    visit.wait()
    assert shade_of(page, "section", "B-s1-2") == 0 and shade_of(page, "section", "A-s0-0") == 1
    assert page.locator(".legend-shades li[title^=达到目标]").count() == 1
    page.click(".area-list summary")
    page.click(".area-list li >> nth=0 >> button")
    page.wait_for_selector(".facts .kind-section")
    page.click(".map-legend .close")
    wait_for(page, lambda: "shade=" not in page.url, "the shades stay")


def test_small_counts_are_hatched_for_who_may_not_see_them(visit: Visit) -> None:
    asked: list[str] = []
    visit.page.on(
        "response", lambda answer: asked.append(answer.text()) if "/api/indicators/" in answer.url else None
    )
    page = visit.open(f"#plan={toy.PUBLISHED}&shade=tenants,section,natural,5", login="viewer")
    page.wait_for_selector(".map-legend li")
    wait_for(page, lambda: asked, "nobody asked for the values")
    values = json.loads(asked[-1])
    at = values["ids"].index("A-s0-0")
    # six tenants live there: neither the count nor anything it could be worked out from goes over the wire
    assert values["values"][at] is None and values["counts"][at] is None
    assert shade_of(page, "section", "A-s0-0") in (-1, -2)


def test_links_open_the_same_view(visit: Visit) -> None:
    link = "#map=15.20/22.62450/114.03950&shade=households,grid,equal,4&labels=off&off=buildings&on=grids"
    link += f"&fade=shades:70&pin=22.624500/114.039500&at=grid:A-g1&plan={toy.DRAFT}"
    page = visit.open(link, login="analyst")
    page.wait_for_selector(".facts .kind-grid")
    page.wait_for_selector(".map-legend li")
    visit.wait()
    parts = set(page.url.split("#")[1].split("&"))
    assert parts == set(link[1:].split("&")), "what was opened is not what the link said"
    assert page.locator(".maplibregl-marker").count() == 1
    page.evaluate(f"location.hash = '#map=16/22.6245/114.034&plan={toy.PUBLISHED}&at=building:{toy.TOWER}'")
    page.wait_for_selector(".facts h2:text('幸福大厦')")
    visit.wait()
    assert visit.centre() == pytest.approx((114.034, 22.6245), abs=1e-4)
    assert page.locator(".maplibregl-marker").count() == 0 and page.locator(".map-legend").is_hidden()


def test_coordinates_are_found_in_every_spelling(visit: Visit) -> None:
    page = visit.open()
    for typed in (
        "114.0345, 22.6245",
        "22.6245 114.0345",
        "东经114°2′4.2″，北纬22°37′28.2″",
        "N22°37'28.2\" E114°02'04.2\"",
    ):
        page.evaluate("void gridgovMap.jumpTo({center: [114.04, 22.63]})")
        page.fill("#search", typed)
        page.wait_for_selector("#search-results:visible [role=option]")
        page.press("#search", "Enter")
        visit.wait()
        assert visit.centre() == pytest.approx((114.0345, 22.6245), abs=1e-4), typed
        assert page.locator(".maplibregl-marker").count() == 1


def test_where_i_am(browser: Browser, address: str) -> None:
    place = {"latitude": CENTRE[1], "longitude": CENTRE[0], "accuracy": 30}
    context = browser.new_context(viewport=PHONE, locale="zh-CN", reduced_motion="reduce", geolocation=place)
    visit = Visit(context, address)
    page = visit.open()
    page.click("#tool-here")
    page.wait_for_selector(".tool-said:has-text('未获准')")
    context.grant_permissions(["geolocation"])
    page.click("#tool-here")
    page.wait_for_selector(".tool-said:has-text('误差约 30 米')")
    visit.wait()
    assert visit.centre() == pytest.approx(CENTRE, abs=1e-4)
    context.close()
    assert visit.foreign == []


def test_measuring_agrees_with_the_ellipsoid(visit: Visit) -> None:
    page = visit.open()
    corners = [
        (toy.WEST, toy.SOUTH),
        (toy.WEST + 6 * toy.STEP, toy.SOUTH),
        (toy.WEST + 6 * toy.STEP, toy.SOUTH + 0.004),
    ]
    page.click("#tool-distance")
    for corner in corners:
        visit.click_at(*corner)
        page.wait_for_timeout(320)
    page.keyboard.press("Enter")
    geod = Geod(ellps="GRS80")
    length = geod.line_length(*zip(*corners, strict=True))
    assert _number(page.inner_text(".measure dd")) == pytest.approx(length / 1000, rel=0.004)
    page.click("#tool-area")
    for corner in corners:
        visit.click_at(*corner)
        page.wait_for_timeout(320)
    wait_for(page, lambda: page.locator(".measure dd span").count() == 4, "three points make no area")
    size = abs(geod.polygon_area_perimeter(*zip(*corners, strict=True))[0])
    said = page.locator(".measure dd span").all_inner_texts()
    assert _number(said[0]) == pytest.approx(size / (1e6 if "公里" in said[0] else 1), rel=0.012)
    assert _number(said[1]) == pytest.approx(size / 1e4, rel=0.012) and "公顷" in said[1]
    assert _number(said[2]) == pytest.approx(size * 15 / 1e4, rel=0.012) and "亩" in said[2]
    page.click("#tool-area")
    assert page.locator(".measure").is_hidden()


def test_measuring_by_keyboard(visit: Visit) -> None:
    page = visit.open()
    page.focus("#tool-distance")
    page.keyboard.press("Enter")
    page.keyboard.press("Space")
    before = visit.centre()
    page.keyboard.press("ArrowRight")
    visit.wait()
    page.keyboard.press("Space")
    length = Geod(ellps="GRS80").inv(*before, *visit.centre())[2]
    assert _number(page.inner_text(".measure dd")) == pytest.approx(length, rel=0.002)
    page.keyboard.press("Escape")
    assert page.locator(".measure").is_hidden()


@pytest.mark.parametrize(("paper", "wide", "high"), [("A4-landscape", 842, 595), ("A3-portrait", 842, 1191)])
def test_a_page_for_paper(visit: Visit, paper: str, wide: int, high: int) -> None:
    page = visit.open("#shade=households,section,quantile,4", login="viewer")
    page.wait_for_selector(".map-legend li")
    page.evaluate("void (window.print = () => { window.printed = true; })")
    page.click("#tool-print")
    page.locator(f"label[for=paper-{paper}]").click()
    page.fill("#print-name", "民治街道网格图")
    page.select_option("#print-scale", "20000")
    page.click(".print-dialog button[type=submit]")
    wait_for(page, lambda: page.evaluate("window.printed === true"), "the page was never handed to the printer")
    said = page.evaluate("document.querySelector('.paper').textContent")
    for part in ("民治街道网格图", "比例尺 1:20,000", "制图日期", "资料来源", "2026 年划分方案", "北", "户数"):
        assert part in said, part
    # 1 mm on paper is 20 m on the ground
    bar = page.evaluate("document.querySelector('.paper-bar rect').width.baseVal.value * 4")
    longest = page.evaluate("[...document.querySelectorAll('.paper-bar text')].at(-1).textContent")
    assert bar * 20 == pytest.approx(_number(longest) * (1000 if "公里" in longest else 1))
    sheet = page.pdf(prefer_css_page_size=True, print_background=True)
    boxes = re.findall(rb"/MediaBox \[([\d. ]+)\]", sheet)
    sizes = [[round(float(edge)) for edge in box.split()[2:]] for box in boxes]
    assert sizes == [[wide, high]], "one page of the paper asked for"
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator(".paper").count() == 0


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_panels_and_tools_keep_nobody_out(browser: Browser, address: str, language: str) -> None:
    viewport = PHONE if language == "en-GB" else OFFICE
    context = browser.new_context(viewport=viewport, locale=language, reduced_motion="reduce")
    visit = Visit(context, address)
    page = visit.open("#shade=rental_letter,community,target,5")
    page.wait_for_selector(".map-legend li")
    found = ask_axe(page)
    page.click("#tool-area")
    found |= ask_axe(page)
    page.click("#tool-area")
    page.click("#tool-print")
    found |= ask_axe(page)
    page.keyboard.press("Escape")
    page.click("#tab-shades")
    page.wait_for_selector(".legend-shades li")
    found |= ask_axe(page)
    lefts = page.evaluate("[...document.querySelectorAll('.legend-shades li')].map(one => one.offsetLeft)")
    assert len(lefts) > 1 and len(set(lefts)) == 1, "classes stand side by side, too narrow for their figures"
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    unnamed = page.evaluate(
        "[...document.querySelectorAll('button, input, select')].filter(one => !one.labels?.length &&"
        " !one.ariaLabel && !one.textContent.trim()).map(one => one.outerHTML)"
    )
    context.close()
    assert found == set() and unnamed == []
    assert visit.foreign == []


def test_no_control_is_out_of_reach_of_the_keyboard(visit: Visit) -> None:
    page = visit.open()
    page.click("#tab-layers")
    page.locator(".skip").focus()
    reached: set[str] = set()
    for _ in range(90):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.id || document.activeElement.className"))
    wanted = {"search", "tab-layers", "layer-labels", "opacity-clusters", "cluster-fill", "reset-layers", "plan"}
    assert wanted | {"tool-here", "tool-distance", "tool-area", "tool-print"} <= reached


def _number(text: str) -> float:
    found = re.search(r"[\d,]+(?:\.\d+)?", text)
    assert found, text
    return float(found.group().replace(",", ""))


def test_the_look_of_the_built_page_stays_small() -> None:
    folder = Path(__file__).parents[2] / "gridgov" / "viewer" / "dist" / "assets"
    scripts = sum(file.stat().st_size for file in folder.glob("*.js"))
    assert scripts < 1.5e6, f"the scripts of the viewer have grown to {scripts} bytes"
