"""Who may see which rows: the roles of the database and the scopes of accounts.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

from alembic import op

from gridgov.storage.migrations import run_file

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make it."""
    run_file(op.get_bind(), "0002_access.sql")


def downgrade() -> None:
    """Take it away."""
    run_file(op.get_bind(), "0002_access_down.sql")
