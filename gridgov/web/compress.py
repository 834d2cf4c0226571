"""Compress texts on their way to those who read gzip.

Only answers to GET: whatever hands out a secret (a token for an app, a key for the second factor, an identity) is
answered to a POST, and the length of a compressed answer would give away a secret that stands beside what a caller
wrote. Tiles compress themselves, once for all who ask.
"""

from __future__ import annotations

import asyncio
import gzip
import zlib

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LEVEL = 4
LEAST_BYTES = 1000
LARGE_BYTES = 100_000
"""From this size on beside the event loop, where others go on being answered."""

KINDS = (
    "application/json",
    "application/geo+json",
    "application/problem+json",
    "application/schema+json",
    "application/vnd.oai.openapi+json",
    "application/javascript",
    "image/svg+xml",
    "text/",
)
"""Beginnings of media types that are texts."""

FILES = "/assets/"
"""Paths of the viewer's files: their tag is made weak. Other answers with a tag stay as they are, for who changes a
thing has to name the exact tag of what it read."""

_GZIP_WINDOW = 31


class Compress:
    """ASGI middleware that compresses texts.

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
        wanted = (
            scope["type"] == "http"
            and scope["method"] == "GET"
            and not scope["path"].startswith("/tiles/")
            and any(name == b"accept-encoding" and b"gzip" in value for name, value in scope["headers"])
        )
        await self._app(scope, receive, _Packer(send, scope["path"].startswith(FILES)).send if wanted else send)


class _Packer:
    """Holds the head of an answer back until its body shows whether it is worth it."""

    def __init__(self, send: Send, file: bool) -> None:
        self._send = send
        self._file = file
        self._head: Message | None = None
        self._stream: zlib._Compress | None = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            if _is_text(message, self._file):
                self._head = message
                return
            await self._send(message)
        elif message["type"] != "http.response.body":
            self._forget_size()
            await self._flush_head()
            await self._send(message)
        elif self._stream is not None:
            await self._send_piece(message)
        elif self._head is None:
            await self._send(message)
        else:
            await self._begin(message)

    async def _begin(self, message: Message) -> None:
        assert self._head is not None
        body, more = message.get("body", b""), message.get("more_body", False)
        if not more and len(body) < LEAST_BYTES:
            await self._flush_head()
            await self._send(message)
            return
        headers = MutableHeaders(scope=self._head)
        headers["Content-Encoding"] = "gzip"
        headers.add_vary_header("Accept-Encoding")
        _weaken(headers)
        if more:
            del headers["Content-Length"]
            self._stream = zlib.compressobj(LEVEL, zlib.DEFLATED, _GZIP_WINDOW)
            await self._flush_head()
            await self._send_piece(message)
            return
        packed = await asyncio.to_thread(_pack, body) if len(body) >= LARGE_BYTES else _pack(body)
        headers["Content-Length"] = str(len(packed))
        await self._flush_head()
        await self._send({**message, "body": packed})

    async def _send_piece(self, message: Message) -> None:
        assert self._stream is not None
        body, more = message.get("body", b""), message.get("more_body", False)
        packed = self._stream.compress(body) + (b"" if more else self._stream.flush())
        if packed or not more:
            await self._send({**message, "body": packed})

    def _forget_size(self) -> None:
        """Of a file that is only asked about nobody knows how large it is when compressed."""
        if self._head is not None:
            headers = MutableHeaders(scope=self._head)
            del headers["Content-Length"]
            headers.add_vary_header("Accept-Encoding")
            _weaken(headers)

    async def _flush_head(self) -> None:
        if self._head is not None:
            head, self._head = self._head, None
            await self._send(head)


def _is_text(head: Message, file: bool) -> bool:
    if head["status"] != 200:
        return False
    kind = b""
    for name, value in head.get("headers", ()):
        if name in (b"content-encoding", b"set-cookie", b"content-range"):
            return False
        if name == b"etag" and not file:
            return False
        if name == b"content-type":
            kind = value
    return kind.decode("latin-1").startswith(KINDS)


def _weaken(headers: MutableHeaders) -> None:
    if "etag" in headers and not headers["etag"].startswith("W/"):
        headers["etag"] = f"W/{headers['etag']}"


def _pack(body: bytes) -> bytes:
    return gzip.compress(body, LEVEL, mtime=0)
