"""Groups outside their sizes, each with the reason: one account for clusters and for the groups of any scheme."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from gridgov.core.division import DivisionRules
from gridgov.core.findings import join_findings, make_findings

Ints = npt.NDArray[np.int64]

REASONS = {
    "size-indivisible": (
        "{size} {what}, of which {largest} are in one piece that is not divided; at most {max} are wanted",
        "kept; it is divided inside where floors and units are given and the scheme may cut buildings",
    ),
    "size-island": (
        "{size} {what}; the ground they can reach without crossing a hard barrier or the community line holds "
        "only {reach}",
        "kept as a small group; joining it to another across the barrier is for a person to decide",
    ),
    "size-count": (
        "{size} {what}; {count} groups were asked for, and {min} to {max} {what} are wanted in one",
        "kept; ask for another number of groups",
    ),
    "size-no-band": (
        "{size} {what}; {reach} on this ground cannot be made into whole groups of {min} to {max}",
        "kept at the size nearest to the target",
    ),
    "size-tight": (
        "{size} {what}; no exchange with neighbouring groups found that brings all into {min} to {max}",
        "kept; move a building by hand or run with more effort",
    ),
}
"""Reason, the first that fits: what was seen, and the policy applied."""


def find_odd_sizes(
    layer: str,
    groups: pd.DataFrame,
    rules: DivisionRules,
    *,
    what: str = "households",
    unit: int = 1,
    count: int | None = None,
    geometry: gpd.GeoSeries | None = None,
) -> gpd.GeoDataFrame:
    """Name every group that holds something and is outside the allowed range, with its reason.

    Parameters
    ----------
    layer : str
        What the groups are called in the findings.
    groups : pandas.DataFrame
        By the group's key: ``size``, ``largest`` (the largest piece in it that is not divided) and ``reach`` (all
        that lies on the ground it can reach), in units of the rules.
    rules : DivisionRules
        The allowed range.
    what : str
        What is counted: a word of `gridgov.core.schemes.scheme.COUNTED`.
    unit : int
        Units of the rules that make one of what is counted.
    count : int, optional
        Number of groups that was asked for; free when not given.
    geometry : geopandas.GeoSeries, optional
        Where each group lies, in the order of `groups`.

    Returns
    -------
    geopandas.GeoDataFrame
        Findings of the rules of `REASONS`.

    Examples
    --------
    >>> groups = pd.DataFrame({"size": [50, 12], "largest": [9, 4], "reach": [50, 12]}, index=["L1", "L2"])
    >>> find_odd_sizes("clusters", groups, DivisionRules())[["row_id", "rule"]].to_numpy().tolist()
    [['L2', 'size-island']]
    """
    odd = ((groups["size"] > 0) & ~groups["size"].between(rules.min, rules.max)).to_numpy()
    some = groups[odd]
    reason = _choose_reason(some["largest"].to_numpy(), some["reach"].to_numpy(), rules, count is not None)
    told = (some[["size", "largest", "reach"]] / unit).round().astype(int)
    facts = {"what": what, "min": round(rules.min / unit), "max": round(rules.max / unit), "count": count}
    where = None if geometry is None else geometry[odd]
    tables = []
    for rule, (seen, action) in REASONS.items():
        rows = np.flatnonzero(reason == rule)
        texts = _say(seen, told.iloc[rows], facts)
        place = None if where is None else where.to_numpy()[rows]
        crs = None if where is None else where.crs
        tables.append(make_findings(layer, told.index[rows], rule, "warning", texts, action, place, crs))
    return join_findings(tables, crs=None if geometry is None else geometry.crs)


def _choose_reason(largest: Ints, reach: Ints, rules: DivisionRules, counted: bool) -> npt.NDArray[np.str_]:
    fewest, most = np.ceil(reach / rules.max), reach // max(rules.min, 1)
    fits = {
        "size-indivisible": largest > rules.max,
        "size-island": reach < rules.min,
        "size-count": np.full(len(reach), counted),
        "size-no-band": fewest > most,
    }
    return np.select(list(fits.values()), list(fits), "size-tight")


def _say(seen: str, told: pd.DataFrame, facts: dict[str, object]) -> Sequence[str]:
    return [seen.format(**row, **facts) for row in told.to_dict("records")]
