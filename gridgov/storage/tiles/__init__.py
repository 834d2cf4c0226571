"""Vector tiles: the layers, and the statements that draw them."""

from __future__ import annotations

from gridgov.storage.tiles.holding import Holding, ask_holding, read_holding
from gridgov.storage.tiles.layers import TILE_LAYERS, TileLayer, get_tile_layer
from gridgov.storage.tiles.statements import (
    BUFFER,
    EXTENT,
    MAX_ZOOM,
    Address,
    State,
    ask_bounds,
    ask_mark,
    ask_tile,
    require_tile,
)

__all__ = [
    "BUFFER",
    "EXTENT",
    "MAX_ZOOM",
    "TILE_LAYERS",
    "Address",
    "Holding",
    "State",
    "TileLayer",
    "ask_bounds",
    "ask_holding",
    "ask_mark",
    "ask_tile",
    "get_tile_layer",
    "read_holding",
    "require_tile",
]
