"""OGC API Tiles over the same vector tiles, and a TileJSON for each layer."""

from __future__ import annotations

import json
from functools import cache
from typing import Any
from urllib.parse import quote

import morecantile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gridgov.errors import InputError, NotFoundError
from gridgov.services.tiling import read_bounds
from gridgov.storage.tiles import MAX_ZOOM, TileLayer, get_tile_layer
from gridgov.web import fast
from gridgov.web.routes import Door
from gridgov.web.routes.ogc.links import JSON, base_of, make_link
from gridgov.web.routes.tile_links import REL_SET
from gridgov.web.routes.tiles import MEDIA_TYPE, as_caller, read_plan, send_tile

SET = "WebMercatorQuad"
"""The one tile matrix set: tiles of 256 px, rows from the north."""

_SETS = "/ogc/tileMatrixSets"
_LIST = "/ogc/collections/{collection}/tiles"
_DIMENSIONS = {"points": 0, "lines": 1, "polygons": 2}
_TYPES = {"String": "string", "Number": "number", "Boolean": "boolean"}
_HEADERS = {"Cache-Control": "no-store", "Vary": "Cookie, Authorization"}


async def get_sets(request: Request) -> Response:
    """Answer with the list of tile matrix sets.

    Parameters
    ----------
    request : starlette.requests.Request
        The request.

    Returns
    -------
    starlette.responses.Response
        The document.
    """
    await fast.ask(request, f"GET {_SETS}")
    document, own = _describe_set(), f"{base_of(request)}/tileMatrixSets/{SET}"
    one = {"id": SET, "title": document["title"], "uri": document["uri"], "crs": document["crs"]}
    return _send({"tileMatrixSets": [{**one, "links": [make_link(own, "self", JSON, SET)]}]})


async def get_set(request: Request) -> Response:
    """Answer with the definition of a tile matrix set.

    Parameters
    ----------
    request : starlette.requests.Request
        The request.

    Returns
    -------
    starlette.responses.Response
        The document.
    """
    await fast.ask(request, f"GET {_SETS}/{{matrix_set}}")
    _require_set(request)
    return _send(_describe_set())


async def get_tilesets(request: Request) -> Response:
    """Answer with the list of tilesets of a collection.

    Parameters
    ----------
    request : starlette.requests.Request
        The request.

    Returns
    -------
    starlette.responses.Response
        The document.
    """
    layer, bounds, plan_id = await _look(request, f"GET {_LIST}", request.path_params["collection"])
    own = f"{base_of(request)}/collections/{layer.name}/tiles"
    tileset = _describe_tileset(base_of(request), layer, bounds, plan_id)
    brief = {name: tileset[name] for name in ("title", "dataType", "crs", "tileMatrixSetURI", "links")}
    return _send({"links": [make_link(own, "self", JSON)], "tilesets": [brief]})


async def get_tileset(request: Request) -> Response:
    """Answer with the description of a tileset.

    Parameters
    ----------
    request : starlette.requests.Request
        The request.

    Returns
    -------
    starlette.responses.Response
        The document.
    """
    route = f"GET {_LIST}/{{matrix_set}}"
    layer, bounds, plan_id = await _look(request, route, request.path_params["collection"])
    _require_set(request)
    return _send(_describe_tileset(base_of(request), layer, bounds, plan_id))


async def get_matrix_tile(request: Request) -> Response:
    """Answer with one tile; here the row comes before the column.

    Parameters
    ----------
    request : starlette.requests.Request
        The request.

    Returns
    -------
    starlette.responses.Response
        The tile, or 304 when the browser has it.
    """
    route, given = f"GET {_LIST}/{{matrix_set}}/{{matrix}}/{{row}}/{{column}}", request.path_params
    if given["matrix_set"] != SET:
        await fast.ask(request, route)
        _require_set(request)
    return await send_tile(request, route, given["collection"], given["matrix"], given["column"], given["row"])


async def get_tilejson(request: Request) -> Response:
    """Answer with the TileJSON of a layer: where its tiles are, and what stands in them.

    Parameters
    ----------
    request : starlette.requests.Request
        The request.

    Returns
    -------
    starlette.responses.Response
        A TileJSON 3.0.0 document.
    """
    layer, bounds, plan_id = await _look(request, "GET /tiles/{layer}.json", request.path_params["layer"])
    root = base_of(request).removesuffix("/ogc")
    names = [layer.name, *([layer.points] if layer.points else [])]
    document: dict[str, Any] = {
        "tilejson": "3.0.0",
        "name": layer.title,
        "scheme": "xyz",
        "tiles": [f"{root}/tiles/{layer.name}/{{z}}/{{x}}/{{y}}.mvt{_spell_plan(plan_id)}"],
        "minzoom": layer.min_zoom,
        "maxzoom": MAX_ZOOM,
        "vector_layers": [{"id": name, "fields": layer.fields, "minzoom": layer.min_zoom} for name in names],
    }
    if bounds is not None:
        west, south, east, north = bounds
        document |= {"bounds": bounds, "center": [(west + east) / 2, (south + north) / 2, max(layer.min_zoom, 12)]}
    return _send(document)


async def _look(request: Request, route: str, name: str) -> tuple[TileLayer, list[float] | None, str | None]:
    """Let the caller in and return the layer, the box of what it may see of it, and the plan it named."""
    try:
        layer, plan_id = get_tile_layer(name), read_plan(request)
    except (NotFoundError, InputError):
        await fast.ask(request, route)
        raise
    kept = request.app.state.tile_cache
    role = fast.guess_role(request)
    bounds = await read_bounds(as_caller(request, route), kept, name, plan_id=plan_id, role=role)
    return layer, bounds, plan_id if layer.of_plan else None


def _describe_tileset(base: str, layer: TileLayer, bounds: list[float] | None, plan_id: str | None) -> dict[str, Any]:
    own, query = f"{base}/collections/{layer.name}/tiles/{SET}", _spell_plan(plan_id)
    root = base.removesuffix("/ogc")
    item = make_link(f"{own}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}{query}", "item", MEDIA_TYPE, "Tiles")
    described = {
        "title": layer.title,
        "dataType": "vector",
        "crs": "http://www.opengis.net/def/crs/EPSG/0/3857",
        "tileMatrixSetURI": _describe_set()["uri"],
        "links": [
            make_link(f"{own}{query}", "self", JSON),
            {**item, "templated": True},
            make_link(f"{base}/tileMatrixSets/{SET}", REL_SET, JSON),
            make_link(f"{base}/collections/{layer.name}", "geodata", JSON),
            make_link(f"{root}/tiles/{layer.name}.json{query}", "describedby", JSON, "TileJSON"),
        ],
        "layers": [_describe_layer(layer, layer.name, layer.geometry)],
    }
    if layer.points:
        described["layers"].append(_describe_layer(layer, layer.points, "points"))
    if bounds is not None:
        crs = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
        described["boundingBox"] = {"lowerLeft": bounds[:2], "upperRight": bounds[2:], "crs": crs}
    return described


def _describe_layer(layer: TileLayer, name: str, geometry: str) -> dict[str, Any]:
    fields = {field: {"type": _TYPES[kind]} for field, kind in layer.fields.items()}
    return {
        "id": name,
        "dataType": "vector",
        "geometryDimension": _DIMENSIONS[geometry],
        "minTileMatrix": str(layer.min_zoom),
        "maxTileMatrix": str(MAX_ZOOM),
        "propertiesSchema": {"type": "object", "properties": fields},
    }


@cache
def _describe_set() -> dict[str, Any]:
    described = morecantile.tms.get(SET).model_dump_json(exclude_none=True)
    document: dict[str, Any] = json.loads(described)
    document["tileMatrices"] = document["tileMatrices"][: MAX_ZOOM + 1]
    return document


def _require_set(request: Request) -> None:
    name = request.path_params["matrix_set"]
    if name != SET:
        raise NotFoundError(f"There is no tile matrix set {name[:64]!r}. There is {SET}.")


def _spell_plan(plan_id: str | None) -> str:
    return "" if plan_id is None else f"?plan={quote(plan_id, safe='')}"


def _send(document: dict[str, Any]) -> Response:
    return JSONResponse(document, headers=_HEADERS)


DOORS = (
    Door("GET", "/tiles/{layer}.json", get_tilejson, plain=True),
    Door("GET", _SETS, get_sets, plain=True),
    Door("GET", f"{_SETS}/{{matrix_set}}", get_set, plain=True),
    Door("GET", _LIST, get_tilesets, plain=True),
    Door("GET", f"{_LIST}/{{matrix_set}}", get_tileset, plain=True),
    Door("GET", f"{_LIST}/{{matrix_set}}/{{matrix}}/{{row}}/{{column}}", get_matrix_tile, plain=True),
)
