"""Passwords of programs: a desktop GIS signs in with one by HTTP Basic, and a session bears its requests."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection

from gridgov.errors import ConflictError, InputError, NotFoundError
from gridgov.services.access.accounts import Where, begin
from gridgov.services.access.codes import make_code
from gridgov.services.access.hashing import hash_secret, hash_token
from gridgov.services.access.rules import APP_PASSWORDS_MOST, SESSION_LONGEST
from gridgov.storage import factors, sessions
from gridgov.storage.accounts import Account
from gridgov.storage.audit import write_audit
from gridgov.storage.factors import AppPassword

LETTERS = 28
"""Of 5 bits each: 140 bits, which nobody guesses."""


@dataclass(frozen=True)
class NewAppPassword:
    """An app password and its text, which is shown once."""

    app_password: AppPassword
    secret: str


def make_app_password(
    connection: Connection, account: Account, name: str, *, at: datetime | None = None
) -> NewAppPassword:
    """Make an app password; it may do what the account may do.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection of the account's own request.
    account : Account
        Whose it is.
    name : str
        What it is for, e.g. ``"QGIS in the office"``.
    at : datetime.datetime, optional
        The time; now when left out.

    Returns
    -------
    NewAppPassword
        With its text.

    Raises
    ------
    InputError
        When the name cannot be used.
    ConflictError
        When the account has as many as it may have, or one of that name.
    """
    name = name.strip()
    if not 1 <= len(name) <= 60 or not name.isprintable():
        raise InputError("The name of an app password has 1 to 60 visible characters.")
    held = factors.list_app_passwords(connection, account.account_id)
    if len(held) >= APP_PASSWORDS_MOST:
        raise ConflictError(f"An account holds at most {APP_PASSWORDS_MOST} app passwords. Revoke one first.")
    if any(one.name == name for one in held):
        raise ConflictError("There is an app password of this name. Choose another one, or revoke that first.")
    secret = make_code(LETTERS)
    made = AppPassword(str(uuid.uuid4()), name, at or datetime.now(UTC), None)
    factors.put_app_password(connection, account.account_id, made, hash_secret(secret, "app password"))
    write_audit(
        connection, account.login, "app-password-made", account.account_id, {"app_password_id": made.app_password_id}
    )
    return NewAppPassword(made, secret)


def list_app_passwords(connection: Connection, account: Account) -> list[AppPassword]:
    """List the app passwords of an account.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection of the account's own request.
    account : Account
        Whose they are.

    Returns
    -------
    list of AppPassword
        The newest first.
    """
    return factors.list_app_passwords(connection, account.account_id)


def revoke_app_password(connection: Connection, account: Account, app_password_id: str) -> None:
    """Revoke an app password; its sessions end at once.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection of the account's own request.
    account : Account
        Whose it is.
    app_password_id : str
        Which one.

    Raises
    ------
    NotFoundError
        When the account has no such one.
    """
    if not factors.drop_app_passwords(connection, account.account_id, app_password_id):
        raise NotFoundError("There is no such app password.")
    write_audit(
        connection, account.login, "app-password-revoked", account.account_id, {"app_password_id": app_password_id}
    )


def make_app_token(login: str, secret: str) -> str:
    """Make the token that stands for a login and an app password, as a browser's cookie does for a session.

    Made from what every request brings, so that a request costs one look at the session and no slow hash.

    Parameters
    ----------
    login, secret : str
        What the program sent.

    Returns
    -------
    str
        Token for `gridgov.services.access.hashing.hash_token`.

    Examples
    --------
    >>> make_app_token("li", "abcd-efgh") == make_app_token("li", "ABCDEFGH") != make_app_token("wu", "abcd-efgh")
    True
    """
    return f"app {login.encode().hex()} {hash_secret(secret, 'app session')}"


def open_app_session(
    where: Where, login: str, secret: str, *, client: str = "", at: datetime | None = None
) -> str | None:
    """Open the session of an app password, or open it anew after it ended.

    Parameters
    ----------
    where : sqlalchemy.Engine or sqlalchemy.Connection
        The database, with nobody signed in.
    login, secret : str
        What the program sent.
    client : str
        What the program calls itself.
    at : datetime.datetime, optional
        The time; now when left out.

    Returns
    -------
    str or None
        The token of `make_app_token`; None when there is no such app password for that login. There is no lock: the
        secret cannot be guessed, and a lock would let anybody shut a program out.
    """
    at = at or datetime.now(UTC)
    token = make_app_token(login, secret)
    with begin(where) as connection:
        opened = sessions.start_app_session(
            connection,
            login,
            hash_secret(secret, "app password"),
            hash_token(token),
            at,
            at + SESSION_LONGEST,
            client[:120],
        )
    return token if opened else None
