"""Division of a graph of atoms into connected, compact groups of even size."""

from __future__ import annotations

from gridgov.core.division.divide import divide_graph
from gridgov.core.division.graph import AtomGraph, make_graph
from gridgov.core.division.objective import division_cost
from gridgov.core.division.rules import DivisionRules, make_rules

__all__ = ["AtomGraph", "DivisionRules", "divide_graph", "division_cost", "make_graph", "make_rules"]
