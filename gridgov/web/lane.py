"""The short way for what is asked by the dozen: tiles and features are found and answered before the framework.

FastAPI does much for a request that these routes have no use for; without it a tile costs a third less Python.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from typing import Any

from starlette.requests import Request
from starlette.routing import Match, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from gridgov.errors import GridgovError
from gridgov.web.problems import DATABASE_ERRORS, to_database_problem, to_problem

OFTEN = ("/tiles/", "/ogc/")
"""Beginnings of paths that maps and desktop GIS ask for by the dozen."""


class BareRoute(Route):
    """A route that names itself in the scope, as those of FastAPI do."""

    def matches(self, scope: Scope) -> tuple[Match, dict[str, Any]]:
        """Hold a request against the route.

        Parameters
        ----------
        scope : Scope
            The request.

        Returns
        -------
        tuple of Match and dict
            Whether it fits, and what to add to the scope.
        """
        match, more = super().matches(scope)
        return match, {**more, "route": self}


class Lane:
    """ASGI middleware that answers some bare routes itself.

    It stands closest to the router, so that everything else that holds for a request (headers, limits, counting)
    holds for these too.

    Parameters
    ----------
    app : ASGIApp
        What answers the rest.
    routes : iterable of starlette.routing.Route
        All routes; those that are asynchronous, plain and under `OFTEN` are taken.
    """

    def __init__(self, app: ASGIApp, routes: Iterable[object]) -> None:
        self._app = app
        self._all = routes
        self._taken: list[Route] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request.

        Parameters
        ----------
        scope : Scope
            The request.
        receive : Receive
            Where its body comes from.
        send : Send
            Where the answer goes.
        """
        route = self._find(scope)
        if route is None:
            await self._app(scope, receive, send)
            return
        try:
            answer = await route.endpoint(Request(scope, receive, send))
        except GridgovError as error:
            answer = to_problem(error)
        except DATABASE_ERRORS as error:
            answer = to_database_problem(error)
        await answer(scope, receive, send)

    def _find(self, scope: Scope) -> Route | None:
        if scope["type"] != "http" or not scope["path"].startswith(OFTEN):
            return None
        if self._taken is None:
            # at the first request, when all routes hang
            self._taken = _take(self._all)
        for route in self._taken:
            match, more = route.matches(scope)
            if match == Match.FULL:
                scope.update(more)
                return route
        return None


def _take(routes: Iterable[object]) -> list[Route]:
    plain = [one for one in routes if isinstance(one, BareRoute)]
    return [one for one in plain if inspect.iscoroutinefunction(one.endpoint) and one.path.startswith(OFTEN)]
