"""Write a frame into a table with one COPY."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator

import pandas as pd
import psycopg
import pyarrow as pa
import pyarrow.csv as pa_csv
from psycopg import sql
from sqlalchemy import Connection, Table

from gridgov.errors import ConflictError, GridgovError, InputError
from gridgov.storage.frames.values import to_columns
from gridgov.storage.refusals import say_breach

CHUNK_BYTES = 2**20

_KEY_VALUE = re.compile(r"\)=\((.*)\)")
"""What the server says of a key: Key (building_id)=(B1) already exists."""


def write_frame(connection: Connection, table: Table, frame: pd.DataFrame) -> int:
    """Write all rows of a frame into a table.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        The database; the caller commits.
    table : sqlalchemy.Table
        Where to. Columns that the frame lacks take their default.
    frame : pandas.DataFrame or geopandas.GeoDataFrame
        Rows to add; columns as the table calls them, the index is not written. The geometry of a GeoDataFrame, in any
        known coordinate system, goes to `geom` as EPSG:4490 without height. Missing values of any kind become null.

    Returns
    -------
    int
        Rows written.

    Raises
    ------
    InputError
        When a column is unknown, or a value does not fit its column or breaks a rule of the table.
    CrsError
        When there are geometries without a coordinate system.
    ConflictError
        When a key is already there, or the rows belong to a published plan.
    """
    columns = to_columns(table, frame)
    if len(columns):
        copy_columns(connection, sql.Identifier(str(table.schema), table.name), columns)
    return len(columns)


def copy_columns(connection: Connection, target: sql.Composable, columns: pa.Table) -> None:
    """Send prepared columns with COPY.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        The database.
    target : psycopg.sql.Composable
        Quoted name of the table.
    columns : pyarrow.Table
        Columns as text, numbers, truth values, days or times.
    """
    names = sql.SQL(", ").join(sql.Identifier(name) for name in columns.column_names)
    command = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv, ENCODING 'UTF8')").format(target, names)
    # Arrow leaves nulls bare and quotes every text, which is just how COPY tells null from the empty text
    options = pa_csv.WriteOptions(include_header=False, quoting_style="needed")
    sink = pa.BufferOutputStream()
    pa_csv.write_csv(columns, sink, options)
    buffer = memoryview(sink.getvalue())
    with driver_cursor(connection) as cursor, cursor.copy(command) as copy:
        for start in range(0, len(buffer), CHUNK_BYTES):
            copy.write(buffer[start : start + CHUNK_BYTES])


@contextlib.contextmanager
def driver_cursor(connection: Connection, *, binary: bool = False) -> Iterator[psycopg.Cursor[tuple[object, ...]]]:
    """Borrow the driver's cursor inside the transaction of a connection.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        The database.
    binary : bool
        Whether rows come in binary form.

    Yields
    ------
    psycopg.Cursor
        The cursor; what it raises comes out as a `GridgovError` without the values of rows.
    """
    if not connection.in_transaction():
        connection.begin()
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    try:
        with driver.cursor(binary=binary) as cursor:
            yield cursor
    except psycopg.Error as error:
        refused = explain(error)
        if refused is None:
            raise
        raise refused from error


def explain(error: psycopg.Error) -> GridgovError | None:
    """Say in gridgov's words why the database refused rows.

    Parameters
    ----------
    error : psycopg.Error
        What the driver raised.

    Returns
    -------
    GridgovError or None
        None for what is no fault of the rows, such as a lost connection.
    """
    seen = error.diag
    facts = {"table": seen.table_name, "constraint": seen.constraint_name, "sqlstate": seen.sqlstate}
    if isinstance(error, psycopg.IntegrityError) and seen.sqlstate == "23000":
        return ConflictError(f"{seen.message_primary}. {seen.message_hint or ''}".strip(), **facts)
    if not isinstance(error, psycopg.IntegrityError | psycopg.DataError):
        return None
    table, breach = seen.table_name or "a table", say_breach(error)
    value = _KEY_VALUE.search(seen.message_detail or "")
    said = f"The database refused a row of {table}: {breach}. Nothing was stored; correct the row."
    if value:
        said = (
            f"The database refused a row of {table} with {value[1]}: {breach}. Nothing was stored; correct the row."
        )
    kind = ConflictError if isinstance(error, psycopg.errors.UniqueViolation) else InputError
    return kind(said, **facts)
