"""What standard clients need to read and change features.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

from alembic import op

from gridgov.storage.migrations import run_file

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make it."""
    run_file(op.get_bind(), "0007_features.sql")


def downgrade() -> None:
    """Take it away."""
    run_file(op.get_bind(), "0007_features_down.sql")
