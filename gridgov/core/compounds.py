"""Compounds: walled estates kept together, and parks, campuses, markets and hospitals that are grids of their own."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

SPECIAL_KINDS = ("industrial", "campus", "market", "hospital")
"""Kinds of compound that become a special grid; all others are kept together in clusters."""


def find_compound(cells: gpd.GeoDataFrame, compounds: gpd.GeoDataFrame | None) -> npt.NDArray[np.int64]:
    """Find the compound that each cell lies in, by the cell's inner point.

    Parameters
    ----------
    cells : geopandas.GeoDataFrame
        Polygons [metric CRS].
    compounds : geopandas.GeoDataFrame or None
        Polygons in the same CRS; where two overlap the first row counts.

    Returns
    -------
    numpy.ndarray of int, shape (cells,)
        Position of the compound, -1 for none.

    Examples
    --------
    >>> cells = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 1, 1), shapely.box(5, 0, 6, 1)])
    >>> find_compound(cells, gpd.GeoDataFrame(geometry=[shapely.box(4, -1, 9, 9)])).tolist()
    [-1, 0]
    """
    found = np.full(len(cells), -1, dtype=np.int64)
    if compounds is None or not len(compounds):
        return found
    inner = shapely.point_on_surface(cells.geometry.to_numpy())
    cell, compound = shapely.STRtree(compounds.geometry.to_numpy()).query(inner, predicate="intersects")
    order = np.lexsort((compound, cell))
    cell, first = np.unique(cell[order], return_index=True)
    found[cell] = compound[order][first]
    return found
