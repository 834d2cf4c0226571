"""Sign the head of the chain with a key outside the database, now and then while the server runs."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from gridgov.core.ciphers import keyed_hash
from gridgov.errors import ConflictError, GridgovError, InputError
from gridgov.storage.audit import write_audit
from gridgov.storage.audit_chain import (
    Checkpoint,
    Link,
    add_checkpoint,
    lock_checkpoints,
    read_checkpoints,
    read_head,
)
from gridgov.storage.keys import Key, KeySource

LOG = logging.getLogger("gridgov.audit")
CHECKPOINT_EVERY_S = 60.0


def write_checkpoint(engine: Engine, keys: KeySource, file: Path) -> Checkpoint | None:
    """Sign the head of the chain, unless it was signed before.

    Parameters
    ----------
    engine : sqlalchemy.Engine
        The database.
    keys : callable
        Gives the keys.
    file : pathlib.Path
        File of the checkpoints.

    Returns
    -------
    Checkpoint or None
        None when there is nothing new.

    Raises
    ------
    ConflictError
        When the head signed last is no longer in the chain.
    """
    with lock_checkpoints(file) as opened:
        signed = read_checkpoints(file)
        last = signed[-1] if signed else None
        with engine.connect() as connection:
            head = read_head(connection)
            before = None if last is None else read_head(connection, last.seal_no)
        if last is not None and (before is None or before.seal.hex() != last.seal):
            raise ConflictError(
                f"The audit no longer holds what was signed at {last.at} (seal {last.seal_no}): rows were removed or "
                "changed. Run: gridgov audit verify",
                seal_no=last.seal_no,
            )
        if head is None or (last is not None and head.seal_no <= last.seal_no):
            return None
        made = _sign(head, last, keys().newest("audit"))
        add_checkpoint(opened, made)
        return made


def read_signed_head(file: Path) -> Checkpoint | None:
    """Read the head signed last.

    Parameters
    ----------
    file : pathlib.Path
        File of the checkpoints.

    Returns
    -------
    Checkpoint or None
        None when none was signed.
    """
    signed = read_checkpoints(file)
    return signed[-1] if signed else None


def restart_checkpoints(
    engine: Engine, keys: KeySource, file: Path, reason: str, *, actor: str = "cli"
) -> Path | None:
    """Begin a new file of checkpoints, after a restore of an older backup; the old one is kept beside it.

    Parameters
    ----------
    engine : sqlalchemy.Engine
        The database.
    keys : callable
        Gives the keys.
    file : pathlib.Path
        File of the checkpoints.
    reason : str
        Why, for the audit.
    actor : str
        Who does this, for the audit.

    Returns
    -------
    pathlib.Path or None
        Where the old one is; None when there was none.

    Raises
    ------
    InputError
        When there is no reason.
    """
    if len(reason.strip()) < 5:
        raise InputError("Say why, with --reason: the audit keeps it.")
    signed = read_checkpoints(file)
    kept = file.with_name(f"{file.stem}-{datetime.now(UTC):%Y%m%dT%H%M%S}{file.suffix}") if file.exists() else None
    if kept is not None:
        file.rename(kept)
    facts = {"reason": reason.strip()} | ({"signed_until": signed[-1].seal_no} if signed else {})
    with engine.begin() as connection:
        write_audit(connection, actor, "checkpoints-restarted", "audit", facts)
    write_checkpoint(engine, keys, file)
    return kept


@contextmanager
def keep_checkpoints(
    engine: Engine, keys: KeySource, file: Path, *, every_s: float = CHECKPOINT_EVERY_S
) -> Iterator[None]:
    """Sign the head of the chain now and then while something runs, and once more when it ends.

    Parameters
    ----------
    engine : sqlalchemy.Engine
        The database.
    keys : callable
        Gives the keys.
    file : pathlib.Path
        File of the checkpoints.
    every_s : float
        Seconds between two checkpoints.

    Yields
    ------
    None
        While they are written.
    """
    over = threading.Event()

    def sign() -> None:
        try:
            write_checkpoint(engine, keys, file)
        except GridgovError as error:
            LOG.error("%s: %s", error.code, error.message)
        except Exception as error:
            # the server answers on; the next one may do
            LOG.error("the audit could not be signed: %s", type(error).__name__)

    def run() -> None:
        while not over.wait(every_s):
            sign()

    thread = threading.Thread(target=run, name="audit-checkpoints", daemon=True)
    sign()
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(timeout=10)
        sign()


def make_mac(key: Key, one: Checkpoint, before: Checkpoint | None) -> str:
    """Sign a head together with the signature before it.

    Parameters
    ----------
    key : Key
        Key of the purpose ``audit``.
    one : Checkpoint
        The head; its own signature does not matter.
    before : Checkpoint or None
        The head signed before.

    Returns
    -------
    str
        The signature in hexadecimal.
    """
    parts = ("" if before is None else before.mac, one.seal_no, one.audit_id, one.seal, one.at, one.key_id)
    return keyed_hash(key.profile, key.secret, json.dumps(parts)).hex()


def _sign(head: Link, before: Checkpoint | None, key: Key) -> Checkpoint:
    at = datetime.now(UTC).isoformat(timespec="seconds")
    bare = Checkpoint(head.seal_no, head.audit_id, head.seal.hex(), at, key.key_id, "")
    return Checkpoint(**{**asdict(bare), "mac": make_mac(key, bare, before)})
