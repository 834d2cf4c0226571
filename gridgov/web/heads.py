"""HEAD wherever GET is: the same request, checks and headers, and nothing of the body (RFC 9110, 9.3.2)."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_OF_GET_ONLY = frozenset({b"range", b"if-range"})
_PATHSEND = "http.response.pathsend"
"""How an answer says which file it would send, without reading it."""


class Heads:
    """ASGI middleware that asks for GET where a caller asks for HEAD, and keeps the body back.

    Whatever is inside sees GET and knows nothing of this, so no route can treat HEAD in another way. It stands inside
    what counts requests, which tells the two apart.

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
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def send_head(message: Message) -> None:
            if message["type"] == "http.response.start":
                await send(message)
            elif not message.get("more_body", False):
                await send({"type": "http.response.body", "body": b""})

        asked = _ask_get(scope)
        try:
            await self._app(asked, receive, send_head)
        finally:
            if "route" in asked:
                scope["route"] = asked["route"]


def _ask_get(scope: Scope) -> Scope:
    headers = [one for one in scope["headers"] if one[0] not in _OF_GET_ONLY]
    extensions = {**(scope.get("extensions") or {}), _PATHSEND: {}}
    return {**scope, "method": "GET", "headers": headers, "extensions": extensions}
