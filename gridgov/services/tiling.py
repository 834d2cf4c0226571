"""Draw vector tiles with the caller's rights, and keep those whose layer did not change."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass

from gridgov.errors import NotFoundError
from gridgov.services.serving_cache import PACK_LEAST_BYTES, KeptTile, TileCache, keep_tile, pack
from gridgov.storage.links import Row
from gridgov.storage.tiles import (
    Address,
    State,
    TileLayer,
    ask_bounds,
    ask_mark,
    ask_tile,
    get_tile_layer,
    require_tile,
)

Run = Callable[..., Awaitable[tuple[str, list[list[Row]]]]]
"""Asks the database in the caller's name: statements in, the caller's role and the rows of each statement out."""

Place = tuple[str, Address, str | None]
"""What a tile is of: layer, address, and the plan that was asked for."""

PACK_AT_ONCE_BYTES = 24_000
"""A new tile of this size is compressed before it is sent for the first time; smaller ones when asked for again."""

_OTHER: dict[State, State] = {"published": "draft", "draft": "published"}
_NOTHING = keep_tile(b"", b"")


@dataclass(frozen=True, slots=True)
class Tile:
    """A vector tile as it travels."""

    content: bytes
    etag: str
    packed: bool
    """Whether the content is compressed with gzip."""
    lasting: bool
    """Whether a browser may keep it and ask by its tag; not for a draft."""


async def make_tile(
    run: Run,
    cache: TileCache,
    layer: str,
    address: Address,
    *,
    plan_id: str | None = None,
    role: str = "",
    packed: bool = False,
) -> Tile:
    """Return one vector tile.

    Every call asks the database, if only whether the session and the mark of the layer hold. Tiles are kept by role:
    what a row policy shows of these layers depends on nothing else.

    Parameters
    ----------
    run : callable
        Asks the database in the caller's name.
    cache : TileCache
        Tiles of one database.
    layer : str
        One of `TILE_LAYERS`.
    address : tuple of int
        Zoom, column and row of the tile.
    plan_id : str, optional
        Identifier of a plan; the one in force when left out. Of no meaning for a layer of the ground.
    role : str
        The role the caller probably has, to look into the cache before asking.
    packed : bool
        Whether the caller reads gzip.

    Returns
    -------
    Tile
        The tile.

    Raises
    ------
    NotFoundError
        When there is no such layer or tile, or no such plan for this caller.
    """
    found = get_tile_layer(layer)
    require_tile(*address)
    place = name_place(found, address, plan_id)
    plan_id = place[2]
    if address[0] < found.min_zoom:
        await run()
        return Tile(b"", _NOTHING.etag, False, True)
    kept = cache.get((role, place))
    if kept is not None:
        asked_role, (rows,) = await run(ask_mark(found, plan_id))
        if asked_role == role and rows and rows[0][0] == kept.mark:
            return await _send(cache, (role, place), kept, packed, again=True)
    return await _draw(run, cache, found, place, packed)


def name_place(layer: TileLayer, address: Address, plan_id: str | None) -> Place:
    """Name what a tile is of: with its role, the key under which it is kept.

    Parameters
    ----------
    layer : TileLayer
        The layer.
    address : tuple of int
        Zoom, column and row.
    plan_id : str or None
        The plan that is asked for; None for the one in force. Of no meaning for a layer of the ground.

    Returns
    -------
    tuple
        Its name.
    """
    return layer.name, address, plan_id if layer.of_plan else None


def choose_form(tile: KeptTile, packed: bool) -> Tile | None:
    """Choose in which form a kept tile travels.

    Parameters
    ----------
    tile : KeptTile
        The tile.
    packed : bool
        Whether the caller reads gzip.

    Returns
    -------
    Tile or None
        The tile; None when it is yet to be compressed.
    """
    if not packed or len(tile.content) < PACK_LEAST_BYTES:
        return Tile(tile.content, tile.etag, False, True)
    return None if tile.packed is None else Tile(tile.packed, _tag_packed(tile), True, True)


async def read_bounds(
    run: Run, cache: TileCache, layer: str, *, plan_id: str | None = None, role: str = ""
) -> list[float] | None:
    """Return the box around what the caller may see of a layer; kept as tiles are.

    Parameters
    ----------
    run : callable
        Asks the database in the caller's name.
    cache : TileCache
        What is kept of one database.
    layer : str
        One of `TILE_LAYERS`.
    plan_id : str, optional
        Identifier of a plan; the one in force when left out.
    role : str
        The role the caller probably has.

    Returns
    -------
    list of float or None
        West, south, east, north in degrees; None when there is nothing.

    Raises
    ------
    NotFoundError
        When there is no such layer, or no such plan for this caller.
    """
    found = get_tile_layer(layer)
    plan_id = plan_id if found.of_plan else None
    place = (f"bounds of {layer}", plan_id)
    kept = cache.get((role, place))
    asked_role, (marks,) = await run(ask_mark(found, plan_id))
    if not marks:
        raise _no_plan(plan_id)
    mark, status = marks[0][0] or b"", marks[0][-1]
    if kept is None or asked_role != role or kept.mark != mark:
        asked_role, (_, rows) = await run(ask_mark(found, plan_id), ask_bounds(found, plan_id))
        kept = keep_tile(mark, rows[0][0] or b"null")
        if status != b"draft":
            cache.put((asked_role, place), kept)
    edges: list[float] | None = json.loads(kept.content)
    return edges


async def _draw(run: Run, cache: TileCache, layer: TileLayer, place: Place, packed: bool) -> Tile:
    _, address, plan_id = place
    state: State = "draft" if plan_id in cache.drafts else "published"
    role, (rows,) = await run(ask_tile(layer, address, state, plan_id))
    if not rows and plan_id is not None:
        state = _OTHER[state]
        role, (rows,) = await run(ask_tile(layer, address, state, plan_id))
    if not rows:
        raise _no_plan(plan_id)
    mark, content = rows[0]
    tile = keep_tile(mark or b"", content or b"")
    if state == "draft" and plan_id is not None:
        cache.drafts.add(plan_id)
        return Tile(tile.content, tile.etag, False, False)
    cache.drafts.discard(plan_id or "")
    cache.put((role, place), tile)
    return await _send(cache, (role, place), tile, packed, again=False)


async def _send(cache: TileCache, key: Hashable, tile: KeptTile, packed: bool, again: bool) -> Tile:
    form = choose_form(tile, packed)
    if form is not None:
        return form
    if not again and len(tile.content) < PACK_AT_ONCE_BYTES:
        return Tile(tile.content, tile.etag, False, True)
    # large ones beside the event loop, where others go on being answered
    large = len(tile.content) >= PACK_AT_ONCE_BYTES
    small = await asyncio.to_thread(pack, tile.content) if large else pack(tile.content)
    cache.put_packed(key, tile, small)
    return Tile(small, _tag_packed(tile), True, True)


def _tag_packed(tile: KeptTile) -> str:
    return f'{tile.etag[:-1]}-gz"'


def _no_plan(plan_id: str | None) -> NotFoundError:
    if plan_id is None:
        return NotFoundError("No plan is published for today. Publish one, or ask for a draft by its name.")
    return NotFoundError(f"There is no plan {plan_id!r}. See the list of plans.", plan_id=plan_id)
