"""Footprints: building polygons made clean, each input row kept, merged or refused with its reason."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gridgov.core.findings import join_findings, make_findings
from gridgov.core.given import name_buildings

Shapes = NDArray[np.object_]
Ints = NDArray[np.int64]

SLIVER_M2 = 4.0
TOUCH_M2 = 0.05
LEAST_M2 = 0.5
SAME_RATIO = 0.9
WITHIN_RATIO = 0.95
HOUSEHOLDS_MOST = 20_000
"""A greater count is not believed: the largest residential buildings there are hold a few thousand households."""
FEW_ROWS, FEW_SHARE = 50, 0.05
"""Up to so many rows without a count, in number or as a share, each is named."""


def clean_footprints(buildings: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Repair, merge or refuse footprints so that no two of them overlap.

    Policy: broken rings are repaired; rows without an area are refused. Of rows with one id, or with one footprint
    (common area at least 0.9 of the joint area), one is kept: the larger, then the one with the smaller id; its
    households count, and those of the others only where it has none. Where two footprints overlap, the smaller
    gives way, unless it lies within the larger (95 %): then the larger is opened around it; one of which less than
    0.5 m2 is left is taken for the same building as the other. Negative, impossible (above `HOUSEHOLDS_MOST`) and
    missing households become null, for an estimator to fill.

    Parameters
    ----------
    buildings : geopandas.GeoDataFrame
        Columns building_id and geometry, households where known [metric CRS].

    Returns
    -------
    kept : geopandas.GeoDataFrame
        Sorted by building_id, all columns given, households as Int64, geometry valid and without overlaps.
    findings : geopandas.GeoDataFrame
        One row for each thing found.
    """
    frame = _with_ids(buildings)
    found: list[gpd.GeoDataFrame] = []
    frame = _repair(frame, found)
    frame = _merge_same_id(frame, found)
    frame = _count_households(frame, found)
    frame = _part_overlaps(frame, found)
    area = frame.geometry.area
    _tell(found, frame[area < SLIVER_M2], "sliver", "warning", "footprint is below 4 m2", "kept; check the drawing")
    many = shapely.get_num_geometries(frame.geometry.to_numpy()) > 1
    _tell(found, frame[many], "multipart", "note", "footprint has several parts", "kept as one building")
    return frame.reset_index(drop=True), join_findings(found, crs=buildings.crs)


def _with_ids(buildings: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Sorted by id, then place; a missing id is made from the place."""
    frame = name_buildings(buildings)
    shapes = frame.geometry.to_numpy()
    bounds, ids = shapely.bounds(shapes), frame["building_id"].to_numpy(dtype=object)
    households = (
        frame["households"].to_numpy(float, na_value=np.nan) if "households" in frame else np.full(len(frame), np.nan)
    )
    order = np.lexsort((-np.nan_to_num(households, nan=-1e18), *bounds.T[::-1], -shapely.area(shapes), ids))
    return frame.iloc[order].reset_index(drop=True)


def _tell(
    found: list[gpd.GeoDataFrame],
    rows: gpd.GeoDataFrame,
    rule: str,
    severity: str,
    detail: str | list[str],
    action: str,
) -> None:
    if len(rows):
        shapes = rows.geometry.to_numpy().copy()
        shapes[~_finite(shapes)] = None
        found.append(
            make_findings(
                "buildings",
                rows.building_id.to_numpy(),
                rule,
                severity,
                detail,
                action,
                geometry=shapes,
                crs=rows.crs,
            )
        )


def _finite(shapes: Shapes) -> NDArray[np.bool_]:
    there = ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)
    coords, index = shapely.get_coordinates(shapes, return_index=True)
    there[index[~np.isfinite(coords).all(axis=1)]] = False
    return np.asarray(there)


def _repair(frame: gpd.GeoDataFrame, found: list[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    shapes = frame.geometry.to_numpy().copy()
    sound = _finite(shapes)
    _tell(
        found,
        frame[~sound],
        "no-geometry",
        "error",
        _households_text(frame[~sound], "footprint is missing, empty or has no finite coordinates"),
        "refused; draw the footprint",
    )
    frame, shapes = frame[sound], shapes[sound]
    broken = np.flatnonzero(~shapely.is_valid(shapes))
    shapes[broken] = shapely.make_valid(shapes[broken], method="structure", keep_collapsed=False)
    other = np.flatnonzero(~np.isin(shapely.get_type_id(shapes), (3, 6)))
    shapes[other] = [_areas_of(shape) for shape in shapes[other]]
    frame = frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs))
    area = shapely.area(shapes)
    flat = ~(area > 1e-6)
    _tell(
        found,
        frame[flat],
        "no-area",
        "error",
        _households_text(frame[flat], "footprint encloses no area"),
        "refused; draw the footprint",
    )
    repaired = np.zeros(len(frame), bool)
    repaired[broken] = True
    _tell(
        found,
        frame[repaired & ~flat],
        "invalid-geometry",
        "warning",
        "footprint crosses itself",
        "repaired; check the drawing",
    )
    return frame[~flat].reset_index(drop=True)


def _areas_of(shape: object) -> object:
    parts = shapely.get_parts(shape)
    return shapely.union_all(parts[shapely.get_dimensions(parts) == 2])


def _households_text(rows: gpd.GeoDataFrame, text: str) -> list[str]:
    if "households" not in rows:
        return [text] * len(rows)
    return [f"{text} (households: {h})" for h in rows["households"]]


def _merge_same_id(frame: gpd.GeoDataFrame, found: list[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    again = frame.building_id.duplicated().to_numpy()
    if not again.any():
        return frame
    first = frame.building_id.map(frame[~again].reset_index().set_index("building_id")["index"]).to_numpy(np.int64)
    pairs = np.flatnonzero(again)
    return _merge(frame, pairs, first[pairs], "duplicate-id", "another row has the same building_id", found)


def _merge(
    frame: gpd.GeoDataFrame, gone: Ints, into: Ints, rule: str, text: str, found: list[gpd.GeoDataFrame]
) -> gpd.GeoDataFrame:
    """Drop rows in favour of others; households of a dropped row fill a gap of the kept one, and are not added."""
    detail = [
        f"{line}; kept is {kept}"
        for line, kept in zip(
            _households_text(frame.iloc[gone], text), frame.building_id.to_numpy()[into], strict=True
        )
    ]
    _tell(found, frame.iloc[gone], rule, "warning", detail, "merged; households of the kept row count")
    told = [f"{row} is taken for the same building" for row in frame.building_id.to_numpy()[gone]]
    _tell(found, frame.iloc[into], "has-duplicate", "note", told, "kept")
    if "households" in frame:
        frame = frame.copy()
        column = frame.columns.get_loc("households")
        for a, b in zip(gone, into, strict=True):
            if pd.isna(frame.iat[b, column]):
                frame.iat[b, column] = frame.iat[a, column]
    return frame.drop(index=gone).reset_index(drop=True)


def _count_households(frame: gpd.GeoDataFrame, found: list[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    given = (
        pd.to_numeric(frame["households"], errors="coerce")
        if "households" in frame
        else pd.Series(np.nan, frame.index)
    )
    given = given.astype(float)
    negative, missing = (given < 0).to_numpy(), given.isna().to_numpy()
    detail = [f"households is {value:g}" for value in given[negative]]
    _tell(found, frame[negative], "negative-households", "warning", detail, "taken as unknown")
    beyond = (given > HOUSEHOLDS_MOST).to_numpy()
    detail = [f"households is {value:.0f}; no building holds more than {HOUSEHOLDS_MOST}" for value in given[beyond]]
    _tell(found, frame[beyond], "impossible-households", "warning", detail, "taken as unknown")
    broken = (given.between(0, HOUSEHOLDS_MOST) & (given % 1 > 0)).to_numpy()
    detail = [f"households is {value:g}; taken as {np.ceil(value):.0f}" for value in given[broken]]
    _tell(found, frame[broken], "fraction", "warning", detail, "counted up, so that nobody is lost; correct it")
    # where most are missing it is no defect of single rows; `find_estimates` tells it once a community
    if missing.sum() <= max(FEW_ROWS, FEW_SHARE * len(frame)):
        _tell(found, frame[missing], "unknown-households", "note", "households is not given", "left to be estimated")
    return frame.assign(households=given.where(given.between(0, HOUSEHOLDS_MOST)).pipe(np.ceil).astype("Int64"))


def _part_overlaps(frame: gpd.GeoDataFrame, found: list[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    shapes = frame.geometry.to_numpy().copy()
    a, b, common = _overlaps(shapes)
    if not len(a):
        return frame
    area = shapely.area(shapes)
    same = common >= SAME_RATIO * (area[a] + area[b] - common)
    gone, into = _same_pairs(a[same], b[same], area)
    left = ~np.isin(a, gone) & ~np.isin(b, gone)
    covered = _resolve(frame, shapes, a[left], b[left], common[left], found)
    frame = frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs))
    gone, into = np.r_[gone, list(covered)].astype(np.int64), np.r_[into, list(covered.values())].astype(np.int64)
    if len(gone):
        frame = _merge(frame, gone, into, "duplicate-geometry", "another building has the same footprint", found)
    return frame


def _overlaps(shapes: Shapes) -> tuple[Ints, Ints, NDArray[np.float64]]:
    """Pairs with a common area above 0.05 m2."""
    a, b = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    once = a < b
    a, b = a[once], b[once]
    common = shapely.area(shapely.intersection(shapes[a], shapes[b]))
    keep = common > np.minimum(TOUCH_M2, 0.5 * np.minimum(shapely.area(shapes[a]), shapely.area(shapes[b])))
    order = np.lexsort((b[keep], a[keep]))
    return a[keep][order], b[keep][order], common[keep][order]


def _same_pairs(a: Ints, b: Ints, area: NDArray[np.float64]) -> tuple[Ints, Ints]:
    """Rows to drop and the row each goes to: the larger stays, then the smaller position (id)."""
    into: dict[int, int] = {}
    for i, j in zip(a, b, strict=True):
        i, j = _last(into, int(i)), _last(into, int(j))
        if i != j:
            stays, goes = (i, j) if area[i] >= area[j] * (1 - 1e-9) else (j, i)
            into[goes] = stays
    gone = sorted(into)
    return np.array(gone, np.int64), np.array([_last(into, row) for row in gone], np.int64)


def _resolve(
    frame: gpd.GeoDataFrame,
    shapes: Shapes,
    a: Ints,
    b: Ints,
    common: NDArray[np.float64],
    found: list[gpd.GeoDataFrame],
) -> dict[int, int]:
    """Cut every overlap out of one of the two footprints, in place; return those of which nothing is left."""
    area = shapely.area(shapes)
    ids = frame.building_id.to_numpy()
    rows: list[int] = []
    winners: list[int] = []
    details: list[str] = []
    covered: dict[int, int] = {}
    for i, j, shared in zip(a, b, common, strict=True):
        large, small = (i, j) if area[i] >= area[j] else (j, i)
        within = shared >= WITHIN_RATIO * area[small]
        loser, winner = (large, small) if within else (small, large)
        if loser in covered or winner in covered:
            continue
        rest = _areas_of(shapely.difference(shapes[loser], shapes[winner]))
        if shapely.area(rest) < LEAST_M2 < shapely.area(shapes[loser]):
            covered[int(loser)] = int(winner)
            continue
        shapes[loser] = rest
        rows.append(loser)
        winners.append(winner)
        how = "lies within it" if within else "overlaps it"
        details.append(f"{ids[winner]} {how} by {shared:.1f} m2")
    if rows:
        _tell(
            found, frame.iloc[rows], "overlap", "warning", details, "the common ground was cut out of this footprint"
        )
    told = [f"it shares ground with {row}" for row in ids[rows]]
    _tell(found, frame.iloc[winners], "overlaps-another", "note", told, "kept whole; the other was cut")
    return {loser: _last(covered, winner) for loser, winner in covered.items()}


def _last(into: dict[int, int], row: int) -> int:
    while row in into:
        row = into[row]
    return row
