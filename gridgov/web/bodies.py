"""How much a request may bring, and how long it may take about it."""

from __future__ import annotations

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gridgov.web.gate import SAFE_METHODS
from gridgov.web.problems import make_problem

MOST_BYTES = 256 * 2**10
"""Of what is sent to any route but those of features: forms of a page, at most the scopes of an account."""

LONGEST_S = 20.0
"""Time in which all of it must have come."""

FEATURES = "/ogc/"
"""Beginning of the paths whose routes count for themselves: an outline is larger than a form."""


class LimitBodies:
    """ASGI middleware that reads what a request brings before anybody else does, and stops where it is too much.

    Whoever reads JSON wants all of it in memory first: without a limit a stranger could fill that from outside, for
    signing in is open to everybody.

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
        if scope["type"] != "http" or scope["method"] in SAFE_METHODS or scope["path"].startswith(FEATURES):
            await self._app(scope, receive, send)
            return
        try:
            async with asyncio.timeout(LONGEST_S):
                body = await _read(scope, receive)
        except _GoneError:
            return
        except TimeoutError:
            problem = make_problem(408, "request-timeout", "What is sent comes too slowly. Send it again.")
            await problem(scope, receive, send)
            return
        if body is None:
            said = f"This is more than {MOST_BYTES} bytes, which nothing here needs."
            await make_problem(413, "request-entity-too-large", said)(scope, receive, send)
            return
        await self._app(scope, _replay(body, receive), send)


class _GoneError(Exception):
    """The caller went before all had come: what came is not acted on."""


async def _read(scope: Scope, receive: Receive) -> bytes | None:
    declared = dict(scope["headers"]).get(b"content-length", b"0")
    if declared.isdigit() and int(declared) > MOST_BYTES:
        return None
    parts, size, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise _GoneError
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > MOST_BYTES:
            return None
        more = message.get("more_body", False)
    return b"".join(parts)


def _replay(body: bytes, receive: Receive) -> Receive:
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
