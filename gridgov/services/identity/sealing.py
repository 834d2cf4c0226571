"""One person's values, sealed field by field, and the blind indexes they are found by."""

from __future__ import annotations

from collections.abc import Mapping

from gridgov.core.ciphers import keyed_hash
from gridgov.core.identities import FIELDS, FOUND_BY, normalise
from gridgov.services.sealing import seal, unseal
from gridgov.storage.keys import Key, Keyring
from gridgov.storage.sealed_people import SealedPerson

INDEX_BYTES = {"name": 2, "telephone": 4, "id_number": 4}
"""So short that a name, which many bear, shares its index with others: what is found is opened and compared, so a
lookup is exact all the same, and the table tells little of how often a name occurs."""


def seal_person(ring: Keyring, resident_id: str, values: Mapping[str, str]) -> SealedPerson:
    """Encrypt what is known of a person.

    Parameters
    ----------
    ring : Keyring
        The keys.
    resident_id : str
        Whose values; they open with no other key of a resident.
    values : mapping of str to str
        Values by field.

    Returns
    -------
    SealedPerson
        To be stored.
    """
    key, index_key = ring.newest("identity"), ring.newest("index")
    sealed = {
        field: seal(ring, "identity", values[field], _place(resident_id, field))[0]
        for field in FIELDS
        if values.get(field)
    }
    indexes = {field: make_index(index_key, field, values[field]) for field in FOUND_BY if values.get(field)}
    return SealedPerson(resident_id, key.key_id, index_key.key_id, sealed, indexes)


def unseal_person(ring: Keyring, resident_id: str, key_id: str | None, sealed: Mapping[str, bytes]) -> dict[str, str]:
    """Decrypt what is known of a person.

    Parameters
    ----------
    ring : Keyring
        The keys.
    resident_id : str
        Whose values.
    key_id : str or None
        The key that sealed them.
    sealed : mapping of str to bytes
        Encrypted values by field.

    Returns
    -------
    dict of str to str
        Values by field.

    Raises
    ------
    SettingsError
        When the key is missing, or a value was changed or moved.
    """
    return {field: unseal(ring, str(key_id), sealed[field], _place(resident_id, field)) for field in sealed}


def make_index(key: Key, field: str, value: str) -> bytes:
    """Make the blind index of a value: a keyed hash, cut short.

    Parameters
    ----------
    key : Key
        Key of indexes; not the one that encrypts.
    field : str
        One of `FOUND_BY`; the same text in another field has another index.
    value : str
        The value, in any writing.

    Returns
    -------
    bytes
        `INDEX_BYTES` of the field.
    """
    return keyed_hash(key.profile, key.secret, f"{field}\0{normalise(field, value)}")[: INDEX_BYTES[field]]


def _place(resident_id: str, field: str) -> str:
    return f"{field} of {resident_id}"
