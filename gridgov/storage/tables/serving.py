"""What makes maps fast: areas of published plans as tiles want them, and the marks by which tiles are kept."""

from __future__ import annotations

from geoalchemy2 import Geometry
from sqlalchemy import BigInteger, Column, DateTime, ForeignKey, Index, Integer, Table, Text, Uuid, text

from gridgov.storage.tables.base import SCHEMA, TILE_SRID, choice, metadata

plan_area = Table(
    "plan_area",
    metadata,
    Column("plan_id", Text, ForeignKey(f"{SCHEMA}.plan.plan_id", ondelete="CASCADE"), primary_key=True),
    *choice("level", ("cluster", "section", "grid"), nullable=False, primary_key=True),
    Column("group_id", Text, primary_key=True),
    Column("code", Text),
    Column("name", Text),
    Column("parent_id", Text),
    Column("kind", Text),
    Column("households", Integer, nullable=False),
    Column("unit", Integer),
    Column("storey_from", Integer),
    Column("storey_to", Integer),
    # null: hidden
    Column("rental_houses", Integer),
    # groups in the same outline (a tower), and the rental houses of all of them
    Column("stack", Integer, nullable=False),
    Column("rental_stack", Integer),
    Column("geom_3857", Geometry(srid=TILE_SRID, spatial_index=False), nullable=False),
    Column("label_3857", Geometry("POINT", srid=TILE_SRID, spatial_index=False), nullable=False),
    Index("plan_area_place_index", "plan_id", "level", "geom_3857", postgresql_using="gist"),
)

layer_edit = Table(
    "layer_edit",
    metadata,
    Column("edit_id", Uuid, primary_key=True, server_default=text("gen_random_uuid()")),
    Column("layer", Text, nullable=False),
    Column("transaction_id", BigInteger, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()")),
    Index("layer_edit_layer_index", "layer", "at"),
)
