"""The map below the layers, where somebody set one."""

from __future__ import annotations

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from gridgov.errors import NotFoundError
from gridgov.web.gate import open_desk
from gridgov.web.ground_map import PMTILES_ADDRESS, read_ground
from gridgov.web.routes import Door


class GroundChoice(BaseModel):
    """One ground map: a file, or picture layers from below, each with the addresses it may be had from."""

    name: str
    tiles: list[list[str]]


class GroundMaps(BaseModel):
    """The ground maps there are; none unless somebody set one."""

    choices: list[GroundChoice]
    file: str | None
    credit: str
    max_zoom: int


def get_basemap(request: Request) -> Response:
    """Say which ground maps there are.

    Parameters
    ----------
    request : starlette.requests.Request
        The request.

    Returns
    -------
    starlette.responses.Response
        Fields of `GroundMaps` as JSON.
    """
    with open_desk(request, "GET /api/basemap"):
        ground = read_ground(request.app.state.platform.settings)
    maps = GroundMaps(
        choices=[GroundChoice(name=one.name, tiles=[list(pair) for pair in one.tiles]) for one in ground.layers],
        file=PMTILES_ADDRESS if ground.file else None,
        credit=ground.credit,
        max_zoom=ground.max_zoom,
    )
    return Response(maps.model_dump_json(), media_type="application/json")


def get_basemap_file(request: Request) -> Response:
    """Answer with a part of the office's own map file, as the header ``Range`` asks.

    Parameters
    ----------
    request : starlette.requests.Request
        The request.

    Returns
    -------
    starlette.responses.Response
        The bytes.

    Raises
    ------
    NotFoundError
        When no file is set.
    """
    with open_desk(request, f"GET {PMTILES_ADDRESS}"):
        ground = read_ground(request.app.state.platform.settings)
    if ground.file is None:
        raise NotFoundError("There is no map file. Set GRIDGOV_BASEMAP.")
    return FileResponse(
        ground.file, media_type="application/octet-stream", headers={"Cache-Control": "private, no-cache"}
    )


DOORS = (
    Door("GET", "/api/basemap", get_basemap, plain=True),
    Door("GET", PMTILES_ADDRESS, get_basemap_file, plain=True),
)
