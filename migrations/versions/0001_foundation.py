"""The foundation: ground, people, plans, records, and the rules that keep history.

Revision ID: 0001
Revises:
"""

from __future__ import annotations

from alembic import op

from gridgov.storage.migrations import run_file

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, then the rules."""
    run_file(op.get_bind(), "0001_tables.sql")
    run_file(op.get_bind(), "0001_rules.sql")


def downgrade() -> None:
    """Drop them, the ones that need others first."""
    run_file(op.get_bind(), "0001_down.sql")
