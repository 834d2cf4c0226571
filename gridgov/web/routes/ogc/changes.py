"""Create, replace, change and delete features: the same addresses as they are read from, other methods."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from gridgov.core.systems import System, get_system
from gridgov.errors import AccessError, QueryError
from gridgov.services.features.editing import create_feature, delete_feature, patch_feature, replace_feature
from gridgov.storage.collections import Collection, get_collection
from gridgov.web import fast
from gridgov.web.gate import Desk, open_desk
from gridgov.web.problems import make_problem
from gridgov.web.routes import Door
from gridgov.web.routes.ogc.answers import require_known
from gridgov.web.routes.ogc.items import ITEM, ITEMS, read_key
from gridgov.web.routes.ogc.links import base_of, spell

MOST_BYTES = 4 * 2**20
"""Of one feature that is sent."""

_GEOJSON = frozenset({"application/geo+json", "application/json"})
_MERGE = frozenset({"application/merge-patch+json", "application/geo+json", "application/json"})


async def post_item(request: Request) -> Response:
    """Store a new feature.

    Parameters
    ----------
    request : starlette.requests.Request
        The request.

    Returns
    -------
    starlette.responses.Response
        201 with its address and tag.
    """

    def act(desk: Desk, collection: Collection, system: System, sent: Any) -> Response:
        key, tag = create_feature(desk.connection, collection, desk.account.role, sent, system)
        address = f"{base_of(request)}/collections/{collection.name}/items/{spell(key)}"
        return Response(status_code=201, headers={"Location": address, "ETag": f'"{tag}"'})

    return await _change(request, f"POST {ITEMS}", _GEOJSON, act)


async def put_item(request: Request) -> Response:
    """Store another state of a feature.

    Parameters
    ----------
    request : starlette.requests.Request
        The request.

    Returns
    -------
    starlette.responses.Response
        204 with its new tag.
    """
    key = read_key(request)

    def act(desk: Desk, collection: Collection, system: System, sent: Any) -> Response:
        match = request.headers.get("if-match")
        tag = replace_feature(desk.connection, collection, desk.account.role, key, sent, system, match)
        return Response(status_code=204, headers={"ETag": f'"{tag}"'})

    return await _change(request, f"PUT {ITEM}", _GEOJSON, act)


async def patch_item(request: Request) -> Response:
    """Change parts of a feature.

    Parameters
    ----------
    request : starlette.requests.Request
        The request.

    Returns
    -------
    starlette.responses.Response
        204 with its new tag.
    """
    key = read_key(request)

    def act(desk: Desk, collection: Collection, system: System, sent: Any) -> Response:
        match = request.headers.get("if-match")
        tag = patch_feature(desk.connection, collection, desk.account.role, key, sent, system, match)
        return Response(status_code=204, headers={"ETag": f'"{tag}"'})

    return await _change(request, f"PATCH {ITEM}", _MERGE, act)


async def delete_item(request: Request) -> Response:
    """Take a feature away.

    Parameters
    ----------
    request : starlette.requests.Request
        The request.

    Returns
    -------
    starlette.responses.Response
        204.
    """
    key = read_key(request)

    def act(desk: Desk, collection: Collection, system: System, sent: Any) -> Response:
        delete_feature(desk.connection, collection, desk.account.role, key, request.headers.get("if-match"))
        return Response(status_code=204)

    return await _change(request, f"DELETE {ITEM}", None, act)


async def get_methods(request: Request) -> Response:
    """Say which methods the caller may use here: it depends on the collection and on the role.

    Parameters
    ----------
    request : starlette.requests.Request
        The request.

    Returns
    -------
    starlette.responses.Response
        Nothing but its headers.
    """
    route = f"OPTIONS {ITEM if _names_feature(request) else ITEMS}"
    role = (await fast.ask(request, route)).account.role
    allowed = _list_methods(request, get_collection(request.path_params["collection"], role), role)
    patch = {"Accept-Patch": ", ".join(sorted(_MERGE))} if "PATCH" in allowed else {}
    return Response(headers={"Allow": ", ".join(allowed), **patch})


async def _change(request: Request, route: str, kinds: frozenset[str] | None, act: Any) -> Response:
    """Read the body, then do everything else in one transaction on a thread."""

    def work() -> Response:
        with open_desk(request, route) as desk:
            collection = get_collection(request.path_params["collection"], desk.account.role)
            _require_editable(request, collection, desk.account.role)
            require_known(request.query_params.multi_items(), frozenset())
            sent = None if kinds is None else _parse(request, kinds, body)
            made: Response = act(desk, collection, _read_system(request), sent)
        return made

    try:
        body = b"" if kinds is None else await _read_body(request)
        return await run_in_threadpool(work)
    except HTTPException as error:
        code = HTTPStatus(error.status_code).phrase.lower().replace(" ", "-")
        return make_problem(error.status_code, code, error.detail, error.headers)


def _require_editable(request: Request, collection: Collection, role: str) -> None:
    editing = collection.editing
    if editing is not None and role not in editing.roles:
        raise AccessError(f"{collection.name} are not changed by the role {role!r}.", signed_in=True)
    if not collection.may_edit(role, request.method):
        headers = {"Allow": ", ".join(_list_methods(request, collection, role))}
        raise HTTPException(405, f"{collection.name} cannot be changed by {request.method}.", headers)


def _list_methods(request: Request, collection: Collection, role: str) -> list[str]:
    changing = ("PUT", "PATCH", "DELETE") if _names_feature(request) else ("POST",)
    return ["GET", "HEAD", "OPTIONS", *(one for one in changing if collection.may_edit(role, one))]


def _names_feature(request: Request) -> bool:
    return "feature" in request.path_params


async def _read_body(request: Request) -> bytes:
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > MOST_BYTES:
            raise HTTPException(413, f"A feature has {MOST_BYTES} bytes at most. Simplify its geometry.")
        parts.append(part)
    return b"".join(parts)


def _parse(request: Request, kinds: frozenset[str], body: bytes) -> Any:
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    # a program that says nothing of what it sends means GeoJSON, as everywhere here
    if kind and kind not in kinds:
        raise HTTPException(415, f"Send {' or '.join(sorted(kinds))}, not {kind[:60]!r}.")
    try:
        # NaN and Infinity are read here and refused where they stand, with the name of what holds them
        return json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise QueryError("What was sent is no JSON in UTF-8.") from None


def _read_system(request: Request) -> System:
    given = request.headers.get("content-crs")
    return get_system(None if given is None else given.strip().removeprefix("<").removesuffix(">"))


DOORS = (
    Door("POST", ITEMS, post_item, plain=True),
    Door("PUT", ITEM, put_item, plain=True),
    Door("PATCH", ITEM, patch_item, plain=True),
    Door("DELETE", ITEM, delete_item, plain=True),
    Door("OPTIONS", ITEMS, get_methods, plain=True),
    Door("OPTIONS", ITEM, get_methods, plain=True),
)
