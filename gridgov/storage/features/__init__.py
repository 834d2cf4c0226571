"""What the map and its panels ask of the database: plans, the tree, search, facts and quality."""

from gridgov.storage.features.facts import read_building, read_community, read_group, read_shelter
from gridgov.storage.features.plans import PlanHead, get_plan, list_plans, plan_on, read_bounds
from gridgov.storage.features.quality import list_findings, read_quality
from gridgov.storage.features.search import find_things
from gridgov.storage.features.shapes import list_cluster_ranks, read_section_shapes
from gridgov.storage.features.tree import list_divisions, list_groups_below

__all__ = [
    "PlanHead",
    "find_things",
    "get_plan",
    "list_cluster_ranks",
    "list_divisions",
    "list_findings",
    "list_groups_below",
    "list_plans",
    "plan_on",
    "read_bounds",
    "read_building",
    "read_community",
    "read_group",
    "read_quality",
    "read_section_shapes",
    "read_shelter",
]
