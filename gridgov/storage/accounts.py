"""Accounts: who may sign in, and as what."""

from __future__ import annotations

from dataclasses import dataclass

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
class Listed:
    """An account as an administrator sees it."""

    account: Account
    second_factor: bool
    app_passwords: int
    sessions: int


def get_account(connection: Connection, login: str) -> Account | None:
    """Return the account of a login.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection.
    login : str
        Sign-in name.

    Returns
    -------
    Account or None
        None when nobody has that name.
    """
    sql = text(f"SELECT {_COLUMNS} FROM gridgov.account AS a WHERE a.login = :login")
    row = connection.execute(sql, {"login": login}).first()
    return None if row is None else to_account(row)


def list_accounts(connection: Connection) -> list[Listed]:
    """Return every account in order of login.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection.

    Returns
    -------
    list of Listed
        The accounts, disabled ones too.
    """
    sql = (
        f"SELECT {_COLUMNS}, d.second_factor, d.app_passwords, d.sessions "
        "FROM gridgov.account AS a JOIN gridgov.list_doors() AS d USING (account_id) ORDER BY a.login"
    )
    rows = connection.execute(text(sql))
    return [Listed(to_account(row), row.second_factor, row.app_passwords, row.sessions) for row in rows]


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


def update_account(connection: Connection, account: Account) -> None:
    """Write role, name, language and state of an account.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection.
    account : Account
        As it shall be.
    """
    sql = text(
        "UPDATE gridgov.account SET role = :role, name = :name, language = :language, disabled = :disabled "
        "WHERE account_id = :account_id"
    )
    connection.execute(sql, account.__dict__)


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


def close_doors(connection: Connection, account_id: str, *, app_passwords: bool, second_factor: bool = False) -> None:
    """End every session of an account and take away what else lets it in.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection, of the owner or of an administrator's request.
    account_id : str
        The account.
    app_passwords : bool
        Whether its app passwords go too.
    second_factor : bool
        Whether its second factor goes too.
    """
    sql = text("SELECT gridgov.close_doors(:account_id, :app_passwords, :second_factor)")
    connection.execute(
        sql, {"account_id": account_id, "app_passwords": app_passwords, "second_factor": second_factor}
    )


def lift_lock(connection: Connection, subject: str) -> None:
    """Take away the lock that too many tries put on a login.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection, of the owner or of an administrator's request.
    subject : str
        The login, hashed.
    """
    connection.execute(text("SELECT gridgov.lift_lock(:subject)"), {"subject": subject})


def count_open(connection: Connection, role: str) -> int:
    """Count the accounts of a role that are not disabled.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection.
    role : str
        The role.

    Returns
    -------
    int
        Their number.
    """
    sql = text("SELECT count(*) FROM gridgov.account WHERE role = :role AND NOT disabled")
    return int(connection.execute(sql, {"role": role}).scalar_one())


def to_account(row: object) -> Account:
    """Make an account of a row that bears its columns.

    Parameters
    ----------
    row : sqlalchemy.Row
        The row.

    Returns
    -------
    Account
        The account.
    """
    return Account(*(getattr(row, name) for name in ("account_id", "login", "name", "role", "language", "disabled")))
