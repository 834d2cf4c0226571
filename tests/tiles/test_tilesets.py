"""OGC API Tiles and TileJSON say what is there, and tiles lie where they say."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import httpx
import mapbox_vector_tile
import morecantile
import pytest
from sqlalchemy import Engine, text

from gridgov.storage.tiles import TILE_LAYERS
from gridgov.web.matrix import ACCESS
from gridgov.web.routes import tile_links, tilesets
from tests.web import toy
from tests.web.places import tile_at

pytestmark = pytest.mark.postgis
SignedIn = Callable[[str], httpx.Client]
SET = "WebMercatorQuad"
PYTHON = {"String": str, "Number": (int, float), "Boolean": bool}


def read(client: httpx.Client, path: str, **query: str) -> dict:
    answer = client.get(path, params=query)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return answer.json()


@pytest.mark.parametrize("layer", TILE_LAYERS)
def test_tiles_hold_the_fields_of_their_tilejson_and_no_others(signed_in: SignedIn, layer: str) -> None:
    client = signed_in("administrator")
    document = read(client, f"/tiles/{layer}.json")
    assert document["tilejson"] == "3.0.0"
    listed = {one["id"]: one["fields"] for one in document["vector_layers"]}
    z, x, y = tile_at(16)
    template = document["tiles"][0]
    answer = client.get(template.format(z=z, x=x, y=y))
    decoded = mapbox_vector_tile.decode(answer.content)
    assert set(decoded) <= set(listed)
    for name, found in decoded.items():
        for feature in found["features"]:
            assert set(feature["properties"]) <= set(listed[name])
            assert all(isinstance(v, PYTHON[listed[name][k]]) for k, v in feature["properties"].items()), feature


@pytest.mark.parametrize("layer", ["buildings", "clusters", "shelters"])
def test_bounds_are_those_of_the_rows(signed_in: SignedIn, toy_engine: Engine, layer: str) -> None:
    table = {"buildings": "building", "clusters": "plan_group", "shelters": "shelter"}[layer]
    with toy_engine.connect() as connection:
        box = connection.execute(text(f"SELECT ST_Extent(geom)::geometry FROM gridgov.{table}")).scalar_one()
        wanted = connection.execute(
            text(
                "SELECT ST_XMin(b), ST_YMin(b), ST_XMax(b), ST_YMax(b) FROM (SELECT CAST(:box AS geometry)) AS t (b)"
            ),
            {"box": box},
        ).one()
    for _ in range(2):
        assert read(signed_in("viewer"), f"/tiles/{layer}.json")["bounds"] == pytest.approx(list(wanted))


def test_a_draft_is_described_to_those_who_see_it(signed_in: SignedIn) -> None:
    document = read(signed_in("analyst"), "/tiles/sections.json", plan=toy.DRAFT)
    assert document["tiles"][0].endswith(f"?plan={toy.DRAFT}")
    for role, plan in (("viewer", toy.DRAFT), ("viewer", "none")):
        answer = signed_in(role).get("/tiles/sections.json", params={"plan": plan})
        assert (answer.status_code, answer.json()["detail"]) == (
            404,
            f"There is no plan {plan!r}. See the list of plans.",
        )


def test_the_matrix_set_is_the_standard_one(signed_in: SignedIn) -> None:
    listed = read(signed_in("viewer"), "/ogc/tileMatrixSets")["tileMatrixSets"]
    assert [one["id"] for one in listed] == [SET]
    document = read(signed_in("viewer"), f"/ogc/tileMatrixSets/{SET}")
    read_back = morecantile.TileMatrixSet(**document)
    assert read_back == morecantile.tms.get(SET)


@pytest.mark.parametrize("layer", ["buildings", "clusters"])
def test_a_tileset_leads_to_its_tiles_row_before_column(signed_in: SignedIn, layer: str) -> None:
    client = signed_in("viewer")
    (brief,) = read(client, f"/ogc/collections/{layer}/tiles")["tilesets"]
    own = next(link["href"] for link in brief["links"] if link["rel"] == "self")
    document = read(client, own)
    assert {link["href"] for link in brief["links"]} <= {link["href"] for link in document["links"]}
    item = next(link for link in document["links"] if link["rel"] == "item")
    z, x, y = tile_at(15)
    filled = item["href"].replace("{tileMatrix}", str(z)).replace("{tileRow}", str(y)).replace("{tileCol}", str(x))
    here = client.get(filled)
    assert here.headers["content-type"] == item["type"]
    assert here.content and here.content == client.get(f"/tiles/{layer}/{z}/{x}/{y}.mvt").content
    names = set(mapbox_vector_tile.decode(here.content))
    assert names <= {one["id"] for one in document["layers"]}


@pytest.mark.parametrize(
    "path",
    [
        "/tiles/residents.json",
        "/ogc/tileMatrixSets/WorldCRS84Quad",
        "/ogc/collections/residents/tiles",
        "/ogc/collections/buildings/tiles/WorldCRS84Quad",
        "/ogc/collections/buildings/tiles/WorldCRS84Quad/1/0/0",
        "/ogc/collections/residents/tiles/WebMercatorQuad/1/0/0",
        "/ogc/collections/buildings/tiles/WebMercatorQuad/1/2/0",
        "/ogc/collections/buildings/tiles/WebMercatorQuad/a/0/0",
    ],
)
def test_what_is_not_there_is_said_to_those_who_signed_in_only(
    signed_in: SignedIn, visitor: httpx.Client, path: str
) -> None:
    assert signed_in("viewer").get(path).status_code == 404
    assert visitor.get(path).status_code == 401


def test_the_interface_leads_to_the_tiles(signed_in: SignedIn) -> None:
    client = signed_in("viewer")
    landing = read(client, "/ogc")
    sets = next(link for link in landing["links"] if link["rel"] == tile_links.REL_SETS)
    assert read(client, sets["href"])["tileMatrixSets"]
    assert set(tile_links.CONFORMANCE) <= set(read(client, "/ogc/conformance")["conformsTo"])
    collections = read(client, "/ogc/collections")["collections"]
    led = {
        one["id"]: link["href"]
        for one in collections
        for link in one["links"]
        if link["rel"] == tile_links.REL_TILESETS
    }
    assert set(led) == {one["id"] for one in collections} & set(TILE_LAYERS)
    assert len(led) >= 6
    for href in led.values():
        assert read(client, href)["tilesets"]


def test_every_route_of_tiles_is_in_the_matrix() -> None:
    assert {door.route for door in tilesets.DOORS} <= set(ACCESS)


@pytest.mark.skipif(shutil.which("ogrinfo") is None, reason="GDAL's programs are not here")
def test_gdal_reads_the_tiles(signed_in: SignedIn, toy_engine: Engine, tmp_path: Path) -> None:
    client = signed_in("viewer")
    z, x, y = tile_at(14)
    file = tmp_path / f"{y}.pbf"
    file.write_bytes(client.get(f"/tiles/buildings/{z}/{x}/{y}.mvt").content)
    program = ["ogrinfo", "-ro", "-json", "-features", "-oo", f"X={x}", "-oo", f"Y={y}", "-oo", f"Z={z}"]
    seen = subprocess.run([*program, f"MVT:{file}", "buildings"], capture_output=True, text=True, timeout=60)
    if "-json" in seen.stderr:
        seen = subprocess.run(
            ["ogr2ogr", "-f", "GeoJSON", "-t_srs", "EPSG:4326", "-oo", f"X={x}", "-oo", f"Y={y}", "-oo", f"Z={z}",
             "/vsistdout/", f"MVT:{file}", "buildings"], capture_output=True, text=True, timeout=60)  # fmt: skip
    features = json.loads(seen.stdout)
    features = features.get("features") or features["layers"][0]["features"]
    bounds = morecantile.tms.get(SET).bounds(x, y, z)
    with toy_engine.connect() as connection:
        stored = connection.execute(
            text(
                "SELECT building_id, floors FROM gridgov.building"
                " WHERE geom && ST_MakeEnvelope(:west, :south, :east, :north, 4490)"
            ),
            {"west": bounds.left, "south": bounds.bottom, "east": bounds.right, "north": bounds.top},
        ).all()
    read_back = {one["properties"]["id"]: one["properties"]["floors"] for one in features}
    assert stored and {key: read_back.get(key) for key, _ in stored} == dict(stored)
