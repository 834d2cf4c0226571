"""What a revision made: the new plan, the steps to it, and who moved and why."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from gridgov.core.plans import Plan
from gridgov.core.revision.differences import follow_households, make_steps, report_moves
from gridgov.core.revision.steps import Step


@dataclass(frozen=True)
class Revision:
    """What a revision made."""

    plan: Plan
    """The new plan."""
    steps: list[Step]
    """What leads from the earlier plan to it; see `replay_steps` and `invert_steps`."""
    moved: pd.DataFrame
    """Who moved and why: building_id, community_id, origin, target, households, why."""
    summary: dict[str, float | int]
    """Households, and clusters that hold any, kept, moved, new and gone."""


def report_revision(before: pd.DataFrame, new: Plan, why: pd.Series) -> Revision:
    """Put a new plan together with the steps to it and the report.

    Parameters
    ----------
    before : pandas.DataFrame
        Atoms of the earlier plan.
    new : Plan
        The new plan.
    why : pandas.Series
        Reason of each atom's cluster, by atom_id; empty where it is as before.

    Returns
    -------
    Revision
        All of it.
    """
    steps = make_steps(before, new.atoms, why)
    building = new.atoms["building_id"].to_numpy()
    said = pd.Series(why.to_numpy(), index=building)
    said = said[(said != "") & pd.notna(building)]
    moved = report_moves(before, new.atoms, said[~said.index.duplicated()])
    stayed, both = follow_households(before, new.atoms)
    old, now = (set(atoms.loc[atoms["households"] > 0, "cluster_id"].dropna()) for atoms in (before, new.atoms))
    summary: dict[str, float | int] = {
        "households_before": int(before["households"].sum()),
        "households_after": int(new.atoms["households"].sum()),
        "households_in_both": int(both.sum()),
        "households_kept": int(stayed.sum()),
        "kept_ratio": float(stayed.sum() / both.sum()) if both.sum() else 1.0,
        "clusters_kept": len(old & now),
        "clusters_new": len(now - old),
        "clusters_gone": len(old - now),
        "steps": len(steps),
    }
    return Revision(new, steps, moved, summary)
