"""Accounts, sessions and the record of who signed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

_COLUMNS = "a.account_id, a.login, a.name, a.role, a.language, a.disabled"


@dataclass(frozen=True)
class Account:
    """A person who may sign in."""

    account_id: str
    login: str
    name: str
    role: str
    language: str
    disabled: bool = False


@dataclass(frozen=True)
class OpenSession:
    """A session that has not ended, and whose it is."""

    account: Account
    created_at: datetime
    expires_at: datetime


def get_account(connection: Connection, login: str) -> tuple[Account, str] | None:
    """Return an account and its password hash.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection.
    login : str
        Sign-in name.

    Returns
    -------
    tuple of Account and str, or None
        None when nobody has that name.
    """
    sql = text(f"SELECT {_COLUMNS}, a.password_hash FROM gridgov.account AS a WHERE a.login = :login")
    row = connection.execute(sql, {"login": login}).first()
    return None if row is None else (_to_account(row), row.password_hash)


def list_accounts(connection: Connection) -> list[Account]:
    """Return every account in order of login.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection.

    Returns
    -------
    list of Account
        The accounts, disabled ones too.
    """
    rows = connection.execute(text(f"SELECT {_COLUMNS} FROM gridgov.account AS a ORDER BY a.login"))
    return [_to_account(row) for row in rows]


def put_account(connection: Connection, account: Account, password_hash: str) -> None:
    """Write a new account.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection.
    account : Account
        The account.
    password_hash : str
        Argon2id hash of its password.
    """
    sql = text(
        "INSERT INTO gridgov.account (account_id, login, password_hash, role, name, language, disabled) "
        "VALUES (:account_id, :login, :password_hash, :role, :name, :language, :disabled)"
    )
    connection.execute(sql, {**account.__dict__, "password_hash": password_hash})


def set_password_hash(connection: Connection, account_id: str, password_hash: str) -> None:
    """Replace an account's password hash.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection.
    account_id : str
        The account.
    password_hash : str
        Argon2id hash of the new password.
    """
    sql = text("UPDATE gridgov.account SET password_hash = :password_hash WHERE account_id = :account_id")
    connection.execute(sql, {"account_id": account_id, "password_hash": password_hash})


def set_disabled(connection: Connection, account_id: str, disabled: bool) -> None:
    """Close or open an account.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection.
    account_id : str
        The account.
    disabled : bool
        Whether it is closed.
    """
    sql = text("UPDATE gridgov.account SET disabled = :disabled WHERE account_id = :account_id")
    connection.execute(sql, {"account_id": account_id, "disabled": disabled})


def put_session(
    connection: Connection, token_hash: str, account_id: str, created_at: datetime, expires_at: datetime
) -> None:
    """Write a new session and drop those that ended.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection.
    token_hash : str
        SHA-256 of the token; the token itself is never stored.
    account_id : str
        Whose session it is.
    created_at, expires_at : datetime.datetime
        From when to when it holds.
    """
    connection.execute(text("DELETE FROM gridgov.session WHERE expires_at <= :at"), {"at": created_at})
    sql = text(
        "INSERT INTO gridgov.session (token_hash, account_id, created_at, expires_at) "
        "VALUES (:token_hash, :account_id, :created_at, :expires_at)"
    )
    values = {"token_hash": token_hash, "account_id": account_id, "created_at": created_at, "expires_at": expires_at}
    connection.execute(sql, values)


def find_session(connection: Connection, token_hash: str, at: datetime) -> OpenSession | None:
    """Return the session of a token that holds at a time.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection.
    token_hash : str
        SHA-256 of the token.
    at : datetime.datetime
        The time.

    Returns
    -------
    OpenSession or None
        None when there is none, it ended, or its account is disabled.
    """
    sql = text(
        f"SELECT {_COLUMNS}, s.created_at, s.expires_at FROM gridgov.session AS s "
        "JOIN gridgov.account AS a ON a.account_id = s.account_id "
        "WHERE s.token_hash = :token_hash AND s.expires_at > :at AND NOT a.disabled"
    )
    row = connection.execute(sql, {"token_hash": token_hash, "at": at}).first()
    return None if row is None else OpenSession(_to_account(row), row.created_at, row.expires_at)


def extend_session(connection: Connection, token_hash: str, expires_at: datetime) -> None:
    """Let a session hold longer.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection.
    token_hash : str
        SHA-256 of the token.
    expires_at : datetime.datetime
        New end.
    """
    sql = text("UPDATE gridgov.session SET expires_at = :expires_at WHERE token_hash = :token_hash")
    connection.execute(sql, {"token_hash": token_hash, "expires_at": expires_at})


def drop_session(connection: Connection, token_hash: str) -> None:
    """End one session.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection.
    token_hash : str
        SHA-256 of the token.
    """
    connection.execute(text("DELETE FROM gridgov.session WHERE token_hash = :token_hash"), {"token_hash": token_hash})


def drop_sessions_of(connection: Connection, account_id: str) -> None:
    """End every session of an account.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection.
    account_id : str
        The account.
    """
    connection.execute(text("DELETE FROM gridgov.session WHERE account_id = :account_id"), {"account_id": account_id})


def count_acts(connection: Connection, act: str, subject: str, since: datetime) -> int:
    """Return how often something was done to a thing since a time.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection.
    act : str
        What was done.
    subject : str
        To what.
    since : datetime.datetime
        Only acts after this time.

    Returns
    -------
    int
        Number of audit rows.
    """
    sql = text("SELECT count(*) FROM gridgov.audit WHERE act = :act AND object = :subject AND at > :since")
    return int(connection.execute(sql, {"act": act, "subject": subject, "since": since}).scalar_one())


def _to_account(row: object) -> Account:
    return Account(*(getattr(row, name) for name in ("account_id", "login", "name", "role", "language", "disabled")))
