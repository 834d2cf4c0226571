"""What a revision weighs: sizes against households that must change their cluster."""

from __future__ import annotations

from dataclasses import dataclass, field

from gridgov.core.division import DivisionRules


@dataclass(frozen=True)
class RevisionRules:
    """Sizes of the groups, and what mending them may cost."""

    division: DivisionRules = field(default_factory=DivisionRules)
    household_cost: float = 0.2
    """Cost of one household in a new group; 1 is the gain of one group back in the preferred sizes."""
    household_cost_falls_to: float = 0.35
    """Share of that cost down to which it falls while too many groups have lost their preferred size; 1: never."""
    cell_cost: float = 0.01
    """Cost of one cell without households in a new group."""
    border_cost: float = 0.1
    """Cost of group border that grows by the perimeter of a typical cell."""
    road_cost: float = 0.5
    """Cost of joining a group only across a main road."""
