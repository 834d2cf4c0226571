"""Refuse or doubt accepted rows afterwards, when something outside the file tells against them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from gridgov.core.findings import join_findings, make_findings
from gridgov.core.tidying.layer import TidyResult


def mark_rows(
    tidy: TidyResult,
    layer: str,
    positions: npt.NDArray[np.intp],
    rule: str,
    severity: str,
    detail: Sequence[str],
    action: str,
    column: str | None = None,
) -> TidyResult:
    """Add a fault to accepted rows; an error takes them out of the accepted ones.

    Parameters
    ----------
    tidy : TidyResult
        Tidied rows.
    layer : str
        Name of the layer.
    positions : numpy.ndarray
        Rows of ``tidy.accepted``.
    rule : str
        Name of the rule in kebab-case.
    severity : {"error", "warning", "note"}
        Whether the rows are refused, doubtful, or only worth knowing.
    detail : sequence of str
        What was seen, one text a row.
    action : str
        What was done, or what the sender should do.
    column : str, optional
        Column at fault.

    Returns
    -------
    TidyResult
        With findings, faults and counts brought up to date.
    """
    if len(positions) == 0:
        return tidy
    rows = tidy.accepted.iloc[positions]
    ids = rows.iloc[:, 0].to_numpy()
    shapes = rows.geometry if isinstance(rows, gpd.GeoDataFrame) else None
    found = make_findings(layer, ids, rule, severity, list(detail), action, shapes, tidy.findings.crs)
    told = {"row": tidy.numbers[positions], "column": column, "rule": rule, "severity": severity}
    faults = pd.DataFrame({**told, "detail": list(detail), "action": action})
    marked = replace(
        tidy,
        findings=join_findings([tidy.findings, found], tidy.findings.crs),
        faults=pd.concat([tidy.faults, faults], ignore_index=True) if len(tidy.faults) else faults,
    )
    if severity != "error":
        return marked
    good = np.ones(len(tidy.accepted), dtype=bool)
    good[positions] = False
    return replace(
        marked,
        accepted=tidy.accepted[good].reset_index(drop=True),
        numbers=tidy.numbers[good],
        accepted_count=int(good.sum()),
        rejected=tidy.rejected + len(positions),
    )
