"""Care of what is encrypted: seal it with new keys, erase a person, say how it stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import Engine, text

from gridgov.errors import ConflictError, InputError, NotFoundError
from gridgov.services.access.second_factor import seal_secret, unseal_secret
from gridgov.services.identity.sealing import seal_person, unseal_person
from gridgov.storage import factors, identity, sealed_people
from gridgov.storage.audit import write_audit
from gridgov.storage.keys import Keyring, KeyStore

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class KeyUse:
    """A key and what still needs it."""

    key_id: str
    purpose: str
    profile: str
    made_at: str
    rows: int
    newest: bool


def rotate_keys(engine: Engine, store: KeyStore, *, forget: bool = False, actor: str = "cli") -> int:
    """Make new keys for identities, their indexes and second factors, and seal everything anew with them.

    Rows are sealed anew in batches, each in a transaction of its own: if it is interrupted, run it again. Where
    gridgov does not keep the keys itself, the newest ones given are used.

    Parameters
    ----------
    engine : sqlalchemy.Engine
        The database.
    store : KeyStore
        The keys.
    forget : bool
        Whether keys that nothing needs any longer are destroyed.
    actor : str
        Who does this, for the audit.

    Returns
    -------
    int
        Rows sealed anew.
    """
    ring = store.add("identity", "index", "secrets") if store.writable else store.read()
    sealed = reseal(engine, ring, actor=actor)
    if forget and store.writable:
        needless = [use.key_id for use in list_keys(engine, ring) if not use.rows and not use.newest]
        store.forget(*(key for key in needless if ring.get(key).purpose != "audit"))
    return sealed


def reseal(engine: Engine, ring: Keyring, *, actor: str = "cli") -> int:
    """Seal everything anew that is not sealed with the newest keys.

    Parameters
    ----------
    engine : sqlalchemy.Engine
        The database.
    ring : Keyring
        The keys, old and new.
    actor : str
        Who does this, for the audit.

    Returns
    -------
    int
        Rows sealed anew.
    """
    key, index_key, secret_key = (ring.newest(purpose).key_id for purpose in ("identity", "index", "secrets"))
    done = 0
    while True:
        with engine.begin() as connection:
            batch = next(sealed_people.iterate_old(connection, key, index_key), [])
            fresh = [
                seal_person(ring, one.resident_id, unseal_person(ring, one.resident_id, one.key_id, one.sealed))
                for one in batch
            ]
            sealed_people.write_sealed(connection, fresh)
        done += len(batch)
        if not batch:
            break
    with engine.begin() as connection:
        for account_id, secret, key_id in factors.list_factor_secrets(connection):
            if key_id != secret_key:
                plain = unseal_secret(ring, key_id, secret, account_id)
                factors.replace_factor_secret(connection, account_id, *seal_secret(ring, plain, account_id))
                done += 1
        write_audit(connection, actor, "keys-rotated", "identity", {"rows": done, "key": key, "index_key": index_key})
    return done


def list_keys(engine: Engine, ring: Keyring) -> list[KeyUse]:
    """Say which keys there are and how many rows need each.

    Parameters
    ----------
    engine : sqlalchemy.Engine
        The database.
    ring : Keyring
        The keys.

    Returns
    -------
    list of KeyUse
        The oldest first.
    """
    needed: dict[str, int] = {}
    with engine.connect() as connection:
        for (key, index_key), rows in sealed_people.count_by_key(connection).items():
            needed[key] = needed.get(key, 0) + rows
            needed[index_key] = needed.get(index_key, 0) + rows
        for _, _, key in factors.list_factor_secrets(connection):
            needed[key] = needed.get(key, 0) + 1
    held = {key.key_id for key in ring.keys}
    uses = [
        KeyUse(
            key.key_id,
            key.purpose,
            key.profile,
            key.made_at,
            needed.get(key.key_id, 0),
            ring.newest(key.purpose) is key,
        )
        for key in ring.keys
    ]
    return uses + [KeyUse(key, "missing", "", "", rows, False) for key, rows in needed.items() if key not in held]


def erase_person(engine: Engine, resident_id: str, reason: str, *, actor: str = "cli") -> Mapping[str, int]:
    """Erase all there is of a resident: identity, needs, findings of imports. The audit keeps that it was done.

    Parameters
    ----------
    engine : sqlalchemy.Engine
        The database.
    resident_id : str
        Key of the resident.
    reason : str
        Why, for the audit.
    actor : str
        Who does this, for the audit.

    Returns
    -------
    mapping of str to int
        Table to rows deleted.

    Raises
    ------
    InputError
        When there is no reason.
    NotFoundError
        When there is nothing of such a resident.
    """
    if len(reason.strip()) < 5:
        raise InputError("Say why, with --reason: the audit keeps it.")
    with engine.begin() as connection:
        gone = sealed_people.erase_person(connection, resident_id)
        if not any(gone.values()):
            raise NotFoundError(f"There is nothing of a resident {resident_id!r}.", resident_id=resident_id)
        identity.forget_allowances(connection)
        write_audit(connection, actor, "person-erased", f"resident:{resident_id}", {"reason": reason.strip(), **gone})
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # a deleted row stays readable in the file of its table until it is cleaned
        for table in ("identity.person", "gridgov.resident", "gridgov.import_finding"):
            connection.execute(text(f"VACUUM {table}"))
    return gone


def require_keys(engine: Engine, ring: Keyring) -> None:
    """Refuse keys that do not belong to this database.

    Parameters
    ----------
    engine : sqlalchemy.Engine
        The database.
    ring : Keyring
        The keys.

    Raises
    ------
    ConflictError
        When rows were sealed with a key that is not there; a new key must not hide that one is lost.
    """
    missing = [use for use in list_keys(engine, ring) if use.purpose == "missing"]
    if missing:
        listed = ", ".join(f"{use.key_id} ({use.rows} rows)" for use in missing)
        raise ConflictError(
            f"Keys are missing: {listed}. Restore the key file that belongs to this database from its backup.",
            keys=[use.key_id for use in missing],
        )
