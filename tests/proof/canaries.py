"""A toy district of which every text is a canary: wherever one is seen, it says from which cell it came."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, text

from gridgov.services.public import refresh_public_page
from tests.web import toy

TOKEN = re.compile(r"zq[0-9]{6}")
"""What a canary looks like; its number is its place in the list of those planted."""

HOUSES = {"own": ("A-g0", "A-0-0", "A-s0-0", "A-0-0-0"), "foreign": ("B-g0", "B-0-0", "B-s0-0", "B-0-0-0")}
"""Grid, cluster, section and building of a rental house, a household and a resident of one's own and not."""


@dataclass(frozen=True)
class Cell:
    """Where a canary sits."""

    table: str
    column: str
    key: str


def make_town(engine: Engine) -> list[Cell]:
    """Write the toy district with a second subdistrict and people in both, then plant the canaries.

    Returns the cell of each canary, in the order of their numbers.
    """
    toy.fill(engine)
    planted: list[Cell] = []
    with engine.begin() as connection:
        tables = list_tables(connection)
        for table in tables:
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        _add_foreign_places(connection)
        for place, where in HOUSES.items():
            _add_people(connection, place, *where, planted)
        for table in tables:
            for column in list_free_texts(connection, table):
                _plant(connection, table, column, planted)
        for table in tables:
            connection.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))
        refresh_public_page(connection, toy.PUBLISHED)
    return planted


def find_cells(seen: str, planted: list[Cell]) -> set[Cell]:
    """Return the cells whose canaries occur in a text."""
    return {planted[int(found[2:])] for found in TOKEN.findall(seen)}


def list_tables(connection: Connection) -> list[str]:
    """Return every table of gridgov's schemas, with its schema."""
    return list(
        connection.execute(
            text(
                "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables "
                "WHERE schemaname IN ('gridgov', 'identity') AND tablename <> 'alembic_version' ORDER BY 1"
            )
        ).scalars()
    )


def list_texts(connection: Connection, table: str) -> list[str]:
    """Return the text columns of a table."""
    found = connection.execute(
        text(
            "SELECT attname FROM pg_attribute WHERE attrelid = CAST(:table AS regclass) AND attnum > 0 "
            "AND NOT attisdropped AND attgenerated = '' AND atttypid = 'text'::regtype ORDER BY attnum"
        ),
        {"table": table},
    )
    return list(found.scalars())


def list_free_texts(connection: Connection, table: str) -> list[str]:
    """Return those that no key, no list of values and no sign-in depends on."""
    bound = connection.execute(
        text(
            "SELECT DISTINCT a.attname FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid "
            "AND a.attnum = ANY (c.conkey) WHERE c.conrelid = CAST(:table AS regclass)"
        ),
        {"table": table},
    ).scalars()
    kept = set(bound) | {column for column in list_texts(connection, table) if column.endswith("_id")} | _KEPT
    return [column for column in list_texts(connection, table) if column not in kept]


_KEPT = {"password_hash", "crs", "level", "rule", "layer", "figure", "ref", "actor", "version"}


def _plant(connection: Connection, table: str, column: str, planted: list[Cell]) -> None:
    rows = connection.execute(text(f"SELECT ctid::text, row_to_json(t)::text FROM {table} AS t ORDER BY 2")).all()
    # one row after another: an update moves a row, and its ctid with it
    for ctid, row in rows:
        token = f"zq{len(planted):06d}"
        planted.append(Cell(table, column, row[:240]))
        statement = f"UPDATE {table} SET {column} = coalesce({column}, '') || :token WHERE ctid = CAST(:ctid AS tid)"
        connection.execute(text(statement), {"token": token, "ctid": ctid})


def _add_foreign_places(connection: Connection) -> None:
    statement = (
        "INSERT INTO gridgov.division (division_id, level, parent_id, code, name) "
        "VALUES ('S2', 'subdistrict', 'D', '440309002', '龙华街道')"
    )
    connection.execute(text(statement))
    connection.execute(text("UPDATE gridgov.division SET parent_id = 'S2' WHERE division_id = 'B'"))


def _add_people(
    connection: Connection, place: str, grid: str, cluster: str, section: str, building: str, planted: list[Cell]
) -> None:
    ids = {}
    for table in ("rental_house", "household", "resident", "volunteer"):
        ids[table] = f"{place}-zq{len(planted):06d}"
        planted.append(Cell(f"gridgov.{table}", f"{table}_id", place))
    values = {**ids, "grid": grid, "cluster": cluster, "section": section, "building": building}
    values |= {"plan": toy.PUBLISHED, "community": grid[0]}
    for statement in _PEOPLE:
        connection.execute(text(statement), values)


_SPOT = "(SELECT ST_Centroid(geom) FROM gridgov.building WHERE building_id = :building)"
_PEOPLE = (
    "INSERT INTO gridgov.rental_house (rental_house_id, building_id, rooms, tenants, let_type, geom) "
    f"VALUES (:rental_house, :building, 21, 12, 'day', {_SPOT})",
    "INSERT INTO gridgov.household (household_id, building_id, room) VALUES (:household, :building, '101')",
    "INSERT INTO gridgov.resident (resident_id, household_id, birth_year, basis, older_living_alone) "
    "VALUES (:resident, :household, 1941, 'tenant', true)",
    "INSERT INTO gridgov.volunteer (volunteer_id, community_id, active, geom) "
    f"VALUES (:volunteer, :community, true, {_SPOT})",
    "INSERT INTO gridgov.plan_rental (plan_id, rental_house_id, cluster_id, section_id, grid_id) "
    "VALUES (:plan, :rental_house, :cluster, :section, :grid)",
    "INSERT INTO gridgov.plan_household (plan_id, household_id, cluster_id, section_id, grid_id) "
    "VALUES (:plan, :household, :cluster, :section, :grid)",
)
