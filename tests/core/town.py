"""A small town to divide: drawn from a few numbers, so that Hypothesis can shrink it."""

from __future__ import annotations

import itertools

import geopandas as gpd
import numpy as np
import shapely

CRS = "EPSG:4547"
SIDE = 240.0


def make_town(seed, blocks=3, fill=0.8, river=True, communities=2, dirt=0):
    """Return buildings, communities and barriers of a square town [m]."""
    rng = np.random.default_rng(seed)
    size = SIDE / blocks
    shapes, households, floors, units = [], [], [], []
    for row in range(blocks):
        for column in range(blocks):
            kind = rng.choice(["houses", "slabs", "tower", "empty"], p=[0.4, 0.3, 0.15, 0.15])
            step, width, depth, high, most = KINDS[kind]
            if kind == "empty":
                continue
            for x in np.arange(column * size + 6, (column + 1) * size - width - 4, width + step):
                for y in np.arange(row * size + 6, (row + 1) * size - depth - 4, depth + step):
                    if rng.random() < fill:
                        shapes.append(shapely.box(x, y, x + width, y + depth))
                        households.append(int(rng.integers(0, most + 1)))
                        floors.append(high)
                        units.append(2 if kind == "slabs" else 1)
    buildings = gpd.GeoDataFrame(
        {
            "building_id": [f"B{k:04}" for k in range(len(shapes))],
            "households": households,
            "floors": floors,
            "units": units,
        },
        geometry=gpd.GeoSeries(shapes, crs=CRS),
        crs=CRS,
    )
    return spoil(buildings, rng, dirt), make_communities(communities), make_barriers(blocks, river)


KINDS = {
    "houses": (3.0, 11.0, 11.0, 4, 12),
    "slabs": (9.0, 36.0, 12.0, 6, 48),
    "tower": (18.0, 26.0, 26.0, 24, 190),
    "empty": (0.0, 0.0, 0.0, 0, 0),
}
"""Gap, width, depth [m], storeys, most households."""


def make_communities(count):
    """Return `count` upright strips that tile the town."""
    edges = np.round(np.linspace(0, SIDE, count + 1), 3)
    strips = [shapely.box(a, 0, b, SIDE) for a, b in itertools.pairwise(edges)]
    return gpd.GeoDataFrame(
        {"community_id": [f"C{k}" for k in range(count)], "name": [f"社区{k}" for k in range(count)]},
        geometry=strips,
        crs=CRS,
    )


def make_barriers(blocks, river):
    """Return minor streets between blocks and, if wanted, a slanting river."""
    size = SIDE / blocks
    lines = [shapely.LineString([(0, k * size), (SIDE, k * size)]) for k in range(1, blocks)]
    kinds = ["minor"] * len(lines)
    if river:
        lines.append(shapely.LineString([(-5, SIDE * 0.31), (SIDE * 0.5, SIDE * 0.4), (SIDE + 5, SIDE * 0.35)]))
        kinds.append("hard")
    return gpd.GeoDataFrame({"kind": kinds}, geometry=gpd.GeoSeries(lines, crs=CRS), crs=CRS)


def spoil(buildings, rng, count):
    """Damage `count` buildings in the ways that real layers are damaged."""
    if not count or not len(buildings):
        return buildings
    shapes = buildings.geometry.to_numpy().copy()
    households = buildings["households"].astype("Float64")
    for k in rng.choice(len(shapes), min(count, len(shapes)), replace=False):
        x, y, a, b = shapely.bounds(shapes[k])
        shapes[k] = DAMAGE[int(rng.integers(len(DAMAGE)))](shapes[k], x, y, a, b)
        if rng.random() < 0.3:
            households.iloc[k] = rng.choice([np.nan, -3.0])
    return buildings.assign(households=households).set_geometry(gpd.GeoSeries(shapes, index=buildings.index, crs=CRS))


DAMAGE = (
    lambda shape, x, y, a, b: shapely.Polygon([(x, y), (a, b), (a, y), (x, b)]),
    lambda shape, x, y, a, b: shapely.transform(shape, lambda xy: xy + np.array([5.0, 3.0])),
    lambda shape, x, y, a, b: shapely.MultiPolygon([shape, shapely.box(x + 60, y, x + 64, y + 4)]),
    lambda shape, x, y, a, b: shapely.Polygon(),
    lambda shape, x, y, a, b: shapely.box(x, y, x + 0.1, y + 0.1),
    lambda shape, x, y, a, b: shapely.transform(shape, lambda xy: xy + np.array([60_000.0, 0.0])),
)
"""Bow-tie, shifted over a neighbour, two parts, empty, sliver, far away."""
