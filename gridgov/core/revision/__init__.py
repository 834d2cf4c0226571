"""Revision: a changed district gets a new plan in which the fewest households change their cluster."""

from __future__ import annotations

from gridgov.core.revision.labels import CAUSES, RevisedLabels, repair_labels, revise_labels
from gridgov.core.revision.rules import RevisionRules

__all__ = ["CAUSES", "RevisedLabels", "RevisionRules", "repair_labels", "revise_labels"]
