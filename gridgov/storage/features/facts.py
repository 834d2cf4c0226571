"""The facts of one clicked thing: a community, a building, a group of a plan, a shelter."""

from __future__ import annotations

from sqlalchemy import Connection

from gridgov.storage.features.asking import BOUNDS, Row, ask_row, ask_rows
from gridgov.storage.features.rental_counts import read_area_rentals, read_building_rentals
from gridgov.storage.features.sight import read_sight

_AREA = "ST_Area({0}::geography)"
"""Area on the ellipsoid in square metres."""


def read_community(connection: Connection, plan_id: str, community_id: str) -> Row | None:
    """Return the facts of a community.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    plan_id : str
        The plan whose groups are counted.
    community_id : str
        The community.

    Returns
    -------
    dict or None
        The division's columns, ``area_m2``, ``bounds``, ``chain``, ``counts`` and ``rentals``.
    """
    sql = f"""
        SELECT d.division_id AS id, d.code, d.name, d.population, d.parent_id,
               {_AREA.format("d.geom")} AS area_m2, {BOUNDS.format("d.geom")} AS bounds
        FROM gridgov.division AS d WHERE d.division_id = :id AND d.level = 'community'"""
    row = ask_row(connection, sql, id=community_id)
    if row is None:
        return None
    counts = """
        SELECT count(*) FILTER (WHERE level = 'cluster')::integer AS clusters,
               count(*) FILTER (WHERE level = 'section')::integer AS sections,
               count(*) FILTER (WHERE level = 'grid')::integer AS grids,
               coalesce(sum(households) FILTER (WHERE level = 'cluster'), 0)::bigint AS households,
               (SELECT count(*) FROM gridgov.building WHERE community_id = :id)::integer AS buildings
        FROM gridgov.plan_group WHERE plan_id = :plan_id AND community_id = :id"""
    row["chain"] = _read_chain(connection, row.pop("parent_id"))
    row["counts"] = ask_row(connection, counts, id=community_id, plan_id=plan_id)
    row["rentals"] = read_area_rentals(connection, plan_id, "community", community_id, read_sight(connection))
    return row


def read_group(connection: Connection, plan_id: str, level: str, group_id: str) -> Row | None:
    """Return the facts of a cluster, section or grid.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    plan_id : str
        The plan.
    level : {"cluster", "section", "grid"}
        Which level the group is of.
    group_id : str
        The group.

    Returns
    -------
    dict or None
        The group's columns, ``area_m2``, ``bounds``, ``chain`` (widest first), ``parts`` (clusters of a section),
        ``buildings``, ``rentals``, ``liaison`` and ``shelters``.
    """
    sql = f"""
        SELECT g.group_id AS id, g.level, g.code, g.name, g.kind AS group_kind, g.households, g.unit,
               g.storey_from, g.storey_to, g.community_id, g.parent_id,
               {_AREA.format("g.geom")} AS area_m2, {BOUNDS.format("g.geom")} AS bounds
        FROM gridgov.plan_group AS g
        WHERE g.plan_id = :plan_id AND g.level = :level AND g.group_id = :id"""
    row = ask_row(connection, sql, plan_id=plan_id, level=level, id=group_id)
    if row is None:
        return None
    section_id = {"cluster": row["parent_id"], "section": row["id"]}.get(level)
    values = {"plan_id": plan_id, "id": group_id}
    row["chain"] = _read_chain(connection, row["community_id"])
    if level == "cluster":
        row["chain"] += ask_rows(connection, _SECTION_LINK, plan_id=plan_id, id=section_id)
    row["parts"] = ask_rows(connection, _PARTS, **values) if level == "section" else []
    sight = read_sight(connection)
    address = "b.address" if sight.addresses else "NULL::text"
    row["buildings"] = ask_rows(connection, _BUILDINGS.format(level=level, address=address), **values)
    row["rentals"] = read_area_rentals(connection, plan_id, level, group_id, sight)
    row["liaison"] = ask_row(connection, _LIAISON, plan_id=plan_id, section_id=section_id)
    row["shelters"] = ask_rows(connection, _SHELTERS[level], **values) if level in _SHELTERS else []
    return row


def read_building(connection: Connection, plan_id: str, building_id: str) -> Row | None:
    """Return the facts of a building and the clusters inside it, storey by storey.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    plan_id : str
        The plan.
    building_id : str
        The building.

    Returns
    -------
    dict or None
        The building's columns, ``area_m2``, ``bounds``, ``chain``, ``stack`` (one row per atom: unit, storeys,
        households, cluster) and ``rentals``.
    """
    sight = read_sight(connection)
    address = "b.address" if sight.addresses else "NULL::text AS address"
    sql = f"""
        SELECT b.building_id AS id, b.name, {address}, b.use, b.floors, b.floors_source, b.height_m, b.units,
               b.households, b.households_estimated, b.community_id,
               {_AREA.format("b.geom")} AS area_m2, {BOUNDS.format("b.geom")} AS bounds
        FROM gridgov.building AS b WHERE b.building_id = :id"""
    row = ask_row(connection, sql, id=building_id)
    if row is None:
        return None
    stack = """
        SELECT a.unit, a.storey_from, a.storey_to, a.households, a.cluster_id, g.code AS cluster_code,
               g.name AS cluster_name, g.households AS cluster_households
        FROM gridgov.plan_atom AS a
        LEFT JOIN gridgov.plan_group AS g
          ON g.plan_id = a.plan_id AND g.level = 'cluster' AND g.group_id = a.cluster_id
        WHERE a.plan_id = :plan_id AND a.building_id = :id
        ORDER BY a.unit NULLS FIRST, a.storey_from NULLS FIRST, a.atom_id"""
    row["chain"] = _read_chain(connection, row["community_id"])
    row["stack"] = ask_rows(connection, stack, plan_id=plan_id, id=building_id)
    row["rentals"] = read_building_rentals(connection, building_id, sight)
    return row


def read_shelter(connection: Connection, plan_id: str, shelter_id: str) -> Row | None:
    """Return the facts of a shelter site and whom a plan sends there.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    plan_id : str
        The plan.
    shelter_id : str
        The shelter.

    Returns
    -------
    dict or None
        The shelter's columns, ``bounds``, and ``people`` (None where hidden) and ``clusters`` assigned to it.
    """
    sql = f"""
        SELECT s.shelter_id AS id, s.name, s.address, s.phone, s.indoor, s.area_m2, s.capacity,
               s.sign_name, s.sign_address, s.sign_phone, s.unsuitable_for, {BOUNDS.format("s.geom")} AS bounds,
               p.people, p.clusters
        FROM gridgov.shelter AS s
        CROSS JOIN LATERAL (
            SELECT CASE WHEN count(people) = count(*) THEN coalesce(sum(people), 0) END::bigint AS people,
                   count(DISTINCT cluster_id)::integer AS clusters
            FROM gridgov.told_shelters(:plan_id) WHERE shelter_id = s.shelter_id) AS p
        WHERE s.shelter_id = :id"""
    return ask_row(connection, sql, plan_id=plan_id, id=shelter_id)


def _read_chain(connection: Connection, division_id: str | None) -> list[Row]:
    """Return the divisions from the widest down to the one given."""
    sql = """
        WITH RECURSIVE up AS (
            SELECT division_id, level, parent_id, code, name, 0 AS steps
            FROM gridgov.division WHERE division_id = :id
            UNION ALL
            SELECT d.division_id, d.level, d.parent_id, d.code, d.name, up.steps + 1
            FROM gridgov.division AS d JOIN up ON d.division_id = up.parent_id WHERE up.steps < 8)
        SELECT level AS kind, division_id AS id, code, name FROM up ORDER BY steps DESC"""
    return ask_rows(connection, sql, id=division_id)


_SECTION_LINK = """
    SELECT 'section' AS kind, group_id AS id, code, name FROM gridgov.plan_group
    WHERE plan_id = :plan_id AND level = 'section' AND group_id = :id"""

_PARTS = """
    SELECT 'cluster' AS kind, group_id AS id, code, name, households FROM gridgov.plan_group
    WHERE plan_id = :plan_id AND level = 'cluster' AND parent_id = :id ORDER BY code, group_id"""

_BUILDINGS = """
    SELECT b.building_id AS id, b.name, {address} AS address, sum(a.households)::integer AS households,
           bool_or(b.households_estimated) AS estimated
    FROM gridgov.plan_atom AS a JOIN gridgov.building AS b ON b.building_id = a.building_id
    WHERE a.plan_id = :plan_id AND a.{level}_id = :id
    GROUP BY b.building_id ORDER BY sum(a.households) DESC, b.building_id LIMIT 300"""

_LIAISON = """
    SELECT l.name, l.workplace, p.distance_m FROM gridgov.plan_liaison AS p
    JOIN gridgov.liaison AS l ON l.liaison_id = p.liaison_id
    WHERE p.plan_id = :plan_id AND p.section_id = :section_id ORDER BY l.liaison_id LIMIT 1"""

_SHELTER_SUMS = """
    SELECT p.shelter_id AS id, s.name,
           CASE WHEN count(p.people) = count(*) THEN sum(p.people) END::integer AS people,
           min(p.distance_m) AS distance_m, p.reason
    FROM gridgov.told_shelters(:plan_id) AS p LEFT JOIN gridgov.shelter AS s ON s.shelter_id = p.shelter_id
    {where} GROUP BY p.shelter_id, s.name, p.reason
    ORDER BY sum(p.people) DESC NULLS LAST, min(p.distance_m), p.shelter_id"""

_SHELTERS = {
    "cluster": _SHELTER_SUMS.format(where="WHERE p.cluster_id = :id"),
    "section": _SHELTER_SUMS.format(
        where="""
        JOIN gridgov.plan_group AS g ON g.plan_id = p.plan_id AND g.level = 'cluster' AND g.group_id = p.cluster_id
        WHERE g.parent_id = :id"""
    ),
}
