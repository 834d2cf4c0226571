"""Outlines of communities and groups as plain rings, for a map drawn without WebGL."""

from __future__ import annotations

import json

from sqlalchemy import Connection

from gridgov.storage.features.asking import Row, ask_rows


def list_outlines(connection: Connection, plan_id: str, community_id: str | None) -> list[Row]:
    """Return the outlines of the communities, or of one community's clusters and sections.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    plan_id : str
        The plan.
    community_id : str, optional
        Return this community's clusters, then its sections; every community when left out.

    Returns
    -------
    list of dict
        ``kind, id, code, name, households, at, rings``; `at` is a point inside; rings are lists of longitude and
        latitude, simplified to about a metre and rounded to 10 cm. A cluster above another in
        a tower precedes it.
    """
    sql = _COMMUNITIES if community_id is None else _GROUPS
    rows = ask_rows(connection, sql, plan_id=plan_id, community_id=community_id)
    return [{**row, "rings": _rings(row.pop("outline"))} for row in rows]


def _rings(outline: str) -> list[list[list[float]]]:
    shape = json.loads(outline)
    polygons = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
    return [ring for polygon in polygons for ring in polygon]


_OUTLINE = (
    "ST_AsGeoJSON(ST_SimplifyPreserveTopology({0}.geom, 0.00001), 6) AS outline, "
    "ARRAY[ST_X(ST_PointOnSurface({0}.geom)), ST_Y(ST_PointOnSurface({0}.geom))] AS at"
)

_COMMUNITIES = f"""
    SELECT d.level AS kind, d.division_id AS id, d.code, d.name, g.households, {_OUTLINE.format("d")}
    FROM gridgov.division AS d
    LEFT JOIN (SELECT community_id, sum(households)::integer AS households FROM gridgov.plan_group
               WHERE plan_id = :plan_id AND level = 'section' GROUP BY community_id) AS g
      ON g.community_id = d.division_id
    WHERE d.level = 'community' ORDER BY d.code, d.division_id LIMIT 5000"""

_GROUPS = f"""
    SELECT g.level AS kind, g.group_id AS id, g.code, g.name, g.households, {_OUTLINE.format("g")}
    FROM gridgov.plan_group AS g
    WHERE g.plan_id = :plan_id AND g.community_id = :community_id AND g.level IN ('cluster', 'section')
    ORDER BY g.level, g.storey_from DESC NULLS FIRST, g.code, g.group_id LIMIT 5000"""
