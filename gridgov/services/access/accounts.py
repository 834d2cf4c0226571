"""The accounts: make, change, close, list. Done by an administrator, on the web or on the machine."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import Connection, Engine

from gridgov.errors import ConflictError, InputError, NotFoundError
from gridgov.services.access.hashing import hash_password, name_subject
from gridgov.services.access.rules import LANGUAGES, ROLES, require_one_of
from gridgov.storage import accounts
from gridgov.storage.accounts import Account, Listed
from gridgov.storage.audit import write_audit

Where = Engine | Connection
"""The database: an engine, whose transaction the act makes its own, or the connection of a request."""


def make_account(
    where: Where, login: str, password: str, role: str, *, name: str = "", language: str = "zh", actor: str = "cli"
) -> Account:
    """Make an account.

    Parameters
    ----------
    where : sqlalchemy.Engine or sqlalchemy.Connection
        The database.
    login : str
        Sign-in name, 1 to 64 characters without white space at its ends.
    password : str
        See `gridgov.core.passwords`.
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
    require_one_of("role", role, ROLES)
    require_one_of("language", language, LANGUAGES)
    if not 1 <= len(login) <= 64 or login != login.strip() or not login.isprintable() or ":" in login:
        raise InputError(
            f"The login {login!r} cannot be used. Take 1 to 64 visible characters without a colon.", login=login
        )
    _require_name(name)
    password_hash = hash_password(password, login, name)
    account = Account(str(uuid.uuid4()), login, name or login, role, language)
    with begin(where) as connection:
        if accounts.get_account(connection, login) is not None:
            raise ConflictError(f"The login {login!r} is taken. Choose another one.", login=login)
        accounts.put_account(connection, account, password_hash)
        write_audit(connection, actor, "account-made", account.account_id, {"login": login, "role": role})
    return account


def set_password(where: Where, login: str, password: str, *, actor: str = "cli") -> None:
    """Give an account a new password; its sessions and the passwords of its programs end, and a lock is taken away.

    Parameters
    ----------
    where : sqlalchemy.Engine or sqlalchemy.Connection
        The database.
    login : str
        Whose password.
    password : str
        The new one.
    actor : str
        Who does this, for the audit.

    Raises
    ------
    InputError
        When the password cannot be used.
    NotFoundError
        When nobody has the login.
    """
    with begin(where) as connection:
        account = require_account(connection, login)
        password_hash = hash_password(password, login, account.name)
        accounts.set_password_hash(connection, account.account_id, password_hash)
        accounts.close_doors(connection, account.account_id, app_passwords=True)
        accounts.lift_lock(connection, name_subject(account.login))
        write_audit(connection, actor, "password-set", account.account_id, {"login": login})


def set_disabled(where: Where, login: str, disabled: bool, *, actor: str = "cli") -> None:
    """Close an account, or open it again; closing ends its sessions.

    Parameters
    ----------
    where : sqlalchemy.Engine or sqlalchemy.Connection
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
    change_account(where, login, disabled=disabled, actor=actor)


def change_account(
    where: Where,
    login: str,
    *,
    role: str | None = None,
    name: str | None = None,
    language: str | None = None,
    disabled: bool | None = None,
    actor: str = "cli",
) -> Account:
    """Change what an account is; another role or closing it ends its sessions.

    Parameters
    ----------
    where : sqlalchemy.Engine or sqlalchemy.Connection
        The database.
    login : str
        Whose account.
    role, name, language : str, optional
        New values; as before when left out.
    disabled : bool, optional
        Whether it is closed; as before when left out.
    actor : str
        Who does this, for the audit.

    Returns
    -------
    Account
        As it is now.

    Raises
    ------
    NotFoundError
        When nobody has the login.
    InputError
        When a value is not allowed.
    ConflictError
        When nobody would be left to manage accounts on the web.
    """
    with begin(where) as connection:
        before = require_account(connection, login)
        given = {"role": role, "name": name, "language": language, "disabled": disabled}
        after = replace(before, **{key: value for key, value in given.items() if value is not None})  # type: ignore[arg-type]
        require_one_of("role", after.role, ROLES)
        require_one_of("language", after.language, LANGUAGES)
        _require_name(after.name)
        if after == before:
            return before
        if before.role == "administrator" and not before.disabled:
            _require_another_administrator(connection, after)
        accounts.update_account(connection, after)
        if after.disabled or after.role != before.role:
            accounts.close_doors(connection, after.account_id, app_passwords=after.disabled)
        act = "account-changed"
        if after.disabled != before.disabled:
            act = "account-disabled" if after.disabled else "account-enabled"
        # names of persons do not go into the audit
        changed = {
            key: getattr(after, key) for key in ("role", "language") if getattr(after, key) != getattr(before, key)
        }
        write_audit(connection, actor, act, after.account_id, {"login": login, **changed})
    return after


def reset_second_factor(where: Where, login: str, *, actor: str = "cli") -> None:
    """Take the second factor of an account away, for somebody who lost the telephone and the codes.

    Parameters
    ----------
    where : sqlalchemy.Engine or sqlalchemy.Connection
        The database.
    login : str
        Whose account.
    actor : str
        Who does this, for the audit.

    Raises
    ------
    NotFoundError
        When nobody has the login.
    """
    with begin(where) as connection:
        account = require_account(connection, login)
        accounts.close_doors(connection, account.account_id, app_passwords=False, second_factor=True)
        write_audit(connection, actor, "second-factor-reset", account.account_id, {"login": login})


def list_accounts(where: Where) -> list[Account]:
    """Return every account.

    Parameters
    ----------
    where : sqlalchemy.Engine or sqlalchemy.Connection
        The database.

    Returns
    -------
    list of Account
        In order of login.
    """
    return [one.account for one in describe_accounts(where)]


def describe_accounts(where: Where) -> list[Listed]:
    """Return every account with what it holds.

    Parameters
    ----------
    where : sqlalchemy.Engine or sqlalchemy.Connection
        The database.

    Returns
    -------
    list of Listed
        In order of login.
    """
    with begin(where) as connection:
        return accounts.list_accounts(connection)


def require_account(connection: Connection, login: str) -> Account:
    """Return the account of a login.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection.
    login : str
        Sign-in name.

    Returns
    -------
    Account
        The account.

    Raises
    ------
    NotFoundError
        When nobody has it.
    """
    found = accounts.get_account(connection, login)
    if found is None:
        raise NotFoundError(f"There is no account with the login {login!r}. See `gridgov user list`.", login=login)
    return found


@contextmanager
def begin(where: Where) -> Iterator[Connection]:
    """Open a transaction, or go on in the one of a request.

    Parameters
    ----------
    where : sqlalchemy.Engine or sqlalchemy.Connection
        The database.

    Yields
    ------
    sqlalchemy.Connection
        Within a transaction.
    """
    if isinstance(where, Engine):
        with where.begin() as connection:
            yield connection
    else:
        yield where


def _require_name(name: str) -> None:
    if len(name) > 100 or not name.isprintable():
        raise InputError("The name cannot be used. Take at most 100 visible characters.")


def _require_another_administrator(connection: Connection, after: Account) -> None:
    leaves = after.disabled or after.role != "administrator"
    if leaves and accounts.count_open(connection, "administrator") == 1:
        raise ConflictError(
            "This is the last administrator: nobody would be left to manage accounts. Make another one first."
        )
