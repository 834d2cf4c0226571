"""Signing in and out."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine

from gridgov.errors import AccessError, SettingsError
from gridgov.services.access.hashing import hash_password, hash_token, name_subject, password_fits, rehash_password
from gridgov.services.access.rules import FAILURE_WINDOW, FAILURES_ALLOWED, SESSION_IDLE
from gridgov.services.access.second_factor import code_fits
from gridgov.storage import logins, sessions
from gridgov.storage.accounts import Account
from gridgov.storage.keys import Keyring, KeySource
from gridgov.storage.logins import LoginFacts

_REFUSED = (
    "The name or the password is wrong, or there were too many tries. "
    f"Try again, or wait {FAILURE_WINDOW.seconds // 60} minutes."
)


class CodeNeededError(AccessError):
    """The password is right; the code of the second factor is missing."""

    code = "second-factor-needed"


@dataclass(frozen=True)
class SignedIn:
    """A new session: the token goes to the browser and is kept nowhere else."""

    token: str
    account: Account
    expires_at: datetime


def sign_in(
    engine: Engine,
    login: str,
    password: str,
    *,
    code: str | None = None,
    keys: KeySource | None = None,
    client: str = "",
    at: datetime | None = None,
) -> SignedIn:
    """Open a session for a login, its password and, where it is on, its second factor.

    The answer to a wrong password, a wrong code, an unknown login, a disabled account and a locked login is the same,
    in words and, but for the lock, in time.

    Parameters
    ----------
    engine : sqlalchemy.Engine
        The database.
    login, password : str
        What the person typed.
    code : str, optional
        Code of the telephone, or a recovery code.
    keys : callable, optional
        Gives the keys; needed for accounts with a second factor.
    client : str
        What the browser calls itself.
    at : datetime.datetime, optional
        The time; now when left out.

    Returns
    -------
    SignedIn
        The session and its token.

    Raises
    ------
    CodeNeededError
        When the password is right and the code was left out.
    AccessError
        When the person is not let in.
    """
    at = at or datetime.now(UTC)
    found = confirm_password(engine, login, password, code=code, keys=keys, at=at)
    fresh = rehash_password(password, found.password_hash)
    with engine.begin() as connection:
        if fresh is not None and logins.put_password(
            connection, found.account.account_id, found.password_hash, fresh, chosen=False
        ):
            found = LoginFacts(found.account, fresh, found.factor, found.factor_key_id)
        return open_session(connection, found, client=client, at=at)


def confirm_password(
    engine: Engine,
    login: str,
    password: str,
    *,
    code: str | None = None,
    keys: KeySource | None = None,
    at: datetime | None = None,
) -> LoginFacts:
    """Check a login, its password and its second factor, counting each try before it is looked at.

    Parameters
    ----------
    engine : sqlalchemy.Engine
        The database; the count is committed whatever follows.
    login, password : str
        What the person typed.
    code : str, optional
        Code of the telephone, or a recovery code.
    keys : callable, optional
        Gives the keys.
    at : datetime.datetime, optional
        The time; now when left out.

    Returns
    -------
    LoginFacts
        The account.

    Raises
    ------
    CodeNeededError
        When the password is right and the code was left out.
    AccessError
        When they do not fit, or there were too many tries.
    """
    at = at or datetime.now(UTC)
    subject, tries, found = _look_up(engine, login, at)
    if tries > FAILURES_ALLOWED:
        raise AccessError(_REFUSED, signed_in=False)
    fits = password_fits(password, None if found is None else found.password_hash)
    with engine.begin() as connection:
        if fits and found is not None and not found.account.disabled:
            if found.factor is None or (code and code_fits(connection, found, code, keys or _no_keys, at)):
                logins.forget_tries(connection, subject)
                return found
            fits = not code
        else:
            fits = False
        (logins.give_back_try(connection, subject) if fits else logins.note_failure(connection, subject, login))
    if fits:
        raise CodeNeededError("Type the code that your telephone shows, or a recovery code.", signed_in=False)
    raise AccessError(_REFUSED, signed_in=False)


def open_session(
    connection: Connection, found: LoginFacts, *, client: str = "", at: datetime | None = None
) -> SignedIn:
    """Open a session for somebody whose password was just seen to fit.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection, with nobody signed in.
    found : LoginFacts
        The account.
    client : str
        What the browser calls itself.
    at : datetime.datetime, optional
        The time; now when left out.

    Returns
    -------
    SignedIn
        The session and its token.

    Raises
    ------
    AccessError
        When the account was closed or its password changed meanwhile.
    """
    at = at or datetime.now(UTC)
    token = secrets.token_urlsafe(32)
    expires_at = at + SESSION_IDLE
    if not sessions.start_session(connection, hash_token(token), found, at, expires_at, client[:120]):
        raise AccessError(_REFUSED, signed_in=False)
    return SignedIn(token, found.account, expires_at)


def change_own_password(
    engine: Engine, login: str, password: str, new: str, *, client: str = "", at: datetime | None = None
) -> SignedIn:
    """Give one's own account another password; every session ends, and a new one begins.

    Parameters
    ----------
    engine : sqlalchemy.Engine
        The database.
    login : str
        Who asks.
    password : str
        The password until now.
    new : str
        The password from now on.
    client : str
        What the browser calls itself.
    at : datetime.datetime, optional
        The time; now when left out.

    Returns
    -------
    SignedIn
        The new session.

    Raises
    ------
    AccessError
        When the password until now is wrong.
    InputError
        When the new one cannot be used.
    """
    at = at or datetime.now(UTC)
    found = confirm_known(engine, login, password, at=at)
    fresh = hash_password(new, login, found.account.name)
    with engine.begin() as connection:
        if not logins.put_password(connection, found.account.account_id, found.password_hash, fresh):
            raise AccessError(_REFUSED, signed_in=True)
        changed = LoginFacts(found.account, fresh, found.factor, found.factor_key_id)
        return open_session(connection, changed, client=client, at=at)


def confirm_known(engine: Engine, login: str, password: str, *, at: datetime | None = None) -> LoginFacts:
    """Ask somebody who is signed in for the password again; the code of the telephone is not asked for.

    Parameters
    ----------
    engine : sqlalchemy.Engine
        The database.
    login : str
        Who asks.
    password : str
        What was typed.
    at : datetime.datetime, optional
        The time; now when left out.

    Returns
    -------
    LoginFacts
        The account.

    Raises
    ------
    AccessError
        When it does not fit, or there were too many tries.
    """
    at = at or datetime.now(UTC)
    subject, tries, found = _look_up(engine, login, at)
    fits = tries <= FAILURES_ALLOWED and password_fits(password, None if found is None else found.password_hash)
    with engine.begin() as connection:
        if fits and found is not None and not found.account.disabled:
            logins.forget_tries(connection, subject)
            return found
        if tries <= FAILURES_ALLOWED:
            logins.note_failure(connection, subject, login)
    raise AccessError("The password is wrong, or there were too many tries.", signed_in=True)


def rotate_session(engine: Engine, token: str) -> str | None:
    """Give a session another token, as after anything that makes it worth more.

    Parameters
    ----------
    engine : sqlalchemy.Engine
        The database.
    token : str
        Its token until now.

    Returns
    -------
    str or None
        Its token from now on; None when there is no such session.
    """
    fresh = secrets.token_urlsafe(32)
    with engine.begin() as connection:
        return fresh if sessions.rotate_session(connection, hash_token(token), hash_token(fresh)) else None


def sign_out(engine: Engine, token: str) -> None:
    """End a session.

    Parameters
    ----------
    engine : sqlalchemy.Engine
        The database.
    token : str
        Its token; an unknown one changes nothing.
    """
    with engine.begin() as connection:
        sessions.end_session(connection, hash_token(token))


def _look_up(engine: Engine, login: str, at: datetime) -> tuple[str, int, LoginFacts | None]:
    """Count a try, then look the login up: its hash, the tries so far, and the account if there is one."""
    subject = name_subject(login)
    with engine.begin() as connection:
        tries = logins.count_try(connection, subject, at, at - FAILURE_WINDOW)
        return subject, tries, logins.find_login(connection, login)


def _no_keys() -> Keyring:
    raise SettingsError("This account has a second factor, and no keys were given to check it with.")
