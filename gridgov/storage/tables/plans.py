"""Plans: their cells, atoms and groups, their findings, and what was assigned to them.

Rows of a plan name buildings, houses and people without a foreign key: a published plan is history and stays as it
was when a building is pulled down.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from gridgov.storage.tables.base import SCHEMA, at_least, choice, make_geometry, metadata
from gridgov.storage.tables.serving import plan_area


def _plan_id() -> Column[str]:
    return Column("plan_id", Text, ForeignKey(f"{SCHEMA}.plan.plan_id", ondelete="CASCADE"), primary_key=True)


plan = Table(
    "plan",
    metadata,
    Column("plan_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    *choice("status", ("draft", "published"), nullable=False, server_default=text("'draft'")),
    Column("seed", BigInteger, nullable=False, server_default=text("0")),
    Column("scheme", JSONB, nullable=False, server_default=text("'{}'")),
    Column("profile", JSONB, nullable=False, server_default=text("'{}'")),
    Column("crs", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    Column("published_from", Date),
    Column("published_to", Date),
    CheckConstraint("(status = 'published') = (published_from IS NOT NULL)", name="published"),
    CheckConstraint("published_to IS NULL OR published_to >= published_from", name="published_period"),
)

plan_cell = Table(
    "plan_cell",
    metadata,
    _plan_id(),
    Column("cell_id", Text, primary_key=True),
    Column("building_id", Text),
    Column("community_id", Text),
    *make_geometry("plan_cell", "polygon"),
)

plan_atom = Table(
    "plan_atom",
    metadata,
    _plan_id(),
    Column("atom_id", Text, primary_key=True),
    Column("cell_id", Text, nullable=False),
    Column("building_id", Text),
    Column("unit", Integer),
    Column("storey_from", Integer),
    Column("storey_to", Integer),
    Column("households", Integer, nullable=False),
    Column("households_estimated", Boolean, nullable=False, server_default=text("false")),
    Column("community_id", Text),
    Column("cluster_id", Text),
    Column("section_id", Text),
    Column("grid_id", Text),
    *at_least(0, "households"),
    ForeignKeyConstraint(
        ["plan_id", "cell_id"], [f"{SCHEMA}.plan_cell.plan_id", f"{SCHEMA}.plan_cell.cell_id"], ondelete="CASCADE"
    ),
    Index("plan_atom_plan_id_cell_id_index", "plan_id", "cell_id"),
    Index("plan_atom_plan_id_building_id_index", "plan_id", "building_id"),
)

_level, _level_check = choice("level", ("cluster", "section", "grid"), nullable=False, primary_key=True)

plan_group = Table(
    "plan_group",
    metadata,
    _plan_id(),
    _level,
    _level_check,
    Column("group_id", Text, primary_key=True),
    Column("code", Text),
    Column("name", Text),
    Column("parent_id", Text),
    Column("community_id", Text),
    Column("households", Integer, nullable=False),
    Column("unit", Integer),
    Column("storey_from", Integer),
    Column("storey_to", Integer),
    Column("kind", Text),
    *at_least(0, "households"),
    *make_geometry("plan_group", "polygon"),
)

plan_finding = Table(
    "plan_finding",
    metadata,
    _plan_id(),
    Column("finding_id", Integer, primary_key=True),
    Column("layer", Text, nullable=False),
    Column("row_id", Text, nullable=False),
    Column("rule", Text, nullable=False),
    *choice("severity", ("error", "warning", "note"), nullable=False),
    Column("detail", Text, nullable=False),
    Column("action", Text, nullable=False),
    *make_geometry("plan_finding", "any", nullable=True, tiles=False),
)

plan_rental = Table(
    "plan_rental",
    metadata,
    _plan_id(),
    Column("rental_house_id", Text, primary_key=True),
    Column("cluster_id", Text),
    Column("section_id", Text),
    Column("grid_id", Text),
    Index("plan_rental_plan_id_cluster_id_index", "plan_id", "cluster_id"),
    Index("plan_rental_plan_id_grid_id_index", "plan_id", "grid_id"),
)

plan_household = Table(
    "plan_household",
    metadata,
    _plan_id(),
    Column("household_id", Text, primary_key=True),
    Column("cluster_id", Text),
    Column("section_id", Text),
    Column("grid_id", Text),
    Index("plan_household_plan_id_cluster_id_index", "plan_id", "cluster_id"),
    Index("plan_household_plan_id_grid_id_index", "plan_id", "grid_id"),
)

plan_liaison = Table(
    "plan_liaison",
    metadata,
    _plan_id(),
    Column("section_id", Text, primary_key=True),
    # null: nobody was left to answer for this section
    Column("liaison_id", Text),
    Column("distance_m", Double),
    *at_least(0, "distance_m"),
)

plan_shelter = Table(
    "plan_shelter",
    metadata,
    Column("plan_shelter_id", BigInteger, Identity(always=True), primary_key=True),
    Column("plan_id", Text, ForeignKey(f"{SCHEMA}.plan.plan_id", ondelete="CASCADE"), nullable=False),
    Column("cluster_id", Text, nullable=False),
    # null: these people are beyond the reach or the capacity of every shelter
    Column("shelter_id", Text),
    Column("people", Integer, nullable=False),
    Column("distance_m", Double),
    Column("reason", Text),
    *at_least(0, "people", "distance_m"),
    Index("plan_shelter_plan_id_cluster_id_index", "plan_id", "cluster_id"),
)

plan_figure = Table(
    "plan_figure",
    metadata,
    _plan_id(),
    *choice("level", ("whole", "community", "section", "cluster", "grid"), nullable=False, primary_key=True),
    Column("group_id", Text, primary_key=True),
    Column("figure", Text, primary_key=True),
    # null: so few that they are hidden, or one of those by which a hidden one could be worked out
    Column("value", Integer),
    *at_least(0, "value"),
)

PLAN_CHILDREN: tuple[Table, ...] = (
    plan_cell,
    plan_atom,
    plan_group,
    plan_finding,
    plan_rental,
    plan_household,
    plan_liaison,
    plan_shelter,
    plan_figure,
    plan_area,
)
"""The tables whose rows belong to a plan and are frozen when it is published; a table stands after those it needs."""
