"""Publish a draft plan from a day."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, Engine

from gridgov.services.public import refresh_public_page
from gridgov.services.telling import keep_figures_back
from gridgov.storage.audit import note_act, write_audit
from gridgov.storage.plans import StoredPlan, drop_plan, get_plan, list_plans, set_published


def publish_plan(engine: Engine, plan_id: str, published_from: date, *, actor: str = "gridgov") -> list[str]:
    """Publish a draft; from then on nobody can change it.

    Parameters
    ----------
    engine : sqlalchemy.Engine
        The database.
    plan_id : str
        Key of the draft.
    published_from : datetime.date
        First day on which it holds; plans of the same communities end that day.
    actor : str
        Who asks, for the audit.

    Returns
    -------
    list of str
        Keys of the plans that it follows.

    Raises
    ------
    NotFoundError
        When there is no such plan.
    ConflictError
        When it is published already, or another plan of these communities begins later.
    """
    with engine.begin() as connection:
        closed = _publish(connection, plan_id, published_from)
        write_audit(connection, actor, "publish", f"plan:{plan_id}", _tell(published_from, closed))
    return closed


def publish_as_caller(connection: Connection, plan_id: str, published_from: date) -> list[str]:
    """Publish a draft in the name of whoever a connection belongs to.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection under the caller's role; the caller commits.
    plan_id : str
        Key of the draft.
    published_from : datetime.date
        First day on which it holds.

    Returns
    -------
    list of str
        Keys of the plans that it follows.

    Raises
    ------
    NotFoundError
        When there is no such plan.
    ConflictError
        When it is published already, or another plan of these communities begins later.
    """
    closed = _publish(connection, plan_id, published_from)
    note_act(connection, "publish", f"plan:{plan_id}", _tell(published_from, closed))
    return closed


def discard_as_caller(connection: Connection, plan_id: str) -> None:
    """Throw a draft away in the name of whoever a connection belongs to.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection under the caller's role; the caller commits.
    plan_id : str
        Key of the draft.

    Raises
    ------
    NotFoundError
        When there is no such plan.
    ConflictError
        When it is published.
    """
    drop_plan(connection, plan_id)
    note_act(connection, "discard", f"plan:{plan_id}", {})


def discard_plan(engine: Engine, plan_id: str, *, actor: str = "gridgov") -> None:
    """Throw a draft away.

    Parameters
    ----------
    engine : sqlalchemy.Engine
        The database.
    plan_id : str
        Key of the draft.
    actor : str
        Who asks, for the audit.

    Raises
    ------
    NotFoundError
        When there is no such plan.
    ConflictError
        When it is published.
    """
    with engine.begin() as connection:
        drop_plan(connection, plan_id)
        write_audit(connection, actor, "discard", f"plan:{plan_id}", {})


def show_plan(engine: Engine, plan_id: str) -> StoredPlan:
    """Read what is said of a plan.

    Parameters
    ----------
    engine : sqlalchemy.Engine
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
    with engine.connect() as connection:
        return get_plan(connection, plan_id)


def show_plans(engine: Engine) -> list[StoredPlan]:
    """List all plans.

    Parameters
    ----------
    engine : sqlalchemy.Engine
        The database.

    Returns
    -------
    list of StoredPlan
        The newest first.
    """
    with engine.connect() as connection:
        return list_plans(connection)


def _publish(connection: Connection, plan_id: str, published_from: date) -> list[str]:
    keep_figures_back(connection, plan_id)
    closed = set_published(connection, plan_id, published_from)
    refresh_public_page(connection, plan_id)
    return closed


def _tell(published_from: date, closed: list[str]) -> dict[str, object]:
    return {"from": published_from.isoformat(), "follows": closed}
