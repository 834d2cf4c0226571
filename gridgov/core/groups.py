"""From labels on atoms to groups a person can point at: one polygon, one number and one name each."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridgov.core.codes import SCHEMES, make_codes
from gridgov.core.numbering import make_numbers

LEVELS = {
    "cluster": ("L", "cluster", "第{}楼组", "Cluster {}"),
    "section": ("P", "section", "第{}片区", "Section {}"),
    "grid": ("G", "bj15", "第{}网格", "Grid {}"),
}
"""Level: letter of its ids, code scheme, Chinese name, English name."""


def make_groups(
    level: str,
    labels: np.ndarray,
    atoms: pd.DataFrame,
    cells: gpd.GeoDataFrame,
    division_code: pd.Series | None = None,
) -> tuple[gpd.GeoDataFrame, np.ndarray]:
    """Make the table of groups of one level, numbered inside their community.

    Parameters
    ----------
    level : {"cluster", "section", "grid"}
        What the groups are.
    labels : numpy.ndarray of int
        Group of each atom; each group lies in one community.
    atoms : pandas.DataFrame
        `cell_id`, `unit`, `storey_from`, `storey_to`, `households`, `community_id`.
    cells : geopandas.GeoDataFrame
        `cell_id` and polygon [metric CRS], a valid coverage.
    division_code : pandas.Series, optional
        12-digit code by community; groups of a community without one take their id as code.

    Returns
    -------
    groups : geopandas.GeoDataFrame
        id, code, name, community_id, households, unit, storey_from, storey_to, kind, geometry. Groups stacked
        in one building carry unit and storeys.
    ids : numpy.ndarray of str
        Group id of each atom.
    """
    key, group = np.unique(labels, return_inverse=True)
    position = pd.Index(cells["cell_id"]).get_indexer(atoms["cell_id"])
    frame = atoms.assign(group=group, cell=position)
    table = frame.groupby("group").agg(community_id=("community_id", "first"), households=("households", "sum"))
    table = table.join(_find_storeys(frame))
    polygons = dissolve_cells(cells.geometry.to_numpy(), position, group, len(key))
    centre = shapely.centroid(polygons)
    numbers = make_numbers(
        table["community_id"],
        shapely.get_x(centre),
        shapely.get_y(centre),
        shapely.area(polygons),
        tie=(table["unit"].fillna(0) * 1000 + table["storey_from"].fillna(0)).to_numpy(float),
    )
    letter, _, chinese, _ = LEVELS[level]
    width = max(3, len(str(numbers.max())))
    table["id"] = table["community_id"].astype(str) + "-" + letter + numbers.astype(str).str.zfill(width)
    table["code"] = write_group_codes(level, table, numbers, division_code)
    table["name"] = [chinese.format(number) for number in numbers]
    table["kind"] = level
    groups = gpd.GeoDataFrame(table, geometry=polygons, crs=cells.crs)
    return groups.sort_values("id", kind="stable").reset_index(drop=True), table["id"].to_numpy()[group]


def dissolve_cells(polygons: np.ndarray, cell: np.ndarray, group: np.ndarray, count: int) -> np.ndarray:
    """Unite the cells of every group.

    Parameters
    ----------
    polygons : numpy.ndarray of shapely.Polygon
        Cells; a valid coverage.
    cell, group : numpy.ndarray of int
        Pairs of cell and group; a pair may come more than once.
    count : int
        Number of groups.

    Returns
    -------
    numpy.ndarray
        One polygon per group, in group order.
    """
    pair = np.unique(np.stack([group, cell]), axis=1)
    start = np.searchsorted(pair[0], np.arange(count + 1))
    members = polygons[pair[1]]
    united = np.empty(count, dtype=object)
    for k in range(count):
        some = members[start[k] : start[k + 1]]
        united[k] = some[0] if len(some) == 1 else shapely.coverage_union_all(some)
    return united


def _find_storeys(frame: pd.DataFrame) -> pd.DataFrame:
    """Unit and storeys of the groups that share a cell with another group, missing for all others."""
    sharing = frame.groupby("cell")["group"].transform("nunique") > 1
    stacked = frame[sharing].groupby("group")
    alone = frame.groupby("group")["cell"].nunique() == 1
    unit = stacked["unit"].agg(["min", "max"])
    storeys = pd.DataFrame(
        {
            "unit": unit["min"].where(unit["min"] == unit["max"]),
            "storey_from": stacked["storey_from"].min(),
            "storey_to": stacked["storey_to"].max(),
        }
    )
    storeys = storeys[alone.reindex(storeys.index, fill_value=False)]
    return storeys.reindex(alone.index).astype("Int64")


def write_group_codes(
    level: str, table: pd.DataFrame, numbers: pd.Series, division_code: pd.Series | None
) -> pd.Series:
    """Write the official code of each group.

    Parameters
    ----------
    level : {"cluster", "section", "grid"}
        What the groups are.
    table : pandas.DataFrame
        `id` and `community_id` of each group.
    numbers : pandas.Series
        Number of each group inside its community.
    division_code : pandas.Series or None
        12-digit code by community.

    Returns
    -------
    pandas.Series
        The code; the id where the community has no official code.
    """
    if division_code is None:
        return table["id"]
    known = table["community_id"].map(division_code).astype("string")
    fits = known.str.len().eq(12) & numbers.lt(1000)
    source = pd.DataFrame({"division_code": known.where(fits), "sequence": numbers.where(fits).astype("Int64")})
    return make_codes(SCHEMES[LEVELS[level][1]], source).fillna(table["id"]).astype(str)
