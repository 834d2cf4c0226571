"""What a person asks of one thing beyond its facts: what lies around it, who answers for it, its rental houses."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from gridgov.storage.features import around
from gridgov.storage.features.plans import PlanHead

Row = dict[str, Any]


def read_around(connection: Connection, plan: PlanHead, kind: str, identifier: str) -> Row:
    """Return what lies around a thing.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    plan : PlanHead
        The plan whose groups are meant.
    kind : str
        Any kind that has facts.
    identifier : str
        Which one; a thing that does not exist has nothing around it.

    Returns
    -------
    dict
        ``parents`` and ``children`` (links), ``neighbours`` (links with their relation) and ``responsible``.
    """
    place = (connection, plan.plan_id, kind, identifier)
    return {
        "parents": around.list_parents(*place),
        "children": around.list_children(*place),
        "neighbours": around.list_neighbours(*place),
        "responsible": [{"role": "liaison", **row} for row in around.list_liaisons(*place)],
    }
