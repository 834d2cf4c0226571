"""Vector tiles: bare routes, for there are many of them and each counts."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import Response

from gridgov.errors import InputError, NotFoundError
from gridgov.services.serving import make_tile
from gridgov.web.gate import open_desk
from gridgov.web.routes import Door
from gridgov.web.texts import LONGEST, require_storable

MEDIA_TYPE = "application/vnd.mapbox-vector-tile"
_PATH = "/tiles/{layer}/{z}/{x}/{y}.mvt"
_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)


def get_tile(request: Request) -> Response:
    """Answer with one tile; those of a published plan may be kept and asked again by their tag.

    Parameters
    ----------
    request : starlette.requests.Request
        The request, its path parsed.

    Returns
    -------
    starlette.responses.Response
        The tile, or 304 when the browser has it.
    """
    with open_desk(request, f"GET {_PATH}") as desk:
        plan_id = _read_plan(request)
        address = tuple(_read_number(request.path_params[name]) for name in ("z", "x", "y"))
        z, x, y = address
        cache = request.app.state.tile_cache
        tile = make_tile(desk.connection, cache, request.path_params["layer"], (z, x, y), desk.account.role, plan_id)
    keep = "private, no-cache" if tile.lasting else "no-store"
    headers = {"ETag": tile.etag, "Cache-Control": keep, "Vary": "Cookie"}
    if tile.lasting and tile.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(tile.content, media_type=MEDIA_TYPE, headers=headers)


def _read_number(text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise NotFoundError("There is no such tile: z, x and y are whole numbers.")
    return int(text)


def _read_plan(request: Request) -> str | None:
    plan_id = request.query_params.get("plan")
    if plan_id is None:
        return None
    try:
        return require_storable(plan_id[: LONGEST + 1])
    except ValueError as error:
        raise InputError("The plan's name holds characters that cannot be stored.") from error


DOORS = (Door("GET", _PATH, get_tile, plain=True),)
