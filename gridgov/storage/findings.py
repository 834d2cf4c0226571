"""Findings of a plan: added by whoever looks at it, replaced layer by layer."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
from sqlalchemy import Connection, delete, func, select

from gridgov.storage.frames import write_frame
from gridgov.storage.tables import plan_finding


def add_findings(
    connection: Connection, plan_id: str, findings: gpd.GeoDataFrame, *, replace_layers: Sequence[str] = ()
) -> None:
    """Add findings to a draft.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        The database; the caller commits.
    plan_id : str
        Key of the draft.
    findings : geopandas.GeoDataFrame
        What was found; see `gridgov.core.findings`.
    replace_layers : sequence of str
        Layers whose earlier findings are thrown away first.

    Raises
    ------
    ConflictError
        When the plan is published.
    """
    mine = plan_finding.c.plan_id == plan_id
    connection.execute(delete(plan_finding).where(mine, plan_finding.c.layer.in_(list(replace_layers))))
    last = connection.execute(select(func.coalesce(func.max(plan_finding.c.finding_id), 0)).where(mine)).scalar_one()
    numbers = np.arange(last + 1, last + 1 + len(findings))
    write_frame(connection, plan_finding, findings.assign(plan_id=plan_id, finding_id=numbers))
