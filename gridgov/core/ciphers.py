"""Encryption of one value, and keyed hashes to find it by: pure functions of key, nonce and text.

Two profiles: AES-256-GCM with HMAC-SHA-256 (NIST SP 800-38D, FIPS 198-1), and SM4-GCM with HMAC-SM3 for offices that
must use the national algorithms (GB/T 32907-2016, GB/T 32905-2016).
"""

from __future__ import annotations

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gridgov.errors import SettingsError

PROFILES = ("aes", "sm")
"""Names of the profiles."""

KEY_BYTES = {"aes": 32, "sm": 16}
"""Bytes of a key for encryption; keys for hashes have 32 in both."""

NONCE_BYTES = 12
TAG_BYTES = 16


class WrongKeyError(SettingsError):
    """A value does not open: another key, another place, or it was changed."""

    code = "wrong-key"


def encrypt(profile: str, key: bytes, nonce: bytes, text: str, place: str) -> bytes:
    """Encrypt one value for one place.

    Parameters
    ----------
    profile : {"aes", "sm"}
        Algorithms.
    key : bytes
        `KEY_BYTES` of the profile.
    nonce : bytes
        `NONCE_BYTES` random bytes, never used twice with a key.
    text : str
        The value.
    place : str
        Where the value stands (whose it is, which field); it opens nowhere else.

    Returns
    -------
    bytes
        Nonce, ciphertext and tag.

    Raises
    ------
    SettingsError
        When this installation has no SM4.

    Examples
    --------
    >>> sealed = encrypt("aes", bytes(32), bytes(12), "张三", "R1 name")
    >>> len(sealed) - len("张三".encode())
    28
    >>> decrypt("aes", bytes(32), sealed, "R1 name")
    '张三'
    """
    if profile == "aes":
        return nonce + AESGCM(key).encrypt(nonce, text.encode(), place.encode())
    sealer = _sm4(key, modes.GCM(nonce)).encryptor()
    sealer.authenticate_additional_data(place.encode())
    body = sealer.update(text.encode()) + sealer.finalize()
    return bytes(nonce + body + sealer.tag)


def decrypt(profile: str, key: bytes, sealed: bytes, place: str) -> str:
    """Open one value.

    Parameters
    ----------
    profile : {"aes", "sm"}
        Algorithms it was sealed with.
    key : bytes
        The key.
    sealed : bytes
        What `encrypt` made.
    place : str
        Where the value stands.

    Returns
    -------
    str
        The value.

    Raises
    ------
    WrongKeyError
        When the key or the place is another one, or the bytes were changed.
    """
    nonce, body, tag = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:-TAG_BYTES], sealed[-TAG_BYTES:]
    try:
        if profile == "aes":
            return AESGCM(key).decrypt(nonce, body + tag, place.encode()).decode()
        opener = _sm4(key, modes.GCM(nonce, tag)).decryptor()
        opener.authenticate_additional_data(place.encode())
        return bytes(opener.update(body) + opener.finalize()).decode()
    except (InvalidTag, ValueError) as error:
        raise WrongKeyError(
            "An encrypted value does not open: its key is another one, or somebody changed or moved it. "
            "Restore the key file that belongs to this database."
        ) from error


def keyed_hash(profile: str, key: bytes, text: str) -> bytes:
    """Hash a text with a key.

    Parameters
    ----------
    profile : {"aes", "sm"}
        HMAC-SHA-256 or HMAC-SM3.
    key : bytes
        The key.
    text : str
        The text.

    Returns
    -------
    bytes
        32 bytes.

    Examples
    --------
    >>> keyed_hash("sm", b"key", "a") == keyed_hash("aes", b"key", "a")
    False
    """
    maker = hmac.HMAC(key, hashes.SHA256() if profile == "aes" else hashes.SM3())
    maker.update(text.encode())
    return maker.finalize()


def _sm4(key: bytes, mode: modes.GCM) -> Cipher[modes.GCM]:
    try:
        return Cipher(algorithms.SM4(key), mode)
    except UnsupportedAlgorithm as error:
        raise SettingsError(
            "This installation's OpenSSL has no SM4-GCM. Install one that has (OpenSSL 3.1 or newer), "
            "or use GRIDGOV_CRYPTO_PROFILE=aes."
        ) from error
