"""The map below the layers: none unless somebody set one, and the page may ask no other host than that one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import httpx
import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser
from pydantic import SecretStr
from shapely import box

from gridgov.errors import SettingsError
from gridgov.settings import Settings
from gridgov.web.ground_map import read_ground
from gridgov.web.headers import make_policy

from ..serving import serve
from . import toy
from .conftest import open_session, with_settings
from .visiting import OFFICE, Visit


def test_nothing_is_asked_elsewhere_unless_set(address: str) -> None:
    with closing(open_session(address, "viewer")) as client:
        assert client.get("/api/basemap").json() == {"choices": [], "file": None, "credit": "", "max_zoom": 18}
        assert client.get("/basemap.pmtiles").status_code == 404
        policy = client.get("/api/basemap").headers["content-security-policy"]
    assert "://" not in policy and policy == make_policy()
    assert httpx.get(f"{address}/api/basemap").status_code == 401
    assert httpx.get(f"{address}/basemap.pmtiles").status_code == 401


def test_tianditu_needs_a_key_and_opens_its_hosts_only() -> None:
    with pytest.raises(SettingsError, match="GRIDGOV_BASEMAP_KEY"):
        read_ground(Settings(basemap="tianditu"))
    ground = read_ground(Settings(basemap="tianditu", basemap_key=SecretStr("a&b")))
    assert [one.name for one in ground.layers] == ["map", "image"]
    assert all(
        "vec_w/wmts" in address or "cva_w/wmts" in address for pair in ground.layers[0].tiles for address in pair
    )
    assert all("tk=a%26b" in address for one in ground.layers for pair in one.tiles for address in pair)
    assert all(host.endswith(".tianditu.gov.cn") for host in ground.hosts)


def test_wmts_names_become_tile_numbers() -> None:
    asked = "https://maps.office.local/wmts?TILEMATRIX={TileMatrix}&TILEROW={TileRow}&TILECOL={tilecol}"
    ground = read_ground(Settings(basemap=asked))
    assert ground.layers[0].tiles == (("https://maps.office.local/wmts?TILEMATRIX={z}&TILEROW={y}&TILECOL={x}",),)
    assert ground.hosts == ("https://maps.office.local",)
    assert read_ground(Settings(basemap="/own/{z}/{x}/{y}.png")).hosts == ()


@pytest.mark.parametrize(
    "asked",
    [
        "https://maps.office.local/{z}/{x}.png",
        "javascript://x/{z}/{x}/{y}",
        "https://a.local; script-src *//{z}/{x}/{y}",
        "../secret.pmtiles",
        "missing.pmtiles",
    ],
)
def test_what_cannot_be_a_ground_map_stops_the_server(asked: str, tmp_path: Path) -> None:
    (tmp_path / "secret.pmtiles").write_bytes(b"PMTiles")
    (tmp_path / "state").mkdir()
    with pytest.raises(SettingsError, match="GRIDGOV_BASEMAP"):
        read_ground(Settings(basemap=asked, state_dir=tmp_path / "state"))


@pytest.fixture
def own_map(app: FastAPI, tmp_path: Path) -> Iterator[str]:
    """Address of a server with a map file of its own: one lake."""
    lake = gpd.GeoDataFrame({"name": ["lake"]}, geometry=[box(114.02, 22.61, 114.07, 22.66)], crs="EPSG:4326")
    lake.to_file(tmp_path / "office.pmtiles", driver="PMTiles", layer="water", MINZOOM="8", MAXZOOM="14")
    settings = Settings(basemap="office.pmtiles", basemap_credit="区测绘队", state_dir=tmp_path)
    with serve(with_settings(app, settings)) as served:
        yield served


def test_the_file_is_given_out_in_parts(own_map: str) -> None:
    with closing(open_session(own_map, "viewer")) as client:
        part = client.get("/basemap.pmtiles", headers={"Range": "bytes=0-6"})
        assert (part.status_code, part.content) == (206, b"PMTiles")
        assert client.get("/api/basemap").json()["file"] == "/basemap.pmtiles"


@pytest.mark.browser
def test_the_file_is_drawn_below_everything(browser: Browser, own_map: str) -> None:
    context = browser.new_context(viewport=OFFICE, locale="zh-CN", reduced_motion="reduce")
    visit = Visit(context, own_map)
    page = visit.open()
    for _ in range(100):
        if page.evaluate("!!gridgovMap.getLayer('ground-map-water')"):
            break
        page.wait_for_timeout(100)
    visit.wait()
    order = page.evaluate("gridgovMap.getStyle().layers.map(layer => layer.id)")
    assert order.index("ground-map-water") < order.index("community-fill")
    assert page.evaluate("gridgovMap.queryRenderedFeatures({layers: ['ground-map-water']}).length") > 0
    page.click("#tab-layers")
    assert "区测绘队" in page.inner_text("#panel-layers")
    page.select_option("#ground", "none")
    visit.wait()
    assert page.evaluate("!gridgovMap.getLayer('ground-map-water')") and "ground=none" in page.url
    assert visit.drawn("cluster-fill") >= {"A-0-0"} and toy.TOWER in visit.drawn("building-fill")
    context.close()
    assert visit.foreign == [] and visit.complaints == []
