"""Seal a value with the newest key, and open it with the key that sealed it."""

from __future__ import annotations

import secrets

from gridgov.core.ciphers import NONCE_BYTES, decrypt, encrypt
from gridgov.storage.keys import Keyring


def seal(ring: Keyring, purpose: str, text: str, place: str) -> tuple[bytes, str]:
    """Encrypt a value.

    Parameters
    ----------
    ring : Keyring
        The keys.
    purpose : str
        What for, see `gridgov.storage.keys.PURPOSES`.
    text : str
        The value.
    place : str
        Whose it is and which field; it opens nowhere else.

    Returns
    -------
    tuple of (bytes, str)
        What to store, and the name of the key.
    """
    key = ring.newest(purpose)
    # 96 random bits: the chance that two of 2³² values share a nonce is below 2⁻³² (SP 800-38D, 8.3)
    return encrypt(key.profile, key.secret, secrets.token_bytes(NONCE_BYTES), text, place), key.key_id


def unseal(ring: Keyring, key_id: str, sealed: bytes, place: str) -> str:
    """Decrypt a value.

    Parameters
    ----------
    ring : Keyring
        The keys.
    key_id : str
        The key that sealed it.
    sealed : bytes
        What was stored.
    place : str
        Whose it is and which field.

    Returns
    -------
    str
        The value.

    Raises
    ------
    SettingsError
        When the key is missing, or the value was changed or moved.
    """
    key = ring.get(key_id)
    return decrypt(key.profile, key.secret, bytes(sealed), place)
