"""A new password from an administrator takes a lock away.

Revision ID: 0010
Revises: 0009
"""

from __future__ import annotations

from alembic import op

from gridgov.storage.migrations import run_file

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make it."""
    run_file(op.get_bind(), "0010_unlocking.sql")


def downgrade() -> None:
    """Take it away."""
    run_file(op.get_bind(), "0010_unlocking_down.sql")
