"""What still holds of sessions and marks, in one question.

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

from alembic import op

from gridgov.storage.migrations import run_file

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make it."""
    run_file(op.get_bind(), "0009_holding.sql")


def downgrade() -> None:
    """Take it away."""
    run_file(op.get_bind(), "0009_holding_down.sql")
