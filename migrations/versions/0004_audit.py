"""The seal of the audit: what was changed, removed or cut off is found.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

from alembic import op

from gridgov.storage.migrations import run_file

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make it."""
    run_file(op.get_bind(), "0004_audit.sql")


def downgrade() -> None:
    """Take it away."""
    run_file(op.get_bind(), "0004_audit_down.sql")
