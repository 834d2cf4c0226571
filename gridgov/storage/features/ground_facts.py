"""The facts of what a plan only lies upon: districts, subdistricts, and roads, rivers and railways."""

from __future__ import annotations

from sqlalchemy import Connection

from gridgov.storage.features.asking import BOUNDS, Row, ask_row, ask_rows


def read_division(connection: Connection, plan_id: str, division_id: str, *, level: str) -> Row | None:
    """Return the facts of a district or subdistrict.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    plan_id : str
        The plan whose groups are counted.
    division_id : str
        Which one.
    level : {"district", "subdistrict"}
        What it is.

    Returns
    -------
    dict or None
        ``id, code, name, population, bounds, chain`` and ``counts`` of communities and groups.
    """
    head = """
        SELECT division_id AS id, code, name, population, parent_id FROM gridgov.division
        WHERE division_id = :id AND level = :level"""
    row = ask_row(connection, head, id=division_id, level=level)
    if row is None:
        return None
    parent = """SELECT level AS kind, division_id AS id, code, name FROM gridgov.division WHERE division_id = :id"""
    row["chain"] = ask_rows(connection, parent, id=row.pop("parent_id"))
    extent = ask_row(connection, _EXTENT, id=division_id)
    row["bounds"] = None if extent is None else extent["bounds"]
    row["counts"] = ask_row(connection, _COUNTS, id=division_id, plan_id=plan_id)
    return row


def read_barrier(connection: Connection, plan_id: str, barrier_id: str) -> Row | None:
    """Return the facts of a road, river or railway.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    plan_id : str
        Not needed: barriers are the same in every plan.
    barrier_id : str
        The barrier.

    Returns
    -------
    dict or None
        ``id, name, barrier_kind`` (hard, soft, minor), ``length_m`` (None for an area), ``area_m2`` (None for a line)
        and ``bounds``.
    """
    sql = f"""
        SELECT barrier_id AS id, name, kind AS barrier_kind,
               CASE WHEN ST_Dimension(geom) = 1 THEN ST_Length(geom::geography) END AS length_m,
               CASE WHEN ST_Dimension(geom) = 2 THEN ST_Area(geom::geography) END AS area_m2,
               {BOUNDS.format("geom")} AS bounds
        FROM gridgov.barrier WHERE barrier_id = :id"""
    return ask_row(connection, sql, id=barrier_id)


_UNDER = """
    WITH RECURSIVE under AS (
        SELECT division_id, level, population, geom, 0 AS steps FROM gridgov.division WHERE division_id = :id
        UNION ALL
        SELECT d.division_id, d.level, d.population, d.geom, under.steps + 1
        FROM gridgov.division AS d JOIN under ON d.parent_id = under.division_id WHERE under.steps < 8)"""

_EXTENT = f"""{_UNDER}
    SELECT {BOUNDS.format("box")} AS bounds FROM (SELECT ST_Extent(geom)::geometry AS box FROM under) AS extent
    WHERE box IS NOT NULL"""

_COUNTS = f"""{_UNDER}
    SELECT count(*) FILTER (WHERE g.level = 'cluster')::integer AS clusters,
           count(*) FILTER (WHERE g.level = 'section')::integer AS sections,
           count(*) FILTER (WHERE g.level = 'grid')::integer AS grids,
           coalesce(sum(g.households) FILTER (WHERE g.level = 'cluster'), 0)::bigint AS households,
           (SELECT count(*) FROM under WHERE level = 'community')::integer AS communities,
           (SELECT sum(population) FROM under WHERE level = 'community')::bigint AS people
    FROM gridgov.plan_group AS g
    WHERE g.plan_id = :plan_id AND g.community_id IN (SELECT division_id FROM under WHERE level = 'community')"""
