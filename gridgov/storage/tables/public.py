"""What anybody may see."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, ForeignKey, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from gridgov.storage.tables.base import SCHEMA, metadata

public_page = Table(
    "public_page",
    metadata,
    Column("plan_id", Text, ForeignKey(f"{SCHEMA}.plan.plan_id", ondelete="CASCADE"), primary_key=True),
    Column("made_at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    Column("document", JSONB, nullable=False),
)
