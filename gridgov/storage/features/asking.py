"""Ask the database a question with bound values and get plain rows back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, text

Row = dict[str, Any]

BOUNDS = "ARRAY[ST_XMin({0}), ST_YMin({0}), ST_XMax({0}), ST_YMax({0})]"
"""West, south, east, north of a geometry, in degrees."""


def ask_rows(connection: Connection, sql: str, **values: Any) -> list[Row]:
    """Return every row of a query.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection.
    sql : str
        The query; values stand in it as ``:name``.
    **values : Any
        The values by name.

    Returns
    -------
    list of dict
        One dictionary per row, by column name.
    """
    return [dict(row) for row in connection.execute(text(sql), values).mappings()]


def ask_row(connection: Connection, sql: str, **values: Any) -> Row | None:
    """Return the first row of a query, or None.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection.
    sql : str
        The query; values stand in it as ``:name``.
    **values : Any
        The values by name.

    Returns
    -------
    dict or None
        The row by column name.
    """
    row = connection.execute(text(sql), values).mappings().first()
    return None if row is None else dict(row)
