"""Outlines of a plan's sections, for work that needs to know which of them touch."""

from __future__ import annotations

import numpy as np
import shapely
from sqlalchemy import Connection, text


def read_section_shapes(connection: Connection, plan_id: str) -> tuple[list[str], np.ndarray]:
    """Return the sections of a plan and their outlines.

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
    """
    sql = text(
        "SELECT group_id, ST_AsBinary(geom) AS outline FROM gridgov.plan_group "
        "WHERE plan_id = :plan_id AND level = 'section' ORDER BY code, group_id"
    )
    rows = connection.execute(sql, {"plan_id": plan_id}).all()
    outlines = [bytes(row.outline) for row in rows]
    return [row.group_id for row in rows], np.asarray(shapely.from_wkb(outlines), dtype=object)


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
