"""The homes and residents of a place for who answers for it: counted first, then one home at a time."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from gridgov.core.needs import NEEDS
from gridgov.errors import NotFoundError
from gridgov.storage import homes
from gridgov.storage.audit import note_act

Row = dict[str, Any]

COUNTED = ("households", "residents", *NEEDS)
"""What is counted of every place."""


def list_grids(connection: Connection) -> list[Row]:
    """Return the grids that the caller answers for, with counts, and note in the audit who asked.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection of a request.

    Returns
    -------
    list of dict
        ``id, code, name, community, bounds`` and `COUNTED`.
    """
    grids = homes.list_grids(connection)
    note_act(connection, "homes-counted", "grids", {"grids": len(grids)})
    return grids


def read_homes(connection: Connection, kind: str, identifier: str) -> Row:
    """Return the homes of a place: of an area its buildings, of a building its homes; the audit notes who asked.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection of a request.
    kind : {"grid", "section", "cluster", "building"}
        What it is.
    identifier : str
        Which one.

    Returns
    -------
    dict
        ``kind, id, code, name, address``, `COUNTED`, and the lists ``buildings`` and ``homes``, one of them empty.

    Raises
    ------
    NotFoundError
        When there is no such place in the plan in force, or not for this caller: the words are the same.
    """
    place = homes.get_place(connection, kind, identifier)
    if place is None:
        raise NotFoundError("There is no such place with homes that are yours to see.")
    of_building = kind == "building"
    parts = (
        homes.list_homes(connection, identifier)
        if of_building
        else homes.list_buildings(connection, kind, identifier)
    )
    sums = {name: sum(part[name] for part in parts) for name in COUNTED}
    note_act(connection, "homes-listed", f"{kind}:{identifier}", {"homes": sums["households"]})
    lists = {"buildings": [], "homes": parts} if of_building else {"buildings": parts, "homes": []}
    return {"kind": kind, "id": identifier, **place, **sums, **lists}
