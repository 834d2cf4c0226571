"""Two plans of the same ground: which groups are new, gone or changed, and how many households moved."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

_ATOM = ["building_id", "unit", "storey_from", "storey_to", "households"]


@dataclass(frozen=True)
class Comparison:
    """What changed between two plans at one level.

    Households are followed by building: a household stayed when its group of before was paired with its group of
    after. Groups are paired one to one by the households they have in common, whatever they
    are called.
    """

    groups: pd.DataFrame
    """One row per group or pair: ``before``, ``after`` (missing for one that is new or gone), ``change`` (same,
    changed, new, gone), ``households_before``, ``households_after``, ``households_same``; the largest first."""
    before: int
    """Households of the first plan."""
    after: int
    """Households of the second plan."""
    moved: int
    """Households in both plans that have another group now."""
    added: int
    removed: int


def compare_plans(before: pd.DataFrame, after: pd.DataFrame, level: str) -> Comparison:
    """Compare two plans at one level.

    Parameters
    ----------
    before, after : pandas.DataFrame
        One row per atom: ``building_id``, ``unit``, ``storey_from``, ``storey_to`` (missing: the whole of it),
        ``households`` [whole, >= 0] and a column named as `level`, the group.
    level : str
        Column of the groups, e.g. ``"cluster"``.

    Returns
    -------
    Comparison
        The changes.

    Examples
    --------
    >>> plain = {"unit": None, "storey_from": None, "storey_to": None}
    >>> old = pd.DataFrame([{"building_id": b, **plain, "households": 20} for b in "pqr"]).assign(cluster=list("AAB"))
    >>> new = old.assign(cluster=["X", "Y", "Y"])
    >>> compared = compare_plans(old, new, "cluster")
    >>> compared.moved, compared.groups[["before", "after", "change"]].values.tolist()
    (20, [['A', 'X', 'changed'], ['B', 'Y', 'changed']])
    """
    old, new = before[before[level].notna()], after[after[level].notna()]
    overlap = _overlap(old, new, level)
    sizes = [table.groupby(level)["households"].sum() for table in (old, new)]
    pairs = _pair(overlap, *sizes)
    per_building = pd.concat([table.groupby("building_id")["households"].sum() for table in (old, new)], axis=1)
    first, second = (per_building.iloc[:, at].fillna(0).to_numpy() for at in (0, 1))
    kept = float(np.minimum(first, second).sum())
    return Comparison(
        _tell(pairs, *sizes),
        int(first.sum()),
        int(second.sum()),
        max(0, round(kept - pairs["households"].sum())),
        int(np.maximum(second - first, 0).sum()),
        int(np.maximum(first - second, 0).sum()),
    )


def _overlap(old: pd.DataFrame, new: pd.DataFrame, level: str) -> pd.DataFrame:
    """Households that each pair of groups has in common, at most as many as a building has in both plans."""
    both = old[[*_ATOM, level]].merge(new[[*_ATOM, level]], on="building_id", suffixes=("_old", "_new"))
    same_unit = both["unit_old"].isna() | both["unit_new"].isna() | (both["unit_old"] == both["unit_new"])
    both = both[same_unit].reset_index()
    key = [both["building_id"], *(both[f"{name}_old"] for name in (*_ATOM[1:], level))]
    atom = pd.MultiIndex.from_arrays(key).factorize()[0]
    weight = _common_storeys(both).to_numpy(dtype=np.float64)
    whole = pd.Series(weight).groupby(atom).transform("sum").to_numpy()
    share = np.divide(weight, whole, out=np.zeros_like(weight), where=whole > 0)
    households = both["households_old"].to_numpy(dtype=np.float64) * share
    counts = [table.groupby("building_id")["households"].sum() for table in (old, new)]
    fewer = (counts[1] / counts[0].where(counts[0] > 0)).clip(upper=1.0).fillna(0.0)
    households *= both["building_id"].map(fewer).fillna(0.0).to_numpy(dtype=np.float64)
    table = pd.DataFrame({"before": both[f"{level}_old"], "after": both[f"{level}_new"], "households": households})
    return table.groupby(["before", "after"], as_index=False, sort=True)["households"].sum()


def _common_storeys(both: pd.DataFrame) -> pd.Series:
    """Storeys in common where both parts have some; else the households of the new part stand for its share."""
    low = np.fmax(both["storey_from_old"].astype("Float64"), both["storey_from_new"].astype("Float64"))
    high = np.fmin(both["storey_to_old"].astype("Float64"), both["storey_to_new"].astype("Float64"))
    banded = both["storey_from_old"].notna() & both["storey_from_new"].notna()
    storeys = (high - low + 1).clip(lower=0).astype("Float64")
    return storeys.where(banded, both["households_new"].astype("Float64")).fillna(0.0)


def _pair(overlap: pd.DataFrame, before: pd.Series, after: pd.Series) -> pd.DataFrame:
    """Pair groups one to one, the largest overlap first; empty groups are paired by their name.

    An overlap below half of the smaller group makes no pair: the one is gone and the other new.
    """
    smaller = np.fmin(overlap["before"].map(before).to_numpy(), overlap["after"].map(after).to_numpy())
    real = overlap[(overlap["households"] > 0) & (2 * overlap["households"] >= smaller)]
    taken: tuple[set[str], set[str]] = (set(), set())
    rows = []
    for row in real.sort_values(["households", "before", "after"], ascending=[False, True, True]).itertuples():
        if row.before not in taken[0] and row.after not in taken[1]:
            taken[0].add(row.before)
            taken[1].add(row.after)
            rows.append((row.before, row.after, row.households))
    empty = sorted(set(before.index[before == 0]) & set(after.index[after == 0]))
    return pd.DataFrame([*rows, *((name, name, 0.0) for name in empty)], columns=["before", "after", "households"])


def _tell(pairs: pd.DataFrame, before: pd.Series, after: pd.Series) -> pd.DataFrame:
    gone = before.index.difference(pairs["before"])
    new = after.index.difference(pairs["after"])
    rows = pd.DataFrame(
        {
            "before": [*pairs["before"], *gone, *[None] * len(new)],
            "after": [*pairs["after"], *[None] * len(gone), *new],
            "households_same": [*pairs["households"], *[0.0] * (len(gone) + len(new))],
        }
    ).astype({"before": object, "after": object})
    rows["households_before"] = rows["before"].map(before).fillna(0).astype(int)
    rows["households_after"] = rows["after"].map(after).fillna(0).astype(int)
    rows["households_same"] = rows["households_same"].round().astype(int)
    alike = (rows["households_before"] == rows["households_same"]) & (
        rows["households_after"] == rows["households_same"]
    )
    lone = np.where(rows["before"].isna(), "new", "gone")
    rows["change"] = np.where(rows["before"].isna() | rows["after"].isna(), lone, np.where(alike, "same", "changed"))
    turnover = rows["households_before"] + rows["households_after"] - 2 * rows["households_same"]
    order = rows.assign(turnover=turnover, name=rows["after"].fillna(rows["before"]).astype(str))
    return rows.loc[
        order.sort_values(["turnover", "name"], ascending=[False, True], kind="stable").index
    ].reset_index(drop=True)
