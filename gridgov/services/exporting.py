"""Take a stored plan out as files."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine

from gridgov.core.plans import Plan
from gridgov.storage.plan_files import write_plan
from gridgov.storage.plans import read_plan


def export_plan(engine: Engine, plan_id: str, folder: Path) -> list[Path]:
    """Write a stored plan as a plan folder.

    Parameters
    ----------
    engine : sqlalchemy.Engine
        The database.
    plan_id : str
        Key of the plan.
    folder : pathlib.Path
        Where the files go.

    Returns
    -------
    list of pathlib.Path
        The files.

    Raises
    ------
    NotFoundError
        When there is no such plan.
    """
    with engine.connect() as connection:
        plan = Plan(**read_plan(connection, plan_id))
    return write_plan(plan, folder)
