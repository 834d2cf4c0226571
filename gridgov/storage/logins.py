"""Who signs in and what proves it, through functions of the database: the tables behind are closed to the web."""

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
