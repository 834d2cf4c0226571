"""Make the public page of a plan, and read that of the plan in force."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from gridgov.core.public_figures import make_public_figures, to_rows
from gridgov.storage import public
from gridgov.storage.plans import get_plan


def refresh_public_page(connection: Connection, plan_id: str) -> int:
    """Make the public page of a plan anew, small counts hidden.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection of who may see everything; the caller commits.
    plan_id : str
        The plan.

    Returns
    -------
    int
        Divisions on the page.

    Raises
    ------
    NotFoundError
        When there is no such plan.
    """
    head = get_plan(connection, plan_id)
    counts = public.read_public_counts(connection, plan_id)
    rows = to_rows(make_public_figures(counts), public.list_division_names(connection)) if len(counts) else []
    document = {
        "plan": {
            "name": head.name,
            "published_from": head.published_from.isoformat() if head.published_from else None,
        },
        "figures": [row for row in rows if row["id"] != "-"],
        "outlines": {"type": "FeatureCollection", "features": public.list_community_outlines(connection, plan_id)},
    }
    public.write_public_page(connection, plan_id, document)
    return len(rows)


def read_public_page(connection: Connection) -> dict[str, Any]:
    """Return the public page of the plan in force.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Anybody's connection, signed in or not.

    Returns
    -------
    dict
        ``plan`` (name, published_from), ``made_at``, ``figures`` and ``outlines``; plan None when none is in force.
    """
    row = public.read_public_page(connection)
    if row is None:
        return {
            "plan": None,
            "made_at": None,
            "figures": [],
            "outlines": {"type": "FeatureCollection", "features": []},
        }
    return {"made_at": row["made_at"], **row["document"]}
