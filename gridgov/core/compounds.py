"""Compounds: walled estates kept together, and parks, campuses, markets and hospitals that are grids of their own."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

SPECIAL_KINDS = ("industrial", "campus", "market", "hospital")
"""Kinds of compound that become a special grid; all others are kept together in clusters."""


def find_compound(points: npt.NDArray[np.object_], compounds: gpd.GeoDataFrame | None) -> npt.NDArray[np.int64]:
    """Find the compound that each point lies in.

    Parameters
    ----------
    points : numpy.ndarray of shapely.Point
        A point inside each building, or inside the cell where there is none [metric CRS].
    compounds : geopandas.GeoDataFrame or None
        Polygons in the same CRS; where two overlap the first row counts.

    Returns
    -------
    numpy.ndarray of int
        Position of the compound of each point, -1 for none.

    Examples
    --------
    >>> estate = gpd.GeoDataFrame(geometry=[shapely.box(4, -1, 9, 9)])
    >>> find_compound(shapely.points([[0, 0], [5, 5]]), estate).tolist()
    [-1, 0]
    """
    found = np.full(len(points), -1, dtype=np.int64)
    if compounds is None or not len(compounds):
        return found
    point, compound = shapely.STRtree(compounds.geometry.to_numpy()).query(points, predicate="intersects")
    order = np.lexsort((compound, point))
    point, first = np.unique(point[order], return_index=True)
    found[point] = compound[order][first]
    return found


def make_walls(compounds: gpd.GeoDataFrame | None, barriers: gpd.GeoDataFrame | None) -> gpd.GeoDataFrame | None:
    """Add the walls of compounds to the barriers, as minor ones, so that cells end there.

    Parameters
    ----------
    compounds : geopandas.GeoDataFrame or None
        Polygons [metric CRS].
    barriers : geopandas.GeoDataFrame or None
        Lines with ``kind`` [same CRS].

    Returns
    -------
    geopandas.GeoDataFrame or None
        Barriers and walls; `barriers` itself where there are no compounds.
    """
    if compounds is None or not len(compounds):
        return barriers
    lines = compounds.geometry.boundary
    walls = gpd.GeoDataFrame({"kind": ["minor"] * len(lines)}, geometry=lines.to_numpy(), crs=compounds.crs)
    if barriers is None:
        return walls
    return gpd.GeoDataFrame(pd.concat([barriers[["kind", "geometry"]], walls], ignore_index=True))


def is_special(compounds: gpd.GeoDataFrame | None) -> npt.NDArray[np.bool_]:
    """Tell which compounds are special grids.

    Parameters
    ----------
    compounds : geopandas.GeoDataFrame or None
        Compounds with ``kind``, see `SPECIAL_KINDS`.

    Returns
    -------
    numpy.ndarray of bool, shape (compounds + 1,)
        The last entry, False, answers for position -1: no compound.
    """
    if compounds is None or "kind" not in compounds:
        return np.zeros(1 if compounds is None else len(compounds) + 1, dtype=bool)
    return np.append(compounds["kind"].isin(SPECIAL_KINDS).to_numpy(), False)
