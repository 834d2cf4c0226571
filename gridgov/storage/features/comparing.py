"""Two plans side by side: the atoms and groups that a comparison needs."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import Connection, text

from gridgov.storage.features.asking import BOUNDS, Row, ask_rows

LEVELS = ("cluster", "section", "grid")


def read_atoms(connection: Connection, plan_id: str) -> pd.DataFrame:
    """Read the atoms of a plan that stand in a building.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    plan_id : str
        The plan.

    Returns
    -------
    pandas.DataFrame
        ``building_id, unit, storey_from, storey_to, households, cluster, section, grid`` in order of atom.
    """
    sql = text(
        "SELECT building_id, unit, storey_from, storey_to, households, cluster_id AS cluster, "
        "section_id AS section, grid_id AS grid FROM gridgov.plan_atom "
        "WHERE plan_id = :plan_id AND building_id IS NOT NULL ORDER BY atom_id"
    )
    result = connection.execute(sql, {"plan_id": plan_id})
    return pd.DataFrame(result.all(), columns=list(result.keys()))


def list_groups(connection: Connection, plan_id: str, level: str) -> list[Row]:
    """Return the groups of one level with their names and places.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    plan_id : str
        The plan.
    level : {"cluster", "section", "grid"}
        Which level.

    Returns
    -------
    list of dict
        ``kind, id, code, name, households, bounds`` in order of code.
    """
    sql = f"""
        SELECT level AS kind, group_id AS id, code, name, households, {BOUNDS.format("geom")} AS bounds
        FROM gridgov.plan_group WHERE plan_id = :plan_id AND level = :level ORDER BY code, group_id"""
    return ask_rows(connection, sql, plan_id=plan_id, level=level)
