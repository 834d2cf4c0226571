"""The layer of walled compounds: estates, industrial parks, schools, markets and hospitals."""

from __future__ import annotations

from collections import Counter

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from gridgov.sample.fabric import Town
from gridgov.sample.fills import COMPOUND_KINDS
from gridgov.sample.names import make_estate_name

WALL_SETBACK_M = 0.3


def make_compounds(
    town: Town, community: NDArray[np.int64], places: NDArray[np.str_], crs: str, rng: np.random.Generator
) -> tuple[gpd.GeoDataFrame, NDArray[np.int64]]:
    """Make the layer ``compounds``.

    Parameters
    ----------
    town : Town
        Blocks and buildings.
    community : ndarray of int
        Community of every block.
    places : ndarray of str
        Name of every community without its suffix.
    crs : str
        Coordinate system.
    rng : numpy.random.Generator
        Source of chance, for names.

    Returns
    -------
    geopandas.GeoDataFrame
        One row a compound.
    ndarray of int
        Row of the compound of every block, -1 without.
    """
    built = np.bincount(town.block, minlength=len(town.use)) > 0
    walled = np.flatnonzero(np.isin(town.use, list(COMPOUND_KINDS)) & built & ~shapely.is_empty(town.walls))
    of_block = np.full(len(town.use), -1)
    of_block[walled] = np.arange(len(walled))
    kinds = [COMPOUND_KINDS[use] for use in town.use[walled].tolist()]
    seen: Counter[tuple[str, str]] = Counter()
    names = []
    for kind, place in zip(kinds, places[community[walled]].tolist(), strict=True):
        seen[kind, place] += 1
        names.append(make_estate_name(kind, place, seen[kind, place], rng))
    walls = shapely.set_precision(shapely.buffer(town.walls[walled], WALL_SETBACK_M, join_style="mitre"), 0.001)
    frame = gpd.GeoDataFrame(
        {"compound_id": [f"K{k + 1:04d}" for k in range(len(walled))], "name": names, "kind": kinds},
        geometry=list(walls),
        crs=crs,
    )
    return frame, of_block
