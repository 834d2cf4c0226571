"""Revision: a changed district gets a new plan in which the fewest households change their cluster."""

from __future__ import annotations

from gridgov.core.revision.adopt import adopt_polygons
from gridgov.core.revision.labels import CAUSES, RevisedLabels, repair_labels, revise_labels
from gridgov.core.revision.plan import revise_district, revise_plan
from gridgov.core.revision.report import Revision
from gridgov.core.revision.rules import RevisionRules
from gridgov.core.revision.steps import Step, from_records, invert_steps, replay_steps, to_records

__all__ = [
    "CAUSES",
    "RevisedLabels",
    "Revision",
    "RevisionRules",
    "Step",
    "adopt_polygons",
    "from_records",
    "invert_steps",
    "repair_labels",
    "replay_steps",
    "revise_district",
    "revise_labels",
    "revise_plan",
    "to_records",
]
