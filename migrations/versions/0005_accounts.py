"""App passwords, second factors and the limits of signing in.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

from alembic import op

from gridgov.storage.migrations import run_file

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make it."""
    run_file(op.get_bind(), "0005_accounts.sql")


def downgrade() -> None:
    """Take it away."""
    run_file(op.get_bind(), "0005_accounts_down.sql")
