"""What makes maps fast.

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

from alembic import op

from gridgov.storage.migrations import run_file

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make it."""
    run_file(op.get_bind(), "0006_serving.sql")


def downgrade() -> None:
    """Take it away."""
    run_file(op.get_bind(), "0006_serving_down.sql")
