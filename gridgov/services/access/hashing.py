"""Passwords and tokens become hashes: slow ones for what people choose, quick ones for what is random."""

from __future__ import annotations

import hashlib
import secrets
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from gridgov.core.passwords import PASSWORD_MAX_LENGTH, find_password_fault
from gridgov.errors import InputError

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""Argon2id with 19 MiB and two passes, the least that OWASP's password storage cheat sheet allows."""
_HASHING = ThreadPoolExecutor(4, thread_name_prefix="hashing")
"""So many hashes at once and no more: sign-ins cannot exhaust the memory. Threads of their own, for the memory
of a hash stays with the thread that made it."""


def hash_password(password: str, *own_words: str) -> str:
    """Hash a new password.

    Parameters
    ----------
    password : str
        The password.
    *own_words : str
        What everybody knows of its owner.

    Returns
    -------
    str
        Argon2id hash with its salt.

    Raises
    ------
    InputError
        When the password is too short, too long or too easy to guess.
    """
    fault = find_password_fault(password, *own_words)
    if fault is not None:
        raise InputError(fault)
    return _HASHING.submit(_HASHER.hash, password).result()


def password_fits(password: str, password_hash: str | None) -> bool:
    """Tell whether a password fits a hash; hash even when there is none, so that the time tells nothing.

    Parameters
    ----------
    password : str
        What was typed.
    password_hash : str or None
        Hash of the account, None when there is no such account.

    Returns
    -------
    bool
        Whether it fits.
    """
    if len(password) > PASSWORD_MAX_LENGTH:
        return False
    try:
        known = password_hash or _hash_of_nobody()
        return _HASHING.submit(_HASHER.verify, known, password).result() and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def rehash_password(password: str, password_hash: str) -> str | None:
    """Hash a password anew when its hash was made with weaker parameters than today's.

    Parameters
    ----------
    password : str
        A password that fits.
    password_hash : str
        Its hash.

    Returns
    -------
    str or None
        A new hash, None when the old one will do.
    """
    if not _HASHER.check_needs_rehash(password_hash):
        return None
    return _HASHING.submit(_HASHER.hash, password).result()


def hash_token(token: str) -> str:
    """Hash a session's token.

    Parameters
    ----------
    token : str
        256 random bits, as the browser holds them.

    Returns
    -------
    str
        What the database holds.
    """
    return hashlib.sha256(token.encode()).hexdigest()


def hash_secret(secret: str, purpose: str) -> str:
    """Hash a random secret of 80 bits or more; a slow hash would add nothing to what cannot be guessed.

    Parameters
    ----------
    secret : str
        The secret; case, blanks and hyphens do not matter.
    purpose : str
        What it is for: the same secret for another purpose has another hash.

    Returns
    -------
    str
        SHA-256 of both, in hexadecimal.
    """
    plain = secret.replace("-", "").replace(" ", "").lower()
    return hashlib.sha256(f"gridgov {purpose}\0{plain}".encode()).hexdigest()


def name_subject(login: str) -> str:
    """Name a login without its text: people type passwords into the wrong field.

    Parameters
    ----------
    login : str
        What was typed as the login.

    Returns
    -------
    str
        Name for the audit and for the count of failures.
    """
    return "login:" + hashlib.sha256(login.encode(errors="surrogatepass")).hexdigest()[:32]


@cache
def _hash_of_nobody() -> str:
    return _HASHER.hash(secrets.token_urlsafe(16))
