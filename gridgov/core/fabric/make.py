"""The fabric: one cell per building, tiling every community."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gridgov.core.fabric.belonging import find_belonging, find_strays
from gridgov.core.fabric.blocks import Blocks, from_barriers, make_blocks
from gridgov.core.fabric.borders import find_edges
from gridgov.core.fabric.communities import clean_communities
from gridgov.core.fabric.grow import sort_sites
from gridgov.core.fabric.polygons import grow_polygons
from gridgov.core.fabric.sites import make_sites
from gridgov.core.findings import join_findings, make_findings
from gridgov.core.footprints import clean_footprints
from gridgov.core.given import take_ground

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Fabric:
    """Cells that tile communities, how they touch, and what was found on the way.

    Attributes
    ----------
    cells : geopandas.GeoDataFrame
        cell_id, building_id (None: ground without a building), community_id, block_id, area_m2, perimeter_m,
        geometry (Polygon). Sorted by block, RangeIndex.
    edges : pandas.DataFrame
        left, right (positions in `cells`), length_m, kind (0 none, 1 minor, 2 soft). Borders on hard barriers and
        between communities are not edges.
    buildings : geopandas.GeoDataFrame
        Clean buildings that have a cell, with community_id; sorted by building_id.
    findings : geopandas.GeoDataFrame
        What was repaired, merged, refused or doubtful.
    """

    cells: gpd.GeoDataFrame
    edges: pd.DataFrame
    buildings: gpd.GeoDataFrame
    findings: gpd.GeoDataFrame


def make_fabric(
    buildings: gpd.GeoDataFrame,
    communities: gpd.GeoDataFrame,
    barriers: gpd.GeoDataFrame | None = None,
    *,
    progress: Progress | None = None,
) -> Fabric:
    """Divide communities into cells, one around each building, with the borders between them.

    Cells tile each community exactly: no gap, no overlap, common borders equal coordinate by coordinate. No cell
    crosses a community border or a barrier line. Inside a block every point goes to the nearest building.

    Parameters
    ----------
    buildings : geopandas.GeoDataFrame
        Footprints with building_id, and households where known [any CRS]. May be dirty, in any order.
    communities : geopandas.GeoDataFrame
        Polygons with community_id [metric CRS: that of the result].
    barriers : geopandas.GeoDataFrame, optional
        Lines or polygons with kind hard, soft or minor [any CRS].
    progress : callable, optional
        Told the step and the share done, 0 to 1.

    Returns
    -------
    Fabric
        The same for any order of rows.

    Raises
    ------
    CrsError
        When a layer has no CRS, or that of the communities is not metric.
    InputError
        When something is no GeoDataFrame or lacks a column, or no community has an area.
    """
    tell = progress or (lambda step, share: None)
    tell("clean", 0.0)
    given = take_ground(buildings, communities, barriers)
    people, found_communities = clean_communities(given.communities)
    footprints, found_buildings = clean_footprints(given.buildings)
    tell("blocks", 0.2)
    lines = from_barriers(given.barriers)
    blocks = make_blocks(people.geometry.to_numpy(), lines)
    names = people.community_id.to_numpy(dtype=object)
    belonging = find_belonging(footprints.geometry.to_numpy(), blocks)
    strays = find_strays(footprints, belonging, names)
    inside = belonging.block >= 0
    kept = footprints[inside].reset_index(drop=True).assign(community_id=names[belonging.community[inside]])
    parts, block = belonging.part[inside], belonging.block[inside]
    tell("cells", 0.4)
    inner = _inner_points(parts) - blocks.origin
    x, y, owner = make_sites(_moved(parts, blocks.origin), inner)
    sites = sort_sites(x, y, owner, block[owner], len(blocks.polygons))
    del x, y, owner
    width_m = shapely.area(parts) / shapely.length(parts)
    polygons, faces, graph = grow_polygons(
        blocks, sites, inner, block, width_m, lambda done: tell("cells", 0.4 + 0.3 * done)
    )
    tell("edges", 0.8)
    cell_block = np.r_[block, np.arange(len(blocks.polygons))][faces]
    edges = find_edges(graph, faces, blocks.community[cell_block], blocks.origin, lines)
    cells, edges = _frames(polygons, faces, cell_block, blocks, names, kept, edges, people.crs)
    lost = kept[~np.isin(np.arange(len(kept)), faces)]
    kept = kept.drop(index=lost.index).reset_index(drop=True)
    findings = join_findings(
        [given.findings, found_communities, found_buildings, *strays, _find_lost(lost)], crs=people.crs
    )
    tell("done", 1.0)
    return Fabric(cells, edges, kept, findings)


def _find_lost(lost: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    detail = [f"no ground is left for a cell of its own (households: {h})" for h in lost.households]
    shapes = lost.geometry.to_numpy()
    action = "left out of the division; check the drawing"
    return make_findings("buildings", lost.building_id, "no-cell", "error", detail, action, shapes, lost.crs)


def _inner_points(shapes: NDArray[np.object_]) -> NDArray[np.float64]:
    """A point inside each shape: the middle where that is inside."""
    points = shapely.centroid(shapes)
    out = ~shapely.contains_properly(shapes, points)
    points[out] = shapely.point_on_surface(shapes[out])
    return np.asarray(shapely.get_coordinates(points))


def _moved(shapes: NDArray[np.object_], origin: NDArray[np.float64]) -> NDArray[np.object_]:
    return np.asarray(shapely.transform(shapes, lambda xy: xy - origin))


def _frames(
    polygons: NDArray[np.object_],
    faces: NDArray[np.int64],
    block: NDArray[np.int64],
    blocks: Blocks,
    names: NDArray[np.object_],
    kept: gpd.GeoDataFrame,
    edges: pd.DataFrame,
    crs: object,
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Cells sorted by block, then building; edges by position."""
    order = np.lexsort((faces, block))
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    ids = np.r_[kept.building_id.to_numpy(dtype=object), np.full(len(blocks.polygons), None, dtype=object)]
    building = ids[faces[order]]
    community = names[blocks.community[block[order]]]
    first = np.searchsorted(blocks.community, blocks.community)
    block_ids = np.array(
        [f"{names[c]}-{k:04d}" for c, k in zip(blocks.community, np.arange(len(first)) - first + 1, strict=True)],
        object,
    )
    block_id = block_ids[block[order]]
    shapes = polygons[order]
    frame = gpd.GeoDataFrame(
        {
            "cell_id": np.array(
                [b if b is not None else f"ground-{k}" for b, k in zip(building, block_id, strict=True)]
            ),
            "building_id": building,
            "community_id": community,
            "block_id": block_id,
            "area_m2": shapely.area(shapes),
            "perimeter_m": shapely.length(shapes),
        },
        geometry=shapes,
        crs=crs,
    )
    left, right = rank[edges.left.to_numpy()], rank[edges.right.to_numpy()]
    edges = edges.assign(left=np.minimum(left, right), right=np.maximum(left, right))
    return frame, edges.sort_values(["left", "right"], ignore_index=True)
