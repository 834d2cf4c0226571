"""OGC API Tiles over the same vector tiles, and a TileJSON for each layer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote

import morecantile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gridgov.core.systems import CRS84
from gridgov.errors import GridgovError, NotFoundError, QueryError
from gridgov.services.tiling import read_bounds
from gridgov.storage.links import Ask, Row
from gridgov.storage.tiles import MAX_ZOOM, TileLayer, get_tile_layer
from gridgov.web import fast
from gridgov.web.accepting import choose
from gridgov.web.routes import Door
from gridgov.web.routes.ogc.answers import make_answer, require_known, take_format
from gridgov.web.routes.ogc.links import JSON, base_of, make_link, make_pair
from gridgov.web.routes.tile_links import REL_GEODATA, REL_SET, SET
from gridgov.web.routes.tiles import MEDIA_TYPE, read_plan, send_tile

_SETS = "/ogc/tileMatrixSets"
_LIST = "/ogc/collections/{collection}/tiles"
_DIMENSIONS = {"points": 0, "lines": 1, "polygons": 2}
_TYPES = {"String": "string", "Number": "number", "Boolean": "boolean"}
_OF_SET, _OF_TILE = frozenset({"plan"}), frozenset({"plan", "f"})
_OFFERED = {"mvt": (MEDIA_TYPE, "application/x-protobuf", "application/octet-stream")}
"""Programs call a vector tile by other names, too."""
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
    language = (await fast.ask(request, f"GET {_SETS}")).account.language
    html = take_format(request)
    own, known = f"{base_of(request)}/tileMatrixSets", describe_set()
    one = {name: known[name] for name in ("id", "title", "uri", "crs")}
    listed = {**one, "links": [make_link(f"{own}/{SET}", "self", JSON, SET)]}
    return make_answer({"links": make_pair(own, JSON, html=html), "tileMatrixSets": [listed]}, html, language)


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
    language = (await fast.ask(request, f"GET {_SETS}/{{matrix_set}}")).account.language
    _require_set(request)
    html = take_format(request)
    links = {"links": make_pair(f"{base_of(request)}/tileMatrixSets/{SET}", JSON, html=True)} if html else {}
    return make_answer({**describe_set(), **links}, html, language)


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
    seen = await _look(request, f"GET {_LIST}", request.path_params["collection"])
    own = f"{base_of(request)}/collections/{seen.layer.name}/tiles"
    tileset = _describe_tileset(base_of(request), seen)
    brief = {name: tileset[name] for name in ("title", "dataType", "crs", "tileMatrixSetURI", "links")}
    links = make_pair(own, JSON, _spell_plan(seen.plan_id)[1:], html=seen.html)
    return make_answer({"links": links, "tilesets": [brief]}, seen.html, seen.language)


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
    seen = await _look(request, f"GET {_LIST}/{{matrix_set}}", request.path_params["collection"])
    _require_set(request)
    return make_answer(_describe_tileset(base_of(request), seen), seen.html, seen.language)


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
    try:
        _require_set(request)
        require_known(request.query_params.multi_items(), _OF_TILE)
        if request.query_params.get("f", "mvt") != "mvt":
            raise QueryError("f is mvt: there is nothing else.")
        if "f" not in request.query_params:
            choose(request.headers.get("accept", ""), _OFFERED)
    except GridgovError:
        await fast.ask(request, route)
        raise
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
    seen = await _look(request, "GET /tiles/{layer}.json", request.path_params["layer"], plain=True)
    layer, bounds = seen.layer, seen.bounds
    root = base_of(request).removesuffix("/ogc")
    names = [layer.name, *([layer.points] if layer.points else [])]
    document: dict[str, Any] = {
        "tilejson": "3.0.0",
        "name": layer.title,
        "scheme": "xyz",
        "tiles": [f"{root}/tiles/{layer.name}/{{z}}/{{x}}/{{y}}.mvt{_spell_plan(seen.plan_id)}"],
        "minzoom": layer.min_zoom,
        "maxzoom": MAX_ZOOM,
        "vector_layers": [{"id": name, "fields": layer.fields, "minzoom": layer.min_zoom} for name in names],
    }
    if bounds is not None:
        west, south, east, north = bounds
        document |= {"bounds": bounds, "center": [(west + east) / 2, (south + north) / 2, max(layer.min_zoom, 12)]}
    return JSONResponse(document, headers=_HEADERS)


@dataclass(frozen=True)
class _Seen:
    """A layer as one caller sees it, and how the answer is wanted."""

    layer: TileLayer
    bounds: list[float] | None
    """Around what the caller may see of it."""
    plan_id: str | None
    """The plan that was named, of a layer that has one."""
    html: bool
    language: str


async def _look(request: Request, route: str, name: str, *, plain: bool = False) -> _Seen:
    """Let the caller in and see what there is of a layer; `plain` where there is one representation."""
    try:
        layer, plan_id = get_tile_layer(name), read_plan(request)
        html = not plain and take_format(request, _OF_SET)
    except GridgovError:
        await fast.ask(request, route)
        raise
    language = ""

    async def run(*asks: Ask) -> tuple[str, list[list[Row]]]:
        nonlocal language
        answer = await fast.ask(request, route, *asks)
        language = answer.account.language
        return answer.account.role, answer.rows

    kept, role = request.app.state.tile_cache, fast.guess_role(request)
    bounds = await read_bounds(run, kept, name, plan_id=plan_id, role=role)
    return _Seen(layer, bounds, plan_id if layer.of_plan else None, html, language)


def _describe_tileset(base: str, seen: _Seen) -> dict[str, Any]:
    layer, query = seen.layer, _spell_plan(seen.plan_id)
    own, root, known = f"{base}/collections/{layer.name}/tiles/{SET}", base.removesuffix("/ogc"), describe_set()
    item = make_link(f"{own}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}{query}", "item", MEDIA_TYPE, "Tiles")
    described = {
        "title": layer.title,
        "dataType": "vector",
        "crs": known["crs"],
        "tileMatrixSetURI": known["uri"],
        "tileMatrixSetLimits": [_limit(matrix) for matrix in known["tileMatrices"][: MAX_ZOOM + 1]],
        "links": [
            *make_pair(own, JSON, query[1:], html=seen.html),
            {**item, "templated": True},
            make_link(f"{base}/tileMatrixSets/{SET}", REL_SET, JSON),
            make_link(f"{base}/collections/{layer.name}", REL_GEODATA, JSON),
            make_link(f"{root}/tiles/{layer.name}.json{query}", "describedby", JSON, "TileJSON"),
        ],
        "layers": [_describe_layer(layer, layer.name, layer.geometry)],
    }
    if layer.points:
        described["layers"].append(_describe_layer(layer, layer.points, "points"))
    if seen.bounds is not None:
        described["boundingBox"] = {"lowerLeft": seen.bounds[:2], "upperRight": seen.bounds[2:], "crs": CRS84}
    return described


def _limit(matrix: dict[str, Any]) -> dict[str, Any]:
    """All of a level; levels that are not named are not served [Tile Matrix Set 2.0, 6.3]."""
    rows, columns = matrix["matrixHeight"] - 1, matrix["matrixWidth"] - 1
    return {
        "tileMatrix": matrix["id"], "minTileRow": 0, "maxTileRow": rows, "minTileCol": 0, "maxTileCol": columns
    }  # fmt: skip


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
def describe_set() -> dict[str, Any]:
    """Return the tile matrix set as it is registered.

    Returns
    -------
    dict
        Its definition in JSON; not to be changed.
    """
    described: dict[str, Any] = json.loads(morecantile.tms.get(SET).model_dump_json(exclude_none=True))
    return described


def _require_set(request: Request) -> None:
    name = request.path_params["matrix_set"]
    if name != SET:
        raise NotFoundError(f"There is no tile matrix set {name[:64]!r}. There is {SET}.")


def _spell_plan(plan_id: str | None) -> str:
    return "" if plan_id is None else f"?plan={quote(plan_id, safe='')}"


DOORS = (
    Door("GET", "/tiles/{layer}.json", get_tilejson, plain=True),
    Door("GET", _SETS, get_sets, plain=True),
    Door("GET", f"{_SETS}/{{matrix_set}}", get_set, plain=True),
    Door("GET", _LIST, get_tilesets, plain=True),
    Door("GET", f"{_LIST}/{{matrix_set}}", get_tileset, plain=True),
    Door("GET", f"{_LIST}/{{matrix_set}}/{{matrix}}/{{row}}/{{column}}", get_matrix_tile, plain=True),
)
