"""What is said of a plan, and its way from a draft to history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, delete, or_, select, text, update

from gridgov.errors import ConflictError, NotFoundError
from gridgov.storage.tables import plan, plan_cell


@dataclass(frozen=True)
class StoredPlan:
    """What is said of a plan beside its rows."""

    plan_id: str
    name: str
    status: str
    """`draft` or `published`."""
    seed: int
    scheme: Mapping[str, Any]
    profile: Mapping[str, Any]
    crs: str
    """Metric coordinate system that the plan was made in."""
    created_at: datetime
    published_from: date | None
    published_to: date | None
    """First day on which it no longer holds."""


def get_plan(connection: Connection, plan_id: str) -> StoredPlan:
    """Read what is said of a plan.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        The database.
    plan_id : str
        Key of the plan.

    Returns
    -------
    StoredPlan
        The plan without its rows.

    Raises
    ------
    NotFoundError
        When there is no such plan.
    """
    row = connection.execute(select(plan).where(plan.c.plan_id == plan_id)).first()
    if row is None:
        raise NotFoundError(f"There is no plan {plan_id!r}. See `gridgov plan list`.", plan_id=plan_id)
    return _stored(row)


def list_plans(connection: Connection) -> list[StoredPlan]:
    """List all plans, the newest first.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        The database.

    Returns
    -------
    list of StoredPlan
        Drafts and published ones.
    """
    rows = connection.execute(select(plan).order_by(plan.c.created_at.desc(), plan.c.plan_id))
    return [_stored(row) for row in rows]


def find_published(connection: Connection, on: date) -> list[StoredPlan]:
    """Find the plans that hold on a day: one for each area.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        The database.
    on : datetime.date
        The day.

    Returns
    -------
    list of StoredPlan
        The last published first; none overlaps another.
    """
    holds = and_(
        plan.c.status == "published",
        plan.c.published_from <= on,
        or_(plan.c.published_to.is_(None), plan.c.published_to > on),
    )
    rows = connection.execute(select(plan).where(holds).order_by(plan.c.published_from.desc(), plan.c.plan_id))
    return [_stored(row) for row in rows]


def set_published(connection: Connection, plan_id: str, published_from: date) -> list[str]:
    """Publish a draft from a day, and close the published plans that it follows in the same communities.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        The database; the caller commits.
    plan_id : str
        Key of the draft.
    published_from : datetime.date
        First day on which it holds.

    Returns
    -------
    list of str
        Keys of the plans that end on that day.

    Raises
    ------
    NotFoundError
        When there is no such plan.
    ConflictError
        When it is published already, or a published plan of the same communities begins or ends later.
    """
    connection.execute(text("LOCK TABLE gridgov.plan IN SHARE ROW EXCLUSIVE MODE"))
    if get_plan(connection, plan_id).status == "published":
        raise ConflictError(f"The plan {plan_id!r} is published already.", plan_id=plan_id)
    before = [_stored(row) for row in connection.execute(_overlapping(plan_id, published_from))]
    for other in before:
        if other.published_to is not None or (other.published_from or published_from) > published_from:
            raise ConflictError(
                f"The plan {other.plan_id!r} of the same communities holds from {other.published_from} to "
                f"{other.published_to or 'further notice'}; {plan_id!r} cannot begin on {published_from}. Publish it "
                "from a later day.",
                plan_id=other.plan_id,
            )
    closed = [other.plan_id for other in before]
    connection.execute(update(plan).where(plan.c.plan_id.in_(closed)).values(published_to=published_from))
    connection.execute(
        update(plan).where(plan.c.plan_id == plan_id).values(status="published", published_from=published_from)
    )
    return closed


def drop_plan(connection: Connection, plan_id: str) -> None:
    """Throw a draft away.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        The database; the caller commits.
    plan_id : str
        Key of the draft.

    Raises
    ------
    NotFoundError
        When there is no such plan.
    ConflictError
        When it is published.
    """
    if get_plan(connection, plan_id).status == "published":
        raise ConflictError(f"The plan {plan_id!r} is published: it is history and stays.", plan_id=plan_id)
    connection.execute(delete(plan).where(plan.c.plan_id == plan_id))


def _overlapping(plan_id: str, published_from: date) -> Select[Any]:
    mine = select(plan_cell.c.community_id).where(plan_cell.c.plan_id == plan_id)
    theirs = select(plan_cell.c.plan_id).where(plan_cell.c.community_id.in_(mine)).distinct()
    return select(plan).where(
        plan.c.status == "published",
        or_(plan.c.published_to.is_(None), plan.c.published_to > published_from),
        plan.c.plan_id.in_(theirs),
    )


def _stored(row: Row[Any]) -> StoredPlan:
    return StoredPlan(**row._mapping)
