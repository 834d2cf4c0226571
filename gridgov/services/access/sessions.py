"""One's own sessions: see them, end them."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection

from gridgov.errors import NotFoundError
from gridgov.storage import sessions
from gridgov.storage.accounts import Account
from gridgov.storage.audit import write_audit
from gridgov.storage.sessions import ListedSession


def list_own_sessions(connection: Connection, account: Account, *, at: datetime | None = None) -> list[ListedSession]:
    """List the sessions of an account that hold.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection of the account's own request.
    account : Account
        Whose they are.
    at : datetime.datetime, optional
        The time; now when left out.

    Returns
    -------
    list of ListedSession
        The newest first.
    """
    return sessions.list_sessions(connection, account.account_id, at or datetime.now(UTC))


def end_own_session(connection: Connection, account: Account, session_id: str) -> None:
    """End one session of an account.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection of the account's own request.
    account : Account
        Whose it is.
    session_id : str
        Which one.

    Raises
    ------
    NotFoundError
        When the account has no such one.
    """
    if not sessions.drop_sessions(connection, account.account_id, session_id=session_id):
        raise NotFoundError("There is no such session.")
    write_audit(connection, account.login, "session-ended", account.account_id)


def end_other_sessions(connection: Connection, account: Account) -> None:
    """End every session of an account but the one that asks.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection of the account's own request.
    account : Account
        Whose they are.
    """
    if ended := sessions.drop_sessions(connection, account.account_id, but_current=True):
        write_audit(connection, account.login, "sessions-ended", account.account_id, {"sessions": ended})
