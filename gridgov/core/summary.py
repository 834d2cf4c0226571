"""A plan in a few lines that a person can read."""

from __future__ import annotations

from gridgov.core.division import DivisionRules
from gridgov.core.plans import Plan


def summarise_plan(plan: Plan, rules: DivisionRules) -> dict[str, str]:
    """Say how large a plan is and how well its clusters keep to their size.

    Parameters
    ----------
    plan : Plan
        The plan.
    rules : DivisionRules
        Target and ranges of a cluster [households].

    Returns
    -------
    dict of str to str
        Measure and value, in reading order.
    """
    clusters = plan.clusters[plan.clusters["households"] > 0]
    size = clusters["households"]
    sections = plan.sections[plan.sections["clusters"] > 0]["clusters"]
    households = plan.atoms["households"]
    estimated = households[plan.atoms["households_estimated"]].sum() / max(households.sum(), 1)
    near = size.between(rules.preferred_low, rules.preferred_high)
    allowed = size.between(rules.min, rules.max)
    return {
        "communities": f"{plan.cells['community_id'].nunique():,}",
        "buildings": f"{plan.cells['building_id'].notna().sum():,}",
        "households": f"{households.sum():,} ({estimated:.1%} estimated)",
        "clusters": f"{len(size):,}, median {size.median() if len(size) else 0:.0f} households",
        f"clusters of {rules.preferred_low}–{rules.preferred_high}": f"{_share(near)}",
        f"clusters of {rules.min}–{rules.max}": f"{_share(allowed)}",
        "clusters inside a tower": f"{int(clusters['storey_from'].notna().sum()):,}",
        "sections": f"{len(sections):,}, {_share(sections.between(2, 3))} of 2–3 clusters",
        "building-manager grids": f"{int((plan.grids['kind'] == 'building-manager').sum()):,}",
        "special grids": f"{int((plan.grids['kind'] == 'special').sum()):,}",
    }


def _share(yes: object) -> str:
    return f"{yes.mean():.1%}" if len(yes) else "none"  # type: ignore[attr-defined, arg-type]
