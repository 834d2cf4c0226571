"""Who residents are: kept apart, encrypted, and opened with a reason.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

from alembic import op

from gridgov.storage.migrations import run_file

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make it."""
    run_file(op.get_bind(), "0003_identity.sql")


def downgrade() -> None:
    """Take it away."""
    run_file(op.get_bind(), "0003_identity_down.sql")
