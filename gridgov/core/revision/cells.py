"""Cells after a change: those of communities in which nothing changed stay as they were, and the others fit them."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gridgov.core.district import Ground
from gridgov.core.plans import Plan
from gridgov.core.revision.seams import fit_seams

Shapes = NDArray[np.object_]
Bools = NDArray[np.bool_]

SAME_M = 0.021
"""Two shapes nowhere farther apart are one shape: cells that end within 1 cm of another end at its node."""


def keep_cells(ground: Ground, plan: Plan) -> Ground:
    """Give cells of communities in which no cell changed their earlier polygon, and fit the cells beside them.

    Parameters
    ----------
    ground : Ground
        Cells of the district as it is now.
    plan : Plan
        The earlier plan.

    Returns
    -------
    Ground
        With cells that tile the communities as exactly as before; see `fit_seams` for what is fitted how.
    """
    cells = ground.fabric.cells
    at = pd.Index(plan.cells["cell_id"]).get_indexer(cells["cell_id"])
    new = cells.geometry.to_numpy()
    old = _where(at >= 0, plan.cells.geometry.to_numpy()[at])
    exact = np.asarray(shapely.equals_exact(shapely.normalize(old), shapely.normalize(new), 0.0))
    calm = _find_calm(cells, plan.cells, old, new, exact)
    shapes = new.copy()
    shapes[exact] = old[exact]
    if not (calm & ~exact).any():
        return _with_shapes(ground, shapes, np.zeros(len(cells), bool))
    footprints = _where(cells["building_id"].notna().to_numpy(), ground.shapes)
    fitted = fit_seams(shapes, old, calm, cells["block_id"].to_numpy(), footprints)
    return _with_shapes(ground, fitted, fitted != shapes)


def _find_calm(cells: gpd.GeoDataFrame, before: gpd.GeoDataFrame, old: Shapes, new: Shapes, exact: Bools) -> Bools:
    """Per cell: whether its community has the cells that it had, each on the same ground."""
    same = exact.copy()
    asked = np.flatnonzero(~exact & ~shapely.is_missing(old))
    same[asked] = shapely.hausdorff_distance(shapely.boundary(old[asked]), shapely.boundary(new[asked])) < SAME_M
    community = cells["community_id"].to_numpy(dtype=object)
    table = pd.DataFrame({"same": same, "one": 1}).groupby(community).agg({"same": "all", "one": "size"})
    had = before.groupby("community_id").size().reindex(table.index).fillna(0)
    quiet = table.index[table["same"] & (table["one"] == had)]
    return np.asarray(np.isin(community, quiet.to_numpy(dtype=object)), np.bool_)


def _where(good: Bools, shapes: Shapes) -> Shapes:
    """Shapes where it is good, None elsewhere."""
    out = np.full(len(good), None, dtype=object)
    out[good] = shapes[good]
    return out


def _with_shapes(ground: Ground, shapes: Shapes, moved: Bools) -> Ground:
    """Put polygons into the cells, with their measures, and measure the borders between moved cells anew."""
    cells, edges = ground.fabric.cells, ground.fabric.edges
    kept = cells.set_geometry(gpd.GeoSeries(shapes, crs=cells.crs))
    if moved.any():
        kept = kept.assign(
            area_m2=np.where(moved, shapely.area(shapes), cells["area_m2"]),
            perimeter_m=np.where(moved, shapely.length(shapes), cells["perimeter_m"]),
        )
        left, right = edges["left"].to_numpy(), edges["right"].to_numpy()
        both = np.flatnonzero(moved[left] & moved[right])
        length = edges["length_m"].to_numpy().copy()
        length[both] = shapely.length(shapely.intersection(shapes[left[both]], shapes[right[both]]))
        edges = edges.assign(length_m=length)
    return replace(ground, fabric=replace(ground.fabric, cells=kept, edges=edges))
