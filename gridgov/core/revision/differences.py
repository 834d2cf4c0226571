"""From two assignments to the steps between them, and to the report of who moved and why."""

from __future__ import annotations

import numpy as np
import pandas as pd

from gridgov.core.revision.steps import LEVELS, Add, Merge, Move, Recount, Remove, Split, Step

LABELS = list(LEVELS)


def make_steps(before: pd.DataFrame, after: pd.DataFrame, why: pd.Series | None = None) -> list[Step]:
    """Make the steps that lead from one assignment to another.

    Parameters
    ----------
    before, after : pandas.DataFrame
        Columns `atom_id`, `households`, `cluster_id`, `section_id`, `grid_id`.
    why : pandas.Series, optional
        Reason of each atom's new cluster, by atom_id.

    Returns
    -------
    list of Step
        Recounts, removals, moves level by level, additions.
    """
    old, new = before.set_index("atom_id"), after.set_index("atom_id")
    reason = pd.Series("", index=new.index) if why is None else why.reindex(new.index).fillna("")
    both = old.index.intersection(new.index, sort=True)
    steps: list[Step] = []
    changed = both[(old.loc[both, "households"] != new.loc[both, "households"]).to_numpy()]
    if len(changed):
        counts = (tuple(int(n) for n in table.loc[changed, "households"]) for table in (old, new))
        steps.append(Recount(tuple(changed), "counted again", *counts))
    steps += _whole(old.loc[old.index.difference(both)], Remove, pd.Series("gone", index=old.index))
    for level in LABELS:
        if level in old and level in new:
            steps += _moves(old.loc[both], new.loc[both], level, reason)
    steps += _whole(new.loc[new.index.difference(both)], Add, pd.Series("new", index=new.index))
    return steps


def _whole(table: pd.DataFrame, kind: type[Add], why: pd.Series) -> list[Step]:
    """Additions or removals, one step per combination of groups."""
    steps: list[Step] = []
    for groups, rows in table.groupby(LABELS, dropna=False, sort=True):
        names = tuple(None if pd.isna(name) else str(name) for name in groups)
        counts = tuple(int(n) for n in rows["households"])
        steps.append(kind(tuple(rows.index), str(why[rows.index[0]]), counts, names))
    return steps


def _moves(old: pd.DataFrame, new: pd.DataFrame, level: str, reason: pd.Series) -> list[Step]:
    """Moves at one level: a split makes a group, a merge ends one."""
    moved = (old[level] != new[level]) & old[level].notna() & new[level].notna()
    table = pd.DataFrame({"origin": old.loc[moved, level], "target": new.loc[moved, level]})
    table["why"] = reason.reindex(table.index).fillna("") if level == "cluster_id" else "follows its clusters"
    if level == "grid_id":
        table["why"] = "sizes of the grids"
    existing, remaining = set(old[level].dropna()), set(new[level].dropna())
    left_over = old[level].value_counts().to_dict()
    steps: list[Step] = []
    for (origin, target, why), rows in table.groupby(["origin", "target", "why"], sort=True):
        left_over[origin] -= len(rows)
        kind: type[Move] = Move
        if target not in existing:
            kind = Split
            existing.add(target)
        elif left_over[origin] == 0 and origin not in remaining:
            kind = Merge
        steps.append(kind(tuple(rows.index), str(why), level, str(origin), str(target)))
    return steps


def report_moves(before: pd.DataFrame, after: pd.DataFrame, why: pd.Series | None = None) -> pd.DataFrame:
    """Tell which households have another cluster than before, and why.

    Households are followed by building: what a building has in a cluster before and after has stayed, the rest of
    what it has in both plans has moved.

    Parameters
    ----------
    before, after : pandas.DataFrame
        Columns `building_id`, `community_id`, `households`, `cluster_id`.
    why : pandas.Series, optional
        Reason, by building_id.

    Returns
    -------
    pandas.DataFrame
        building_id, community_id, origin, target (texts; several joined by a comma), households, why; most first.
    """
    stayed, both = follow_households(before, after)
    moved = (both - stayed)[lambda n: n > 0]
    old = _list_clusters(before, moved.index)
    new = _list_clusters(after, moved.index)
    community = after.dropna(subset=["building_id"]).drop_duplicates("building_id").set_index("building_id")
    table = pd.DataFrame(
        {
            "building_id": moved.index.astype(str),
            "community_id": community["community_id"].reindex(moved.index).to_numpy(),
            "origin": old.reindex(moved.index).to_numpy(),
            "target": new.reindex(moved.index).to_numpy(),
            "households": moved.to_numpy(np.int64),
            "why": "" if why is None else why.reindex(moved.index).fillna("").to_numpy(),
        }
    )
    return table.sort_values(["households", "building_id"], ascending=[False, True], ignore_index=True)


def follow_households(before: pd.DataFrame, after: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Count the households of each building that kept their cluster, and those that are in both plans.

    Parameters
    ----------
    before, after : pandas.DataFrame
        Columns `building_id`, `households`, `cluster_id`.

    Returns
    -------
    stayed, both : pandas.Series
        Households by building_id.
    """
    by_cluster = [t.dropna(subset=["building_id"]).groupby(["building_id", "cluster_id"])["households"].sum()
                  for t in (before, after)]  # fmt: skip
    by_building = [t.groupby("building_id")["households"].sum() for t in (before, after)]
    both = pd.concat(by_building, axis=1, join="inner").min(axis=1)
    stayed = pd.concat(by_cluster, axis=1, join="inner").min(axis=1).groupby("building_id").sum()
    return stayed.reindex(both.index, fill_value=0), both


def _list_clusters(table: pd.DataFrame, buildings: pd.Index) -> pd.Series:
    some = table[table["building_id"].isin(buildings) & (table["households"] > 0)]
    return some.groupby("building_id")["cluster_id"].agg(lambda names: ", ".join(sorted(set(names))))
