"""Plans: written as drafts, published from a day, then history."""

from gridgov.storage.plans.heads import StoredPlan, drop_plan, find_published, get_plan, list_plans, set_published
from gridgov.storage.plans.rows import read_plan, save_plan

__all__ = [
    "StoredPlan",
    "drop_plan",
    "find_published",
    "get_plan",
    "list_plans",
    "read_plan",
    "save_plan",
    "set_published",
]
