"""Keep with a plan what may be told of its people to everybody."""

from __future__ import annotations

from sqlalchemy import Connection

from gridgov.core.figures import make_figures
from gridgov.storage.figures import HOUSES, PEOPLE, read_pieces, write_figures


def refresh_figures(connection: Connection, plan_id: str) -> int:
    """Count what was assigned to a draft by area, with small counts hidden, and keep the counts with it.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection of the owner; the caller commits.
    plan_id : str
        Key of the draft.

    Returns
    -------
    int
        Figures written.

    Raises
    ------
    ConflictError
        When the plan is published.
    """
    figures = make_figures(read_pieces(connection, plan_id), HOUSES, PEOPLE)
    write_figures(connection, plan_id, figures)
    return len(figures)
