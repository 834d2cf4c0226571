"""App passwords, second factors and recovery codes: what an account holds beside its password."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text


@dataclass(frozen=True)
class AppPassword:
    """The password of a program; the password itself is nowhere."""

    app_password_id: str
    name: str
    created_at: datetime
    used_at: datetime | None


@dataclass(frozen=True)
class SecondFactor:
    """A second factor, its secret encrypted."""

    secret: bytes
    key_id: str
    confirmed_at: datetime | None


def list_app_passwords(connection: Connection, account_id: str) -> list[AppPassword]:
    """List the app passwords of an account, the newest first.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection.
    account_id : str
        The account.

    Returns
    -------
    list of AppPassword
        The app passwords.
    """
    sql = text(
        "SELECT app_password_id, name, created_at, used_at FROM gridgov.app_password "
        "WHERE account_id = :account_id ORDER BY created_at DESC, app_password_id"
    )
    return [AppPassword(**row) for row in connection.execute(sql, {"account_id": account_id}).mappings()]


def put_app_password(connection: Connection, account_id: str, app_password: AppPassword, secret_hash: str) -> None:
    """Write a new app password.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection.
    account_id : str
        Whose it is.
    app_password : AppPassword
        Its name and time.
    secret_hash : str
        Its hash.
    """
    sql = text(
        "INSERT INTO gridgov.app_password (app_password_id, account_id, name, secret_hash, created_at) "
        "VALUES (:id, :account_id, :name, :secret_hash, :created_at)"
    )
    values = {"id": app_password.app_password_id, "name": app_password.name, "created_at": app_password.created_at}
    connection.execute(sql, {**values, "account_id": account_id, "secret_hash": secret_hash})


def drop_app_passwords(connection: Connection, account_id: str, app_password_id: str | None = None) -> int:
    """Revoke app passwords of an account, and end their sessions.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection.
    account_id : str
        The account.
    app_password_id : str, optional
        Only this one.

    Returns
    -------
    int
        App passwords revoked.
    """
    sql = "DELETE FROM gridgov.app_password WHERE account_id = :account_id"
    sql += " AND app_password_id = :app_password_id" if app_password_id is not None else ""
    values = {"account_id": account_id} | ({} if app_password_id is None else {"app_password_id": app_password_id})
    return connection.execute(text(sql), values).rowcount


def get_second_factor(connection: Connection, account_id: str) -> SecondFactor | None:
    """Return the second factor of an account.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection.
    account_id : str
        The account.

    Returns
    -------
    SecondFactor or None
        None when it has none, not even one to be confirmed.
    """
    sql = text("SELECT secret, key_id, confirmed_at FROM gridgov.second_factor WHERE account_id = :account_id")
    row = connection.execute(sql, {"account_id": account_id}).mappings().first()
    return None if row is None else SecondFactor(**row)


def put_second_factor(connection: Connection, account_id: str, secret: bytes, key_id: str) -> bool:
    """Write a second factor that is still to be confirmed.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection.
    account_id : str
        The account.
    secret : bytes
        Its secret, encrypted.
    key_id : str
        The key it was encrypted with.

    Returns
    -------
    bool
        False when the account has a confirmed one.
    """
    sql = text(
        "INSERT INTO gridgov.second_factor AS f (account_id, secret, key_id) VALUES (:account_id, :secret, :key_id) "
        "ON CONFLICT (account_id) DO UPDATE SET secret = :secret, key_id = :key_id, created_at = now(), "
        "last_step = 0 WHERE f.confirmed_at IS NULL"
    )
    return connection.execute(sql, {"account_id": account_id, "secret": secret, "key_id": key_id}).rowcount == 1


def confirm_second_factor(connection: Connection, account_id: str, step: int) -> None:
    """Put a second factor into force.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection.
    account_id : str
        The account.
    step : int
        Number of the 30 seconds whose code confirmed it; that code is used up.
    """
    sql = text(
        "UPDATE gridgov.second_factor SET confirmed_at = now(), last_step = :step WHERE account_id = :account_id"
    )
    connection.execute(sql, {"account_id": account_id, "step": step})


def drop_second_factor(connection: Connection, account_id: str) -> int:
    """Take the second factor and the recovery codes of an account away.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection.
    account_id : str
        The account.

    Returns
    -------
    int
        1 when it had one.
    """
    put_recovery_codes(connection, account_id, ())
    sql = text("DELETE FROM gridgov.second_factor WHERE account_id = :account_id")
    return connection.execute(sql, {"account_id": account_id}).rowcount


def put_recovery_codes(connection: Connection, account_id: str, hashes: Sequence[str]) -> None:
    """Replace the recovery codes of an account.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection.
    account_id : str
        The account.
    hashes : sequence of str
        Hashes of the new ones.
    """
    connection.execute(
        text("DELETE FROM gridgov.recovery_code WHERE account_id = :account_id"), {"account_id": account_id}
    )
    if hashes:
        sql = text("INSERT INTO gridgov.recovery_code (code_hash, account_id) VALUES (:code_hash, :account_id)")
        connection.execute(sql, [{"account_id": account_id, "code_hash": one} for one in hashes])


def count_recovery_codes(connection: Connection, account_id: str) -> int:
    """Count the recovery codes that an account has left.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection.
    account_id : str
        The account.

    Returns
    -------
    int
        Their number.
    """
    sql = text("SELECT count(*) FROM gridgov.recovery_code WHERE account_id = :account_id")
    return int(connection.execute(sql, {"account_id": account_id}).scalar_one())


def list_factor_secrets(connection: Connection) -> list[tuple[str, bytes, str]]:
    """List every second factor, to encrypt it anew.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection, of the owner.

    Returns
    -------
    list of tuple of (str, bytes, str)
        Account, secret, key.
    """
    rows = connection.execute(
        text("SELECT account_id, secret, key_id FROM gridgov.second_factor ORDER BY account_id")
    )
    return [(row.account_id, row.secret, row.key_id) for row in rows]


def replace_factor_secret(connection: Connection, account_id: str, secret: bytes, key_id: str) -> None:
    """Replace the encrypted secret of a second factor.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection, of the owner.
    account_id : str
        The account.
    secret : bytes
        The same secret, encrypted with another key.
    key_id : str
        That key.
    """
    sql = text("UPDATE gridgov.second_factor SET secret = :secret, key_id = :key_id WHERE account_id = :account_id")
    connection.execute(sql, {"account_id": account_id, "secret": secret, "key_id": key_id})
