"""How people come in beside a password: app passwords, second factors, and the count of failed sign-ins."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, DateTime, ForeignKey, Index, Integer, LargeBinary, Table, Text, text
from sqlalchemy.schema import UniqueConstraint

from gridgov.storage.tables.base import SCHEMA, at_least, metadata


def _of_account(*, key: bool = False) -> Column[str]:
    owner = ForeignKey(f"{SCHEMA}.account.account_id", ondelete="CASCADE")
    return Column("account_id", Text, owner, primary_key=key, nullable=False)


app_password = Table(
    "app_password",
    metadata,
    Column("app_password_id", Text, primary_key=True),
    _of_account(),
    Column("name", Text, nullable=False),
    # of 140 random bits: a quick hash is enough, and finds its row
    Column("secret_hash", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    Column("used_at", DateTime(timezone=True)),
    UniqueConstraint("secret_hash"),
    Index("app_password_account_id_index", "account_id"),
)

second_factor = Table(
    "second_factor",
    metadata,
    _of_account(key=True),
    # encrypted: who reads this table cannot make codes
    Column("secret", LargeBinary, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    Column("confirmed_at", DateTime(timezone=True)),
    Column("last_step", BigInteger, nullable=False, server_default=text("0")),
)

recovery_code = Table(
    "recovery_code",
    metadata,
    Column("code_hash", Text, primary_key=True),
    _of_account(),
    Index("recovery_code_account_id_index", "account_id"),
)

sign_in_try = Table(
    "sign_in_try",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("tries", Integer, nullable=False),
    Column("first_at", DateTime(timezone=True), nullable=False),
    *at_least(0, "tries"),
    Index("sign_in_try_first_at_index", "first_at"),
)
