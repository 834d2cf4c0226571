"""The shortest way: a tile that is kept goes out as soon as the database says that session and mark still hold.

Everything that holds for a request holds here too: who asks and what the role may see is the database's word, given
after the request came in; limits, figures, the log and the headers of every answer. Whatever is not plainly a tile
that was drawn before, for a role that may have it, goes the way of all other requests.
"""

from __future__ import annotations

import secrets
import time
from functools import lru_cache
from typing import NamedTuple

from starlette.datastructures import QueryParams, State
from starlette.types import ASGIApp, Receive, Scope, Send

from gridgov.errors import GridgovError
from gridgov.services.holding import JointQuestion
from gridgov.services.serving_cache import KeptTile
from gridgov.services.tiling import Tile, choose_form, name_place
from gridgov.storage.tiles import TILE_LAYERS
from gridgov.storage.tiles.holding import Source, find_source
from gridgov.web.gate import get_roles, read_token
from gridgov.web.headers import make_headers
from gridgov.web.routes.tiles import MEDIA_TYPE, TILE, VARY
from gridgov.web.watch import REQUEST_ID, count_begin, count_end

_PREFIX = "/tiles/"
_ROUTE = f"GET {TILE}"
_LONGEST_QUERY = 600
_ASGI_START, _ASGI_BODY = "http.response.start", "http.response.body"
_NAME_ID = REQUEST_ID.encode()


class _Found(NamedTuple):
    token_hash: str
    role: str
    tile: KeptTile
    source: Source
    form: Tile
    fresh: bool
    """Whether the caller holds the same tile already."""


class KeptTiles:
    """ASGI middleware, the outermost, that answers for tiles that are kept.

    Parameters
    ----------
    app : ASGIApp
        What answers everything else.
    state : starlette.datastructures.State
        State of the application: its tiles, its limits, its links and the roles of sessions seen before.
    tile_hosts : tuple of str
        Origins of a ground map that somebody set.
    secure : bool
        Whether the server is reached by https only, whatever a request says of its line.
    """

    def __init__(self, app: ASGIApp, state: State, tile_hosts: tuple[str, ...] = (), secure: bool = False) -> None:
        self._app = app
        self._state = state
        self._roles = get_roles(_ROUTE)
        self._secure = secure
        self._joint = None if state.links is None else JointQuestion(state.links.run)
        lasting = [(b"cache-control", b"private, no-cache"), (b"vary", VARY.encode()), *make_headers(tile_hosts)]
        self._unchanged = lasting
        self._plain = [*lasting, (b"content-type", MEDIA_TYPE.encode())]
        self._packed = [*self._plain, (b"content-encoding", b"gzip")]

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
        found = None
        if scope["type"] == "http" and scope["path"].startswith(_PREFIX) and scope["method"] == "GET":
            found = self._find(scope)
        started = time.perf_counter()
        if found is None or not await self._holds(found):
            await self._app(scope, receive, send)
            return
        request_id = secrets.token_hex(8)
        count_begin()
        status, body = (304, b"") if found.fresh else (200, found.form.content)
        try:
            await send({"type": _ASGI_START, "status": status, "headers": self._make_headers(found, request_id)})
            await send({"type": _ASGI_BODY, "body": body})
        finally:
            count_end("GET", TILE, status, time.perf_counter() - started, len(body), request_id)

    def _find(self, scope: Scope) -> _Found | None:
        given = dict(scope["headers"])
        token_hash = read_token(given, self._secure or scope["scheme"] == "https")
        role = self._state.roles_seen.get(token_hash) if token_hash else None
        if not token_hash or role not in self._roles or self._joint is None or scope.get("root_path"):
            return None
        place = _read_place(scope["path"], scope["query_string"])
        tile = None if place is None else self._state.tile_cache.get((role, place))
        form = None if tile is None else choose_form(tile, b"gzip" in given.get(b"accept-encoding", b""))
        if place is None or tile is None or form is None:
            return None
        client = scope.get("client")
        if client and self._state.limits.address.take(client[0]):
            return None
        fresh = form.etag.encode() in given.get(b"if-none-match", b"")
        return _Found(token_hash, role, tile, find_source(TILE_LAYERS[place[0]], place[2]), form, fresh)

    async def _holds(self, found: _Found) -> bool:
        assert self._joint is not None
        try:
            holding = await self._joint.ask(found.token_hash, found.source)
        except GridgovError:
            return False
        account_id, role = holding.sessions.get(found.token_hash, ("", ""))
        if role != found.role or holding.marks.get(found.source) != found.tile.mark:
            return False
        return not self._state.limits.account.take(account_id)

    def _make_headers(self, found: _Found, request_id: str) -> list[tuple[bytes, bytes]]:
        own = [(b"etag", found.form.etag.encode()), (_NAME_ID, request_id.encode())]
        if found.fresh:
            return own + self._unchanged
        own.append((b"content-length", b"%d" % len(found.form.content)))
        return own + (self._packed if found.form.packed else self._plain)


def _read_place(path: str, query: bytes) -> tuple[str, tuple[int, int, int], str | None] | None:
    parts = path.split("/")
    if len(parts) != 6 or not parts[5].endswith(".mvt") or len(query) > _LONGEST_QUERY:
        return None
    layer, z, x, y = TILE_LAYERS.get(parts[2]), parts[3], parts[4], parts[5][:-4]
    if layer is None or len(path) > 100 or not (path.isascii() and z.isdigit() and x.isdigit() and y.isdigit()):
        return None
    return name_place(layer, (int(z), int(x), int(y)), _read_plan(query) if query else None)


@lru_cache(maxsize=256)
def _read_plan(query: bytes) -> str | None:
    return QueryParams(query.decode("latin-1")).get("plan")
