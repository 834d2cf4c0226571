"""Outlines of a plan's sections, for work that needs to know which of them touch."""

from __future__ import annotations

import numpy as np
import shapely
from sqlalchemy import Connection, text


def read_section_shapes(connection: Connection, plan_id: str) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Return the sections of a plan, their outlines and how high above the ground they begin.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    plan_id : str
        The plan.

    Returns
    -------
    ids : list of str
        Section identifiers in order of code.
    shapes : numpy.ndarray of shapely geometry
        Their outlines in EPSG:4490.
    storeys : numpy.ndarray of int
        Lowest storey of each; 1 where a section has a whole building.
    """
    sql = text(
        "SELECT s.group_id, ST_AsBinary(s.geom) AS outline, coalesce(min(coalesce(c.storey_from, 1)), 1) AS storey "
        "FROM gridgov.plan_group AS s LEFT JOIN gridgov.plan_group AS c "
        "ON c.plan_id = s.plan_id AND c.level = 'cluster' AND c.parent_id = s.group_id "
        "WHERE s.plan_id = :plan_id AND s.level = 'section' "
        "GROUP BY s.group_id, s.geom, s.code ORDER BY s.code, s.group_id"
    )
    rows = connection.execute(sql, {"plan_id": plan_id}).all()
    outlines = np.asarray(shapely.from_wkb([bytes(row.outline) for row in rows]), dtype=object)
    storeys = np.asarray([row.storey for row in rows], dtype=np.int64)
    return [row.group_id for row in rows], outlines, storeys


def list_cluster_ranks(connection: Connection, plan_id: str) -> list[tuple[str, str, int]]:
    """Return every cluster with its section and its place inside the section.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    plan_id : str
        The plan.

    Returns
    -------
    list of tuple
        ``(cluster_id, section_id, rank)``; ranks run from 0 in order of code.
    """
    sql = text(
        "SELECT group_id, parent_id, "
        "(row_number() OVER (PARTITION BY parent_id ORDER BY code, group_id) - 1)::integer "
        "FROM gridgov.plan_group WHERE plan_id = :plan_id AND level = 'cluster' ORDER BY code, group_id"
    )
    return [(row[0], row[1], row[2]) for row in connection.execute(sql, {"plan_id": plan_id})]
