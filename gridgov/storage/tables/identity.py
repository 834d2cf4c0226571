"""Who residents are: a schema of its own, every value encrypted."""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, LargeBinary, Table, Text

from gridgov.storage.tables.base import SCHEMA, at_least, metadata

IDENTITY_SCHEMA = "identity"

person = Table(
    "person",
    metadata,
    Column("resident_id", Text, ForeignKey(f"{SCHEMA}.resident.resident_id", ondelete="CASCADE"), primary_key=True),
    Column("key_id", Text, nullable=False),
    Column("index_key_id", Text, nullable=False),
    *(Column(name, LargeBinary) for name in ("name", "telephone", "id_number", "address")),
    *(Column(f"{name}_index", LargeBinary) for name in ("name", "telephone", "id_number")),
    *(Index(f"person_{name}_index_index", f"{name}_index") for name in ("name", "telephone", "id_number")),
    Index("person_key_id_index", "key_id"),
    schema=IDENTITY_SCHEMA,
)

allowance = Table(
    "allowance",
    metadata,
    Column("account_id", Text, ForeignKey(f"{SCHEMA}.account.account_id", ondelete="CASCADE"), primary_key=True),
    Column("act", Text, primary_key=True),
    Column("used_on", Date, primary_key=True),
    Column("used", Integer, nullable=False),
    *at_least(1, "used"),
    schema=IDENTITY_SCHEMA,
)
