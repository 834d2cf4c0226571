"""Change the features of a collection; the row security of the database says whether they may be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any

import psycopg
import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from gridgov.core.systems import STORED
from gridgov.errors import AccessError, ConflictError, InputError, SettingsError
from gridgov.storage.collections.catalogue import Collection, Editing
from gridgov.storage.collections.conditions import Binder
from gridgov.storage.collections.statements import make_tag
from gridgov.storage.refusals import say_breach

SQL_TYPES = MappingProxyType(
    {"text": "text", "count": "integer", "number": "double precision", "yes": "boolean", "day": "date"}
)
Box = tuple[float, float, float, float]
UNCHANGED = object()
"""Stands for a geometry that a change does not touch."""


def lock_row(connection: Connection, collection: Collection, role: str, key: str) -> str | None:
    """Hold a row until the end of the transaction and return the tag of its state.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    collection : Collection
        A collection that can be edited.
    role : str
        The caller's role.
    key : str
        Key of the row.

    Returns
    -------
    str or None
        None when there is no such row, or not for this caller.
    """
    sql = (
        f"SELECT {make_tag(collection, role)} FROM {collection.source} "
        f"WHERE {collection.where} AND t.{collection.key} = %(key)s::text FOR UPDATE OF t"
    )
    found = connection.exec_driver_sql(sql, {"key": key}).scalar_one_or_none()
    return None if found is None else str(found)


def insert_row(connection: Connection, collection: Collection, values: Mapping[str, Any], shape: object) -> None:
    """Write a new row.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    collection : Collection
        A collection that can be edited.
    values : mapping of str to object
        Properties by name, the key among them.
    shape : shapely.Geometry or None
        Its geometry, EPSG:4490.

    Raises
    ------
    ConflictError
        When there is such a key already.
    InputError
        When the row names another that is not there, or breaks a rule of its table.
    AccessError
        When the row would lie outside the caller's scope.
    """
    binder = Binder("v")
    assigned = _assign(binder, collection, values, shape)
    table, names = _editing(collection).table, ", ".join(assigned)
    sql = f"INSERT INTO gridgov.{table} ({names}) VALUES ({', '.join(assigned.values())})"
    with _explain("stored"):
        connection.exec_driver_sql(sql, binder.values)


def update_row(
    connection: Connection, collection: Collection, key: str, values: Mapping[str, Any], shape: object
) -> None:
    """Change a row.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    collection : Collection
        A collection that can be edited.
    key : str
        Key of the row.
    values : mapping of str to object
        New values of properties by name.
    shape : shapely.Geometry, None or `UNCHANGED`
        Its new geometry, EPSG:4490.

    Raises
    ------
    InputError, AccessError
        As `insert_row`.
    """
    binder = Binder("v")
    assigned = _assign(binder, collection, values, shape)
    if not assigned:
        return
    changes = ", ".join(f"{name} = {value}" for name, value in assigned.items())
    where = f"{collection.key} = {binder.bind(key, 'text')}"
    with _explain("changed"):
        connection.exec_driver_sql(
            f"UPDATE gridgov.{_editing(collection).table} SET {changes} WHERE {where}", binder.values
        )


def delete_row(connection: Connection, collection: Collection, key: str) -> None:
    """Take a row away.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    collection : Collection
        A collection that can be edited.
    key : str
        Key of the row.

    Raises
    ------
    ConflictError
        When other rows still name it.
    """
    sql = f"DELETE FROM gridgov.{_editing(collection).table} WHERE {collection.key} = %(key)s::text"
    with _explain("deleted"):
        connection.exec_driver_sql(sql, {"key": key})


def read_district(connection: Connection) -> Box | None:
    """Return the box around all communities.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.

    Returns
    -------
    tuple of float or None
        West, south, east, north in degrees; None before communities were imported.
    """
    sql = """SELECT ST_XMin(box), ST_YMin(box), ST_XMax(box), ST_YMax(box)
        FROM (SELECT ST_Extent(geom) AS box FROM gridgov.division WHERE level = 'community') AS extent"""
    west, south, east, north = connection.exec_driver_sql(sql).one()
    return None if west is None else (west, south, east, north)


def _assign(binder: Binder, collection: Collection, values: Mapping[str, Any], shape: object) -> dict[str, str]:
    """Column to placeholder; the columns are those of the table of collections, never a caller's word."""
    types = {one.name: SQL_TYPES[one.type] for one in collection.properties}
    assigned = {name: binder.bind(value, types[name]) for name, value in values.items()}
    if isinstance(shape, BaseGeometry):
        assigned["geom"] = f"ST_GeomFromWKB({binder.bind(shapely.to_wkb(shape), 'bytea')}, {STORED.srid})"
    elif shape is None:
        assigned["geom"] = "NULL"
    return assigned


def _editing(collection: Collection) -> Editing:
    if collection.editing is None:
        raise SettingsError(f"The collection {collection.name!r} cannot be edited.")
    return collection.editing


@contextmanager
def _explain(done: str) -> Iterator[None]:
    """Say in our words why the database refused; its own words repeat values."""
    try:
        yield
    except DBAPIError as error:
        state = getattr(error.orig, "sqlstate", None)
        if state == "23505":
            raise ConflictError("There is a feature with this key already, perhaps one you do not see.") from None
        if state == "23503" and done == "deleted":
            raise ConflictError("Other rows still name this feature. Take those away first.") from None
        if state == "42501":
            raise AccessError(
                f"The feature cannot be {done}: it would lie outside your area.", signed_in=True
            ) from None
        if state is not None and state[:2] in ("22", "23"):
            assert isinstance(error.orig, psycopg.Error)
            breach = say_breach(error.orig)
            raise InputError(f"The feature cannot be {done}: {breach}. Correct it and send it again.") from None
        raise
