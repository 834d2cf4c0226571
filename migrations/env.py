"""Run the migrations on the connection that gridgov hands over (`gridgov db migrate`)."""

from __future__ import annotations

from alembic import context

from gridgov.storage.migrations import COMPARE
from gridgov.storage.tables import metadata

connection = context.config.attributes.get("connection")
if connection is None:
    raise SystemExit("Run the migrations with `gridgov db migrate`: it knows the database and takes the lock.")

context.configure(connection=connection, target_metadata=metadata, **COMPARE)
with context.begin_transaction():
    context.run_migrations()
