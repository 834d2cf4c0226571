"""The numbers of a whole plan: sizes of its groups, what an atom is, what is assumed where counts are missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gridgov.core.atoms import AtomRules
from gridgov.core.division import DivisionRules, make_rules
from gridgov.core.households import EstimationRules
from gridgov.core.sections import SMOOTHING, SectionRules, Smoothing


@dataclass(frozen=True)
class PlanRules:
    """The numbers of a whole plan."""

    clusters: DivisionRules = field(default_factory=DivisionRules)
    managers: DivisionRules = field(default_factory=lambda: make_rules(57, 30, 90))
    """About 57 dwellings a building manager (one news source; status: secondary)."""
    atoms: AtomRules = field(default_factory=AtomRules)
    estimation: EstimationRules = field(default_factory=EstimationRules)
    clusters_per_section: float = 2.356
    """139,000 households in 1,180 sections (a municipality's figures; status: seed)."""
    smoothing: Mapping[str, Smoothing] = field(default_factory=lambda: SMOOTHING)
    """How the borders of clusters are shaped for their sections, by effort."""


def section_rules(rules: PlanRules) -> SectionRules:
    """Take the rules of sections from those of a plan.

    Parameters
    ----------
    rules : PlanRules
        Of a plan.

    Returns
    -------
    SectionRules
        Of its sections.
    """
    return SectionRules(per_section=rules.clusters_per_section)
