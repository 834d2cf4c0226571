"""Why a section is not of two or three clusters."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from gridgov.core.components import find_components


def explain_sections(
    section: ArrayLike, sizes: ArrayLike, left: ArrayLike, right: ArrayLike, *, minimum: int = 2, maximum: int = 3
) -> pd.DataFrame:
    """Name the sections outside the allowed count of clusters, and the reason of each.

    Parameters
    ----------
    section : array_like of int, shape (clusters,)
        Section of each cluster.
    sizes : array_like of int, shape (clusters,)
        Households of each cluster; clusters without any are not counted.
    left, right : array_like of int, shape (edges,)
        Adjacent clusters.
    minimum, maximum : int
        Allowed clusters of a section.

    Returns
    -------
    pandas.DataFrame
        Columns `section`, `clusters`, `reason` (``only-cluster``, ``no-partner`` or ``leftover-joined``).

    Examples
    --------
    >>> explain_sections([0, 1, 1], [50, 50, 50], [1], [2])
       section  clusters        reason
    0        0         1  only-cluster
    """
    label, size = np.asarray(section, np.int64), np.asarray(sizes, np.int64)
    live = size > 0
    a, b = np.asarray(left, np.int64), np.asarray(right, np.int64)
    keep = live[a] & live[b]
    component = find_components(len(size), a[keep], b[keep])
    reach = np.bincount(component, live)[component]
    table = pd.DataFrame({"section": label[live], "reach": reach[live]})
    table = table.groupby("section").agg(clusters=("reach", "size"), reach=("reach", "max")).reset_index()
    table = table[~table.clusters.between(minimum, maximum)].reset_index(drop=True)
    reason = np.where(table.clusters > maximum, "leftover-joined", "no-partner")
    table["reason"] = np.where((table.clusters < minimum) & (table.reach < minimum), "only-cluster", reason)
    return table[["section", "clusters", "reason"]]
