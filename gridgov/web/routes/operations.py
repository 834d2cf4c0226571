"""What keeps an eye on the server asks here."""

from __future__ import annotations

import secrets

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import Response

from gridgov.errors import NotFoundError
from gridgov.settings import Settings
from gridgov.web.routes import Door
from gridgov.web.watch import read_metrics


def get_metrics(request: Request) -> Response:
    """Answer with the server's figures for Prometheus.

    Parameters
    ----------
    request : starlette.requests.Request
        The request, with ``Authorization: Bearer`` and the token of the settings.

    Returns
    -------
    starlette.responses.Response
        Figures by route; nothing about a person.

    Raises
    ------
    NotFoundError
        When the settings have no token or the request has another one.
    """
    settings: Settings = request.app.state.platform.settings
    wanted = settings.metrics_token
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    if wanted is None or not secrets.compare_digest(given.encode(), wanted.get_secret_value().encode()):
        raise NotFoundError("Not Found")
    return Response(read_metrics(), media_type=CONTENT_TYPE_LATEST)


DOORS = (Door("GET", "/metrics", get_metrics, plain=True),)
