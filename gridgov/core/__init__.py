"""The pure rules: tables in, tables out; no file, database, network, clock or hidden chance."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gridgov.core.atoms import AtomRules, make_atoms
    from gridgov.core.district import PlanRules, divide_district
    from gridgov.core.division import AtomGraph, DivisionRules, divide_graph, make_graph, make_rules
    from gridgov.core.fabric import Fabric, make_fabric
    from gridgov.core.households import EstimationRules, estimate_households
    from gridgov.core.liaison import assign_liaisons
    from gridgov.core.overlay import assign_households, assign_points, assign_rentals, assign_residents
    from gridgov.core.plans import Plan
    from gridgov.core.quality import QualityRules, find_problems, judge_plan, judge_polygons
    from gridgov.core.revision import adopt_polygons, repair_labels, revise_district, revise_labels
    from gridgov.core.sections import make_sections
    from gridgov.core.shelters import assign_shelters

_HOME = {
    "gridgov.core.atoms": ("AtomRules", "make_atoms"),
    "gridgov.core.district": ("PlanRules", "divide_district"),
    "gridgov.core.division": ("AtomGraph", "DivisionRules", "divide_graph", "make_graph", "make_rules"),
    "gridgov.core.fabric": ("Fabric", "make_fabric"),
    "gridgov.core.households": ("EstimationRules", "estimate_households"),
    "gridgov.core.liaison": ("assign_liaisons",),
    "gridgov.core.overlay": ("assign_households", "assign_points", "assign_rentals", "assign_residents"),
    "gridgov.core.plans": ("Plan",),
    "gridgov.core.quality": ("QualityRules", "find_problems", "judge_plan", "judge_polygons"),
    "gridgov.core.revision": ("adopt_polygons", "repair_labels", "revise_district", "revise_labels"),
    "gridgov.core.sections": ("make_sections",),
    "gridgov.core.shelters": ("assign_shelters",),
}

__all__ = [
    "AtomGraph",
    "AtomRules",
    "DivisionRules",
    "EstimationRules",
    "Fabric",
    "Plan",
    "PlanRules",
    "QualityRules",
    "adopt_polygons",
    "assign_households",
    "assign_liaisons",
    "assign_points",
    "assign_rentals",
    "assign_residents",
    "assign_shelters",
    "divide_district",
    "divide_graph",
    "estimate_households",
    "find_problems",
    "judge_plan",
    "judge_polygons",
    "make_atoms",
    "make_fabric",
    "make_graph",
    "make_rules",
    "make_sections",
    "repair_labels",
    "revise_district",
    "revise_labels",
]


def __getattr__(name: str) -> Any:
    """Load a rule when it is first asked for: the compiled ones take a second that others need not pay."""
    for module, names in _HOME.items():
        if name in names:
            return getattr(import_module(module), name)
    raise AttributeError(f"module 'gridgov.core' has no attribute {name!r}")
