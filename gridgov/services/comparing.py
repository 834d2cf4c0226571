"""Compare two plans, so that people see what a new one would change."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from gridgov.core.comparison import Comparison, compare_plans
from gridgov.storage.features import comparing
from gridgov.storage.features.plans import PlanHead

Row = dict[str, Any]

MOST_CHANGES = 2000
"""So many changes are listed, the largest first; the counts are of all."""


def compare_stored(connection: Connection, before: PlanHead, after: PlanHead, level: str = "cluster") -> Row:
    """Compare two plans by the households of their groups.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    before, after : PlanHead
        The plans.
    level : {"cluster", "section", "grid"}
        Which groups are listed; the counts are of every level.

    Returns
    -------
    dict
        ``households`` (before, after, moved, added, removed), ``levels`` (level, same, changed, new, gone) and
        ``changes`` (change, before, after, households_before, households_after, households_same, bounds).
    """
    old, new = (comparing.read_atoms(connection, plan.plan_id) for plan in (before, after))
    compared = {name: compare_plans(old, new, name) for name in comparing.LEVELS}
    groups = [
        {row["id"]: row for row in comparing.list_groups(connection, plan.plan_id, level)} for plan in (before, after)
    ]
    of_clusters = compared["cluster"]
    names = ("before", "after", "moved", "added", "removed")
    return {
        "households": {name: getattr(of_clusters, name) for name in names},
        "levels": [{"level": name, **_count(found)} for name, found in compared.items()],
        "changes": _list(compared[level], groups[0], groups[1]),
    }


def _count(compared: Comparison) -> Row:
    counts = compared.groups["change"].value_counts()
    return {name: int(counts.get(name, 0)) for name in ("same", "changed", "new", "gone")}


def _list(compared: Comparison, before: dict[str, Row], after: dict[str, Row]) -> list[Row]:
    rows = compared.groups[compared.groups["change"] != "same"].head(MOST_CHANGES)
    return [
        {
            "change": row.change,
            "before": before.get(row.before),
            "after": after.get(row.after),
            "households_before": row.households_before,
            "households_after": row.households_after,
            "households_same": row.households_same,
            "bounds": (after.get(row.after) or before.get(row.before) or {}).get("bounds"),
        }
        for row in rows.itertuples()
    ]
