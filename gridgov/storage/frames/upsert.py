"""Merge a frame into a table by key, touching no row that is already as the frame says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from psycopg import sql
from sqlalchemy import Connection, Table

from gridgov.errors import InputError
from gridgov.storage.frames.values import to_columns
from gridgov.storage.frames.write import copy_columns, driver_cursor

NAMED_MAX = 5
STAGE = sql.Identifier("pg_temp", "gridgov_stage")


@dataclass(frozen=True)
class Merged:
    """What merging a frame did."""

    inserted: int
    updated: int
    unchanged: int


def upsert_frame(
    connection: Connection, table: Table, frame: pd.DataFrame, *, key: Sequence[str] | None = None
) -> Merged:
    """Merge a frame into a table: new keys are inserted, changed rows updated, equal rows left untouched.

    Only the columns of the frame are compared and written; the others keep what they hold. Geometries are equal when
    they have the same coordinates in the same order.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        The database; the caller commits. Other writers of the table wait until then.
    table : sqlalchemy.Table
        Where to.
    frame : pandas.DataFrame or geopandas.GeoDataFrame
        Rows as for `write_frame`; each key once.
    key : sequence of str, optional
        Columns that identify a row; the primary key unless given.

    Returns
    -------
    Merged
        How many rows were inserted, updated and left.

    Raises
    ------
    InputError
        When a key is missing, is null or comes twice, or a value does not fit.
    """
    keys = list(key or [column.name for column in table.primary_key])
    columns = to_columns(table, frame)
    _require_keys(table, frame, keys)
    if not len(columns):
        return Merged(0, 0, 0)
    target = sql.Identifier(str(table.schema), table.name)
    names = columns.column_names
    with driver_cursor(connection) as cursor:
        cursor.execute(sql.SQL("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE").format(target))
        cursor.execute(
            sql.SQL("CREATE TEMPORARY TABLE {} ON COMMIT DROP AS SELECT {} FROM {} WITH NO DATA").format(
                sql.Identifier(STAGE._obj[-1]), _list(names), target
            )
        )
    copy_columns(connection, STAGE, columns)
    with driver_cursor(connection) as cursor:
        cursor.execute(sql.SQL("ANALYZE {}").format(STAGE))
        updated = 0
        if others := [name for name in names if name not in keys]:
            cursor.execute(_update(target, keys, others))
            updated = cursor.rowcount
        cursor.execute(_insert(target, keys, names))
        inserted = cursor.rowcount
        cursor.execute(sql.SQL("DROP TABLE {}").format(STAGE))
    return Merged(inserted, updated, len(columns) - inserted - updated)


def _require_keys(table: Table, frame: pd.DataFrame, keys: list[str]) -> None:
    if missing := [name for name in keys if name not in frame.columns]:
        raise InputError(f"Rows for {table.name!r} lack their key {', '.join(missing)}.", missing=missing)
    if frame[keys].isna().to_numpy().any():
        raise InputError(f"Some rows for {table.name!r} have no {' / '.join(keys)}.", key=keys)
    twice = frame.loc[frame.duplicated(keys), keys].drop_duplicates()
    if len(twice):
        named = ["/".join(map(str, row)) for row in twice.head(NAMED_MAX).itertuples(index=False)]
        raise InputError(
            f"{len(twice)} keys of {table.name!r} come more than once: {', '.join(named)}. Keep one row of each.",
            rows=named,
        )


def _update(target: sql.Identifier, keys: list[str], others: list[str]) -> sql.Composed:
    assign = sql.SQL(", ").join(sql.SQL("{0} = fresh.{0}").format(sql.Identifier(name)) for name in others)
    differs = sql.SQL(" OR ").join(
        sql.SQL("kept.{0} IS DISTINCT FROM fresh.{0}").format(sql.Identifier(name)) for name in others
    )
    return sql.SQL("UPDATE {} AS kept SET {} FROM {} AS fresh WHERE {} AND ({})").format(
        target, assign, STAGE, _same(keys), differs
    )


def _insert(target: sql.Identifier, keys: list[str], names: list[str]) -> sql.Composed:
    return sql.SQL(
        "INSERT INTO {0} ({1}) SELECT {1} FROM {2} AS fresh WHERE NOT EXISTS (SELECT 1 FROM {0} AS kept WHERE {3})"
    ).format(target, _list(names), STAGE, _same(keys))


def _same(keys: list[str]) -> sql.Composable:
    return sql.SQL(" AND ").join(sql.SQL("kept.{0} = fresh.{0}").format(sql.Identifier(name)) for name in keys)


def _list(names: Sequence[str]) -> sql.Composable:
    return sql.SQL(", ").join(sql.Identifier(name) for name in names)
