"""The public page: the counts it is made from, and where it is kept."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
from sqlalchemy import Connection, text

from gridgov.storage.features.asking import Row, ask_row, ask_rows


def read_public_counts(connection: Connection, plan_id: str) -> pd.DataFrame:
    """Count what the public page tells, community by community.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection of who may see everything.
    plan_id : str
        The plan.

    Returns
    -------
    pandas.DataFrame
        One row per community of the plan: ``district``, ``subdistrict``, ``community`` (keys) and the counts that
        `gridgov.core.public_figures.make_public_figures` takes.
    """
    result = connection.execute(text(_COUNTS), {"plan_id": plan_id})
    return pd.DataFrame(result.all(), columns=list(result.keys()))


def list_division_names(connection: Connection) -> dict[str, str]:
    """Return the name of every division.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection.

    Returns
    -------
    dict of str to str
        Name by key.
    """
    rows = ask_rows(connection, "SELECT division_id, name FROM gridgov.division")
    return {row["division_id"]: row["name"] for row in rows}


def list_community_outlines(connection: Connection, plan_id: str) -> list[Row]:
    """Return the communities of a plan as features, simplified to about two metres.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection.
    plan_id : str
        The plan.

    Returns
    -------
    list of dict
        GeoJSON features with ``id``, ``name`` and ``at``, a point inside.
    """
    sql = """
        SELECT d.division_id AS id, d.name,
               ARRAY[ST_X(ST_PointOnSurface(d.geom)), ST_Y(ST_PointOnSurface(d.geom))] AS at,
               ST_AsGeoJSON(ST_SimplifyPreserveTopology(d.geom, 0.00002), 5) AS shape
        FROM gridgov.division AS d
        WHERE d.division_id IN (SELECT community_id FROM gridgov.plan_group WHERE plan_id = :plan_id)
        ORDER BY d.code, d.division_id"""
    return [
        {
            "type": "Feature",
            "properties": {"id": row["id"], "name": row["name"], "at": row["at"]},
            "geometry": json.loads(row["shape"]),
        }
        for row in ask_rows(connection, sql, plan_id=plan_id)
    ]


def list_section_outlines(connection: Connection, plan_id: str) -> list[Row]:
    """Return the sections of a plan, simplified to about four metres.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection of who may see everything.
    plan_id : str
        The plan.

    Returns
    -------
    list of dict
        ``district``, ``subdistrict``, ``community``, ``section`` (keys), ``households`` and ``geometry`` (GeoJSON),
        the highest of those stacked in a tower first.
    """
    sql = """
        SELECT coalesce(d.division_id, '-') AS district, coalesce(s.division_id, '-') AS subdistrict,
               c.division_id AS community, g.group_id AS section, g.households,
               ST_AsGeoJSON(ST_SimplifyPreserveTopology(g.geom, 0.00004), 5) AS shape
        FROM gridgov.plan_group AS g
        JOIN gridgov.division AS c ON c.division_id = g.community_id
        LEFT JOIN gridgov.division AS s ON s.division_id = c.parent_id AND s.level = 'subdistrict'
        LEFT JOIN gridgov.division AS d ON d.division_id = coalesce(s.parent_id, c.parent_id) AND d.level = 'district'
        WHERE g.plan_id = :plan_id AND g.level = 'section'
        ORDER BY (SELECT min(k.storey_from) FROM gridgov.plan_group AS k
                  WHERE k.plan_id = g.plan_id AND k.level = 'cluster' AND k.parent_id = g.group_id) DESC NULLS FIRST,
                 g.code, g.group_id"""
    rows = ask_rows(connection, sql, plan_id=plan_id)
    return [
        {**{name: row[name] for name in row if name != "shape"}, "geometry": json.loads(row["shape"])} for row in rows
    ]


def write_public_page(connection: Connection, plan_id: str, document: Row) -> None:
    """Keep the public page of a plan in place of an earlier one.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        The database; the caller commits.
    plan_id : str
        The plan.
    document : dict
        The page; goes into JSON.
    """
    sql = text(
        "INSERT INTO gridgov.public_page (plan_id, document) VALUES (:plan_id, CAST(:document AS jsonb)) "
        "ON CONFLICT (plan_id) DO UPDATE SET document = excluded.document, made_at = now()"
    )
    connection.execute(sql, {"plan_id": plan_id, "document": json.dumps(document, ensure_ascii=False)})


def read_public_page(connection: Connection) -> Row | None:
    """Read the public page of the plan in force.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Anybody's connection, signed in or not.

    Returns
    -------
    dict or None
        ``made_at`` and ``document``; None when no plan is in force.
    """
    sql = "SELECT made_at, document FROM gridgov.public_page WHERE plan_id = gridgov.plan_in_force()"
    row: dict[str, Any] | None = ask_row(connection, sql)
    return row


_COUNTS = """
    WITH place AS (
        SELECT c.division_id AS community, coalesce(s.division_id, '-') AS subdistrict,
               coalesce(d.division_id, '-') AS district
        FROM gridgov.division AS c
        LEFT JOIN gridgov.division AS s ON s.division_id = c.parent_id AND s.level = 'subdistrict'
        LEFT JOIN gridgov.division AS d ON d.division_id = coalesce(s.parent_id, c.parent_id) AND d.level = 'district'
        WHERE c.level = 'community'),
    groups AS (
        SELECT community_id, count(*) FILTER (WHERE level = 'cluster' AND households > 0) AS clusters,
               count(*) FILTER (WHERE level = 'section' AND households > 0) AS sections,
               count(*) FILTER (WHERE level = 'grid') AS grids,
               coalesce(sum(households) FILTER (WHERE level = 'cluster'), 0) AS households
        FROM gridgov.plan_group WHERE plan_id = :plan_id GROUP BY community_id),
    answered AS (
        SELECT g.community_id, count(*) AS lived_in, count(p.liaison_id) AS with_liaison
        FROM gridgov.plan_group AS g
        LEFT JOIN gridgov.plan_liaison AS p ON p.plan_id = g.plan_id AND p.section_id = g.group_id
        WHERE g.plan_id = :plan_id AND g.level = 'section' AND g.households > 0 GROUP BY g.community_id),
    sheltered AS (
        SELECT g.community_id, sum(p.people) AS people,
               sum(p.people) FILTER (WHERE p.shelter_id IS NOT NULL) AS people_placed
        FROM gridgov.plan_shelter AS p JOIN gridgov.plan_group AS g
          ON g.plan_id = p.plan_id AND g.level = 'cluster' AND g.group_id = p.cluster_id
        WHERE p.plan_id = :plan_id GROUP BY g.community_id),
    let AS (
        SELECT g.community_id, count(*) AS houses, count(h.letter_signed) AS known,
               count(*) FILTER (WHERE h.letter_signed) AS signed
        FROM gridgov.plan_rental AS r
        JOIN gridgov.rental_house AS h ON h.rental_house_id = r.rental_house_id
        JOIN gridgov.plan_group AS g ON g.plan_id = r.plan_id AND g.level = 'cluster' AND g.group_id = r.cluster_id
        WHERE r.plan_id = :plan_id GROUP BY g.community_id),
    built AS (SELECT community_id, count(*) AS buildings FROM gridgov.building GROUP BY community_id),
    refuge AS (
        SELECT d.division_id AS community_id, count(*) AS shelters
        FROM gridgov.shelter AS s JOIN gridgov.division AS d
          ON d.level = 'community' AND d.geom && s.geom AND ST_Covers(d.geom, s.geom)
        GROUP BY d.division_id)
    SELECT place.district, place.subdistrict, place.community, groups.households::bigint AS households,
           groups.clusters, groups.sections, groups.grids,
           coalesce(buildings, 0) AS buildings, coalesce(shelters, 0) AS shelters,
           coalesce(lived_in, 0) AS sections_lived_in, coalesce(with_liaison, 0) AS sections_with_liaison,
           coalesce(people, 0)::bigint AS people, coalesce(people_placed, 0)::bigint AS people_placed,
           coalesce(houses, 0) AS rental_houses, coalesce(known, 0) AS letters_known,
           coalesce(signed, 0) AS letters_signed
    FROM place JOIN groups ON groups.community_id = place.community
    LEFT JOIN answered ON answered.community_id = place.community
    LEFT JOIN sheltered ON sheltered.community_id = place.community
    LEFT JOIN let ON let.community_id = place.community
    LEFT JOIN built ON built.community_id = place.community
    LEFT JOIN refuge ON refuge.community_id = place.community
    ORDER BY place.district, place.subdistrict, place.community"""
