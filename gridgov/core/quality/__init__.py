"""How good a plan is, whoever made it: one table of measures, and the places where something is wrong."""

from __future__ import annotations

from gridgov.core.quality.edges import CellEdges, make_cell_edges
from gridgov.core.quality.judge import judge_plan
from gridgov.core.quality.polygons import find_polygon_problems, judge_polygons
from gridgov.core.quality.problems import find_problems
from gridgov.core.quality.rules import QualityRules

__all__ = [
    "CellEdges",
    "QualityRules",
    "find_polygon_problems",
    "find_problems",
    "judge_plan",
    "judge_polygons",
    "make_cell_edges",
]
