"""How good a plan is: counts, sizes, who is looked after, and the findings with the place of each."""

from __future__ import annotations

from sqlalchemy import Connection

from gridgov.storage.features.asking import Row, ask_row, ask_rows


def read_quality(connection: Connection, plan_id: str) -> Row:
    """Return the figures of a plan.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    plan_id : str
        The plan.

    Returns
    -------
    dict
        ``counts``, ``cluster_sizes`` (households, clusters), ``section_sizes`` (clusters, sections), ``liaisons``,
        ``shelters`` and ``findings`` (rule, severity, count).
    """
    row = {name: ask_row(connection, sql, plan_id=plan_id) or {} for name, sql in _ONE_ROW.items()}
    return {**row, **{name: ask_rows(connection, sql, plan_id=plan_id) for name, sql in _MANY_ROWS.items()}}


def list_findings(connection: Connection, plan_id: str, rule: str | None, limit: int, offset: int) -> list[Row]:
    """Return findings of a plan, worst first.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    plan_id : str
        The plan.
    rule : str, optional
        Only the findings of this rule.
    limit, offset : int
        Which part of the list.

    Returns
    -------
    list of dict
        ``layer, row_id, rule, severity, detail, action, place`` with `place` as longitude and latitude or None.
    """
    sql = """
        SELECT layer, row_id, rule, severity, detail, action,
               CASE WHEN geom IS NULL OR ST_IsEmpty(geom) THEN NULL
                    ELSE ARRAY[ST_X(ST_PointOnSurface(geom)), ST_Y(ST_PointOnSurface(geom))] END AS place
        FROM gridgov.plan_finding
        WHERE plan_id = :plan_id AND (CAST(:rule AS text) IS NULL OR rule = :rule)
        ORDER BY array_position(ARRAY['error', 'warning', 'note'], severity::text), rule, layer, row_id
        LIMIT :limit OFFSET :offset"""
    return ask_rows(connection, sql, plan_id=plan_id, rule=rule, limit=limit, offset=offset)


_ONE_ROW = {
    "counts": """
        SELECT count(*) FILTER (WHERE level = 'cluster')::integer AS clusters,
               count(*) FILTER (WHERE level = 'section')::integer AS sections,
               count(*) FILTER (WHERE level = 'grid')::integer AS grids,
               count(DISTINCT community_id)::integer AS communities,
               coalesce(sum(households) FILTER (WHERE level = 'cluster'), 0)::bigint AS households,
               (SELECT count(DISTINCT building_id) FROM gridgov.plan_atom WHERE plan_id = :plan_id)::integer
                   AS buildings,
               (SELECT coalesce(sum(a.households), 0) FROM gridgov.plan_atom AS a
                JOIN gridgov.building AS b ON b.building_id = a.building_id
                WHERE a.plan_id = :plan_id AND b.households_estimated)::bigint AS households_estimated
        FROM gridgov.plan_group WHERE plan_id = :plan_id""",
    "liaisons": """
        SELECT count(DISTINCT p.liaison_id)::integer AS liaisons,
               count(DISTINCT p.section_id)::integer AS sections_with
        FROM gridgov.plan_liaison AS p WHERE p.plan_id = :plan_id AND p.liaison_id IS NOT NULL""",
    "shelters": """
        SELECT CASE WHEN told THEN s.people ELSE w.people END AS people,
               CASE WHEN told THEN s.people_placed ELSE w.people_placed END AS people_placed, s.shelters
        FROM (SELECT coalesce(sum(people), 0)::bigint AS people,
                     coalesce(sum(people) FILTER (WHERE shelter_id IS NOT NULL), 0)::bigint AS people_placed,
                     count(DISTINCT shelter_id)::integer AS shelters, count(people) = count(*) AS told
              FROM gridgov.told_shelters(:plan_id)) AS s
        CROSS JOIN (SELECT max(value) FILTER (WHERE figure = 'people_sheltered:of') AS people,
                           max(value) FILTER (WHERE figure = 'people_sheltered') AS people_placed
                    FROM gridgov.plan_figure WHERE plan_id = :plan_id AND level = 'whole') AS w""",
}

_MANY_ROWS = {
    "cluster_sizes": """
        SELECT households, count(*)::integer AS clusters FROM gridgov.plan_group
        WHERE plan_id = :plan_id AND level = 'cluster' GROUP BY households ORDER BY households""",
    "section_sizes": """
        SELECT clusters, count(*)::integer AS sections
        FROM (SELECT s.group_id, count(c.group_id)::integer AS clusters FROM gridgov.plan_group AS s
              LEFT JOIN gridgov.plan_group AS c
                ON c.plan_id = s.plan_id AND c.level = 'cluster' AND c.parent_id = s.group_id AND c.households > 0
              WHERE s.plan_id = :plan_id AND s.level = 'section' AND s.households > 0 GROUP BY s.group_id) AS counted
        GROUP BY clusters ORDER BY clusters""",
    "findings": """
        SELECT rule, severity, count(*)::integer AS count FROM gridgov.plan_finding
        WHERE plan_id = :plan_id GROUP BY rule, severity
        ORDER BY array_position(ARRAY['error', 'warning', 'note'], severity::text), count(*) DESC, rule""",
}
