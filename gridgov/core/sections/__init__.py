"""Sections: two or three adjacent clusters that one cadre liaison answers for."""

from __future__ import annotations

from gridgov.core.sections.explain import explain_sections
from gridgov.core.sections.graph import ClusterGraph, make_cluster_graph
from gridgov.core.sections.make import make_sections
from gridgov.core.sections.rules import SectionCosts, SectionRules
from gridgov.core.sections.smooth import SMOOTHING, Smoothing, smooth_borders

__all__ = [
    "SMOOTHING",
    "ClusterGraph",
    "SectionCosts",
    "SectionRules",
    "Smoothing",
    "explain_sections",
    "make_cluster_graph",
    "make_sections",
    "smooth_borders",
]
