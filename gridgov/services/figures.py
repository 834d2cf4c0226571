"""Keep with a plan what may be told of its people to everybody."""

from __future__ import annotations

from datetime import date

import pandas as pd
from sqlalchemy import Connection

from gridgov.core.figures import make_figures
from gridgov.core.indicators.measures import DELICATE, list_measures
from gridgov.services.areas import read_leaves
from gridgov.storage.figures import write_figures

OPEN = frozenset({"rental_houses"})
"""Counts of things that anybody can count from the street."""


def refresh_figures(connection: Connection, plan_id: str, *, on: date | None = None) -> int:
    """Count what was assigned to a draft by area, with small counts hidden, and keep the counts with it.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection of the owner, who sees every row; the caller commits.
    plan_id : str
        Key of the draft.
    on : datetime.date, optional
        Day by which visits are judged; today when left out.

    Returns
    -------
    int
        Figures written.

    Raises
    ------
    ConflictError
        When the plan is published.
    """
    parts = []
    for name, measure in list_measures().items():
        leaves = read_leaves(connection, plan_id, name, on) if measure.about in DELICATE else pd.DataFrame()
        if len(leaves):
            parts.append(make_figures(leaves, name, open_to_all=name in OPEN))
    if parts:
        figures = pd.concat(parts, ignore_index=True)
        write_figures(connection, plan_id, figures)
    return sum(map(len, parts))
