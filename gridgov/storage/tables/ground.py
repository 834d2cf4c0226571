"""The ground: divisions, buildings, barriers, compounds and the households in the buildings."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, Double, ForeignKey, Index, Integer, Table, Text, text

from gridgov.storage.tables.base import SCHEMA, at_least, choice, make_geometry, metadata

LAYER_TABLES: dict[str, Table] = {}
"""The table behind each layer of `gridgov.core.layers`."""

division = Table(
    "division",
    metadata,
    Column("division_id", Text, primary_key=True),
    *choice("level", ("district", "subdistrict", "community"), nullable=False),
    Column("parent_id", Text, ForeignKey(f"{SCHEMA}.division.division_id")),
    Column("code", Text),
    Column("name", Text, nullable=False),
    *choice("kind", ("urban", "rural")),
    Column("population", Integer),
    *at_least(0, "population"),
    # a district known only by the name its communities give has no outline of its own
    CheckConstraint("geom IS NOT NULL OR level <> 'community'", name="community_geom"),
    CheckConstraint("parent_id <> division_id", name="parent"),
    *make_geometry("division", "polygon", nullable=True),
    Index("division_parent_id_index", "parent_id"),
)

building = Table(
    "building",
    metadata,
    Column("building_id", Text, primary_key=True),
    Column("community_id", Text, ForeignKey(f"{SCHEMA}.division.division_id")),
    Column("households", Integer),
    Column("households_estimated", Boolean, nullable=False, server_default=text("false")),
    Column("floors", Integer),
    Column("floors_source", Text),
    Column("height_m", Double),
    Column("units", Integer),
    Column("use", Text),
    Column("name", Text),
    Column("address", Text),
    *at_least(0, "households", "floors", "height_m", "units"),
    *make_geometry("building", "polygon"),
    Index("building_community_id_index", "community_id"),
)

barrier = Table(
    "barrier",
    metadata,
    Column("barrier_id", Text, primary_key=True),
    *choice("kind", ("hard", "soft", "minor"), nullable=False),
    Column("name", Text),
    *make_geometry("barrier", "barrier"),
)

compound = Table(
    "compound",
    metadata,
    Column("compound_id", Text, primary_key=True),
    Column("name", Text),
    *choice("kind", ("residential", "industrial", "campus", "market", "hospital", "other")),
    *make_geometry("compound", "polygon"),
)

household = Table(
    "household",
    metadata,
    Column("household_id", Text, primary_key=True),
    Column("building_id", Text, ForeignKey(f"{SCHEMA}.building.building_id"), nullable=False),
    Column("unit", Integer),
    Column("storey", Integer),
    Column("room", Text),
    Index("household_building_id_index", "building_id"),
)
