"""Which plans there are, which one holds today, and where each lies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from gridgov.storage.features.asking import BOUNDS, Row, ask_row, ask_rows

_COLUMNS = "plan_id, name, status, created_at, published_from, published_to, scheme"

_DAY = "coalesce(CAST(:on AS date), gridgov.today())"


@dataclass(frozen=True)
class PlanHead:
    """What is said of a plan before its groups are looked at."""

    plan_id: str
    name: str
    status: str
    created_at: datetime
    published_from: date | None
    published_to: date | None
    scheme: dict[str, Any]

    @property
    def published(self) -> bool:
        """Whether the plan can no longer change.

        Returns
        -------
        bool
            True once it is published.
        """
        return self.status == "published"


def list_plans(connection: Connection, on: date | None = None) -> list[PlanHead]:
    """Return the plans the caller may see, the one that holds on a day first, then the newest.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    on : datetime.date, optional
        The day; the office's today when left out.

    Returns
    -------
    list of PlanHead
        The plans.
    """
    sql = f"""
        SELECT {_COLUMNS} FROM gridgov.plan
        ORDER BY (status = 'published' AND published_from <= {_DAY}
                  AND (published_to IS NULL OR published_to > {_DAY})) DESC,
                 published_from DESC NULLS LAST, created_at DESC, plan_id
        LIMIT 200"""
    return [_to_head(row) for row in ask_rows(connection, sql, on=on)]


def plan_on(connection: Connection, on: date | None = None) -> PlanHead | None:
    """Return the plan in force on a day.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    on : datetime.date, optional
        The day; the office's today when left out.

    Returns
    -------
    PlanHead or None
        The plan published last among those whose dates hold the day (from inclusive, to exclusive).
    """
    sql = f"""
        SELECT {_COLUMNS} FROM gridgov.plan
        WHERE status = 'published' AND published_from <= {_DAY} AND (published_to IS NULL OR published_to > {_DAY})
        ORDER BY published_from DESC, created_at DESC, plan_id
        LIMIT 1"""
    row = ask_row(connection, sql, on=on)
    return None if row is None else _to_head(row)


def get_plan(connection: Connection, plan_id: str) -> PlanHead | None:
    """Return one plan.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    plan_id : str
        Its identifier.

    Returns
    -------
    PlanHead or None
        The plan, or None when there is none of that name.
    """
    row = ask_row(connection, f"SELECT {_COLUMNS} FROM gridgov.plan WHERE plan_id = :plan_id", plan_id=plan_id)
    return None if row is None else _to_head(row)


def read_bounds(connection: Connection, plan_id: str) -> list[float] | None:
    """Return the box around a plan's groups.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    plan_id : str
        The plan.

    Returns
    -------
    list of float or None
        West, south, east, north in degrees; None for a plan without groups.
    """
    sql = f"""
        SELECT {BOUNDS.format("box")} AS bounds
        FROM (SELECT ST_Extent(geom)::geometry AS box FROM gridgov.plan_group
              WHERE plan_id = :plan_id AND level = 'section') AS extent
        WHERE box IS NOT NULL"""
    row = ask_row(connection, sql, plan_id=plan_id)
    return None if row is None else [float(edge) for edge in row["bounds"]]


def _to_head(row: Row) -> PlanHead:
    return PlanHead(**{**row, "scheme": dict(row["scheme"] or {})})
