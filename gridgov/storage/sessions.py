"""Signing in, step by step, through functions of the database: the tables behind them are closed to the web."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from gridgov.storage.accounts import Account, to_account


@dataclass(frozen=True)
class LoginFacts:
    """What signing in needs to know of an account."""

    account: Account
    password_hash: str
    factor: bytes | None
    """Encrypted secret of its second factor."""
    factor_key_id: str | None


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


def find_login(connection: Connection, login: str) -> LoginFacts | None:
    """Return what signing in needs to know of a login.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection.
    login : str
        Sign-in name.

    Returns
    -------
    LoginFacts or None
        None when nobody has that name.
    """
    row = connection.execute(text("SELECT * FROM gridgov.find_login(:login)"), {"login": login}).first()
    return None if row is None else LoginFacts(to_account(row), row.password_hash, row.factor, row.factor_key_id)


def count_try(connection: Connection, subject: str, at: datetime, since: datetime) -> int:
    """Count one more try of a login, before its password is looked at.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection; to be committed at once, so that every worker sees it.
    subject : str
        The login, hashed.
    at : datetime.datetime
        Now.
    since : datetime.datetime
        Tries that began before this are forgotten.

    Returns
    -------
    int
        Tries so far, this one too.
    """
    sql = text("SELECT gridgov.count_try(:subject, :at, :since)")
    return int(connection.execute(sql, {"subject": subject, "at": at, "since": since}).scalar_one())


def forget_tries(connection: Connection, subject: str) -> None:
    """Forget the tries of a login, because one was right.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection.
    subject : str
        The login, hashed.
    """
    connection.execute(text("SELECT gridgov.forget_tries(:subject)"), {"subject": subject})


def give_back_try(connection: Connection, subject: str) -> None:
    """Take one try back, because it was neither right nor wrong.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection.
    subject : str
        The login, hashed.
    """
    connection.execute(text("SELECT gridgov.give_back_try(:subject)"), {"subject": subject})


def note_failure(connection: Connection, subject: str, login: str) -> None:
    """Put a failed sign-in into the audit, with the login only when there is one.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection.
    subject : str
        The login, hashed.
    login : str
        The login.
    """
    connection.execute(text("SELECT gridgov.fail_sign_in(:subject, :login)"), {"subject": subject, "login": login})


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


def use_step(connection: Connection, account_id: str, step: int) -> bool:
    """Use the code of 30 seconds, once.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection.
    account_id : str
        The account.
    step : int
        Number of the 30 seconds since 1970.

    Returns
    -------
    bool
        False when it, or a later one, was used before.
    """
    sql = text("SELECT gridgov.use_step(:account_id, :step)")
    return bool(connection.execute(sql, {"account_id": account_id, "step": step}).scalar_one())


def use_recovery_code(connection: Connection, account_id: str, code_hash: str) -> bool:
    """Use a recovery code, once.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection.
    account_id : str
        The account.
    code_hash : str
        Hash of the code.

    Returns
    -------
    bool
        False when the account has no such code.
    """
    sql = text("SELECT gridgov.use_recovery_code(:account_id, :code_hash)")
    return bool(connection.execute(sql, {"account_id": account_id, "code_hash": code_hash}).scalar_one())


def put_password(
    connection: Connection, account_id: str, old_hash: str, new_hash: str, *, chosen: bool = True
) -> bool:
    """Replace a password hash, knowing the one before.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection.
    account_id : str
        The account.
    old_hash, new_hash : str
        Argon2id hashes.
    chosen : bool
        Whether it is another password: sessions end and the audit has a row. Else it is the same one, hashed anew.

    Returns
    -------
    bool
        False when it was changed meanwhile.
    """
    sql = text("SELECT gridgov.put_password(:account_id, :old_hash, :new_hash, :chosen)")
    values = {"account_id": account_id, "old_hash": old_hash, "new_hash": new_hash, "chosen": chosen}
    return bool(connection.execute(sql, values).scalar_one())


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
