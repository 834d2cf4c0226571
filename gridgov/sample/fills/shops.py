"""Rows of shops along a main road."""

from __future__ import annotations

import numpy as np
import shapely

from gridgov.sample.blocks import HALF_WIDTH_M
from gridgov.sample.footprints import Footprints, join_footprints, keep_clear, keep_inside, make_footprints
from gridgov.sample.shapes import make_shapes

YARD_M = 5.0
"""Ground behind a row of shops."""


def line_with_shops(
    inner: shapely.Polygon, front: shapely.MultiLineString, rng: np.random.Generator
) -> tuple[Footprints, shapely.Polygon]:
    """Line the main-road side of a block with shops.

    Parameters
    ----------
    inner : shapely.Polygon
        Ground that may be built on.
    front : shapely.MultiLineString
        Edges of the block that are main roads.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    Footprints
        The shops, some with a few dwellings above.
    shapely.Polygon
        What is left of the ground behind them.
    """
    depth = float(rng.uniform(10, 15))
    reach = HALF_WIDTH_M["main"] + depth + YARD_M
    rest = shapely.difference(inner, shapely.buffer(front, reach, quad_segs=3))
    rest = max(shapely.get_parts(rest).tolist(), key=lambda part: part.area, default=shapely.Polygon())
    rows = [_row(inner, line, depth, rng) for line in shapely.get_parts(shapely.line_merge(front))]
    shops = keep_inside(join_footprints(rows), inner)
    shops = keep_clear(shops, np.empty(0, dtype=object), 0.8)
    if not rest.is_empty:
        shops = shops.take(~shapely.dwithin(shops.shapes, rest, 0.5))
    return shops, rest


def _row(inner: shapely.Polygon, line: shapely.LineString, depth: float, rng: np.random.Generator) -> Footprints:
    """Shops of uneven width in a row that follows the road."""
    offset = HALF_WIDTH_M["main"] + depth / 2 + 0.6
    sides = [shapely.offset_curve(line, offset * side, quad_segs=4) for side in (1, -1)]
    axis = max(sides, key=lambda side: shapely.intersection(side, inner).length)
    width = rng.uniform(9, 30, int(axis.length / 9) + 2)
    gap = np.where(rng.random(width.size) < 0.2, rng.uniform(5, 12, width.size), rng.uniform(0.9, 2.0, width.size))
    start = np.cumsum(width + gap) - width
    fits = start + width < axis.length
    start, width = start[fits], width[fits]
    a, b = (shapely.get_coordinates(shapely.line_interpolate_point(axis, s)) for s in (start, start + width))
    size = np.column_stack([np.hypot(*(b - a).T), np.full(width.size, depth) - rng.uniform(0, 2.0, width.size)])
    shapes = (
        make_shapes("bar", (a + b) / 2, size, np.arctan2(*(b - a).T[::-1])) if width.size else np.empty(0, object)
    )
    floors = rng.integers(1, 5, width.size)
    doors = np.where((floors >= 3) & (rng.random(width.size) < 0.25), rng.integers(1, 3, width.size), 0)
    return make_footprints(shapes, "shop", floors, 1, doors, 0.4)
