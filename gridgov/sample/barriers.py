"""The layer of barriers: streets, railway and river as lines that lie exactly on the edges of blocks."""

from __future__ import annotations

from types import MappingProxyType

import geopandas as gpd
import numpy as np
import shapely

from gridgov.sample.blocks import Blocks
from gridgov.sample.names import make_place_names
from gridgov.sample.network import KINDS

BARRIER_KINDS = MappingProxyType({"minor": "minor", "main": "soft", "railway": "hard", "river": "hard"})
"""What each kind of line is to a division: main roads are soft, river and railway hard."""


def make_barriers(blocks: Blocks, crs: str, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Make the layer ``barriers``.

    Parameters
    ----------
    blocks : Blocks
        Street blocks with the kind of every edge.
    crs : str
        Coordinate system of the blocks.
    rng : numpy.random.Generator
        Source of chance, for names.

    Returns
    -------
    geopandas.GeoDataFrame
        One row a street, river or railway; minor streets have no name.
    """
    rows = []
    for kind in ("river", "railway", "main", "minor"):
        at = np.flatnonzero(blocks.kinds == KINDS.index(kind))
        order = at[np.argsort(blocks.numbers[at], kind="stable")]
        numbers, start = np.unique(blocks.numbers[order], return_index=True)
        parts = np.split(order, start[1:]) if len(order) else []
        names = _names(kind, len(numbers), rng)
        for name, part in zip(names, parts, strict=True):
            line = shapely.line_merge(shapely.multilinestrings(blocks.segments[part]))
            rows.append((BARRIER_KINDS[kind], name, line))
    return gpd.GeoDataFrame(
        {
            "barrier_id": [f"L{k + 1:05d}" for k in range(len(rows))],
            "kind": [row[0] for row in rows],
            "name": np.array([row[1] for row in rows], dtype=object),
        },
        geometry=[row[2] for row in rows],
        crs=crs,
    )


def _names(kind: str, count: int, rng: np.random.Generator) -> list[str | None]:
    if kind == "minor":
        return [None] * count
    suffix = {"river": "河", "railway": "铁路", "main": "路"}[kind]
    return [f"{name}{suffix}" for name in make_place_names(count, rng)]
