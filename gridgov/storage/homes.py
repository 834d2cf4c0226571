"""Homes and residents counted by place, in the plan in force; row security decides which are counted."""

from __future__ import annotations

from sqlalchemy import Connection

from gridgov.core.needs import NEEDS
from gridgov.storage.features.asking import BOUNDS, Row, ask_row, ask_rows

AREAS = ("grid", "section", "cluster")
"""Kinds of places that a plan makes; a building is the fourth that has homes."""
MOST = 10_000
"""Buildings or homes of one answer: more than the largest dormitory has."""

_COUNTS = ", ".join(
    (
        "count(DISTINCT h.household_id)::integer AS households",
        "count(r.resident_id)::integer AS residents",
        *(f"count(*) FILTER (WHERE r.{need})::integer AS {need}" for need in NEEDS),
    )
)
_RESIDENTS = "LEFT JOIN gridgov.resident AS r ON r.household_id = h.household_id"
_MINE = "((SELECT gridgov.my_role()) = 'administrator' OR {0} = ANY ((SELECT gridgov.my_grids())::text[]))"


def list_grids(connection: Connection) -> list[Row]:
    """Return the grids that the caller answers for, each with its counts.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection of a request.

    Returns
    -------
    list of dict
        ``id, code, name, community, bounds``, ``households``, ``residents`` and one count a need; in order of code.
    """
    sql = f"""
        SELECT g.group_id AS id, g.code, g.name, d.name AS community, {BOUNDS.format("g.geom")} AS bounds,
               coalesce(n.households, 0) AS households, coalesce(n.residents, 0) AS residents,
               {", ".join(f"coalesce(n.{need}, 0) AS {need}" for need in NEEDS)}
        FROM gridgov.plan_group AS g
        LEFT JOIN gridgov.division AS d ON d.division_id = g.community_id
        LEFT JOIN (SELECT p.grid_id, {_COUNTS} FROM gridgov.plan_household AS p
                   JOIN gridgov.household AS h ON h.household_id = p.household_id {_RESIDENTS}
                   WHERE p.plan_id = (SELECT gridgov.plan_in_force()) GROUP BY p.grid_id) AS n
               ON n.grid_id = g.group_id
        WHERE g.plan_id = (SELECT gridgov.plan_in_force()) AND g.level = 'grid' AND {_MINE.format("g.group_id")}
        ORDER BY g.community_id, g.code, g.group_id LIMIT {MOST}"""
    return ask_rows(connection, sql)


def get_place(connection: Connection, kind: str, identifier: str) -> Row | None:
    """Return the name of a place of which the caller answers for some part.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection of a request.
    kind : {"grid", "section", "cluster", "building"}
        What it is.
    identifier : str
        Which one.

    Returns
    -------
    dict or None
        ``code, name, address``; None when there is no such place in the plan in force, or not for this caller.
    """
    ours = f"""EXISTS (SELECT FROM gridgov.plan_atom AS a WHERE a.plan_id = (SELECT gridgov.plan_in_force())
               AND a.{kind}_id = :id AND ({_MINE.format("a.grid_id")}
                    OR a.community_id = ANY ((SELECT gridgov.my_communities())::text[])))"""
    if kind == "building":
        named = """SELECT NULL AS code, b.name, b.address FROM gridgov.building AS b WHERE b.building_id = :id"""
        ours = f"({ours} OR b.community_id = ANY ((SELECT gridgov.my_communities())::text[]))"
    else:
        named = f"""SELECT g.code, g.name, NULL AS address FROM gridgov.plan_group AS g
                    WHERE g.plan_id = (SELECT gridgov.plan_in_force()) AND g.level = '{AREAS[AREAS.index(kind)]}'
                    AND g.group_id = :id"""
    return ask_row(connection, f"{named} AND {ours}", id=identifier)


def list_buildings(connection: Connection, kind: str, identifier: str) -> list[Row]:
    """Return the buildings of an area in which the caller sees homes, each with the counts of the area's part of it.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection of a request.
    kind : {"grid", "section", "cluster"}
        What the area is.
    identifier : str
        Which one.

    Returns
    -------
    list of dict
        ``id, name, address, bounds``, ``households``, ``residents`` and one count a need; `MOST` at most.
    """
    sql = f"""
        SELECT b.building_id AS id, b.name, b.address, {BOUNDS.format("b.geom")} AS bounds, n.*
        FROM (SELECT h.building_id AS of_building, {_COUNTS} FROM gridgov.plan_household AS p
              JOIN gridgov.household AS h ON h.household_id = p.household_id {_RESIDENTS}
              WHERE p.plan_id = (SELECT gridgov.plan_in_force()) AND p.{AREAS[AREAS.index(kind)]}_id = :id
              GROUP BY h.building_id) AS n
        JOIN gridgov.building AS b ON b.building_id = n.of_building
        ORDER BY b.address NULLS LAST, b.building_id LIMIT {MOST}"""
    return ask_rows(connection, sql, id=identifier)


def list_homes(connection: Connection, building_id: str) -> list[Row]:
    """Return the homes of a building that the caller sees, each with its counts.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection of a request.
    building_id : str
        The building.

    Returns
    -------
    list of dict
        ``id, unit, storey, room``, ``households`` (1), ``residents`` and one count a need; `MOST` at most.
    """
    sql = f"""
        SELECT h.household_id AS id, h.unit, h.storey, h.room, {_COUNTS}
        FROM gridgov.household AS h {_RESIDENTS} WHERE h.building_id = :id
        GROUP BY h.household_id, h.unit, h.storey, h.room
        ORDER BY h.unit NULLS FIRST, h.storey NULLS FIRST, h.room NULLS FIRST, h.household_id LIMIT {MOST}"""
    return ask_rows(connection, sql, id=building_id)
