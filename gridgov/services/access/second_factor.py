"""The second factor: codes of 30 seconds (RFC 6238), each used once, and recovery codes for a lost telephone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

import pyotp
import segno
from sqlalchemy import Connection

from gridgov.errors import ConflictError, InputError, NotFoundError
from gridgov.services.access.codes import find_step, make_code
from gridgov.services.access.hashing import hash_secret
from gridgov.services.access.rules import RECOVERY_CODES
from gridgov.services.sealing import seal, unseal
from gridgov.storage import factors, logins
from gridgov.storage.accounts import Account
from gridgov.storage.audit import write_audit
from gridgov.storage.keys import Keyring, KeySource
from gridgov.storage.logins import LoginFacts

ISSUER = "gridgov"


@dataclass(frozen=True)
class NewFactor:
    """A second factor to be confirmed: what the telephone has to learn, shown once."""

    secret: str
    uri: str
    qr_svg: str


@dataclass(frozen=True)
class FactorState:
    """Whether a second factor is in force."""

    on: bool
    recovery_codes: int


def begin_second_factor(connection: Connection, account: Account, ring: Keyring) -> NewFactor:
    """Make a second factor, which counts once a code of it was given.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection of the account's own request.
    account : Account
        Whose it is.
    ring : Keyring
        The keys.

    Returns
    -------
    NewFactor
        For the telephone.

    Raises
    ------
    ConflictError
        When one is in force.
    """
    secret = pyotp.random_base32()
    sealed, key_id = seal_secret(ring, secret, account.account_id)
    if not factors.put_second_factor(connection, account.account_id, sealed, key_id):
        raise ConflictError("A second factor is in force. Switch it off before you make another one.")
    uri = pyotp.TOTP(secret).provisioning_uri(name=account.login, issuer_name=ISSUER)
    picture = BytesIO()
    segno.make(uri, error="m").save(picture, kind="svg", scale=4, border=4, xmldecl=False, svgns=True)
    return NewFactor(secret, uri, picture.getvalue().decode())


def confirm_second_factor(
    connection: Connection, account: Account, code: str, ring: Keyring, at: datetime
) -> tuple[str, ...]:
    """Put a second factor into force with its first code.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection of the account's own request.
    account : Account
        Whose it is.
    code : str
        What the telephone shows.
    ring : Keyring
        The keys.
    at : datetime.datetime
        Now.

    Returns
    -------
    tuple of str
        Recovery codes, shown once.

    Raises
    ------
    NotFoundError
        When none was begun, or it is in force already.
    InputError
        When the code is another one.
    """
    found = factors.get_second_factor(connection, account.account_id)
    if found is None or found.confirmed_at is not None:
        raise NotFoundError("There is no second factor to confirm. Begin one first.")
    step = find_step(unseal_secret(ring, found.key_id, found.secret, account.account_id), code, at)
    if step is None:
        raise InputError(
            "The code does not fit. See that the clock of the telephone is right, and type the next one."
        )
    factors.confirm_second_factor(connection, account.account_id, step)
    codes = make_recovery_codes(connection, account)
    write_audit(connection, account.login, "second-factor-on", account.account_id)
    return codes


def make_recovery_codes(connection: Connection, account: Account) -> tuple[str, ...]:
    """Make new recovery codes; those before no longer count.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection of the account's own request.
    account : Account
        Whose they are.

    Returns
    -------
    tuple of str
        The codes, shown once.
    """
    codes = tuple(make_code(16) for _ in range(RECOVERY_CODES))
    factors.put_recovery_codes(connection, account.account_id, [hash_secret(one, "recovery") for one in codes])
    return codes


def renew_recovery_codes(connection: Connection, account: Account) -> tuple[str, ...]:
    """Make new recovery codes for a second factor in force.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection of the account's own request.
    account : Account
        Whose they are.

    Returns
    -------
    tuple of str
        The codes, shown once.

    Raises
    ------
    NotFoundError
        When no second factor is in force.
    """
    if not read_state(connection, account.account_id).on:
        raise NotFoundError("There is no second factor.")
    codes = make_recovery_codes(connection, account)
    write_audit(connection, account.login, "recovery-codes-made", account.account_id)
    return codes


def end_second_factor(connection: Connection, account: Account) -> None:
    """Switch the second factor off.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection of the account's own request.
    account : Account
        Whose it is.

    Raises
    ------
    NotFoundError
        When there is none.
    """
    if not factors.drop_second_factor(connection, account.account_id):
        raise NotFoundError("There is no second factor.")
    write_audit(connection, account.login, "second-factor-off", account.account_id)


def read_state(connection: Connection, account_id: str) -> FactorState:
    """Say whether an account has a second factor in force.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection of the account's own request.
    account_id : str
        The account.

    Returns
    -------
    FactorState
        Whether, and how many recovery codes are left.
    """
    found = factors.get_second_factor(connection, account_id)
    on = found is not None and found.confirmed_at is not None
    return FactorState(on, factors.count_recovery_codes(connection, account_id) if on else 0)


def code_fits(connection: Connection, found: LoginFacts, code: str, keys: KeySource, at: datetime) -> bool:
    """Tell whether a code fits the second factor of an account, and use it up.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection; to be committed, or the code could be used again.
    found : LoginFacts
        The account.
    code : str
        Six digits of the telephone, or a recovery code.
    keys : callable
        Gives the keys.
    at : datetime.datetime
        Now.

    Returns
    -------
    bool
        Whether it fits and was not used before.
    """
    account_id = found.account.account_id
    assert found.factor is not None and found.factor_key_id is not None
    if len(code.strip()) > 8:
        return logins.use_recovery_code(connection, account_id, hash_secret(code, "recovery"))
    secret = unseal_secret(keys(), found.factor_key_id, found.factor, account_id)
    step = find_step(secret, code, at)
    return step is not None and logins.use_step(connection, account_id, step)


def seal_secret(ring: Keyring, secret: str, account_id: str) -> tuple[bytes, str]:
    """Encrypt the secret of a second factor.

    Parameters
    ----------
    ring : Keyring
        The keys.
    secret : str
        The secret.
    account_id : str
        Whose it is; it opens with no other account.

    Returns
    -------
    tuple of (bytes, str)
        What to store, and the name of the key.
    """
    return seal(ring, "secrets", secret, _place(account_id))


def unseal_secret(ring: Keyring, key_id: str, sealed: bytes, account_id: str) -> str:
    """Decrypt the secret of a second factor.

    Parameters
    ----------
    ring : Keyring
        The keys.
    key_id : str
        The key that sealed it.
    sealed : bytes
        What was stored.
    account_id : str
        Whose it is.

    Returns
    -------
    str
        The secret.
    """
    return unseal(ring, key_id, sealed, _place(account_id))


def _place(account_id: str) -> str:
    return f"{account_id} second-factor"
