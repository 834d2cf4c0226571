"""Why the database refuses a row, in words for who sent it: never a constraint's name, never a value."""

from __future__ import annotations

from types import MappingProxyType

import psycopg

_SHAPES = MappingProxyType(
    {
        "geom_srid": "its shape is in another coordinate system than the stored one",
        "geom_filled": "its shape is empty",
        "geom_valid": "its shape is not valid: a border crosses itself, or a coordinate is no number",
        "geom_envelope": "its shape lies outside the world: degrees are wanted, east before north",
        "geom_type": "its shape is of another kind than this layer takes",
    }
)
"""Checks that all geometries have, see `gridgov.storage.tables.base`."""


def say_breach(error: psycopg.Error) -> str:
    """Say which rule of its table a row breaks.

    Parameters
    ----------
    error : psycopg.Error
        What the driver raised for a row.

    Returns
    -------
    str
        The column and what is wrong with it, without a value; the end of a sentence.
    """
    seen = error.diag
    rule = (seen.constraint_name or "").removeprefix(f"{seen.table_name}_")
    column, _, kind = rule.rpartition("_")
    if kind == "fk":
        return f"its {column} names something that is not stored"
    if kind == "key" or isinstance(error, psycopg.errors.UniqueViolation):
        return f"there is another row with its {column}" if kind == "key" else "there is another row with its key"
    if isinstance(error, psycopg.errors.NotNullViolation):
        return f"its {seen.column_name} is empty"
    if kind == "check":
        if column.endswith("_least"):
            return f"the value of its {column.removesuffix('_least')} is too small"
        return _SHAPES.get(column) or f"the value of its {column} is not allowed"
    return "a value does not fit its column"
