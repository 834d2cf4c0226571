"""Tile addresses of the toy district, and a tile read the way desktop programs read it: by GDAL."""

from __future__ import annotations

import math
import tempfile
from pathlib import Path

import pandas as pd
import pyogrio

from . import toy

CENTRE = (toy.WEST + 4 * toy.STEP, toy.SOUTH + 1.5 * toy.STEP)


def tile_at(z: int, longitude: float = CENTRE[0], latitude: float = CENTRE[1]) -> tuple[int, int, int]:
    """Return the tile that holds a point."""
    x, y = _world(longitude, latitude)
    return z, int(x * 2**z), int(y * 2**z)


def tiles_over(z: int) -> list[tuple[int, int, int]]:
    """Return every tile that touches the toy district."""
    _, left, top = tile_at(z, toy.WEST, toy.SOUTH + 3 * toy.STEP)
    _, right, bottom = tile_at(z, toy.WEST + 8 * toy.STEP, toy.SOUTH)
    return [(z, x, y) for x in range(left, right + 1) for y in range(top, bottom + 1)]


def read_layers(tile: bytes) -> dict[str, pd.DataFrame]:
    """Return the layers of a tile by name, with their attributes and geometry."""
    if not tile:
        return {}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "tile.mvt"
        file.write_bytes(tile)
        names = [name for name, _ in pyogrio.list_layers(file)]
        return {
            name: pyogrio.read_dataframe(file, layer=name, CLIP="NO").drop(columns="mvt_id", errors="ignore")
            for name in names
        }


def _world(longitude: float, latitude: float) -> tuple[float, float]:
    y = math.asinh(math.tan(math.radians(latitude)))
    return (longitude + 180) / 360, (1 - y / math.pi) / 2
