"""The seals of the audit as they lie in the database, and the file outside it where their head is signed."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TextIO

from sqlalchemy import Connection, text

from gridgov.errors import InputError
from gridgov.storage.owners import give_to_owner

FILE_NAME = "audit-checkpoints.jsonl"
_BATCH = 5000


@dataclass(frozen=True)
class Entry:
    """An audit row as it is sealed: `facts` is the text that the database writes of them."""

    at: datetime
    actor: str
    act: str
    object: str
    facts: str


@dataclass(frozen=True)
class Link:
    """One link of the chain: a seal and the row it belongs to."""

    seal_no: int
    audit_id: int
    seal: bytes
    entry: Entry | None
    """None when the row is gone."""


@dataclass(frozen=True)
class Checkpoint:
    """The head of the chain at a time, signed with a key outside the database."""

    seal_no: int
    audit_id: int
    seal: str
    """In hexadecimal."""
    at: str
    key_id: str
    mac: str


def iterate_chain(connection: Connection) -> Iterator[Link]:
    """Read the chain from its beginning.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection, of the owner or of an auditor's request.

    Yields
    ------
    Link
        In order of their numbers.
    """
    sql = text(
        "SELECT s.seal_no, s.audit_id, s.seal, a.audit_id AS found, a.at, a.actor, a.act, a.object, "
        "a.facts::text AS facts FROM gridgov.audit_seal AS s LEFT JOIN gridgov.audit AS a "
        "ON a.audit_id = s.audit_id ORDER BY s.seal_no"
    )
    for row in connection.execution_options(yield_per=_BATCH).execute(sql):
        entry = None if row.found is None else Entry(row.at, row.actor, row.act, row.object, row.facts)
        yield Link(row.seal_no, row.audit_id, bytes(row.seal), entry)


def list_unsealed(connection: Connection, limit: int = 1000) -> list[int]:
    """List rows that came in without a seal.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection, of the owner.
    limit : int
        Most rows to list.

    Returns
    -------
    list of int
        Their numbers.
    """
    sql = text(
        "SELECT a.audit_id FROM gridgov.audit AS a WHERE NOT EXISTS (SELECT FROM gridgov.audit_seal AS s "
        "WHERE s.audit_id = a.audit_id) ORDER BY a.audit_id LIMIT :limit"
    )
    return [int(number) for number in connection.execute(sql, {"limit": limit}).scalars()]


def read_head(connection: Connection, seal_no: int | None = None) -> Link | None:
    """Read the last seal, or one of a number.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection.
    seal_no : int, optional
        Number of the seal; the last one when left out.

    Returns
    -------
    Link or None
        Without its row; None when there is none.
    """
    row = connection.execute(text("SELECT * FROM gridgov.audit_head(:number)"), {"number": seal_no}).first()
    return None if row is None else Link(row.seal_no, row.audit_id, bytes(row.seal), None)


def read_checkpoints(file: Path) -> list[Checkpoint]:
    """Read the signed heads.

    Parameters
    ----------
    file : pathlib.Path
        Their file.

    Returns
    -------
    list of Checkpoint
        The oldest first; empty when there is no file.

    Raises
    ------
    InputError
        When a line cannot be read.
    """
    if not file.exists():
        return []
    found = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        try:
            found.append(Checkpoint(**json.loads(line)))
        except (ValueError, TypeError):
            raise InputError(f"Line {number} of {file} is no checkpoint: the file was damaged or changed.") from None
    return found


@contextmanager
def lock_checkpoints(file: Path) -> Iterator[TextIO]:
    """Open the file of the signed heads to add to it, while nobody else does.

    Parameters
    ----------
    file : pathlib.Path
        Their file; made when it is missing.

    Yields
    ------
    typing.TextIO
        For `add_checkpoint`.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "a", encoding="utf-8") as opened:
        give_to_owner(handle, file.parent)
        fcntl.flock(opened, fcntl.LOCK_EX)
        yield opened


def add_checkpoint(opened: TextIO, checkpoint: Checkpoint) -> None:
    """Add a signed head, so that it lasts.

    Parameters
    ----------
    opened : typing.TextIO
        Of `lock_checkpoints`.
    checkpoint : Checkpoint
        The head.
    """
    opened.write(json.dumps(asdict(checkpoint)) + "\n")
    opened.flush()
    os.fsync(opened.fileno())
