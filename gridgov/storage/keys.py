"""The keys, kept outside the database: in a file, in an environment variable, or given by a command."""

from __future__ import annotations

import base64
import json
import os
import secrets
import shlex
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from gridgov.core.ciphers import KEY_BYTES, PROFILES
from gridgov.errors import SettingsError

PURPOSES = ("identity", "index", "secrets", "audit")
"""What keys are for: the identity of residents, finding it, second factors, the checkpoints of the audit."""

FILE_NAME = "keys.json"
_COMMAND_WAIT_S = 30


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


@dataclass(frozen=True)
class KeyStore:
    """Where the keys come from.

    Examples
    --------
    >>> import tempfile
    >>> store = KeyStore(file=Path(tempfile.mkdtemp()) / "keys.json")
    >>> store.read().newest("identity").profile
    'aes'
    """

    file: Path
    """The key file; made at the first use, unless one of the others is given."""
    text: str | None = field(default=None, repr=False)
    """The keys themselves, as the file would hold them (GRIDGOV_KEYS)."""
    command: str | None = None
    """A program that prints them (GRIDGOV_KEY_COMMAND), e.g. one that asks a hardware module."""
    profile: str = "aes"
    """Algorithms of new keys."""

    @property
    def writable(self) -> bool:
        """Whether gridgov keeps the keys itself."""
        return self.text is None and self.command is None

    def read(self) -> Keyring:
        """Read the keys; the file is made when it is missing.

        Returns
        -------
        Keyring
            The keys.

        Raises
        ------
        SettingsError
            When they cannot be read, or others of the machine may read the file.
        """
        if self.text is not None:
            return parse_keyring(self.text, "GRIDGOV_KEYS")
        if self.command is not None:
            return parse_keyring(_run(self.command), "the output of GRIDGOV_KEY_COMMAND")
        if not self.file.exists():
            self._make()
        return parse_keyring(_read_private(self.file), str(self.file))

    def add(self, *purposes: str) -> Keyring:
        """Make a new key for each purpose; from now on it seals.

        Parameters
        ----------
        *purposes : str
            Some of `PURPOSES`.

        Returns
        -------
        Keyring
            All keys with the new ones.

        Raises
        ------
        SettingsError
            When gridgov does not keep the keys; the message says what to add.
        """
        self._require_writable()
        ring = Keyring((*self.read().keys, *(make_key(purpose, self.profile) for purpose in purposes)))
        _write_private(self.file, dump_keyring(ring))
        return ring

    def forget(self, *key_ids: str) -> Keyring:
        """Take keys away; what they sealed can never be opened again.

        Parameters
        ----------
        *key_ids : str
            Names of keys.

        Returns
        -------
        Keyring
            The keys that are left.

        Raises
        ------
        SettingsError
            When gridgov does not keep the keys.
        """
        self._require_writable()
        ring = Keyring(tuple(key for key in self.read().keys if key.key_id not in key_ids))
        _write_private(self.file, dump_keyring(ring))
        return ring

    def _require_writable(self) -> None:
        if not self.writable:
            fresh = json.loads(dump_keyring(Keyring(tuple(make_key(one, self.profile) for one in PURPOSES))))
            shape = json.dumps({**fresh["keys"][0], "secret": "…"})
            raise SettingsError(
                "The keys are not kept by gridgov but given by GRIDGOV_KEYS or GRIDGOV_KEY_COMMAND: change them "
                f"there. A key looks like {shape}."
            )

    def _make(self) -> None:
        ring = Keyring(tuple(make_key(purpose, self.profile) for purpose in PURPOSES))
        self.file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.file.with_name(f".{self.file.name}.{secrets.token_hex(4)}")
        _write_new(fresh, dump_keyring(ring))
        try:
            # of several processes that make it at once one wins, and all read that
            os.link(fresh, self.file)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()


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


@cache
def _run(command: str) -> str:
    try:
        done = subprocess.run(
            shlex.split(command), stdin=subprocess.DEVNULL, capture_output=True, timeout=_COMMAND_WAIT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired, ValueError) as error:
        raise SettingsError(f"GRIDGOV_KEY_COMMAND cannot be run: {type(error).__name__}.") from None
    if done.returncode:
        raise SettingsError(f"GRIDGOV_KEY_COMMAND failed with exit code {done.returncode}.")
    return done.stdout.decode(errors="replace")


def _read_private(file: Path) -> str:
    try:
        mode = file.stat().st_mode
        if mode & 0o077:
            raise SettingsError(
                f"Others of this machine may read the keys in {file}. Run: chmod 600 {file}", mode=oct(mode & 0o777)
            )
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise SettingsError(
            f"The keys in {file} cannot be read: {error.strerror}. Run gridgov as the account that owns them."
        ) from None


def _write_private(file: Path, text: str) -> None:
    fresh = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    _write_new(fresh, text)
    fresh.replace(file)
    _sync_folder(file.parent)


def _write_new(file: Path, text: str) -> None:
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as opened:
        opened.write(text)
        opened.flush()
        os.fsync(opened.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


KeySource = Callable[[], Keyring]
"""Gives the keys when they are needed; most acts need none."""
