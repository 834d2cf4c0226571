"""What a person asks of one thing beyond its facts: what lies around it, who answers for it, its rental houses."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from gridgov.storage.audit import note_act
from gridgov.storage.features import around, outlines, rentals
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
        "responsible": [
            *({"role": "officer", "name": name} for name in around.list_officers(*place)),
            *({"role": "liaison", **row} for row in around.list_liaisons(*place)),
        ],
    }


def list_outlines(connection: Connection, plan: PlanHead, community_id: str | None) -> list[Row]:
    """Return outlines for a map drawn without WebGL.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    plan : PlanHead
        The plan.
    community_id : str, optional
        This community's groups; every community when left out.

    Returns
    -------
    list of dict
        ``kind, id, code, name, households, rings``.
    """
    return outlines.list_outlines(connection, plan.plan_id, community_id)


def list_rentals(connection: Connection, plan: PlanHead, kind: str, identifier: str) -> list[Row]:
    """Return the rental houses of a place one by one, and note in the audit who asked.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    plan : PlanHead
        The plan.
    kind : {"cluster", "section", "grid", "building"}
        What it is.
    identifier : str
        Which one.

    Returns
    -------
    list of dict
        The houses that the caller may see, those longest without a visit first.
    """
    houses = rentals.list_rentals(connection, plan.plan_id, kind, identifier)
    note_act(connection, "list-rentals", f"{kind}:{identifier}", {"houses": len(houses)})
    return houses
