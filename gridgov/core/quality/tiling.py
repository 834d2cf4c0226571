"""Gaps, overlaps and ground outside: where cells do not tile their communities."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridgov.core.findings import join_findings, make_findings
from gridgov.core.quality.edges import CellEdges

AREA_TOLERANCE = 1e-6
"""Share of a community's area below which a difference is rounding."""


def find_tiling_problems(
    cells: gpd.GeoDataFrame, communities: gpd.GeoDataFrame, edges: CellEdges
) -> gpd.GeoDataFrame:
    """Find overlaps of cells, gaps between them, and cells outside their community.

    Parameters
    ----------
    cells : geopandas.GeoDataFrame
        cell_id, community_id, polygon [metric CRS].
    communities : geopandas.GeoDataFrame
        community_id, polygon; same CRS.
    edges : CellEdges
        Borders of the cells.

    Returns
    -------
    geopandas.GeoDataFrame
        Findings with the rules overlap, gap and outside-community.
    """
    tables = [] if edges.valid else [_find_overlaps(cells)]
    tiled = pd.Series(cells.geometry.area.to_numpy()).groupby(cells["community_id"].to_numpy()).sum()
    true = pd.Series(communities.geometry.area.to_numpy(), communities["community_id"].to_numpy())
    error = (tiled.reindex(true.index).fillna(0.0) - true).abs() / true
    doubtful = communities[communities["community_id"].isin(error.index[error > AREA_TOLERANCE])]
    for name, shape in zip(doubtful["community_id"], doubtful.geometry, strict=True):
        tables.append(_find_differences(name, shape, cells))
    return join_findings(tables, crs=cells.crs)


def _find_overlaps(cells: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    polygons = shapely.make_valid(cells.geometry.to_numpy())
    left, right = shapely.STRtree(polygons).query(polygons, predicate="intersects")
    keep = left < right
    left, right = left[keep], right[keep]
    common = shapely.intersection(polygons[left], polygons[right])
    area = shapely.area(common)
    keep = area > 1e-6
    ids = cells["cell_id"].to_numpy()
    detail = [f"{size:.2f} m² lie in {ids[other]} too" for size, other in zip(area[keep], right[keep], strict=True)]
    action = "cut the cells apart"
    return make_findings("cells", ids[left[keep]], "overlap", "error", detail, action, common[keep], cells.crs)


def _find_differences(name: object, shape: shapely.Geometry, cells: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    own = shapely.make_valid(cells.geometry[(cells["community_id"] == name).to_numpy()].to_numpy())
    united = shapely.union_all(own)
    least = AREA_TOLERANCE * shapely.area(shape) / 10
    tables = []
    for rule, ground, action in (
        ("gap", shapely.difference(shape, united), "give the ground to a neighbouring cell"),
        ("outside-community", shapely.difference(united, shape), "cut the cells at the community line"),
    ):
        parts = shapely.get_parts(ground)
        parts = parts[shapely.area(parts) > least]
        detail = [f"{size:.2f} m²" for size in shapely.area(parts)]
        ids = np.full(len(parts), name, dtype=object)
        tables.append(make_findings("communities", ids, rule, "error", detail, action, parts, cells.crs))
    return join_findings(tables, crs=cells.crs)
