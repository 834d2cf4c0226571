"""Whether a layer lies about 600 m off its communities, as one does whose GCJ-02 or BD-09 datum was not declared."""

from __future__ import annotations

from types import MappingProxyType

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from gridgov.core.crs import to_stored
from gridgov.core.datums import BEND, STRAIGHTEN, Shift
from gridgov.core.findings import make_findings

_MOST_ROWS = 5000
_NEAR_DEGREES = 0.015
_LEAST_GAIN_RATIO = 0.01
_LEAST_GAIN_COUNT = 5
_TOO_FAR_RATIO = 0.05

MOVES: MappingProxyType[str, Shift] = MappingProxyType(
    {
        "this layer is in GCJ-02": STRAIGHTEN["gcj02"],
        "this layer is in BD-09": STRAIGHTEN["bd09"],
        "the communities are in GCJ-02": BEND["gcj02"],
    }
)
"""What could be wrong, and the move that would put the layer right against the communities."""


def find_datum_shift(
    frame: gpd.GeoDataFrame,
    communities: gpd.GeoDataFrame,
    layer: str = "layer",
    own_community: pd.Series | None = None,
) -> gpd.GeoDataFrame:
    """Compare how many rows lie in their community as they are, and after undoing a shift nobody declared.

    Without `own_community` a row is at home in any community; that only tells something when the layer does not reach
    far beyond the communities, so a larger layer is not judged.

    Parameters
    ----------
    frame : geopandas.GeoDataFrame
        Layer in any system; at most 5,000 rows, evenly taken, are compared.
    communities : geopandas.GeoDataFrame
        Polygons in any system with `community_id`.
    layer : str
        Name of the layer for the finding.
    own_community : pandas.Series, optional
        For each row the `community_id` it says it belongs to.

    Returns
    -------
    geopandas.GeoDataFrame
        No row, or one warning `datum-shift` with the rates compared.
    """
    nothing = make_findings(layer, [], "datum-shift", "warning", "", "")
    homes = np.asarray(to_stored(communities).geometry.array, dtype=object)
    points, own = _take_points(to_stored(frame), own_community)
    if len(points) == 0 or len(homes) == 0:
        return nothing
    tree = shapely.STRtree(homes)
    codes = communities["community_id"].astype(object).to_numpy() if own is not None else None
    if own is None and _share_far(points, tree) > _TOO_FAR_RATIO:
        return nothing
    as_is = _is_home(points, tree, own, codes)
    best, best_name, best_home = 0, "", as_is
    for name, move in MOVES.items():
        home = _is_home(move(points), tree, own, codes)
        gained, lost = int((home & ~as_is).sum()), int((as_is & ~home).sum())
        if gained - 4 * lost > best:
            best, best_name, best_home = gained - 4 * lost, name, home
    if best < max(_LEAST_GAIN_COUNT, _LEAST_GAIN_RATIO * len(points)):
        return nothing
    detail = (
        f"{as_is.mean():.1%} of {len(points)} rows lie in their community as declared, "
        f"{best_home.mean():.1%} if {best_name}"
    )
    action = "Ask the sender for the datum and import again with --crs gcj02 or --crs bd09."
    return make_findings(layer, [layer], "datum-shift", "warning", detail, action)


def _take_points(
    frame: gpd.GeoDataFrame, own: pd.Series | None
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.object_] | None]:
    geometry = np.asarray(frame.geometry.array, dtype=object)
    usable = np.flatnonzero(~shapely.is_missing(geometry) & ~shapely.is_empty(geometry))
    usable = usable[:: max(1, -(-len(usable) // _MOST_ROWS))]
    bounds = shapely.bounds(geometry[usable])
    points = np.column_stack([(bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2])
    finite = np.isfinite(points).all(axis=1)
    return points[finite], None if own is None else own.to_numpy(dtype=object)[usable][finite]


def _share_far(points: npt.NDArray[np.float64], tree: shapely.STRtree) -> float:
    near = tree.query(shapely.points(points), predicate="dwithin", distance=_NEAR_DEGREES)[0]
    return 1.0 - len(np.unique(near)) / len(points)


def _is_home(
    points: npt.NDArray[np.float64],
    tree: shapely.STRtree,
    own: npt.NDArray[np.object_] | None,
    codes: npt.NDArray[np.object_] | None,
) -> npt.NDArray[np.bool_]:
    home = np.zeros(len(points), dtype=bool)
    rows, polygons = tree.query(shapely.points(points), predicate="intersects")
    if own is not None and codes is not None:
        same = own[rows] == codes[polygons]
        rows = rows[same]
    home[rows] = True
    return home
