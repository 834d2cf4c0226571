"""What was done and by whom: imports, accounts, sessions and the audit."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from gridgov.storage.tables.base import SCHEMA, at_least, choice, make_geometry, metadata

import_run = Table(
    "import_run",
    metadata,
    Column("import_id", Uuid, primary_key=True),
    Column("layer", Text, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("crs", Text),
    Column("read", Integer, nullable=False),
    Column("accepted", Integer, nullable=False),
    Column("rejected", Integer, nullable=False),
    Column("duplicate", Integer, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    *at_least(0, "accepted", "rejected", "duplicate"),
    CheckConstraint("read = accepted + rejected + duplicate", name="counts"),
)

import_finding = Table(
    "import_finding",
    metadata,
    Column("import_finding_id", BigInteger, Identity(always=True), primary_key=True),
    Column("import_id", Uuid, ForeignKey(f"{SCHEMA}.import_run.import_id", ondelete="CASCADE"), nullable=False),
    Column("layer", Text, nullable=False),
    Column("row_id", Text, nullable=False),
    Column("rule", Text, nullable=False),
    *choice("severity", ("error", "warning", "note"), nullable=False),
    Column("detail", Text, nullable=False),
    Column("action", Text, nullable=False),
    *make_geometry("import_finding", "any", nullable=True, tiles=False),
    Index("import_finding_import_id_index", "import_id"),
)

account = Table(
    "account",
    metadata,
    Column("account_id", Text, primary_key=True),
    Column("login", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    *choice("role", ("viewer", "officer", "supervisor", "analyst", "administrator", "auditor"), nullable=False),
    Column("name", Text, nullable=False),
    *choice("language", ("zh", "en"), nullable=False, server_default=text("'zh'")),
    Column("disabled", Boolean, nullable=False, server_default=text("false")),
    UniqueConstraint("login"),
)

account_scope = Table(
    "account_scope",
    metadata,
    Column("account_id", Text, ForeignKey(f"{SCHEMA}.account.account_id", ondelete="CASCADE"), primary_key=True),
    *choice("kind", ("grid", "community", "subdistrict"), nullable=False, primary_key=True),
    # no foreign key: a grid is named before the plan that draws it is in force, and stays named in the next one
    Column("ref", Text, primary_key=True),
)

session = Table(
    "session",
    metadata,
    # the token itself is never stored: who reads this table cannot sign in with it
    Column("token_hash", Text, primary_key=True),
    Column("account_id", Text, ForeignKey(f"{SCHEMA}.account.account_id", ondelete="CASCADE"), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("app_password_id", Text, ForeignKey(f"{SCHEMA}.app_password.app_password_id", ondelete="CASCADE")),
    Column("client", Text, nullable=False, server_default=text("''")),
    CheckConstraint("expires_at > created_at", name="period"),
    Index("session_account_id_index", "account_id"),
    Index("session_app_password_id_index", "app_password_id"),
)

audit = Table(
    "audit",
    metadata,
    Column("audit_id", BigInteger, Identity(always=True), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()")),
    Column("actor", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("object", Text, nullable=False),
    Column("facts", JSONB, nullable=False, server_default=text("'{}'")),
    Index("audit_at_index", "at"),
    Index("audit_act_audit_id_index", "act", "audit_id"),
    Index("audit_actor_audit_id_index", "actor", "audit_id"),
    Index("audit_object_audit_id_index", "object", "audit_id"),
)

audit_seal = Table(
    "audit_seal",
    metadata,
    # without holes, in the order of the commits
    Column("seal_no", BigInteger, primary_key=True, autoincrement=False),
    Column("audit_id", BigInteger, nullable=False),
    Column("seal", LargeBinary, nullable=False),
    CheckConstraint("length(seal) = 32", name="seal"),
    UniqueConstraint("audit_id"),
)
