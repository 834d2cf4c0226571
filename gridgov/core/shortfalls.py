"""Clusters whose size could not be brought into the allowed range, and why."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from gridgov.core.components import find_components
from gridgov.core.division import DivisionRules
from gridgov.core.size_reasons import find_odd_sizes


def find_shortfalls(
    clusters: gpd.GeoDataFrame,
    atoms: pd.DataFrame,
    cells: gpd.GeoDataFrame,
    edges: pd.DataFrame,
    rules: DivisionRules,
) -> gpd.GeoDataFrame:
    """Name every cluster with households outside the allowed range, with its reason.

    Parameters
    ----------
    clusters : geopandas.GeoDataFrame
        ``id``, ``households``, polygon.
    atoms : pandas.DataFrame
        ``cell_id``, ``households``, ``cluster_id``.
    cells : geopandas.GeoDataFrame
        ``cell_id``; positions are what `edges` refer to.
    edges : pandas.DataFrame
        ``left``, ``right``: borders that may be crossed.
    rules : DivisionRules
        The allowed range.

    Returns
    -------
    geopandas.GeoDataFrame
        Findings of rule ``size-island``, ``size-indivisible``, ``size-no-band`` or ``size-tight``.
    """
    ids = pd.Index(clusters["id"])
    groups = pd.DataFrame({"size": clusters["households"].to_numpy()}, index=ids)
    groups["largest"] = atoms.groupby("cluster_id")["households"].max().reindex(ids)
    groups["reach"] = _households_in_reach(atoms, cells, edges).reindex(ids)
    return find_odd_sizes("clusters", groups, rules, geometry=clusters.geometry)


def _households_in_reach(atoms: pd.DataFrame, cells: gpd.GeoDataFrame, edges: pd.DataFrame) -> pd.Series:
    """Households of the connected piece of ground that each cluster lies on."""
    piece = find_components(len(cells), edges["left"], edges["right"])
    of_atom = piece[pd.Index(cells["cell_id"]).get_indexer(atoms["cell_id"])]
    total = np.bincount(of_atom, atoms["households"]).astype(int)
    first = pd.Series(total[of_atom], index=atoms["cluster_id"])
    return first[~first.index.duplicated()]
