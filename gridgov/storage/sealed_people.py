"""The encrypted rows of people as the owner of the database writes them: whole, and over those of other keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, func, select, text
from sqlalchemy.dialects.postgresql import insert

from gridgov.core.identities import FIELDS, FOUND_BY
from gridgov.storage.tables import import_finding, person, resident

_BATCH = 2000


@dataclass(frozen=True)
class SealedPerson:
    """The encrypted row of a person."""

    resident_id: str
    key_id: str
    index_key_id: str
    sealed: Mapping[str, bytes]
    indexes: Mapping[str, bytes]


def read_sealed(connection: Connection, keys: Sequence[str]) -> dict[str, SealedPerson]:
    """Read encrypted rows.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection, of the owner.
    keys : sequence of str
        Keys of residents.

    Returns
    -------
    dict of str to SealedPerson
        Those that are there.
    """
    query = text("SELECT * FROM identity.person WHERE resident_id = ANY(:keys) FOR UPDATE")
    rows = connection.execute(query, {"keys": list(keys)}).mappings()
    return {row["resident_id"]: _to_sealed(row) for row in rows}


def write_sealed(connection: Connection, rows: Sequence[SealedPerson]) -> None:
    """Write encrypted rows over those of the same residents.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection, of the owner.
    rows : sequence of SealedPerson
        The rows, whole.
    """
    if not rows:
        return
    statement = insert(person)
    columns = [column.name for column in person.columns if column.name != "resident_id"]
    statement = statement.on_conflict_do_update(
        index_elements=["resident_id"], set_={name: statement.excluded[name] for name in columns}
    )
    for start in range(0, len(rows), _BATCH):
        connection.execute(statement, [_to_row(row) for row in rows[start : start + _BATCH]])


def iterate_old(connection: Connection, key_id: str, index_key_id: str) -> Iterator[list[SealedPerson]]:
    """Read, batch by batch, the rows that other keys sealed; each batch is to be written before the next is read.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection, of the owner.
    key_id, index_key_id : str
        The newest keys.

    Yields
    ------
    list of SealedPerson
        A batch.
    """
    query = (
        select(person)
        .where((person.c.key_id != key_id) | (person.c.index_key_id != index_key_id))
        .order_by(person.c.resident_id)
        .limit(_BATCH)
        .with_for_update()
    )
    while rows := connection.execute(query).mappings().all():
        yield [_to_sealed(row) for row in rows]


def count_by_key(connection: Connection) -> dict[tuple[str, str], int]:
    """Count the encrypted rows by the keys that sealed them.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection, of the owner.

    Returns
    -------
    dict of tuple of (str, str) to int
        Key and index key to rows.
    """
    query = select(person.c.key_id, person.c.index_key_id, func.count()).group_by(
        person.c.key_id, person.c.index_key_id
    )
    return {(row[0], row[1]): int(row[2]) for row in connection.execute(query)}


def erase_person(connection: Connection, resident_id: str) -> dict[str, int]:
    """Delete all there is of a resident but the audit.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection, of the owner.
    resident_id : str
        Key of the resident.

    Returns
    -------
    dict of str to int
        Table to rows deleted.
    """
    of_layers = import_finding.c.layer.in_(("residents", "identities"))
    acts = {
        "identity.person": delete(person).where(person.c.resident_id == resident_id),
        "resident": delete(resident).where(resident.c.resident_id == resident_id),
        "import_finding": delete(import_finding).where(of_layers, import_finding.c.row_id == resident_id),
    }
    return {name: connection.execute(act).rowcount for name, act in acts.items()}


def _to_sealed(row: RowMapping) -> SealedPerson:
    return SealedPerson(
        row["resident_id"],
        row["key_id"],
        row["index_key_id"],
        {field: bytes(row[field]) for field in FIELDS if row[field] is not None},
        {field: bytes(row[f"{field}_index"]) for field in FOUND_BY if row[f"{field}_index"] is not None},
    )


def _to_row(row: SealedPerson) -> dict[str, Any]:
    return {
        "resident_id": row.resident_id,
        "key_id": row.key_id,
        "index_key_id": row.index_key_id,
        **{field: row.sealed.get(field) for field in FIELDS},
        **{f"{field}_index": row.indexes.get(field) for field in FOUND_BY},
    }
