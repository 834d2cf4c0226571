"""Points come to the polygon that holds them; on a shared border the smallest id holds."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridgov.core.findings import join_findings, make_findings
from gridgov.errors import CrsError, InputError

NOWHERE = -1


def assign_points(
    points: gpd.GeoDataFrame | gpd.GeoSeries,
    polygons: gpd.GeoDataFrame,
    key: str,
    *,
    point_key: str | None = None,
    layer: str = "points",
    tolerance_m: float = 0.0,
) -> tuple[pd.Series, gpd.GeoDataFrame]:
    """Say which polygon holds each point.

    Parameters
    ----------
    points : geopandas.GeoDataFrame or geopandas.GeoSeries
        Places [metric CRS; missing allowed]; a polygon counts by a point inside it.
    polygons : geopandas.GeoDataFrame
        Areas with the column `key` [same CRS]; overlaps are settled like borders.
    key : str
        Column of `polygons` to hand out.
    point_key : str, optional
        Column of `points` that names a row in the findings; the index otherwise.
    layer : str
        Name of the points' layer in the findings.
    tolerance_m : float
        How far outside every polygon a point may lie and still go to the nearest one.

    Returns
    -------
    pandas.Series
        `key` of the holding polygon, on the index of `points`; missing where none holds. On a shared border, and
        between polygons equally near, the smallest `key` holds, so row order never matters.
    geopandas.GeoDataFrame
        Findings: ``no-position``, ``outside`` (left without a polygon) and ``nearest`` (moved by the tolerance).

    Raises
    ------
    CrsError
        When the two layers are not in one coordinate system.
    InputError
        When `polygons` has no column `key`.

    Examples
    --------
    >>> areas = gpd.GeoDataFrame({"id": ["b", "a"]}, geometry=[shapely.box(1, 0, 2, 1), shapely.box(0, 0, 1, 1)])
    >>> holder, found = assign_points(gpd.GeoSeries(gpd.points_from_xy([0.5, 1, 9], [0.5, 0.5, 0.5])), areas, "id")
    >>> holder.tolist(), found.rule.tolist()
    (['a', 'a', None], ['outside'])
    """
    if key not in polygons:
        raise InputError(f"The polygons have no column {key!r}; they have {list(polygons.columns)}.", key=key)
    if points.crs != polygons.crs:
        raise CrsError(
            f"Points are in {points.crs} but polygons in {polygons.crs}. Convert one of them first.",
            points=str(points.crs),
            polygons=str(polygons.crs),
        )
    areas = polygons.sort_values(key, kind="stable")
    geometry = as_points(points.geometry.to_numpy())
    held, near = find_holders(geometry, areas.geometry.to_numpy(), tolerance_m)
    keys = with_none(areas[key])
    holder = pd.Series(keys[held], index=points.index, name=key, dtype=object)
    names = points.index if point_key is None else pd.Index(points[point_key])
    return holder, _findings(geometry, held, near, names, layer, points.crs)


def with_none(ids: pd.Series) -> np.ndarray:
    """Return ids with a missing one behind the last, so that position -1 means none.

    Parameters
    ----------
    ids : pandas.Series
        Identifiers [n].

    Returns
    -------
    numpy.ndarray
        Identifiers [n + 1].
    """
    return np.concatenate([ids.to_numpy(dtype=object), np.array([None], dtype=object)])


def as_points(geometry: np.ndarray) -> np.ndarray:
    """Return each shape as a point inside it; missing and empty shapes become missing.

    Parameters
    ----------
    geometry : numpy.ndarray
        Shapes [n], missing allowed.

    Returns
    -------
    numpy.ndarray
        Points [n] or missing.
    """
    points = np.array(geometry, dtype=object)
    points[shapely.is_missing(points) | shapely.is_empty(points)] = None
    other = ~shapely.is_missing(points) & (shapely.get_type_id(points) != 0)
    points[other] = shapely.point_on_surface(points[other])
    return points


def find_holders(points: np.ndarray, areas: np.ndarray, tolerance_m: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Find the first area that holds each point.

    Parameters
    ----------
    points : numpy.ndarray
        Points [n], missing allowed.
    areas : numpy.ndarray
        Polygons [m]; where several hold a point the lowest position wins.
    tolerance_m : float
        How far outside every area a point still goes to the nearest.

    Returns
    -------
    numpy.ndarray
        Position of the holding area [n], `NOWHERE` where none.
    numpy.ndarray
        Whether the point went to the nearest area by the tolerance [n].
    """
    tree = shapely.STRtree(areas)
    rank = np.full(len(points), len(areas), dtype=np.int64)
    point, area = tree.query(points, predicate="intersects")
    np.minimum.at(rank, point, area)
    near = np.zeros(len(points), dtype=bool)
    lost = np.flatnonzero((rank == len(areas)) & ~shapely.is_missing(points))
    if tolerance_m > 0 and len(lost) and len(areas):
        point, area = tree.query_nearest(points[lost], max_distance=tolerance_m, all_matches=True)
        np.minimum.at(rank, lost[point], area)
        near[lost[point]] = True
    rank[rank == len(areas)] = NOWHERE
    return rank, near


def _findings(
    points: np.ndarray, held: np.ndarray, near: np.ndarray, names: pd.Index, layer: str, crs: object
) -> gpd.GeoDataFrame:
    missing = shapely.is_missing(points)
    cases = (
        (missing, "no-position", "warning", "the row has no position", "give coordinates or a building"),
        ((held == NOWHERE) & ~missing, "outside", "warning", "lies in no polygon", "check the position or its datum"),
        (near, "nearest", "note", "lies outside every polygon, within the tolerance", "given to the nearest one"),
    )
    tables = []
    for rows, rule, severity, detail, action in cases:
        where = np.flatnonzero(rows)
        tables.append(make_findings(layer, names[where], rule, severity, detail, action, points[where], crs))
    return join_findings(tables, crs)
