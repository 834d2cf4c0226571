"""Sections: two or three adjacent clusters that one cadre liaison answers for."""

from __future__ import annotations

from gridgov.core.sections.explain import explain_sections
from gridgov.core.sections.graph import ClusterGraph, make_cluster_graph
from gridgov.core.sections.make import SectionCosts, make_sections

__all__ = ["ClusterGraph", "SectionCosts", "explain_sections", "make_cluster_graph", "make_sections"]
