"""Belonging: which community and block a building is in, and the part of it that lies there."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gridgov.core.fabric.blocks import Blocks
from gridgov.core.findings import make_findings

Ints = NDArray[np.int64]
Shapes = NDArray[np.object_]

GRAZE_M2 = 1.0
"""A building that lies elsewhere but for less than this has no cell: it would be a sliver along the border."""


@dataclass(frozen=True)
class Belonging:
    """For each building its community and block (-1: outside all) and the part of its footprint in the block."""

    community: Ints
    block: Ints
    part: Shapes


def find_belonging(footprints: Shapes, blocks: Blocks) -> Belonging:
    """Give each building to the community with most of it (then the first), and there to the block with most of it.

    A building of which less than half, and less than `GRAZE_M2` of ground, lies in any community is outside all.

    Parameters
    ----------
    footprints : ndarray of shapely Polygon or MultiPolygon
        Clean footprints.
    blocks : Blocks
        The ground, sorted by community.

    Returns
    -------
    Belonging
        One entry per footprint.
    """
    shapely.prepare(blocks.polygons)
    block, building = shapely.STRtree(footprints).query(blocks.polygons, predicate="intersects")
    whole = shapely.contains_properly(blocks.polygons[block], footprints[building])
    part = footprints[building].copy()
    cut = np.flatnonzero(~whole)
    part[cut] = shapely.intersection(footprints[building[cut]], blocks.polygons[block[cut]])
    table = pd.DataFrame(
        {"building": building, "block": block, "part": np.arange(len(block)), "area": shapely.area(part)}
    )
    table["community"] = blocks.community[table.block]
    table["there"] = table.groupby(["building", "community"]).area.transform("sum").round(6)
    table["area"] = table.area.round(6)
    table = table[table.area > 0].sort_values(
        ["building", "there", "community", "area", "block"], ascending=[True, False, True, False, True]
    )
    best = table.drop_duplicates("building")
    whole_m2 = shapely.area(footprints[best.building.to_numpy()])
    best = best[(best.area >= GRAZE_M2) | (best.there >= whole_m2 / 2)]
    to_community, to_block = np.full(len(footprints), -1), np.full(len(footprints), -1)
    shapes = footprints.copy()
    rows = best.building.to_numpy()
    to_community[rows], to_block[rows] = best.community, best.block
    shapes[rows] = _areas(part[best.part.to_numpy()])
    return Belonging(to_community, to_block, shapes)


def _areas(shapes: Shapes) -> Shapes:
    mixed = np.flatnonzero(~np.isin(shapely.get_type_id(shapes), (3, 6)))
    for i in mixed:
        pieces = shapely.get_parts(shapes[i])
        shapes[i] = shapely.union_all(pieces[shapely.get_dimensions(pieces) == 2])
    return shapes


def find_strays(frame: gpd.GeoDataFrame, belonging: Belonging, names: NDArray[np.object_]) -> list[gpd.GeoDataFrame]:
    """Report buildings outside every community and buildings that straddle.

    Parameters
    ----------
    frame : geopandas.GeoDataFrame
        Clean buildings.
    belonging : Belonging
        Where they belong.
    names : ndarray of str
        Community ids by position.

    Returns
    -------
    list of geopandas.GeoDataFrame
        Findings tables.
    """
    shapes = frame.geometry.to_numpy()
    outside = np.flatnonzero(belonging.block < 0)
    cut = np.flatnonzero((belonging.block >= 0) & (belonging.part != shapes))
    share = shapely.area(belonging.part[cut]) / shapely.area(shapes[cut])
    cut, share = cut[share < 0.999], share[share < 0.999]
    rows = frame.iloc[outside]
    lost = [f"no community holds this building (households: {h})" for h in rows.households]
    told = [
        f"{s:.0%} of it lies in its block of {names[c]}" for s, c in zip(share, belonging.community[cut], strict=True)
    ]
    return [
        make_findings(
            "buildings",
            rows.building_id,
            "outside",
            "error",
            lost,
            "left out of the division; check its place or the communities",
            geometry=shapes[outside],
            crs=frame.crs,
        ),
        make_findings(
            "buildings",
            frame.building_id.to_numpy()[cut],
            "straddle",
            "warning",
            told,
            "given to the community, then the block, with most of it",
            geometry=shapes[cut],
            crs=frame.crs,
        ),
    ]
