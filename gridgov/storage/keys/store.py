"""Where the keys come from: a file, an environment variable, or a command."""

from __future__ import annotations

import json
import os
import secrets
import shlex
import subprocess
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from gridgov.errors import SettingsError
from gridgov.storage.keys.ring import PURPOSES, Keyring, dump_keyring, make_key, parse_keyring
from gridgov.storage.owners import give_to_owner

FILE_NAME = "keys.json"
_COMMAND_WAIT_S = 30


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
        _write_new(fresh, dump_keyring(ring), like=self.file.parent)
        try:
            # of several processes that make it at once one wins, and all read that
            os.link(fresh, self.file)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()


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
    _write_new(fresh, text, like=file if file.exists() else file.parent)
    fresh.replace(file)
    _sync_folder(file.parent)


def _write_new(file: Path, text: str, like: Path) -> None:
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as opened:
        give_to_owner(handle, like)
        opened.write(text)
        opened.flush()
        os.fsync(opened.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
