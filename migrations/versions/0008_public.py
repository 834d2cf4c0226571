"""What anybody may see, and who answers for a grid.

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

from alembic import op

from gridgov.storage.migrations import run_file

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make it."""
    run_file(op.get_bind(), "0008_public.sql")


def downgrade() -> None:
    """Take it away."""
    run_file(op.get_bind(), "0008_public_down.sql")
