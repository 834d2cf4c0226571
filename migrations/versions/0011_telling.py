"""Counts of people are told of published plans only, and none that gives a small one away beside earlier plans.

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

from alembic import op

from gridgov.storage.migrations import run_file

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make it."""
    run_file(op.get_bind(), "0011_telling.sql")


def downgrade() -> None:
    """Take it away."""
    run_file(op.get_bind(), "0011_telling_down.sql")
