"""Who may come in: accounts, passwords, signing in and out."""

from __future__ import annotations

import hashlib
import secrets
import threading
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, Engine

from gridgov.errors import AccessError, ConflictError, InputError, NotFoundError
from gridgov.storage import accounts
from gridgov.storage.accounts import Account
from gridgov.storage.audit import write_audit

ROLES = ("viewer", "officer", "supervisor", "analyst", "administrator", "auditor")
"""What an account may be."""

LANGUAGES = ("zh", "en")
"""Languages of the interface."""

PASSWORD_MIN_LENGTH = 8
PASSWORD_MAX_LENGTH = 256
"""A longer password is refused, so that hashing it costs no more than any other."""

FAILURES_ALLOWED = 8
FAILURE_WINDOW = timedelta(minutes=15)
"""After so many failures in so long a time a login is locked, whether an account bears it or not."""

SESSION_IDLE = timedelta(hours=2)
SESSION_LONGEST = timedelta(hours=12)
"""A session ends after this long without a request, and after this long in any case."""

_REFUSED = (
    "The name or the password is wrong, or there were too many tries. "
    f"Try again, or wait {FAILURE_WINDOW.seconds // 60} minutes."
)
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""Argon2id with 19 MiB and two passes, the least that OWASP's password storage cheat sheet allows."""
_HASHING = threading.BoundedSemaphore(4)
"""So many hashes at once and no more: sign-ins cannot exhaust the memory."""


@dataclass(frozen=True)
class SignedIn:
    """A new session: the token goes to the browser and is kept nowhere else."""

    token: str
    account: Account
    expires_at: datetime


def make_account(
    engine: Engine, login: str, password: str, role: str, *, name: str = "", language: str = "zh", actor: str = "cli"
) -> Account:
    """Make an account.

    Parameters
    ----------
    engine : sqlalchemy.Engine
        The database.
    login : str
        Sign-in name, 1 to 64 characters without white space at its ends.
    password : str
        At least `PASSWORD_MIN_LENGTH` characters.
    role : str
        One of `ROLES`.
    name : str
        What the interface calls the person; the login when empty.
    language : {"zh", "en"}
        Language of the interface.
    actor : str
        Who does this, for the audit.

    Returns
    -------
    Account
        The new account.

    Raises
    ------
    InputError
        When a value is not allowed.
    ConflictError
        When the login is taken.
    """
    _require_one_of("role", role, ROLES)
    _require_one_of("language", language, LANGUAGES)
    if not 1 <= len(login) <= 64 or login != login.strip() or not login.isprintable():
        raise InputError(f"The login {login!r} cannot be used. Take 1 to 64 visible characters.", login=login)
    password_hash = _hash_password(password)
    account = Account(str(uuid.uuid4()), login, name or login, role, language)
    with engine.begin() as connection:
        if accounts.get_account(connection, login) is not None:
            raise ConflictError(f"The login {login!r} is taken. Choose another one.", login=login)
        accounts.put_account(connection, account, password_hash)
        write_audit(connection, actor, "account-made", account.account_id, {"login": login, "role": role})
    return account


def set_password(engine: Engine, login: str, password: str, *, actor: str = "cli") -> None:
    """Give an account a new password and end its sessions.

    Parameters
    ----------
    engine : sqlalchemy.Engine
        The database.
    login : str
        Whose password.
    password : str
        The new one, at least `PASSWORD_MIN_LENGTH` characters.
    actor : str
        Who does this, for the audit.

    Raises
    ------
    InputError
        When the password is too short or too long.
    NotFoundError
        When nobody has the login.
    """
    password_hash = _hash_password(password)
    with engine.begin() as connection:
        account = _require_account(connection, login)
        accounts.set_password_hash(connection, account.account_id, password_hash)
        accounts.drop_sessions_of(connection, account.account_id)
        write_audit(connection, actor, "password-set", account.account_id, {"login": login})


def set_disabled(engine: Engine, login: str, disabled: bool, *, actor: str = "cli") -> None:
    """Close an account, or open it again; closing ends its sessions.

    Parameters
    ----------
    engine : sqlalchemy.Engine
        The database.
    login : str
        Whose account.
    disabled : bool
        Whether it shall be closed.
    actor : str
        Who does this, for the audit.

    Raises
    ------
    NotFoundError
        When nobody has the login.
    """
    with engine.begin() as connection:
        account = _require_account(connection, login)
        accounts.set_disabled(connection, account.account_id, disabled)
        if disabled:
            accounts.drop_sessions_of(connection, account.account_id)
        act = "account-disabled" if disabled else "account-enabled"
        write_audit(connection, actor, act, account.account_id, {"login": login})


def list_accounts(engine: Engine) -> list[Account]:
    """Return every account.

    Parameters
    ----------
    engine : sqlalchemy.Engine
        The database.

    Returns
    -------
    list of Account
        In order of login.
    """
    with engine.connect() as connection:
        return accounts.list_accounts(connection)


def sign_in(engine: Engine, login: str, password: str, *, at: datetime | None = None) -> SignedIn:
    """Open a session for a login and its password.

    The answer to a wrong password, an unknown login, a disabled account and a locked login is the same, in words and,
    but for the lock, in time.

    Parameters
    ----------
    engine : sqlalchemy.Engine
        The database.
    login, password : str
        What the person typed.
    at : datetime.datetime, optional
        The time; now when left out.

    Returns
    -------
    SignedIn
        The session and its token.

    Raises
    ------
    AccessError
        When the person is not let in.
    """
    at = at or datetime.now(UTC)
    subject = _name_subject(login)
    with engine.begin() as connection:
        failures = accounts.count_acts(connection, "sign-in-failed", subject, at - FAILURE_WINDOW)
        found = accounts.get_account(connection, login)
    if failures < FAILURES_ALLOWED and _password_fits(password, None if found is None else found[1]):
        assert found is not None
        if not found[0].disabled:
            return _open_session(engine, found[0], password, found[1], at)
    if failures < FAILURES_ALLOWED:
        with engine.begin() as connection:
            write_audit(connection, "", "sign-in-failed", subject, {} if found is None else {"login": login})
    raise AccessError(_REFUSED, signed_in=False)


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
        accounts.drop_session(connection, hash_token(token))


def current_account(connection: Connection, token: str, *, at: datetime | None = None) -> Account | None:
    """Return whose session a token is, and let an active session hold on.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection; a longer hold is written through it.
    token : str
        What the browser sent.
    at : datetime.datetime, optional
        The time; now when left out.

    Returns
    -------
    Account or None
        None when the session is unknown, ended, or its account disabled.
    """
    at = at or datetime.now(UTC)
    token_hash = hash_token(token)
    session = accounts.find_session(connection, token_hash, at)
    if session is None or at >= session.created_at + SESSION_LONGEST:
        return None
    if session.expires_at - at < SESSION_IDLE / 2:
        until = min(at + SESSION_IDLE, session.created_at + SESSION_LONGEST)
        if until > session.expires_at:
            accounts.extend_session(connection, token_hash, until)
    return session.account


def _open_session(engine: Engine, account: Account, password: str, password_hash: str, at: datetime) -> SignedIn:
    token = secrets.token_urlsafe(32)
    expires_at = at + SESSION_IDLE
    with engine.begin() as connection:
        accounts.put_session(connection, hash_token(token), account.account_id, at, expires_at)
        if _HASHER.check_needs_rehash(password_hash):
            accounts.set_password_hash(connection, account.account_id, _hash_password(password))
        write_audit(connection, account.login, "signed-in", account.account_id, {})
    return SignedIn(token, account, expires_at)


def _require_account(connection: Connection, login: str) -> Account:
    found = accounts.get_account(connection, login)
    if found is None:
        raise NotFoundError(f"There is no account with the login {login!r}. See `gridgov user list`.", login=login)
    return found[0]


def _require_one_of(what: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise InputError(
            f"The {what} {value!r} does not exist. Choose one of: {', '.join(allowed)}.", **{what: value}
        )


def _hash_password(password: str) -> str:
    if not PASSWORD_MIN_LENGTH <= len(password) <= PASSWORD_MAX_LENGTH:
        raise InputError(
            f"A password has {PASSWORD_MIN_LENGTH} to {PASSWORD_MAX_LENGTH} characters; this one has {len(password)}."
        )
    with _HASHING:
        return _HASHER.hash(password)


def _password_fits(password: str, password_hash: str | None) -> bool:
    """Hash even when there is no such account, so that the time tells nothing."""
    if len(password) > PASSWORD_MAX_LENGTH:
        return False
    try:
        with _HASHING:
            return _HASHER.verify(password_hash or _hash_of_nobody(), password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def _name_subject(login: str) -> str:
    """Name a login in the audit without its text: people type passwords into the wrong field."""
    return "login:" + hashlib.sha256(login.encode()).hexdigest()[:32]


def hash_token(token: str) -> str:
    """Hash the token of a session as it is stored.

    Parameters
    ----------
    token : str
        What the browser sent.

    Returns
    -------
    str
        SHA-256 in hexadecimal digits.
    """
    return hashlib.sha256(token.encode()).hexdigest()


@cache
def _hash_of_nobody() -> str:
    return _HASHER.hash(secrets.token_urlsafe(16))
