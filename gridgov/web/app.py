"""Put the HTTP door together: every route from its table, each with a line in the access matrix."""

from __future__ import annotations

import inspect

from fastapi import Depends, FastAPI

from gridgov import __version__
from gridgov.bootstrap import Platform
from gridgov.services.serving_cache import TileCache
from gridgov.web.bodies import LimitBodies
from gridgov.web.compress import Compress
from gridgov.web.fast import make_links
from gridgov.web.gate import SAFE_METHODS, at_desk, get_roles, let_in
from gridgov.web.ground_map import read_ground
from gridgov.web.headers import SecurityHeaders
from gridgov.web.heads import Heads
from gridgov.web.kept import KeptTiles
from gridgov.web.lane import BareRoute, Lane
from gridgov.web.limits import LimitAddresses, make_limits
from gridgov.web.problems import CatchUnknown, add_problem_handlers
from gridgov.web.routes import (
    Door,
    account,
    accounts,
    admin,
    audit,
    basemap,
    downloads,
    facts,
    identity,
    indicators,
    know,
    ogc,
    operations,
    pages,
    people,
    plans,
    public,
    second_factor,
    tiles,
    tilesets,
)
from gridgov.web.watch import Watch

DOORS: tuple[Door, ...] = (
    *(*pages.DOORS, *operations.DOORS, *identity.DOORS, *account.DOORS, *second_factor.DOORS, *accounts.DOORS),
    *(*people.DOORS, *audit.DOORS),
    *(*plans.DOORS, *facts.DOORS, *indicators.DOORS, *know.DOORS),
    *(*public.DOORS, *admin.DOORS),
    *(*tiles.DOORS, *tilesets.DOORS, *basemap.DOORS),
    *(*ogc.DOORS, *downloads.DOORS),
)
"""Every route there is."""


def make_app(platform: Platform) -> FastAPI:
    """Return the web application.

    Parameters
    ----------
    platform : Platform
        The assembled platform.

    Returns
    -------
    fastapi.FastAPI
        An ASGI application.

    Raises
    ------
    SettingsError
        When a route is missing from the access matrix.
    """
    app = FastAPI(
        title="gridgov",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        # gridgov keeps its own figures; asking at each request whether somebody else wants them costs 0.01 ms
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.platform = platform
    app.state.tile_cache = TileCache(platform.settings.tile_cache_mb * 2**20)
    app.state.links = make_links(platform)
    app.state.roles_seen = {}
    app.state.limits = make_limits(platform.settings)
    app.add_middleware(Lane, routes=app.router.routes)
    app.add_middleware(CatchUnknown)
    app.add_middleware(Compress)
    app.add_middleware(LimitBodies)
    app.add_middleware(LimitAddresses, limits=app.state.limits)
    hosts = read_ground(platform.settings).hosts
    app.add_middleware(SecurityHeaders, tile_hosts=hosts)
    app.add_middleware(Heads)
    app.add_middleware(Watch)
    only_https = platform.settings.secure_cookies
    app.add_middleware(KeptTiles, state=app.state, tile_hosts=hosts, secure=only_https)
    add_problem_handlers(app)
    for door in DOORS:
        _hang(app, door)
    return app


def _hang(app: FastAPI, door: Door) -> None:
    get_roles(door.route)
    if door.plain:
        app.router.routes.append(BareRoute(door.path, door.answer, methods=[door.method]))
        return
    answer = door.answer
    if "desk" in inspect.signature(answer).parameters:
        answer = at_desk(door.route, answer)
    app.add_api_route(
        door.path,
        answer,
        methods=[door.method],
        operation_id=door.answer.__name__,
        description=(door.answer.__doc__ or "").split("\n\n")[0],
        status_code=204 if door.path == "/logout" else 200,
        # who may not pass learns nothing of what the body should have been
        dependencies=[Depends(let_in(door.route))] if _brings_body(door) else [],
        **({} if door.model is None else {"response_model": door.model}),
    )


def _brings_body(door: Door) -> bool:
    return door.method not in SAFE_METHODS and bool(get_roles(door.route))
