"""Findings: bad data is data. One row per fact found: which row, which rule, how bad, where, what to do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

COLUMNS = ("layer", "row_id", "rule", "severity", "detail", "action", "geometry")
"""`severity` is `error` (row refused), `warning` (row changed or doubtful) or `note`."""


def make_findings(
    layer: str,
    row_ids: Sequence[object] | pd.Index | np.ndarray,
    rule: str,
    severity: str,
    detail: str | Sequence[str],
    action: str,
    geometry: Iterable[object] | None = None,
    crs: object = None,
) -> gpd.GeoDataFrame:
    """Make one findings table: the same rule found on several rows.

    Parameters
    ----------
    layer : str
        Name of the layer the rows belong to, e.g. ``"buildings"``.
    row_ids : sequence
        Identifier of each row, in the layer's own key.
    rule : str
        Short stable name of the rule in kebab-case, e.g. ``"overlap"``.
    severity : {"error", "warning", "note"}
        Whether the row was refused, changed or only worth knowing.
    detail : str or sequence of str
        What was seen; one text for all or one per row.
    action : str
        What was done, or what the sender should do.
    geometry : iterable of shapely geometry, optional
        Where it was seen; points are taken from polygons.
    crs : object, optional
        Coordinate system of `geometry`.

    Returns
    -------
    geopandas.GeoDataFrame
        Columns of `COLUMNS`; empty when `row_ids` is.

    Examples
    --------
    >>> found = make_findings("buildings", ["B7"], "zero-area", "error", "area is 0 m2", "draw it again")
    >>> found.rule.tolist()
    ['zero-area']
    """
    ids = [str(row) for row in row_ids]
    if geometry is None:
        points = np.full(len(ids), None, dtype=object)
    else:
        points = np.asarray(shapely.point_on_surface(np.asarray(list(geometry), dtype=object)))
    frame = pd.DataFrame(
        {
            "layer": layer,
            "row_id": pd.Series(ids, dtype=object),
            "rule": rule,
            "severity": severity,
            "detail": detail if isinstance(detail, str) else list(detail),
            "action": action,
        }
    )
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(points, index=frame.index, crs=crs), crs=crs)


def join_findings(tables: Iterable[gpd.GeoDataFrame], crs: object = None) -> gpd.GeoDataFrame:
    """Put several findings tables under one another.

    Parameters
    ----------
    tables : iterable of geopandas.GeoDataFrame
        Findings tables, in the same coordinate system or without geometry.
    crs : object, optional
        Coordinate system of the result.

    Returns
    -------
    geopandas.GeoDataFrame
        All rows in the order given, with a fresh index.
    """
    full = [table for table in tables if len(table)]
    if not full:
        return make_findings("", [], "", "note", "", "", geometry=[], crs=crs)
    parts = {name: np.concatenate([table[name].to_numpy(dtype=object) for table in full]) for name in COLUMNS}
    geometry = gpd.GeoSeries(parts.pop("geometry"), crs=crs)
    return gpd.GeoDataFrame(pd.DataFrame(parts), geometry=geometry, crs=crs)
