"""Who residents are, as far as a caller may see, and what of a day's allowance is used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, func, text

from gridgov.core.identities import FIELDS
from gridgov.storage.tables import allowance

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
