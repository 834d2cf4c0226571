"""Who residents are: encrypted rows in a schema of their own, and what of a day's allowance is used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, func, select, text
from sqlalchemy.dialects.postgresql import insert

from gridgov.core.identities import FIELDS, FOUND_BY
from gridgov.storage.tables import allowance, import_finding, person, resident

_BATCH = 2000
_ENDLESS = 2**31 - 1

_RESIDENT = (
    "SELECT r.resident_id, r.household_id, r.birth_year, r.basis, r.older_living_alone, r.disability_support, "
    "r.subsistence_allowance, h.building_id, h.unit, h.storey, h.room, p.key_id, p.name, p.telephone, p.id_number, "
    "p.address FROM gridgov.resident AS r JOIN gridgov.household AS h USING (household_id) "
    "LEFT JOIN identity.person AS p USING (resident_id) "
)


@dataclass(frozen=True)
class Person:
    """A resident as stored: what is counted in plain, who it is encrypted."""

    resident_id: str
    facts: Mapping[str, Any]
    """Columns of the resident and the household."""
    sealed: Mapping[str, bytes]
    """Encrypted values by field; those that are not known are absent."""
    key_id: str | None


@dataclass(frozen=True)
class SealedPerson:
    """The encrypted row of a person."""

    resident_id: str
    key_id: str
    index_key_id: str
    sealed: Mapping[str, bytes]
    indexes: Mapping[str, bytes]


def get_person(connection: Connection, resident_id: str) -> Person | None:
    """Read one resident that the caller may see.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection of a request; row security decides.
    resident_id : str
        Key of the resident.

    Returns
    -------
    Person or None
        None when there is none, or not for this caller.
    """
    row = connection.execute(text(_RESIDENT + "WHERE r.resident_id = :key"), {"key": resident_id}).mappings().first()
    return None if row is None else _to_person(row)


def list_people(
    connection: Connection, *, household_id: str | None = None, building_id: str | None = None, limit: int = 200
) -> list[Person]:
    """Read the residents of a household or a building that the caller may see.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection of a request; row security decides.
    household_id, building_id : str, optional
        Which; one of the two.
    limit : int
        Most rows to read.

    Returns
    -------
    list of Person
        In order of household and key.
    """
    column, value = ("r.household_id", household_id) if household_id is not None else ("h.building_id", building_id)
    sql = f"{_RESIDENT} WHERE {column} = :value ORDER BY r.household_id, r.resident_id LIMIT :limit"
    return [_to_person(row) for row in connection.execute(text(sql), {"value": value, "limit": limit}).mappings()]


def find_people(connection: Connection, indexes: Mapping[str, Sequence[bytes]], limit: int = 5000) -> list[Person]:
    """Read the residents behind blind indexes that the caller may see; some of them only share the index.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection of a request; row security decides.
    indexes : mapping of str to sequence of bytes
        For each field the indexes of the value; all fields must fit.
    limit : int
        Most rows to read.

    Returns
    -------
    list of Person
        In order of key.
    """
    rules = " AND ".join(f"p.{field}_index = ANY(:{field})" for field in indexes)
    sql = text(f"{_RESIDENT} WHERE {rules} ORDER BY r.resident_id LIMIT :limit")
    values: dict[str, Any] = {field: list(found) for field, found in indexes.items()}
    return [_to_person(row) for row in connection.execute(sql, {**values, "limit": limit}).mappings()]


def spend(connection: Connection, act: str, most: int) -> int | None:
    """Use one of what the caller's account may do today.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection of a request.
    act : str
        What is done.
    most : int
        How often it may be done in a day.

    Returns
    -------
    int or None
        How often it was done today, this time too; None when there was none left.
    """
    sql = text("SELECT identity.spend(:act, :most)")
    used = connection.execute(sql, {"act": act, "most": most}).scalar_one()
    return None if used is None else int(used)


def count_used(connection: Connection, act: str) -> int:
    """Say how often the caller's account did something today.

    What is used is closed to requests but for the function that uses it, so one use is tried and taken back.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection of a request.
    act : str
        What is done.

    Returns
    -------
    int
        How often.
    """
    with connection.begin_nested() as trial:
        used = spend(connection, act, _ENDLESS)
        trial.rollback()
    return 0 if used is None else used - 1


def list_known_residents(connection: Connection, keys: Sequence[str]) -> set[str]:
    """Say which residents there are.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection.
    keys : sequence of str
        Keys to look for.

    Returns
    -------
    set of str
        Those that are there.
    """
    query = text("SELECT resident_id FROM gridgov.resident WHERE resident_id = ANY(:keys)")
    return set(connection.execute(query, {"keys": list(keys)}).scalars())


def list_residents_of_grids(connection: Connection, plan_id: str, grids: Sequence[str]) -> list[str]:
    """List the residents of some grids of a plan.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection, of the owner.
    plan_id : str
        The plan.
    grids : sequence of str
        Keys of its grids.

    Returns
    -------
    list of str
        Keys in order.
    """
    query = text(
        "SELECT r.resident_id FROM gridgov.plan_household AS h JOIN gridgov.resident AS r USING (household_id) "
        "WHERE h.plan_id = :plan_id AND h.grid_id = ANY(:grids) ORDER BY r.resident_id"
    )
    return list(connection.execute(query, {"plan_id": plan_id, "grids": list(grids)}).scalars())


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


def forget_allowances(connection: Connection) -> None:
    """Drop the allowances of earlier days.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection, of the owner.
    """
    connection.execute(delete(allowance).where(allowance.c.used_on < func.gridgov.today()))


def _to_person(row: RowMapping) -> Person:
    sealed = {field: bytes(row[field]) for field in FIELDS if row[field] is not None}
    facts = {name: value for name, value in row.items() if name not in (*FIELDS, "key_id")}
    return Person(row["resident_id"], facts, sealed, row["key_id"])


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
