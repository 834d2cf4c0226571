"""What an administrator looks at: every plan with what it holds, and what was imported."""

from __future__ import annotations

from sqlalchemy import Connection

from gridgov.storage.features.asking import Row, ask_rows


def list_managed_plans(connection: Connection) -> list[Row]:
    """Return all plans with what they hold, the newest first.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.

    Returns
    -------
    list of dict
        ``plan_id, name, status, created_at, published_from, published_to, clusters, sections, grids, households,
        findings``.
    """
    sql = """
        SELECT p.plan_id, p.name, p.status, p.created_at, p.published_from, p.published_to,
               coalesce(g.clusters, 0) AS clusters, coalesce(g.sections, 0) AS sections,
               coalesce(g.grids, 0) AS grids,
               coalesce(g.households, 0)::bigint AS households,
               (SELECT count(*) FROM gridgov.plan_finding AS f WHERE f.plan_id = p.plan_id) AS findings
        FROM gridgov.plan AS p
        LEFT JOIN (SELECT plan_id, count(*) FILTER (WHERE level = 'cluster') AS clusters,
                          count(*) FILTER (WHERE level = 'section') AS sections,
                          count(*) FILTER (WHERE level = 'grid') AS grids,
                          sum(households) FILTER (WHERE level = 'cluster') AS households
                   FROM gridgov.plan_group GROUP BY plan_id) AS g ON g.plan_id = p.plan_id
        ORDER BY p.created_at DESC, p.plan_id LIMIT 500"""
    return ask_rows(connection, sql)


def list_imports(connection: Connection, limit: int, offset: int) -> list[Row]:
    """Return what was imported, the latest first.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    limit, offset : int
        Which part of the list.

    Returns
    -------
    list of dict
        ``import_id, layer, file_name, crs, read, accepted, rejected, duplicate, at``.
    """
    sql = """
        SELECT import_id::text AS import_id, layer, file_name, crs, read, accepted, rejected, duplicate, at
        FROM gridgov.import_run ORDER BY at DESC, import_id LIMIT :limit OFFSET :offset"""
    return ask_rows(connection, sql, limit=limit, offset=offset)


def list_import_faults(connection: Connection, import_id: str, limit: int) -> list[Row]:
    """Return what was found in an import, worst first.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    import_id : str
        Which import; anything that is no key of one finds nothing.
    limit : int
        Most rows to return.

    Returns
    -------
    list of dict
        ``row_id, rule, severity, detail, action``.
    """
    sql = """
        SELECT row_id, rule, severity, detail, action FROM gridgov.import_finding
        WHERE import_id::text = :import_id
        ORDER BY array_position(ARRAY['error', 'warning', 'note'], severity::text), rule, row_id LIMIT :limit"""
    return ask_rows(connection, sql, import_id=import_id, limit=limit)
