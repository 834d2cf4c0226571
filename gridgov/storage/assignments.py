"""What was assigned to the areas of a plan: rental houses, households, liaisons and shelters."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from sqlalchemy import Connection, delete, select

from gridgov.errors import InputError
from gridgov.storage.frames import read_frame, write_frame
from gridgov.storage.tables import plan_household, plan_liaison, plan_rental, plan_shelter

TABLES = {
    "rentals": plan_rental,
    "households": plan_household,
    "liaisons": plan_liaison,
    "shelters": plan_shelter,
}
"""Table of each kind of assignment."""


def write_assignments(connection: Connection, plan_id: str, frames: Mapping[str, pd.DataFrame]) -> dict[str, int]:
    """Write assignments of a draft; each kind that is given replaces what was there.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        The database; the caller commits.
    plan_id : str
        Key of the draft.
    frames : mapping of str to pandas.DataFrame
        By kind, see `TABLES`: `rentals` (rental_house_id, cluster_id, section_id, grid_id), `households`
        (household_id, cluster_id, section_id, grid_id), `liaisons` (section_id, liaison_id, distance_m), `shelters`
        (cluster_id, shelter_id or null for a shortfall, people, distance_m, reason). Further columns are not stored.

    Returns
    -------
    dict of str to int
        Rows written of each kind.

    Raises
    ------
    InputError
        When a kind is unknown or a value does not fit.
    ConflictError
        When the plan is published.
    """
    if unknown := sorted(set(frames) - set(TABLES)):
        raise InputError(f"There is no assignment {', '.join(unknown)}. Kinds are: {', '.join(TABLES)}.")
    written = {}
    for kind, frame in frames.items():
        table = TABLES[kind]
        connection.execute(delete(table).where(table.c.plan_id == plan_id))
        known = [name for name in frame.columns if name in table.columns and name != "plan_shelter_id"]
        rows = pd.DataFrame(frame[known]).assign(plan_id=plan_id)
        written[kind] = write_frame(connection, table, rows)
    return written


def read_assignments(connection: Connection, plan_id: str) -> dict[str, pd.DataFrame]:
    """Read all assignments of a plan.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        The database.
    plan_id : str
        Key of the plan.

    Returns
    -------
    dict of str to pandas.DataFrame
        One table for each kind, ordered by key; empty ones when nothing was assigned.
    """
    made = {}
    for kind, table in TABLES.items():
        hidden = ("plan_id", "plan_shelter_id")
        columns = [column for column in table.columns if column.name not in hidden]
        query = select(*columns).where(table.c.plan_id == plan_id).order_by(*table.primary_key)
        made[kind] = read_frame(connection, query)
    return made
