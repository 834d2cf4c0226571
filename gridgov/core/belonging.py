"""What stored rows belong to: a building to the community it lies in, a row to the row it names."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from gridgov.core.findings import make_findings

Positions = npt.NDArray[np.intp]


def find_community(buildings: gpd.GeoDataFrame, communities: gpd.GeoDataFrame) -> pd.Series:
    """Find the community of each building: the one that holds its inner point, on a line the one that covers most of
    it.

    Parameters
    ----------
    buildings : geopandas.GeoDataFrame
        Footprints.
    communities : geopandas.GeoDataFrame
        Polygons with `community_id`, in the same system.

    Returns
    -------
    pandas.Series
        `community_id` or None, with the index of `buildings`.

    Examples
    --------
    >>> squares = [shapely.box(0, 0, 9, 9), shapely.box(9, 0, 20, 9)]
    >>> homes = gpd.GeoDataFrame({"community_id": ["A", "B"]}, geometry=squares)
    >>> slabs = gpd.GeoDataFrame(geometry=[shapely.box(7, 1, 10, 2), shapely.box(30, 0, 31, 1)])
    >>> find_community(slabs, homes).tolist()
    ['A', None]
    """
    shapes = np.asarray(buildings.geometry.array, dtype=object)
    homes = np.asarray(communities.geometry.array, dtype=object)
    codes = communities["community_id"].to_numpy(dtype=object)
    found = np.full(len(shapes), None, dtype=object)
    if len(homes) == 0 or len(shapes) == 0:
        return pd.Series(found, index=buildings.index, name="community_id")
    tree = shapely.STRtree(homes)
    row, home = tree.query(shapes, predicate="intersects")
    whole = shapely.contains_properly(homes[home], shapes[row])
    share_m2 = np.where(whole, np.inf, 0.0)
    cut = np.flatnonzero(~whole)
    share_m2[cut] = shapely.area(shapely.intersection(shapes[row[cut]], homes[home[cut]]))
    order = np.lexsort((codes[home].astype(str), -share_m2, row))
    first = order[np.unique(row[order], return_index=True)[1]]
    inside = first[share_m2[first] > 0]
    found[row[inside]] = codes[home[inside]]
    return pd.Series(found, index=buildings.index, name="community_id")


def find_outside_communities(
    buildings: gpd.GeoDataFrame, community: pd.Series, layer: str = "buildings"
) -> gpd.GeoDataFrame:
    """Report the buildings that lie in no community.

    Parameters
    ----------
    buildings : geopandas.GeoDataFrame
        With `building_id`.
    community : pandas.Series
        What `find_community` found.
    layer : str
        Name of the layer for the findings.

    Returns
    -------
    geopandas.GeoDataFrame
        One warning `outside-communities` a building.
    """
    lost = buildings[community.isna().to_numpy()]
    detail = "the building lies in no community"
    action = "It was accepted, but no plan will hold it; check its place and the boundaries."
    return make_findings(
        layer,
        lost["building_id"].to_numpy(),
        "outside-communities",
        "warning",
        detail,
        action,
        lost.geometry,
        buildings.crs,
    )


def find_orphans(rows: pd.DataFrame, column: str, known: pd.Series) -> Positions:
    """Find the rows that name something nobody has heard of.

    Parameters
    ----------
    rows : pandas.DataFrame
        Rows with the column.
    column : str
        Name of the column with the key of another layer.
    known : pandas.Series
        Keys there are.

    Returns
    -------
    numpy.ndarray
        Positions of rows whose key is given and unknown.
    """
    if column not in rows:
        return np.empty(0, dtype=np.intp)
    named = rows[column]
    return np.flatnonzero((named.notna() & ~named.isin(set(known))).to_numpy())
