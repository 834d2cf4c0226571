"""The OpenAPI 3.0 definition of the standard interface, as one caller may use it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gridgov import __version__
from gridgov.core.systems import SYSTEMS
from gridgov.services.features.asking import DEFAULT_LIMIT, MOST
from gridgov.storage.collections import Collection
from gridgov.storage.tiles import TILE_LAYERS
from gridgov.web.cookies import COOKIE
from gridgov.web.routes.ogc.documents import TITLES, make_property, make_queryables
from gridgov.web.routes.ogc.links import GEOJSON, HTML, JSON, SCHEMA, Document
from gridgov.web.routes.tile_links import SET
from gridgov.web.routes.tiles import MEDIA_TYPE as MVT

MERGE_PATCH = "application/merge-patch+json"
_PROBLEM = {"description": "What is wrong.", "content": {"application/problem+json": {"schema": {"type": "object"}}}}
_ANYWHERE = ("429", "500", "503", "504")
_STATUSES = {
    "GET": ("400", "401", "403", "404", "406", *_ANYWHERE),
    "POST": ("400", "401", "403", "404", "409", "413", "415", "422", *_ANYWHERE),
    "PUT": ("400", "401", "403", "404", "409", "412", "413", "415", "422", "428", *_ANYWHERE),
    "PATCH": ("400", "401", "403", "404", "409", "412", "413", "415", "422", "428", *_ANYWHERE),
    "DELETE": ("400", "401", "403", "404", "409", "412", "428", *_ANYWHERE),
}
_DONE = {"POST": "201", "PUT": "204", "PATCH": "204", "DELETE": "204"}
_SENT = {"POST": GEOJSON, "PUT": GEOJSON, "PATCH": MERGE_PATCH}


def make_definition(
    base: str, collections: Sequence[Collection], role: str, language: str, cookie: str = COOKIE
) -> Document:
    """Return the definition.

    Parameters
    ----------
    base : str
        Address of the landing page.
    collections : sequence of Collection
        Those the caller sees.
    role : str
        The caller's role.
    language : str
        ``zh`` or ``en``.
    cookie : str
        Name of the cookie that bears a session.

    Returns
    -------
    dict
        An OpenAPI 3.0.3 document.
    """
    words = TITLES.get(language, TITLES["en"])
    paths: Document = {
        "/": {"get": _read("getLandingPage", "Landing page", JSON)},
        "/conformance": {"get": _read("getConformance", "Conformance classes", JSON)},
        "/api": {"get": _read("getApi", "This definition", "application/vnd.oai.openapi+json;version=3.0")},
        "/collections": {"get": _read("getCollections", "Collections", JSON)},
        "/tileMatrixSets": {"get": _read("getTileMatrixSetsList", "Tile matrix sets", JSON)},
        f"/tileMatrixSets/{SET}": {"get": _read("getTileMatrixSet", SET, JSON)},
    }
    for collection in collections:
        paths |= _paths(collection, role, language)
        paths |= _tile_paths(collection, language) if collection.name in TILE_LAYERS else {}
    return {
        "openapi": "3.0.3",
        "info": {"title": words["title"], "description": words["about"], "version": __version__},
        "servers": [{"url": base}],
        "paths": paths,
        "components": {
            "parameters": _PARAMETERS,
            "responses": {"Problem": _PROBLEM},
            "securitySchemes": {
                "basic": {"type": "http", "scheme": "basic", "description": "Login and an app password."},
                "session": {"type": "apiKey", "in": "cookie", "name": cookie},
            },
        },
        "security": [{"basic": []}, {"session": []}],
    }


def _paths(collection: Collection, role: str, language: str) -> Document:
    name = collection.name
    own = f"/collections/{name}"
    title = collection.chinese if language == "zh" else collection.english
    which = ["bbox", "bbox-crs", "datetime", "filter", "filter-lang", "filter-crs", "properties"]
    common = ["crs", "f", *(["plan"] if collection.of_plan else [])]
    items: Document = {"get": _read(f"{name}.items", title, GEOJSON, [*which, *common, "limit", "next", "count"])}
    items["get"]["parameters"] += [
        {"name": one.name, "in": "query", "schema": make_property(one, language), "style": "form", "explode": False}
        for one in collection.of_role[role]
    ]
    item: Document = {
        "parameters": [{"name": "featureId", "in": "path", "required": True, "schema": {"type": "string"}}],
        "get": _read(f"{name}.item", title, GEOJSON, ["properties", *common]),
    }
    schema = make_queryables("", collection, role, language, schema=True)
    body = {"type": "object", "properties": {"geometry": {}, "properties": {"properties": schema["properties"]}}}
    for method, path in (("POST", items), ("PUT", item), ("PATCH", item), ("DELETE", item)):
        if collection.may_edit(role, method):
            path[method.lower()] = _change(f"{name}.{method.lower()}", method, body)
    return {
        own: {"get": _read(f"{name}.about", title, JSON)},
        f"{own}/queryables": {"get": _read(f"{name}.queryables", title, SCHEMA)},
        f"{own}/schema": {"get": _read(f"{name}.schema", title, SCHEMA)},
        f"{own}/items": items,
        f"{own}/items/{{featureId}}": item,
    }


def _tile_paths(collection: Collection, language: str) -> Document:
    name, own = collection.name, f"/collections/{collection.name}/tiles"
    title = collection.chinese if language == "zh" else collection.english
    plan = ["plan"] if collection.of_plan else []
    operation, sets = f"{name}.collection.vector.get{{}}", f"{own}/{SET}"
    tile = _read(operation.format("Tile"), title, MVT, ["tileMatrix", "tileRow", "tileCol", *plan])
    tile["responses"]["200"]["content"] = {MVT: {"schema": {"type": "string", "format": "binary"}}}
    return {
        own: {"get": _read(operation.format("TileSetsList"), title, JSON, ["f", *plan])},
        sets: {"get": _read(operation.format("TileSet"), title, JSON, ["f", *plan])},
        f"{sets}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}": {"get": tile},
    }


def _read(operation: str, title: str, kind: str, parameters: Sequence[str] = ("f",)) -> Document:
    answer = {
        "description": title,
        "content": {kind: {"schema": {"type": "object"}}, HTML: {"schema": {"type": "string"}}},
    }
    return {
        "operationId": operation,
        "summary": title,
        "parameters": [{"$ref": f"#/components/parameters/{name}"} for name in parameters],
        "responses": {"200": answer, **_problems("GET")},
    }


def _change(operation: str, method: str, body: Document) -> Document:
    made: Document = {
        "operationId": operation,
        "parameters": [] if method == "POST" else [{"$ref": "#/components/parameters/If-Match"}],
        "responses": {_DONE[method]: {"description": "Done."}, **_problems(method)},
    }
    if method in _SENT:
        made["requestBody"] = {"required": True, "content": {_SENT[method]: {"schema": body}}}
    return made


def _problems(method: str) -> dict[str, Any]:
    problem = {"$ref": "#/components/responses/Problem"}
    return {**dict.fromkeys(_STATUSES[method], problem), "default": problem}


def _query(name: str, about: str, **schema: Any) -> Document:
    return {"name": name, "in": "query", "description": about, "schema": schema or {"type": "string"}}


def _path(name: str, about: str, **schema: Any) -> Document:
    return {"name": name, "in": "path", "required": True, "description": about, "schema": schema}


_URI = {"type": "string", "format": "uri", "enum": list(SYSTEMS)}
_PARAMETERS: Document = {
    "tileMatrix": _path("tileMatrix", "Level of the tile matrix set, e.g. 14.", type="string"),
    "tileRow": _path("tileRow", "Row, from the north.", type="integer", minimum=0),
    "tileCol": _path("tileCol", "Column, from the west.", type="integer", minimum=0),
    "f": _query("f", "Representation.", type="string", enum=["json", "html"]),
    "limit": _query("limit", "Features of a page.", type="integer", minimum=1, maximum=MOST, default=DEFAULT_LIMIT),
    "next": _query("next", "Token of the link `next`."),
    "count": _query("count", "Whether to say how many match in all.", type="boolean", default=False),
    "plan": _query("plan", "A plan; the one in force when left out."),
    "crs": _query("crs", "System of the answer; CRS84 when left out.", **_URI),
    "bbox-crs": _query("bbox-crs", "System of bbox; CRS84 when left out.", **_URI),
    "filter-crs": _query("filter-crs", "System of shapes in the filter; CRS84 when left out.", **_URI),
    "filter": _query("filter", "A CQL2 filter over the queryables."),
    "filter-lang": _query(
        "filter-lang", "How it is written.", type="string", enum=["cql2-text", "cql2-json"], default="cql2-text"
    ),
    "datetime": _query("datetime", "A day or time, or a period a/b; `..` is open."),
    "bbox": {
        "name": "bbox",
        "in": "query",
        "description": "Lower corner, upper corner.",
        "schema": {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6},
        "style": "form",
        "explode": False,
    },
    "properties": {
        "name": "properties",
        "in": "query",
        "description": "Properties to give back; all when left out.",
        "schema": {"type": "array", "items": {"type": "string"}},
        "style": "form",
        "explode": False,
    },
    "If-Match": {
        "name": "If-Match",
        "in": "header",
        "required": True,
        "description": "Tag of the state the change is meant for.",
        "schema": {"type": "string"},
    },
}
