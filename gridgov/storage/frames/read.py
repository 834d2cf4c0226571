"""Read rows of the database into a frame."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from sqlalchemy import Connection, Select, Table, bindparam, select, text
from sqlalchemy.sql.expression import TextClause

from gridgov.storage.frames.write import driver_cursor
from gridgov.storage.tables import STORED_SRID

BOOL, BYTEA, INT8, INT2, INT4, FLOAT4, FLOAT8, NUMERIC, DATE, TIMESTAMPTZ = (
    16, 17, 20, 21, 23, 700, 701, 1700, 1082, 1184,
)  # fmt: skip
"""Numbers of PostgreSQL's types."""


def read_frame(
    connection: Connection,
    source: Table | Select[Any] | TextClause | str,
    params: Mapping[str, object] | None = None,
    *,
    geometry: str = "geom",
) -> pd.DataFrame:
    """Read a table or the answer of a query.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        The database.
    source : sqlalchemy.Table, sqlalchemy.Select or str
        A table (all columns but those made for tiles, ordered by key) or a query; a text names its parameters
        ``:name``.
    params : mapping of str to object, optional
        Values of the query's parameters.
    geometry : str
        Name of the column that becomes the geometry, called ``geometry`` in the frame.

    Returns
    -------
    pandas.DataFrame or geopandas.GeoDataFrame
        With a range index. Whole numbers are int64, and Int64 where there are nulls or the table allows them; truth
        values bool or boolean likewise; days datetime64[ms]; times datetime64[us, UTC]; text object with None. A
        GeoDataFrame in the system of the stored geometries (EPSG:4490) when the geometry column is there.
    """
    nullable: dict[str, bool] = {}
    if isinstance(source, Table):
        nullable = {column.name: bool(column.nullable) for column in source.columns}
        columns = [column for column in source.columns if column.computed is None]
        query: Any = select(*columns).order_by(*source.primary_key.columns)
    else:
        query = text(source) if isinstance(source, str) else source
    names, types, rows = _fetch(connection, query, params)
    values: Sequence[Sequence[Any]] = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    made = {
        name: _to_values(kind, column, nullable.get(name))
        for name, kind, column in zip(names, types, values, strict=True)
        if name != geometry
    }
    frame = pd.DataFrame(made, index=pd.RangeIndex(len(rows)))
    if geometry not in names:
        return frame
    shapes = shapely.from_wkb(np.asarray(values[names.index(geometry)], dtype=object))
    found = shapely.get_srid(shapes[:1])[0] if len(shapes) else 0
    crs = int(found) if found > 0 else STORED_SRID
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(shapely.set_srid(shapes, 0), crs=crs), crs=crs)


def _fetch(
    connection: Connection, query: Any, params: Mapping[str, object] | None
) -> tuple[list[str], list[int], list[tuple[Any, ...]]]:
    if isinstance(query, TextClause) and params:
        query = query.bindparams(*(bindparam(name, value) for name, value in params.items()))
        params = None
    compiled = query.compile(dialect=connection.dialect, compile_kwargs={"render_postcompile": True})
    # binary: a geometry comes as bytes and numbers need no parsing
    with driver_cursor(connection, binary=True) as cursor:
        cursor.execute(str(compiled), compiled.construct_params(dict(params or {})) or None)
        described = cursor.description or []
        return [one.name for one in described], [one.type_code for one in described], cursor.fetchall()


def _to_values(kind: int, values: Sequence[Any], nullable: bool | None) -> object:
    if kind in (INT2, INT4, INT8):
        masked = nullable or None in values
        return pd.array(values, dtype="Int64") if masked else np.array(values, dtype=np.int64)
    if kind == BOOL:
        masked = nullable or None in values
        return pd.array(values, dtype="boolean") if masked else np.array(values, dtype=bool)
    if kind in TURNS:
        return TURNS[kind](values)
    objects = np.empty(len(values), dtype=object)
    objects[:] = values
    return objects


def _decimals(values: Sequence[Any]) -> np.ndarray:
    return np.array(values, dtype=np.float64)


def _days(values: Sequence[Any]) -> np.ndarray:
    return np.array(values, dtype="datetime64[D]").astype("datetime64[ms]")


def _moments(values: Sequence[Any]) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(pd.to_datetime(list(values), utc=True)).as_unit("us")


TURNS: Mapping[int, Callable[[Sequence[Any]], object]] = {
    FLOAT4: _decimals,
    FLOAT8: _decimals,
    NUMERIC: _decimals,
    DATE: _days,
    TIMESTAMPTZ: _moments,
}
