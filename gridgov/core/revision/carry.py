"""Carry the groups of an earlier plan over to new cells and atoms."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

Ints = NDArray[np.int64]


def find_earlier_atoms(
    old_cells: gpd.GeoDataFrame, old_atoms: pd.DataFrame, cells: gpd.GeoDataFrame, atoms: pd.DataFrame
) -> Ints:
    """Find the earlier atom that stands for each new one.

    An atom of a building is looked for in the same building: the same atom where the building is cut as before, else
    the one at the same share of the stack. Ground without a building is looked for by its inner point.

    Parameters
    ----------
    old_cells, cells : geopandas.GeoDataFrame
        cell_id, building_id, polygon; one metric CRS.
    old_atoms, atoms : pandas.DataFrame
        atom_id, cell_id, building_id, households; atoms of a cell in stacking order.

    Returns
    -------
    numpy.ndarray of int, shape (atoms,)
        Position in `old_atoms`, -1 for none.
    """
    found = _match_stacks(old_atoms, atoms)
    bare = np.flatnonzero(atoms["building_id"].isna().to_numpy())
    if len(bare):
        found[bare] = _match_ground(old_cells, old_atoms, cells, atoms.iloc[bare])
    return found


def _match_stacks(old_atoms: pd.DataFrame, atoms: pd.DataFrame) -> Ints:
    """Match the atoms of the buildings that are in both plans."""
    old, new = _place_in_stack(old_atoms), _place_in_stack(atoms)
    stacks = old.groupby("building_id")["row"].agg(["min", "size"])
    known = stacks.reindex(new["building_id"])
    first, many = known["min"].to_numpy(), known["size"].to_numpy()
    out = np.full(len(atoms), -1, np.int64)
    there = ~np.isnan(first)
    same = there & (many == new["many"].to_numpy())
    rows = new["row"].to_numpy()
    order = old["row"].to_numpy()
    start = pd.Series(np.arange(len(old))).groupby(old["building_id"].to_numpy()).min()
    at = start.reindex(new["building_id"]).to_numpy()
    out[rows[same]] = order[(at + new["place"].to_numpy())[same].astype(np.int64)]
    for name, some in new[there & ~same].groupby("building_id"):
        stack = old[old["building_id"] == name]
        place = np.searchsorted(stack["upto"].to_numpy(), some["middle"].to_numpy(), side="right")
        out[some["row"].to_numpy()] = stack["row"].to_numpy()[np.minimum(place, len(stack) - 1)]
    return out


def _place_in_stack(atoms: pd.DataFrame) -> pd.DataFrame:
    """Place of each atom in its building, as a number and as a share of the households."""
    table = pd.DataFrame({"row": np.arange(len(atoms)), "building_id": atoms["building_id"].to_numpy()})
    # a building without households is divided evenly
    table["weight"] = atoms["households"].to_numpy(np.float64) + 1e-6
    table = table[table["building_id"].notna()].sort_values(["building_id", "row"], ignore_index=True)
    by_building = table.groupby("building_id")
    table["place"], table["many"] = by_building.cumcount(), by_building["row"].transform("size")
    total = by_building["weight"].transform("sum")
    table["upto"] = by_building["weight"].cumsum() / total
    table["middle"] = table["upto"] - table["weight"] / total / 2
    return table


def _match_ground(
    old_cells: gpd.GeoDataFrame, old_atoms: pd.DataFrame, cells: gpd.GeoDataFrame, bare: pd.DataFrame
) -> Ints:
    """Match ground by the earlier cell under its inner point."""
    position = pd.Index(cells["cell_id"]).get_indexer(bare["cell_id"])
    inner = shapely.point_on_surface(cells.geometry.to_numpy()[position])
    mine, under = shapely.STRtree(old_cells.geometry.to_numpy()).query(inner, predicate="intersects")
    order = np.lexsort((under, mine))
    mine, first = np.unique(mine[order], return_index=True)
    names = old_cells["cell_id"].to_numpy()[under[order][first]]
    row = pd.Series(np.arange(len(old_atoms)), old_atoms["cell_id"].to_numpy())
    row = row[~row.index.duplicated()]
    out = np.full(len(bare), -1, np.int64)
    out[mine] = row.reindex(names).fillna(-1).to_numpy(np.int64)
    return out
