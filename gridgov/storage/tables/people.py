"""Who lives, lets, helps and shelters: the layers that are assigned to the areas of a plan."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Double, ForeignKey, Index, Integer, Table, Text

from gridgov.storage.tables.base import SCHEMA, at_least, choice, make_geometry, metadata

rental_house = Table(
    "rental_house",
    metadata,
    Column("rental_house_id", Text, primary_key=True),
    Column("building_id", Text, ForeignKey(f"{SCHEMA}.building.building_id")),
    Column("unit", Integer),
    Column("storey", Integer),
    Column("rooms", Integer, nullable=False),
    Column("tenants", Integer, nullable=False),
    *choice("let_type", ("hour", "day", "month", "year"), nullable=False),
    Column("letter_signed", Boolean),
    Column("terminal_installed", Boolean),
    Column("tenants_registered", Integer),
    Column("permits_due", Integer),
    Column("permits_held", Integer),
    *choice("house_class", ("green", "yellow", "orange", "red")),
    Column("visited_on", Date),
    *at_least(0, "rooms", "tenants", "tenants_registered", "permits_due", "permits_held"),
    *make_geometry("rental_house", "point", nullable=True),
    Index("rental_house_building_id_index", "building_id"),
)

resident = Table(
    "resident",
    metadata,
    Column("resident_id", Text, primary_key=True),
    Column("household_id", Text, ForeignKey(f"{SCHEMA}.household.household_id"), nullable=False),
    Column("birth_year", Integer),
    *choice("basis", ("registered_here", "registered_elsewhere", "tenant", "other")),
    Column("older_living_alone", Boolean),
    Column("disability_support", Boolean),
    Column("subsistence_allowance", Boolean),
    Index("resident_household_id_index", "household_id"),
)

liaison = Table(
    "liaison",
    metadata,
    Column("liaison_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("workplace", Text),
    Column("subdistrict", Text),
    Column("capacity", Integer),
    *at_least(0, "capacity"),
    *make_geometry("liaison", "point", tiles=False),
)

shelter = Table(
    "shelter",
    metadata,
    Column("shelter_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("address", Text),
    Column("phone", Text),
    Column("indoor", Boolean),
    Column("area_m2", Double),
    Column("capacity", Integer),
    Column("sign_name", Boolean),
    Column("sign_address", Boolean),
    Column("sign_phone", Boolean),
    Column("unsuitable_for", Text),
    *at_least(0, "area_m2", "capacity"),
    *make_geometry("shelter", "point"),
)

facility = Table(
    "facility",
    metadata,
    Column("facility_id", Text, primary_key=True),
    Column("name", Text),
    Column("kind", Text, nullable=False),
    *make_geometry("facility", "point"),
)

volunteer = Table(
    "volunteer",
    metadata,
    Column("volunteer_id", Text, primary_key=True),
    Column("community_id", Text, ForeignKey(f"{SCHEMA}.division.division_id")),
    Column("active", Boolean),
    *make_geometry("volunteer", "point", nullable=True, tiles=False),
    Index("volunteer_community_id_index", "community_id"),
)
