"""The keys, kept outside the database: in a file, in an environment variable, or given by a command."""

from gridgov.storage.keys.ring import (
    PURPOSES,
    Key,
    Keyring,
    KeySource,
    dump_keyring,
    make_key,
    parse_keyring,
)
from gridgov.storage.keys.store import FILE_NAME, KeyStore

__all__ = [
    "FILE_NAME",
    "PURPOSES",
    "Key",
    "KeySource",
    "KeyStore",
    "Keyring",
    "dump_keyring",
    "make_key",
    "parse_keyring",
]
