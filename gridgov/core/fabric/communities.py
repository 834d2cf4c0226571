"""Communities made clean: valid, with an id each, in the order in which they hold ground claimed twice."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from gridgov.core.findings import join_findings, make_findings
from gridgov.errors import InputError

OVERLAP_M2 = 0.5


def clean_communities(communities: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Repair communities and report where they overlap.

    Parameters
    ----------
    communities : geopandas.GeoDataFrame
        Polygons with community_id.

    Returns
    -------
    kept : geopandas.GeoDataFrame
        Sorted by community_id; ground in two of them belongs to the first.
    findings : geopandas.GeoDataFrame
        Rows repaired, refused, or sharing ground with another.

    Raises
    ------
    InputError
        When no community has an area.
    """
    frame = communities.assign(community_id=communities["community_id"].astype(str))
    order = np.lexsort((-frame.geometry.area.fillna(0).to_numpy(), frame.community_id.to_numpy()))
    frame = frame.iloc[order].reset_index(drop=True)
    shapes = frame.geometry.to_numpy().copy()
    broken = ~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)
    shapes[broken] = shapely.make_valid(shapes[broken], method="structure", keep_collapsed=False)
    empty = ~(np.nan_to_num(shapely.area(shapes)) > 0)
    again = frame.community_id.duplicated().to_numpy() & ~empty
    ids = frame.community_id.to_numpy()
    frame = frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=communities.crs))
    found = [
        make_findings(
            "communities", ids[broken & ~empty], "invalid-geometry", "warning", "border crosses itself", "repaired"
        ),
        make_findings(
            "communities", ids[empty], "no-area", "error", "community has no area", "refused; draw its border"
        ),
        make_findings(
            "communities", ids[again], "duplicate-id", "error", "another row has the same community_id", "refused"
        ),
    ]
    frame = frame[~empty & ~again].reset_index(drop=True)
    if frame.empty:
        raise InputError("No community has an area, so there is nothing to divide. Give at least one polygon.")
    found += [_find_overlaps(frame), _find_swallowed(frame)]
    return frame, join_findings(found, crs=communities.crs)


def _find_overlaps(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    shapes, ids = frame.geometry.to_numpy(), frame.community_id.to_numpy()
    a, b = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    a, b = a[a < b], b[a < b]
    common = shapely.intersection(shapes[a], shapes[b])
    area = shapely.area(common)
    there = area > OVERLAP_M2
    detail = [f"{s:.0f} m2 also lie in {ids[i]}" for s, i in zip(area[there], a[there], strict=True)]
    return make_findings(
        "communities",
        ids[b[there]],
        "overlap",
        "warning",
        detail,
        "the ground was given to the first by id; correct the borders",
        geometry=common[there],
        crs=frame.crs,
    )


def _find_swallowed(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Communities of which others take all the ground: no plan can hold them."""
    shapes, ids = frame.geometry.to_numpy(), frame.community_id.to_numpy()
    later, earlier = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    later, earlier = later[earlier < later], earlier[earlier < later]
    gone = []
    for row in np.unique(later):
        rest = shapely.difference(shapes[row], shapely.union_all(shapes[earlier[later == row]]))
        if shapely.area(rest) <= OVERLAP_M2:
            gone.append(row)
    return make_findings(
        "communities",
        ids[gone],
        "no-area",
        "error",
        "all its ground lies in other communities",
        "left without ground, so in no plan; correct the borders",
        geometry=shapes[gone],
        crs=frame.crs,
    )
