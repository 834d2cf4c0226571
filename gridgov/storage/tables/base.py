"""What all tables share: the schema, the names of constraints, and the geometry columns with their checks."""

from __future__ import annotations

from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import CheckConstraint, Column, Computed, Index, MetaData, Text
from sqlalchemy.schema import SchemaItem

SCHEMA = "gridgov"
STORED_SRID = 4490
"""CGCS2000 geographic: what every geometry is stored as [domain: section 6]."""
TILE_SRID = 3857

metadata = MetaData(
    schema=SCHEMA,
    naming_convention={
        "pk": "%(table_name)s_pk",
        "fk": "%(table_name)s_%(column_0_N_name)s_fk",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s_check",
        "ix": "%(table_name)s_%(column_0_N_name)s_index",
    },
)

KINDS = {
    "polygon": ("POLYGON", "MULTIPOLYGON"),
    "point": ("POINT",),
    "barrier": ("LINESTRING", "MULTILINESTRING", "POLYGON", "MULTIPOLYGON"),
    "any": (),
}


def make_geometry(table: str, kind: str, *, nullable: bool = False, tiles: bool = True) -> list[SchemaItem]:
    """Make the geometry column of a table, its column for tiles, its checks and its indexes.

    The envelope is the whole world, not China: the platform is tested on places elsewhere, and the import knows the
    place that a file should lie in far better than a constant does. What the check keeps out are metres that were
    labelled as degrees.

    Parameters
    ----------
    table : str
        Name of the table.
    kind : {"polygon", "point", "barrier", "any"}
        Which geometries are allowed.
    nullable : bool
        Whether a row may lack one.
    tiles : bool
        Whether to keep the same geometry in EPSG:3857 (computed by the database) for tiles.

    Returns
    -------
    list of sqlalchemy.schema.SchemaItem
        To put into `sqlalchemy.Table`. `geom` is EPSG:4490, `geom_3857` EPSG:3857.
    """
    checks = {
        "geom_srid": f"st_srid(geom) = {STORED_SRID}",
        "geom_filled": "NOT st_isempty(geom)",
        "geom_valid": "st_isvalid(geom)",
        "geom_envelope": (
            "st_xmin(geom::box3d) >= -180 AND st_xmax(geom::box3d) <= 180"
            " AND st_ymin(geom::box3d) >= -90 AND st_ymax(geom::box3d) <= 90"
        ),
    }
    if KINDS[kind]:
        allowed = ", ".join(f"'{name}'" for name in KINDS[kind])
        checks["geom_type"] = f"geometrytype(geom) IN ({allowed})"
    items: list[SchemaItem] = [
        Column("geom", Geometry(srid=STORED_SRID, spatial_index=False), nullable=nullable),
        *(CheckConstraint(rule, name=name) for name, rule in checks.items()),
        Index(f"{table}_geom_index", "geom", postgresql_using="gist"),
    ]
    if tiles:
        # the system as a number: given as text, each call looks it up again and a tile takes seconds
        made = Computed(f"st_transform(geom, {TILE_SRID})", persisted=True)
        items += [
            Column("geom_3857", Geometry(srid=TILE_SRID, spatial_index=False), made, nullable=True),
            Index(f"{table}_geom_3857_index", "geom_3857", postgresql_using="gist"),
        ]
    return items


def choice(name: str, values: tuple[str, ...], *, nullable: bool = True, **more: Any) -> list[SchemaItem]:
    """Make a text column that takes one of a few words.

    Parameters
    ----------
    name : str
        Name of the column.
    values : tuple of str
        The words.
    nullable : bool
        Whether a row may lack one.
    **more : Any
        Given to `sqlalchemy.Column`.

    Returns
    -------
    list of sqlalchemy.schema.SchemaItem
        The column and its check.
    """
    listed = ", ".join(f"'{value}'" for value in values)
    return [Column(name, Text, nullable=nullable, **more), CheckConstraint(f"{name} IN ({listed})", name=name)]


def at_least(minimum: float, *names: str) -> list[SchemaItem]:
    """Make the checks that columns hold no less than a number.

    Parameters
    ----------
    minimum : float
        Smallest value allowed.
    *names : str
        Columns.

    Returns
    -------
    list of sqlalchemy.schema.SchemaItem
        One check a column.
    """
    return [CheckConstraint(f"{name} >= {minimum:g}", name=f"{name}_least") for name in names]
