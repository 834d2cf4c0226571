"""What is wrong with rows of a table, before it becomes findings and a workbook for the sender."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from gridgov.core.findings import join_findings, make_findings

FAULT_COLUMNS = ("position", "row", "column", "rule", "severity", "detail", "action")


@dataclass(frozen=True)
class RowFault:
    """One rule found on several rows of a table."""

    rule: str
    severity: str
    positions: npt.NDArray[np.intp]
    """Positions of the rows in the table."""
    detail: str | Sequence[str]
    action: str
    column: str | None = None
    """Source column at fault; None for the whole row or its shape."""


def list_faults(faults: Sequence[RowFault], rows: npt.NDArray[np.object_]) -> pd.DataFrame:
    """Put faults in one table, a line per row and rule.

    Parameters
    ----------
    faults : sequence of RowFault
        The faults.
    rows : numpy.ndarray
        What to call each row of the table, by position.

    Returns
    -------
    pandas.DataFrame
        Columns of `FAULT_COLUMNS`, by position.
    """
    parts = [
        pd.DataFrame(
            {
                "position": fault.positions,
                "row": rows[fault.positions],
                "column": fault.column,
                "rule": fault.rule,
                "severity": fault.severity,
                "detail": fault.detail if isinstance(fault.detail, str) else list(fault.detail),
                "action": fault.action,
            }
        )
        for fault in faults
        if len(fault.positions)
    ]
    if not parts:
        return pd.DataFrame({name: pd.Series(dtype=object) for name in FAULT_COLUMNS})
    return pd.concat(parts, ignore_index=True).sort_values("position", kind="stable", ignore_index=True)


def make_row_findings(
    layer: str,
    faults: Sequence[RowFault],
    ids: npt.NDArray[np.object_],
    points: npt.NDArray[np.object_] | None,
    crs: object = None,
) -> gpd.GeoDataFrame:
    """Turn faults into findings.

    Parameters
    ----------
    layer : str
        Name of the layer.
    faults : sequence of RowFault
        The faults.
    ids : numpy.ndarray
        Identifier of each row, by position.
    points : numpy.ndarray or None
        Where each row is, by position.
    crs : object
        Coordinate system of `points`.

    Returns
    -------
    geopandas.GeoDataFrame
        Findings table.
    """
    tables = []
    for fault in faults:
        where = None if points is None else points[fault.positions]
        column = "" if fault.column is None else f"{fault.column}: "
        detail = column + fault.detail if isinstance(fault.detail, str) else [column + text for text in fault.detail]
        tables.append(
            make_findings(layer, ids[fault.positions], fault.rule, fault.severity, detail, fault.action, where, crs)
        )
    return join_findings(tables, crs)
