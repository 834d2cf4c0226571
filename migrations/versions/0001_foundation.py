"""The foundation: ground, people, plans, records, and the rules that keep history.

Revision ID: 0001
Revises:
"""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SQL = Path(__file__).resolve().parent.parent / "sql"


def upgrade() -> None:
    """Make the tables, then the rules."""
    run(SQL / "0001_tables.sql")
    run(SQL / "0001_rules.sql")


def downgrade() -> None:
    """Drop them, the ones that need others first."""
    run(SQL / "0001_down.sql")


def run(file: Path) -> None:
    """Run a file of several statements in the transaction of the migration."""
    # the driver itself: SQLAlchemy would prepare the text, and a prepared statement is a single one
    op.get_bind().connection.driver_connection.execute(file.read_text(encoding="utf-8"))
