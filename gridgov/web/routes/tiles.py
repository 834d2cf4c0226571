"""Vector tiles: bare routes, for there are many of them and each counts."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import Response

from gridgov.errors import InputError, NotFoundError
from gridgov.services.tiling import Run, Tile, make_tile
from gridgov.storage.links import Ask, Row
from gridgov.web import fast
from gridgov.web.routes import Door
from gridgov.web.texts import LONGEST, require_storable

MEDIA_TYPE = "application/vnd.mapbox-vector-tile"
TILE = "/tiles/{layer}/{z}/{x}/{y}.mvt"
"""Path of a tile."""
VARY = "Cookie, Authorization, Accept-Encoding"
_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)


async def get_tile(request: Request) -> Response:
    """Answer with one tile; those of the ground and of published plans may be kept and asked again by their tag.

    Parameters
    ----------
    request : starlette.requests.Request
        The request, its path parsed.

    Returns
    -------
    starlette.responses.Response
        The tile, or 304 when the browser has it.
    """
    given = request.path_params
    return await send_tile(request, f"GET {TILE}", given["layer"], given["z"], given["x"], given["y"])


async def send_tile(request: Request, route: str, layer: str, z: str, x: str, y: str) -> Response:
    """Answer with the tile of an address as it stands in a path.

    Parameters
    ----------
    request : starlette.requests.Request
        The request.
    route : str
        Its line in the access matrix.
    layer : str
        Name of the layer.
    z, x, y : str
        Zoom, column and row in digits.

    Returns
    -------
    starlette.responses.Response
        The tile, or 304 when the browser has it.
    """
    try:
        plan_id = read_plan(request)
        address = (_read_number(z), _read_number(x), _read_number(y))
        tile = await make_tile(
            as_caller(request, route),
            request.app.state.tile_cache,
            layer,
            address,
            plan_id=plan_id,
            role=fast.guess_role(request),
            packed="gzip" in request.headers.get("accept-encoding", ""),
        )
    except (NotFoundError, InputError):
        # who has not signed in learns nothing of what there is
        await fast.ask(request, route)
        raise
    return _answer(request, tile)


def read_plan(request: Request) -> str | None:
    """Read which plan a request asks for.

    Parameters
    ----------
    request : starlette.requests.Request
        The request.

    Returns
    -------
    str or None
        The parameter ``plan``; None when it is left out.

    Raises
    ------
    InputError
        When it holds characters that cannot be stored.
    """
    plan_id = request.query_params.get("plan")
    if plan_id is None:
        return None
    try:
        return require_storable(plan_id[: LONGEST + 1])
    except ValueError as error:
        raise InputError("The plan's name holds characters that cannot be stored.") from error


def as_caller(request: Request, route: str) -> Run:
    """Return what asks the database in the name of who sent a request.

    Parameters
    ----------
    request : starlette.requests.Request
        The request.
    route : str
        Its line in the access matrix.

    Returns
    -------
    callable
        Statements in, role and rows out.
    """

    async def run(*asks: Ask) -> tuple[str, list[list[Row]]]:
        answer = await fast.ask(request, route, *asks)
        return answer.account.role, answer.rows

    return run


def _answer(request: Request, tile: Tile) -> Response:
    headers = {"Cache-Control": "no-store", "Vary": VARY}
    if tile.lasting:
        headers["Cache-Control"] = "private, no-cache"
        headers["ETag"] = tile.etag
        if tile.etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
    if tile.packed:
        headers["Content-Encoding"] = "gzip"
    return Response(tile.content, media_type=MEDIA_TYPE, headers=headers)


def _read_number(text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise NotFoundError("There is no such tile: z, x and y are whole numbers.")
    return int(text)


DOORS = (Door("GET", TILE, get_tile, plain=True),)
