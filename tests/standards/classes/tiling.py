"""OGC API Tiles, part 1 (20-057), and Two Dimensional Tile Matrix Set 2.0 (17-083r4)."""

from __future__ import annotations

from typing import Any

import jsonschema
import mapbox_vector_tile
import morecantile

from gridgov.storage.tiles import TILE_LAYERS

from ...web import toy
from ...web.places import tile_at
from ..asking import get, require_problem
from .table import Office, links, requirement, the_link

_TILES = "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/{}"
_MATRIX = "http://www.opengis.net/spec/tms/2.0/conf/{}"
CORE, SET, LIST, GEODATA, MVT, OAS = (
    _TILES.format(name) for name in ("core", "tileset", "tilesets-list", "geodata-tilesets", "mvt", "oas30")
)
MATRIX, MATRIX_JSON, LIMITS, LIMITS_JSON, ABOUT, ABOUT_JSON = (
    _MATRIX.format(f"{before}{name}")
    for name in ("tilematrixset", "tilematrixsetlimits", "tilesetmetadata")
    for before in ("", "json-")
)
REL = "http://www.opengis.net/def/rel/ogc/1.0/{}"
NAME = "WebMercatorQuad"
URI = f"http://www.opengis.net/def/tilematrixset/OGC/1.0/{NAME}"
LIMIT = {
    "type": "object",
    "required": ["tileMatrix", "minTileRow", "maxTileRow", "minTileCol", "maxTileCol"],
    "properties": {
        "tileMatrix": {"type": "string"},
        **{
            name: {"type": "integer", "minimum": 0}
            for name in ("minTileRow", "maxTileRow", "minTileCol", "maxTileCol")
        },
    },
}
CORNER = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}
TILESET = {
    "type": "object",
    "required": ["dataType", "crs", "links", "tileMatrixSetURI", "tileMatrixSetLimits"],
    "properties": {
        "title": {"type": "string"},
        "dataType": {"enum": ["map", "vector", "coverage"]},
        "crs": {"type": "string", "format": "uri"},
        "tileMatrixSetURI": {"const": URI},
        "tileMatrixSetLimits": {"type": "array", "items": LIMIT},
        "links": {"type": "array", "items": {"type": "object", "required": ["rel", "href"]}},
        "boundingBox": {
            "type": "object",
            "required": ["lowerLeft", "upperRight"],
            "properties": {"lowerLeft": CORNER, "upperRight": CORNER, "crs": {"type": "string"}},
        },
        "layers": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["id", "dataType"],
                "properties": {
                    "geometryDimension": {"type": "integer", "minimum": 0, "maximum": 3},
                    "minTileMatrix": {"type": "string"},
                    "maxTileMatrix": {"type": "string"},
                    "propertiesSchema": {"type": "object"},
                },
            },
        },
    },
}
"""What tileSet.json of the standard asks, and what this server promises besides."""


def tilesets(office: Office) -> list[dict[str, Any]]:
    """Every tileset, found by the links that lead there."""
    found = []
    for one in office.collections:
        for link in links(one, REL.format("tilesets-vector")):
            briefs = office.administrator.get(link["href"]).json()["tilesets"]
            found += [office.administrator.get(the_link(brief, "self")["href"]).json() for brief in briefs]
    assert len(found) == len(set(TILE_LAYERS) & {one["id"] for one in office.collections}) > 4
    return found


def fill(tileset: dict[str, Any], z: object, row: object, column: object) -> str:
    template: str = the_link(tileset, "item")["href"]
    for name, value in (("tileMatrix", z), ("tileRow", row), ("tileCol", column)):
        assert f"{{{name}}}" in template
        template = template.replace(f"{{{name}}}", str(value))
    return template


@requirement(
    CORE, "tc-op", "tc-success", "tc-tilematrix-definition", "tc-tilerow-definition", "tc-tilecol-definition"
)
def tiles_lie_where_the_template_says(office: Office) -> None:
    z, x, y = tile_at(14)
    path = "/collections/buildings/tiles/WebMercatorQuad/{tileMatrix}/{tileRow}/{tileCol}"
    assert office.parameter("tileMatrix", path)["schema"] == {"type": "string"}
    for name in ("tileRow", "tileCol"):
        assert office.parameter(name, path) | {"description": ""} == {
            "name": name,
            "in": "path",
            "required": True,
            "description": "",
            "schema": {"type": "integer", "minimum": 0},
        }
    for tileset in tilesets(office):
        answer = office.administrator.get(fill(tileset, z, y, x))
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == the_link(tileset, "item")["type"]


@requirement(CORE, "tc-error")
def what_lies_outside_is_not_there_and_what_is_empty_is(office: Office) -> None:
    tileset = office.read(f"/collections/buildings/tiles/{NAME}")
    last = tileset["tileMatrixSetLimits"][-1]
    beyond = int(last["tileMatrix"]) + 1
    for z, row, column in ((1, 2, 0), (1, 0, 2), (beyond, 0, 0), ("x", 0, 0), (1, -1, 0), (1, "0.5", 0)):
        assert office.viewer.get(fill(tileset, z, row, column)).status_code in (400, 404)
    for z in (0, 10, 14, int(last["tileMatrix"])):
        empty = office.viewer.get(fill(tileset, z, 0, 0))
        assert empty.status_code in (200, 204) and mapbox_vector_tile.decode(empty.content) == {}


@requirement(CORE, "conformance-success")
def the_classes_are_declared(office: Office) -> None:
    assert {CORE, SET, LIST, GEODATA, MVT, OAS} <= set(office.read("/conformance")["conformsTo"])


@requirement(SET, "description")
def a_tileset_says_what_it_is(office: Office) -> None:
    for tileset in tilesets(office):
        jsonschema.validate(tileset, TILESET)
        definition = the_link(tileset, REL.format("tiling-scheme"))
        assert office.viewer.get(definition["href"]).json()["uri"] == tileset["tileMatrixSetURI"]
        item = the_link(tileset, "item")
        assert item["templated"] is True and item["type"] == "application/vnd.mapbox-vector-tile"
    own = f"/ogc/collections/buildings/tiles/{NAME}"
    assert (
        office.viewer.get(own, headers={"Accept": "application/json"}).headers["content-type"] == "application/json"
    )
    require_problem(office.viewer.get(own, headers={"Accept": "image/png"}), 406)
    require_problem(office.viewer.get(own, params={"no_such": "1"}), 400)


@requirement(LIST, "tileset-links", "tileset-path")
@requirement(GEODATA, "operation", "desc-links")
def collections_lead_to_their_tilesets(office: Office) -> None:
    for one in office.collections:
        found = links(one, REL.format("tilesets-vector"))
        assert bool(found) == (one["id"] in TILE_LAYERS)
        for link in found:
            assert link["href"].endswith(f"/ogc/collections/{one['id']}/tiles")
            document = office.administrator.get(link["href"]).json()
            for brief in document["tilesets"]:
                assert {"dataType", "crs", "tileMatrixSetURI"} <= set(brief)
                assert the_link(brief, "self") and the_link(brief, REL.format("tiling-scheme"))


@requirement(MVT, "content")
def a_tile_is_one_mapbox_vector_tile(office: Office) -> None:
    z, x, y = tile_at(15)
    tileset = office.read(f"/collections/buildings/tiles/{NAME}")
    layers = mapbox_vector_tile.decode(
        office.viewer.get(fill(tileset, z, y, x)).content, default_options={"y_coord_down": True}
    )
    bounds = morecantile.tms.get(NAME).xy_bounds(x, y, z)
    extent = layers["buildings"]["extent"]
    for feature in layers["buildings"]["features"]:
        assert feature["geometry"]["type"] in ("Polygon", "MultiPolygon") and feature["properties"]
    (shape,) = [
        one["geometry"]["coordinates"][0]
        for one in layers["buildings"]["features"]
        if one["properties"]["id"] == "A-0-0-0"
    ] or [None]
    if shape is None:
        return
    drawn = min(column for column, _ in shape) / extent * (bounds.right - bounds.left) + bounds.left
    stored = get(office.viewer, "/collections/buildings/items/A-0-0-0", crs=_MERCATOR).json()["geometry"]
    assert abs(drawn - min(x for x, _ in stored["coordinates"][0])) < 1


_MERCATOR = "http://www.opengis.net/def/crs/EPSG/0/3857"


@requirement(OAS, "completeness", "operation-id")
def tiles_stand_in_the_definition(office: Office) -> None:
    paths = office.definition["paths"]
    for one in office.collections:
        own = f"/collections/{one['id']}/tiles"
        for path, name in (
            (own, "TileSetsList"),
            (f"{own}/{NAME}", "TileSet"),
            (f"{own}/{NAME}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}", "Tile"),
        ):
            assert (path in paths) == (one["id"] in TILE_LAYERS), path
            if path in paths:
                assert paths[path]["get"]["operationId"].endswith(f".collection.vector.get{name}")


@requirement(MATRIX, "model")
@requirement(MATRIX_JSON, "ietf", "media-type", "model", "schema")
def the_matrix_set_is_the_registered_one(office: Office) -> None:
    (listed,) = office.read("/tileMatrixSets")["tileMatrixSets"]
    answer = office.viewer.get(the_link(listed, "self")["href"])
    assert answer.headers["content-type"] == "application/json"
    document = answer.json()
    assert (document["id"], document["uri"]) == (NAME, URI) == (listed["id"], listed["uri"])
    assert morecantile.TileMatrixSet.model_validate(document) == morecantile.tms.get(NAME)


@requirement(LIMITS, "model")
@requirement(LIMITS_JSON, "ietf", "model", "schema")
def limits_name_every_level_that_is_served_once(office: Office) -> None:
    known = {one["id"]: one for one in office.read(f"/tileMatrixSets/{NAME}")["tileMatrices"]}
    for tileset in tilesets(office):
        named = [one["tileMatrix"] for one in tileset["tileMatrixSetLimits"]]
        assert len(set(named)) == len(named) and set(named) <= set(known)
        for one in tileset["tileMatrixSetLimits"]:
            assert one["minTileRow"] <= one["maxTileRow"] < known[one["tileMatrix"]]["matrixHeight"]
            assert one["minTileCol"] <= one["maxTileCol"] < known[one["tileMatrix"]]["matrixWidth"]
        assert {layer["maxTileMatrix"] for layer in tileset["layers"]} == {named[-1]}


@requirement(ABOUT, "model", "identifier")
@requirement(ABOUT_JSON, "ietf", "media-type", "model", "schema")
def tilesets_lead_to_their_data(office: Office) -> None:
    for tileset in tilesets(office):
        jsonschema.validate(tileset, TILESET)
        assert the_link(tileset, REL.format("tiling-scheme"))
        data = office.administrator.get(the_link(tileset, REL.format("geodata"))["href"]).json()
        west, south, east, north = data["extent"]["spatial"]["bbox"][0]
        box = tileset["boundingBox"]
        assert west - 1e-6 <= box["lowerLeft"][0] <= box["upperRight"][0] <= east + 1e-6
        assert south - 1e-6 <= box["lowerLeft"][1] <= box["upperRight"][1] <= north + 1e-6
        assert toy.WEST - 1 < box["lowerLeft"][0] < toy.WEST + 1
