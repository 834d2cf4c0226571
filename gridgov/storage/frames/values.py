"""Turn the columns of a frame into what a table takes; what does not fit is refused with its rows named."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from geoalchemy2 import Geometry
from sqlalchemy import Boolean, Column, Date, DateTime, Double, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from gridgov.errors import CrsError, InputError
from gridgov.storage.tables import STORED_SRID

NAMED_MAX = 5
"""Rows named in a message."""


def to_columns(table: Table, frame: pd.DataFrame) -> pa.Table:
    """Turn a frame into Arrow columns for COPY.

    Parameters
    ----------
    table : sqlalchemy.Table
        Whose columns they become.
    frame : pandas.DataFrame or geopandas.GeoDataFrame
        Rows; see `write_frame`.

    Returns
    -------
    pyarrow.Table
        One column for each of the frame's, the geometry as hexadecimal EWKB called `geom`.

    Raises
    ------
    InputError
        When a column is unknown or a value does not fit.
    CrsError
        When there are geometries without a coordinate system.
    """
    shape = frame.geometry.name if isinstance(frame, gpd.GeoDataFrame) and frame._geometry_column_name else None
    made: dict[str, pa.Array] = {}
    for label in frame.columns:
        name = "geom" if label == shape else str(label)
        column = table.columns.get(name)
        if column is None or column.computed is not None:
            known = ", ".join(one.name for one in table.columns if one.computed is None)
            raise InputError(
                f"The table {table.name!r} has no column {name!r} to write. It has: {known}.", column=name
            )
        made[name] = _to_array(table, column, frame[label], frame)
    return pa.table(made)


def _to_array(table: Table, column: Column[Any], values: pd.Series, frame: pd.DataFrame) -> pa.Array:
    if isinstance(column.type, Geometry):
        return _geometry(table, values, frame)
    turn = next(turn for kind, turn in TURNS if isinstance(column.type, kind))
    try:
        return turn(values)
    except (pa.ArrowException, TypeError, ValueError, OverflowError) as error:
        raise InputError(
            f"Column {column.name!r} of {table.name!r} takes {type(column.type).__name__.lower()} values, "
            f"and holds others ({values.dtype}): {error}",
            column=column.name,
        ) from error


def _text(values: pd.Series) -> pa.Array:
    if values.dtype.kind == "f":
        # 44030700 read as a decimal becomes "44030700.0", and a long one has lost its last digits
        if values.notna().any():
            raise TypeError("decimal numbers are no text; read the column as text")
        return pa.nulls(len(values), pa.string())
    if values.dtype.kind in "iub" or isinstance(values.dtype, pd.CategoricalDtype):
        values = values.astype("string")
    try:
        return pa.array(values, pa.string(), from_pandas=True)
    except (pa.ArrowTypeError, pa.ArrowInvalid):
        if any(isinstance(value, float) and value == value for value in values):
            raise
        return pa.array(values.map(str, na_action="ignore"), pa.string(), from_pandas=True)


def _whole(values: pd.Series) -> pa.Array:
    return pa.array(pd.array(values, dtype="Int64"), pa.int64())


def _decimal(values: pd.Series) -> pa.Array:
    return pa.array(pd.array(values, dtype="Float64"), pa.float64(), from_pandas=True)


def _truth(values: pd.Series) -> pa.Array:
    return pa.array(pd.array(values, dtype="boolean"), pa.bool_())


def _day(values: pd.Series) -> pa.Array:
    return pa.array(values, from_pandas=True).cast(pa.date32())


def _moment(values: pd.Series) -> pa.Array:
    return pa.array(values, pa.timestamp("us", tz="UTC"), from_pandas=True)


def _json(values: pd.Series) -> pa.Array:
    return pa.array([None if value is None else to_json(value) for value in values], pa.string())


def _plain_text(values: pd.Series) -> pa.Array:
    return pa.array([None if value is None else str(value) for value in values], pa.string())


TURNS: tuple[tuple[type, Callable[[pd.Series], pa.Array]], ...] = (
    (JSONB, _json),
    (Uuid, _plain_text),
    (Text, _text),
    (Boolean, _truth),
    (Integer, _whole),
    (Double, _decimal),
    (DateTime, _moment),
    (Date, _day),
)


def to_json(value: object) -> str:
    """Write a value as JSON that PostgreSQL reads.

    Parameters
    ----------
    value : object
        Plain values, numpy numbers, days and times.

    Returns
    -------
    str
        JSON text.

    Examples
    --------
    >>> to_json({"target": 50})
    '{"target": 50}'
    """
    return json.dumps(value, ensure_ascii=False, allow_nan=False, default=_plain)


def to_plain(value: object) -> Any:
    """Turn a value into what JSON can hold.

    Parameters
    ----------
    value : object
        Plain values, numpy numbers, days and times.

    Returns
    -------
    object
        Dictionaries, lists, texts, numbers, truth values and None.
    """
    return json.loads(to_json(value))


def _plain(value: Any) -> object:
    if hasattr(value, "tolist"):
        return value.tolist()
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return str(value)


def _geometry(table: Table, values: pd.Series, frame: pd.DataFrame) -> pa.Array:
    shapes = gpd.GeoSeries(values)
    missing = shapes.isna().to_numpy()
    if missing.all():
        return pa.nulls(len(shapes), pa.string())
    if shapes.crs is None:
        raise CrsError(
            f"The rows for {table.name!r} have geometries without a coordinate system. Declare it (frame.set_crs)."
        )
    flat = shapely.force_2d(shapes.to_crs(STORED_SRID).to_numpy())
    _require_sound(table, flat, missing, frame)
    return pa.array(shapely.to_wkb(shapely.set_srid(flat, STORED_SRID), hex=True, include_srid=True), pa.string())


def _require_sound(table: Table, shapes: np.ndarray, missing: np.ndarray, frame: pd.DataFrame) -> None:
    west, south, east, north = shapely.bounds(shapes).T
    inside = (west >= -180) & (east <= 180) & (south >= -90) & (north <= 90)
    faults = {
        "empty": shapely.is_empty(shapes),
        "outside the world once turned into degrees: its coordinate system is not what was declared": ~inside,
        "invalid (the outline crosses itself)": ~shapely.is_valid(shapes),
    }
    for fault, rows in faults.items():
        bad = np.flatnonzero(rows & ~missing)
        if len(bad):
            raise InputError(
                f"{len(bad)} of {len(shapes)} geometries for {table.name!r} are {fault}. "
                f"First rows: {', '.join(_names(table, frame, bad))}. Repair them before storing.",
                rows=_names(table, frame, bad),
            )


def _names(table: Table, frame: pd.DataFrame, rows: np.ndarray) -> list[str]:
    keys = [column.name for column in table.primary_key if column.name in frame.columns]
    named = frame.iloc[rows[:NAMED_MAX]]
    if not keys:
        return [f"number {row}" for row in rows[:NAMED_MAX]]
    return ["/".join(map(str, row)) for row in named[keys].itertuples(index=False)]
