"""The administrative tree, and a community's sections and clusters below it."""

from __future__ import annotations

from sqlalchemy import Connection

from gridgov.storage.features.asking import BOUNDS, Row, ask_rows


def list_divisions(connection: Connection, plan_id: str) -> list[Row]:
    """Return districts, subdistricts and communities with the households a plan counts in them.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    plan_id : str
        The plan whose households and sections are counted.

    Returns
    -------
    list of dict
        ``id, level, parent_id, code, name, bounds, households, sections``, parents before children; households and
        sections are None above the community.
    """
    sql = f"""
        SELECT d.division_id AS id, d.level, d.parent_id, d.code, d.name,
               CASE WHEN d.geom IS NULL THEN NULL ELSE {BOUNDS.format("d.geom")} END AS bounds,
               s.households, s.sections
        FROM gridgov.division AS d
        LEFT JOIN (SELECT community_id, sum(households)::bigint AS households, count(*) AS sections
                   FROM gridgov.plan_group WHERE plan_id = :plan_id AND level = 'section'
                   GROUP BY community_id) AS s ON s.community_id = d.division_id
        ORDER BY array_position(ARRAY['district', 'subdistrict', 'community'], d.level::text),
                 d.code NULLS LAST, d.division_id"""
    return ask_rows(connection, sql, plan_id=plan_id)


def list_groups_below(connection: Connection, plan_id: str, community_id: str) -> list[Row]:
    """Return the sections, clusters and grids of one community.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    plan_id : str
        The plan.
    community_id : str
        The community.

    Returns
    -------
    list of dict
        ``id, level, parent_id, code, name, households, unit, storey_from, storey_to, bounds`` in order of code.
    """
    sql = f"""
        SELECT group_id AS id, level, parent_id, code, name, households, unit, storey_from, storey_to,
               {BOUNDS.format("geom")} AS bounds
        FROM gridgov.plan_group
        WHERE plan_id = :plan_id AND community_id = :community_id
        ORDER BY array_position(ARRAY['section', 'cluster', 'grid'], level::text), code, group_id"""
    return ask_rows(connection, sql, plan_id=plan_id, community_id=community_id)
