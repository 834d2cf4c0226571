"""Counts of people and houses by area, kept with a plan for those who may not see the rows."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import Connection, delete, text

from gridgov.storage.frames import write_frame
from gridgov.storage.tables import plan_figure


def write_figures(connection: Connection, plan_id: str, figures: pd.DataFrame) -> None:
    """Replace the figures of a draft.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection of the owner; the caller commits.
    plan_id : str
        The plan.
    figures : pandas.DataFrame
        As `gridgov.core.figures.make_figures` makes them.

    Raises
    ------
    ConflictError
        When the plan is published.
    """
    connection.execute(delete(plan_figure).where(plan_figure.c.plan_id == plan_id))
    write_frame(connection, plan_figure, figures.assign(plan_id=plan_id))


def read_figures(connection: Connection, plan_id: str, figure: str, level: str) -> pd.Series:
    """Read one figure of the areas of one level.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    plan_id : str
        The plan.
    figure : str
        Name of the figure.
    level : {"whole", "community", "grid", "section", "cluster"}
        Which areas.

    Returns
    -------
    pandas.Series
        Count by key of the area [Int64], missing where hidden; an area that is not there counts 0, and no row at
        all says that nothing was counted.
    """
    rows = connection.execute(_READ, {"plan_id": plan_id, "figure": figure, "level": level}).all()
    return pd.Series([row.value for row in rows], index=[row.group_id for row in rows], dtype="Int64")


def list_own_areas(connection: Connection, plan_id: str, level: str) -> frozenset[str]:
    """List the areas of which the caller answers for every part: there no count is hidden from him.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    plan_id : str
        The plan; nobody answers for parts of one that is not in force.
    level : {"community", "grid", "section", "cluster"}
        Which areas.

    Returns
    -------
    frozenset of str
        Keys of the areas.
    """
    sql = text(_OWN.format(level=level))
    return frozenset(connection.execute(sql, {"plan_id": plan_id}).scalars())


_READ = text("""
    SELECT group_id, value FROM gridgov.plan_figure
    WHERE plan_id = :plan_id AND figure = :figure AND level = :level ORDER BY group_id""")

_OWN = """
    SELECT {level}_id FROM gridgov.plan_atom
    WHERE plan_id = :plan_id AND plan_id = gridgov.plan_in_force() AND {level}_id IS NOT NULL
    GROUP BY 1 HAVING bool_and(coalesce(grid_id = ANY ((SELECT gridgov.my_grids())::text[]), false))"""
