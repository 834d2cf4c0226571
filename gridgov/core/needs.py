"""Residents as counts by residence basis and by public-service need; nobody is named."""

from __future__ import annotations

import pandas as pd

NEEDS = ("older_living_alone", "disability_support", "subsistence_allowance")
"""Public-service needs that the layer `residents` carries."""


def count_needs(residents: pd.DataFrame, placed: pd.DataFrame) -> pd.DataFrame:
    """Count the residents of each cluster, and those with each public-service need.

    Parameters
    ----------
    residents : pandas.DataFrame
        Layer `residents`: resident_id and the yes/no columns of `NEEDS`; missing counts as no.
    placed : pandas.DataFrame
        What `assign_residents` returned for them: resident_id, cluster_id.

    Returns
    -------
    pandas.DataFrame
        Columns cluster_id, residents and one count per need, sorted by cluster; residents without a cluster are left
        out.
    """
    home = placed.drop_duplicates("resident_id").set_index("resident_id")["cluster_id"]
    rows = pd.DataFrame({"cluster_id": home.reindex(residents["resident_id"]).to_numpy(dtype=object), "residents": 1})
    for need in NEEDS:
        given = residents[need] if need in residents else pd.Series(False, index=residents.index)
        rows[need] = given.astype("boolean").fillna(False).to_numpy(dtype=bool).astype(int)
    return rows.dropna(subset=["cluster_id"]).groupby("cluster_id", as_index=False).sum()
