"""Count and write down every request: its route, its answer, how long it took; not who asked, nor for what."""

from __future__ import annotations

import os
import secrets
import time
from functools import cache

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOG = structlog.get_logger("gridgov.request")

SHARED = "PROMETHEUS_MULTIPROC_DIR"
"""Variable that names the folder where several server processes add up their figures."""

REQUEST_ID = "x-request-id"
"""Header that ties an answer to its line in the log."""

_NAME_ID = REQUEST_ID.encode()

_REGISTRY = CollectorRegistry()
REQUESTS = Counter("gridgov_requests", "Requests answered.", ("method", "route", "status"), registry=_REGISTRY)
SECONDS = Histogram(
    "gridgov_request_seconds",
    "Time from request to the end of its answer.",
    ("method", "route"),
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=_REGISTRY,
)
UNDER_WAY = Gauge(
    "gridgov_requests_under_way", "Requests being answered.", multiprocess_mode="livesum", registry=_REGISTRY
)

QUIET = "/tiles/"
"""Routes whose answers are counted, but written down at level debug when nothing is wrong with them: a map moved once
asks for dozens."""

UNROUTED = "(none)"
"""Stands for a path that leads nowhere: the paths people try are no names for a time series."""


class Watch:
    """ASGI middleware that counts requests and writes one line about each.

    Parameters
    ----------
    app : ASGIApp
        What answers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

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
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = secrets.token_hex(8)
        status = 500
        sent_bytes = 0

        async def send_and_note(message: Message) -> None:
            nonlocal status, sent_bytes
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (_NAME_ID, request_id.encode())]
            else:
                sent_bytes += len(message.get("body", b""))
            await send(message)

        started = time.perf_counter()
        count_begin()
        try:
            with structlog.contextvars.bound_contextvars(request=request_id):
                await self._app(scope, receive, send_and_note)
        finally:
            method = scope["method"] if scope["method"] in _METHODS else "OTHER"
            route = getattr(scope.get("route"), "path", None) or UNROUTED
            count_end(method, route, status, time.perf_counter() - started, sent_bytes, request_id)


def count_begin() -> None:
    """Count a request that is being answered from now on."""
    UNDER_WAY.inc()


def count_end(method: str, route: str, status: int, seconds: float, sent_bytes: int, request_id: str) -> None:
    """Count a request that was answered, and write its line in the log.

    Parameters
    ----------
    method : str
        One of the methods of HTTP, or ``"OTHER"``.
    route : str
        Template of its path.
    status : int
        How it was answered.
    seconds : float
        How long it took.
    sent_bytes : int
        Size of the answer's body.
    request_id : str
        What ties the answer to its line.
    """
    UNDER_WAY.dec()
    requests, time_taken = _find_figures(method, route, status)
    requests.inc()
    time_taken.observe(seconds)
    log = LOG.warning if status >= 500 else LOG.debug if status < 400 and route.startswith(QUIET) else LOG.info
    log(
        "answered",
        request=request_id,
        method=method,
        route=route,
        status=status,
        ms=round(seconds * 1000, 1),
        bytes=sent_bytes,
    )


def read_metrics() -> bytes:
    """Write the figures of every process of this server in Prometheus' text format.

    Returns
    -------
    bytes
        The text.
    """
    if not os.environ.get(SHARED):
        return generate_latest(_REGISTRY)
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return generate_latest(together)


@cache
def _find_figures(method: str, route: str, status: int) -> tuple[Counter, Histogram]:
    """Looking a series up costs as much as counting; there are as many as routes and statuses."""
    return REQUESTS.labels(method, route, str(status)), SECONDS.labels(method, route)


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
