"""Keys, and how they are written."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from gridgov.core.ciphers import KEY_BYTES, PROFILES
from gridgov.errors import SettingsError

PURPOSES = ("identity", "index", "secrets", "audit")
"""What keys are for: the identity of residents, finding it, second factors, the checkpoints of the audit."""


@dataclass(frozen=True)
class Key:
    """One key; its text is never printed."""

    key_id: str
    purpose: str
    profile: str
    secret: bytes = field(repr=False)
    made_at: str = ""


@dataclass(frozen=True)
class Keyring:
    """All keys, the oldest first; the newest of a purpose seals, all of them open."""

    keys: tuple[Key, ...]

    def newest(self, purpose: str) -> Key:
        """Return the key that seals.

        Parameters
        ----------
        purpose : str
            One of `PURPOSES`.

        Returns
        -------
        Key
            The newest one.

        Raises
        ------
        SettingsError
            When there is none.
        """
        found = [key for key in self.keys if key.purpose == purpose]
        if not found:
            raise SettingsError(
                f"There is no key for {purpose!r}. Make one with: gridgov identity rotate", need=purpose
            )
        return found[-1]

    def get(self, key_id: str) -> Key:
        """Return the key that sealed something.

        Parameters
        ----------
        key_id : str
            Its name.

        Returns
        -------
        Key
            The key.

        Raises
        ------
        SettingsError
            When it is not there.
        """
        for key in self.keys:
            if key.key_id == key_id:
                return key
        raise SettingsError(
            f"The key {key_id} is missing: what it sealed cannot be opened. Restore the key file that belongs to "
            "this database from its backup.",
            key_id=key_id,
        )


def make_key(purpose: str, profile: str) -> Key:
    """Make a random key.

    Parameters
    ----------
    purpose : str
        One of `PURPOSES`.
    profile : {"aes", "sm"}
        Algorithms it is for.

    Returns
    -------
    Key
        The key.
    """
    size = KEY_BYTES[profile] if purpose in ("identity", "secrets") else 32
    made_at = datetime.now(UTC).isoformat(timespec="seconds")
    return Key(f"{purpose}-{secrets.token_hex(4)}", purpose, profile, secrets.token_bytes(size), made_at)


def dump_keyring(ring: Keyring) -> str:
    """Write keys as text.

    Parameters
    ----------
    ring : Keyring
        The keys.

    Returns
    -------
    str
        JSON; whoever reads it can open everything.
    """
    rows = [
        {
            "id": key.key_id,
            "purpose": key.purpose,
            "profile": key.profile,
            "secret": base64.b64encode(key.secret).decode(),
            "made_at": key.made_at,
        }
        for key in ring.keys
    ]
    return json.dumps({"gridgov_keys": 1, "keys": rows}, indent=1) + "\n"


def parse_keyring(text: str, source: str) -> Keyring:
    """Read keys from text.

    Parameters
    ----------
    text : str
        JSON of `dump_keyring`.
    source : str
        What to call it in messages.

    Returns
    -------
    Keyring
        The keys.

    Raises
    ------
    SettingsError
        When it is no such text; the message does not repeat it.
    """
    try:
        document: Mapping[str, Any] = json.loads(text)
        keys = tuple(_to_key(row) for row in document["keys"])
    except (ValueError, KeyError, TypeError):
        raise SettingsError(
            f"{source} holds no keys of gridgov. Restore the key file from its backup; never make a new one for an "
            "old database."
        ) from None
    return Keyring(keys)


def _to_key(row: Mapping[str, str]) -> Key:
    key = Key(
        row["id"], row["purpose"], row["profile"], base64.b64decode(row["secret"], validate=True), row["made_at"]
    )
    sizes = {"identity": KEY_BYTES, "secrets": KEY_BYTES}.get(key.purpose, dict.fromkeys(PROFILES, 32))
    if key.purpose not in PURPOSES or len(key.secret) != sizes[key.profile]:
        raise ValueError
    return key


KeySource = Callable[[], Keyring]
"""Gives the keys when they are needed; most acts need none."""
