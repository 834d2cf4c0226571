"""Sessions: begun and ended through functions of the database, and listed for their owner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from gridgov.storage.logins import LoginFacts


@dataclass(frozen=True)
class ListedSession:
    """A session as its owner sees it."""

    session_id: str
    """Made from the hash of the token; opens nothing."""
    created_at: datetime
    expires_at: datetime
    client: str
    app_password: str | None
    current: bool


_SESSION_ID = "left(encode(sha256(convert_to('gridgov session ' || s.token_hash, 'UTF8')), 'hex'), 32)"
_IS_CURRENT = "coalesce(s.token_hash = nullif(current_setting('gridgov.session', true), ''), false)"


def start_session(
    connection: Connection,
    token_hash: str,
    found: LoginFacts,
    created_at: datetime,
    expires_at: datetime,
    client: str = "",
) -> bool:
    """Write a new session and its audit row, and drop sessions that ended.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection.
    token_hash : str
        SHA-256 of the token; the token itself is never stored.
    found : LoginFacts
        Whose it is, with the password hash that was seen to fit.
    created_at, expires_at : datetime.datetime
        From when to when it holds.
    client : str
        What the browser calls itself.

    Returns
    -------
    bool
        False when the account was closed or its password changed meanwhile.
    """
    sql = text("SELECT gridgov.start_session(:hash, :account, :proof, :created_at, :expires_at, :client)")
    values = {"hash": token_hash, "account": found.account.account_id, "proof": found.password_hash, "client": client}
    return bool(connection.execute(sql, {**values, "created_at": created_at, "expires_at": expires_at}).scalar_one())


def start_app_session(
    connection: Connection,
    login: str,
    secret_hash: str,
    token_hash: str,
    created_at: datetime,
    expires_at: datetime,
    client: str = "",
) -> bool:
    """Open the session of an app password, or let it begin anew.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection.
    login : str
        Sign-in name.
    secret_hash : str
        Hash of the app password.
    token_hash : str
        Hash of the token its requests bear.
    created_at, expires_at : datetime.datetime
        From when to when it holds.
    client : str
        What the program calls itself.

    Returns
    -------
    bool
        False when there is no such app password for that login, or the account is disabled.
    """
    sql = text(
        "SELECT gridgov.start_app_session(:login, :secret_hash, :token_hash, :created_at, :expires_at, :client)"
    )
    values = {"login": login, "secret_hash": secret_hash, "token_hash": token_hash, "client": client}
    row = connection.execute(sql, {**values, "created_at": created_at, "expires_at": expires_at})
    return row.scalar_one() is not None


def end_session(connection: Connection, token_hash: str) -> None:
    """End the session of a token.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection.
    token_hash : str
        SHA-256 of the token.
    """
    connection.execute(text("SELECT gridgov.end_session(:token_hash)"), {"token_hash": token_hash})


def rotate_session(connection: Connection, old_hash: str, new_hash: str) -> bool:
    """Give a session another token.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection.
    old_hash, new_hash : str
        SHA-256 of the tokens.

    Returns
    -------
    bool
        False when there is no such session of a browser.
    """
    sql = text("SELECT gridgov.rotate_session(:old_hash, :new_hash)")
    return bool(connection.execute(sql, {"old_hash": old_hash, "new_hash": new_hash}).scalar_one())


def list_sessions(connection: Connection, account_id: str, at: datetime) -> list[ListedSession]:
    """List the sessions of an account that hold, the newest first.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection.
    account_id : str
        The account.
    at : datetime.datetime
        Now.

    Returns
    -------
    list of ListedSession
        The sessions.
    """
    sql = text(
        f"SELECT {_SESSION_ID} AS session_id, s.created_at, s.expires_at, s.client, p.name AS app_password, "
        f"{_IS_CURRENT} AS current FROM gridgov.session AS s "
        "LEFT JOIN gridgov.app_password AS p USING (app_password_id) "
        "WHERE s.account_id = :account_id AND s.expires_at > :at ORDER BY s.created_at DESC, s.token_hash"
    )
    rows = connection.execute(sql, {"account_id": account_id, "at": at}).mappings()
    return [ListedSession(**row) for row in rows]


def drop_sessions(
    connection: Connection, account_id: str, *, session_id: str | None = None, but_current: bool = False
) -> int:
    """End sessions of an account.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection.
    account_id : str
        The account.
    session_id : str, optional
        Only this one.
    but_current : bool
        Whether to spare the session that asks.

    Returns
    -------
    int
        Sessions ended.
    """
    sql = "DELETE FROM gridgov.session AS s WHERE s.account_id = :account_id"
    sql += f" AND {_SESSION_ID} = :session_id" if session_id is not None else ""
    sql += f" AND NOT {_IS_CURRENT}" if but_current else ""
    values = {"account_id": account_id} | ({} if session_id is None else {"session_id": session_id})
    return connection.execute(text(sql), values).rowcount
