"""Clusters whose size could not be brought into the allowed range, and why."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from gridgov.core.components import find_components
from gridgov.core.division import DivisionRules
from gridgov.core.findings import make_findings

REASONS = {
    "island": (
        "{size} households; the ground they can reach without crossing a hard barrier or the community line holds "
        "only {reach}",
        "kept as a small cluster; joining it to another across the barrier is for a person to decide",
    ),
    "indivisible": (
        "{size} households, of which {largest} live in one piece that cannot be divided",
        "kept; give floors and units of the building so that it can be divided inside",
    ),
    "no-band": (
        "{size} households; {reach} on this ground cannot be made into whole clusters of {min} to {max}",
        "kept at the size nearest to the target",
    ),
    "tight": (
        "{size} households; no exchange with neighbouring clusters found that brings all into {min} to {max}",
        "kept; move a building by hand or run with more effort",
    ),
}
"""Reason: what was seen, and the policy applied."""


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
    size = clusters["households"]
    odd = clusters[(size > 0) & ~size.between(rules.min, rules.max)]
    facts = pd.DataFrame({"size": odd["households"].to_numpy()}, index=odd["id"])
    facts["reach"] = _households_in_reach(atoms, cells, edges).reindex(facts.index)
    facts["largest"] = atoms.groupby("cluster_id")["households"].max().reindex(facts.index)
    facts["min"], facts["max"] = rules.min, rules.max
    facts["reason"] = _reason(facts, rules)
    tables = []
    for reason, (seen, action) in REASONS.items():
        some = facts[facts["reason"] == reason]
        texts = [seen.format(**row) for row in some.to_dict("records")]
        where = odd.geometry[odd["id"].isin(some.index)].to_numpy()
        tables.append(
            make_findings("clusters", some.index, f"size-{reason}", "warning", texts, action, where, crs=clusters.crs)
        )
    return gpd.GeoDataFrame(pd.concat([table for table in tables if len(table)] or tables[:1], ignore_index=True))


def _households_in_reach(atoms: pd.DataFrame, cells: gpd.GeoDataFrame, edges: pd.DataFrame) -> pd.Series:
    """Households of the connected piece of ground that each cluster lies on."""
    piece = find_components(len(cells), edges["left"], edges["right"])
    of_atom = piece[pd.Index(cells["cell_id"]).get_indexer(atoms["cell_id"])]
    total = np.bincount(of_atom, atoms["households"]).astype(int)
    first = pd.Series(total[of_atom], index=atoms["cluster_id"])
    return first[~first.index.duplicated()]


def _reason(facts: pd.DataFrame, rules: DivisionRules) -> npt.NDArray[np.str_]:
    groups_least = np.ceil(facts["reach"] / rules.max)
    groups_most = facts["reach"] // rules.min
    cases = [
        facts["largest"] > rules.max,
        facts["reach"] < rules.min,
        groups_least > groups_most,
    ]
    return np.select(cases, ["indivisible", "island", "no-band"], "tight")
