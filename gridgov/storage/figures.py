"""Counts of people and houses by area, kept with a plan for those who may not see the rows."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import Connection, delete, text

from gridgov.storage.frames import write_frame
from gridgov.storage.tables import plan_figure

HOUSES = ("rental_houses",)
"""Figures that count houses."""
PEOPLE = ("rental_rooms", "tenants", "letters_signed", "terminals_installed")
"""Figures that count people, or what is known of one house when a house stands alone."""


def read_pieces(connection: Connection, plan_id: str) -> pd.DataFrame:
    """Count rental houses and tenants by the smallest pieces that the areas of a plan cut out.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection of the owner: who is bound by row security would count only what he may see.
    plan_id : str
        The plan.

    Returns
    -------
    pandas.DataFrame
        `community`, `section`, `cluster`, `grid`, and the counts `HOUSES` and `PEOPLE`.
    """
    rows = connection.execute(_PIECES, {"plan_id": plan_id}).all()
    return pd.DataFrame(rows, columns=["community", "section", "cluster", "grid", *HOUSES, *PEOPLE])


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


_PIECES = text("""
    SELECT g.community_id, g.parent_id, r.cluster_id, r.grid_id, count(*)::integer, sum(h.rooms)::integer,
           sum(h.tenants)::integer, count(*) FILTER (WHERE h.letter_signed)::integer,
           count(*) FILTER (WHERE h.terminal_installed)::integer
    FROM gridgov.plan_rental AS r
    JOIN gridgov.plan_group AS g ON g.plan_id = r.plan_id AND g.level = 'cluster' AND g.group_id = r.cluster_id
    JOIN gridgov.rental_house AS h ON h.rental_house_id = r.rental_house_id
    WHERE r.plan_id = :plan_id AND g.community_id IS NOT NULL AND g.parent_id IS NOT NULL
    GROUP BY 1, 2, 3, 4""")
