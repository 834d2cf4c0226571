"""Judge a plan that is only polygons: an imported division without cells or atoms."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gridgov.core.findings import join_findings, make_findings
from gridgov.core.given import take_layer
from gridgov.core.quality.medoids import measure_medoids
from gridgov.core.quality.rules import QualityRules, make_table

SHARE_TO_COUNT = 0.1
"""A building lies in a second group when at least this share of its footprint does."""
CROSSING_M = 5.0
"""A group crosses a barrier when the barrier cuts it in parts for at least this length; drawing is not exact."""


def judge_polygons(
    groups: gpd.GeoDataFrame,
    buildings: gpd.GeoDataFrame,
    communities: gpd.GeoDataFrame,
    barriers: gpd.GeoDataFrame | None = None,
    *,
    rules: QualityRules | None = None,
) -> pd.DataFrame:
    """Measure a division that is given as polygons.

    A building belongs to the group in which its inner point lies.

    Parameters
    ----------
    groups : geopandas.GeoDataFrame
        id, polygon [metric CRS]: the clusters.
    buildings : geopandas.GeoDataFrame
        building_id, households, polygon; same CRS.
    communities : geopandas.GeoDataFrame
        community_id, polygon; same CRS.
    barriers : geopandas.GeoDataFrame, optional
        kind (hard, soft, minor), line; same CRS.
    rules : QualityRules, optional
        Sizes that are wanted.

    Returns
    -------
    pandas.DataFrame
        Columns `measure`, `value`, `unit`, `bar`, `holds`.
    """
    rules = rules or QualityRules()
    buildings = take_layer(buildings, "buildings", groups.crs)
    communities = take_layer(communities, "communities", groups.crs)
    barriers = None if barriers is None else take_layer(barriers, "barriers", groups.crs)
    facts = _gather(groups, buildings, communities, barriers)
    size = pd.Series(facts.households)
    live = size > 0
    roundness = 4 * np.pi * shapely.area(facts.polygons) / np.maximum(shapely.length(facts.polygons), 1e-9) ** 2
    inside = facts.group_of_building >= 0
    centre = shapely.centroid(buildings.geometry.to_numpy())
    households = buildings["households"].fillna(0).to_numpy(np.float64)
    some = inside & (households > 0)
    code = pd.factorize(facts.group_of_building[some])[0].astype(np.int64)
    total, far = measure_medoids(shapely.get_x(centre)[some], shapely.get_y(centre)[some], households[some], code)
    return make_table(
        {
            **_measure_sizes(size[live], rules),
            "households_in": int(households.sum()),
            "households_without_group": int(households[~inside].sum()),
            "buildings_without_group": int((~inside & (households > 0)).sum()),
            "buildings_in_two_groups": len(facts.split_building),
            "crossing_community": int((facts.outside_m2 > facts.tolerance_m2).sum()),
            "groups_crossing_barrier": int((facts.crossing_m > CROSSING_M).sum()),
            "disconnected": int(((facts.pieces > 1) & live.to_numpy()).sum()),
            "overlap_m2": float(facts.overlap_m2.sum()),
            "gap_m2": facts.gap_m2,
            "polsby_popper": float(roundness[live.to_numpy()].mean()) if live.any() else 0.0,
            "medoid_m": total / max(float(households[some].sum()), 1.0),
            "farthest_p95_m": float(np.quantile(far, 0.95)) if len(far) else 0.0,
        }
    )


def _measure_sizes(size: pd.Series, rules: QualityRules) -> dict[str, float]:
    """Count the groups in which somebody lives, and hold their households against the rules."""
    return {
        "clusters": len(size),
        "pct_preferred": 100 * float(size.between(rules.preferred_low, rules.preferred_high).mean()),
        "pct_allowed": 100 * float(size.between(rules.min, rules.max).mean()),
        "sum_deviation": int((size - rules.target).abs().sum()),
        "min": int(size.min()) if len(size) else 0,
        "max": int(size.max()) if len(size) else 0,
    }


def find_polygon_problems(
    groups: gpd.GeoDataFrame,
    buildings: gpd.GeoDataFrame,
    communities: gpd.GeoDataFrame,
    barriers: gpd.GeoDataFrame | None = None,
    *,
    rules: QualityRules | None = None,
) -> gpd.GeoDataFrame:
    """Find what is wrong in a division that is given as polygons.

    Parameters
    ----------
    groups, buildings, communities, barriers : geopandas.GeoDataFrame
        As for `judge_polygons`.
    rules : QualityRules, optional
        Sizes that are wanted.

    Returns
    -------
    geopandas.GeoDataFrame
        Findings with the rules group-too-small, group-too-large, disconnected, crosses-community,
        crosses-hard-barrier, overlap, gap, unassigned and needless-split.
    """
    rules = rules or QualityRules()
    facts = _gather(groups, buildings, communities, barriers)
    ids, size, shapes = groups["id"].to_numpy(), facts.households, facts.polygons
    live = size > 0
    cases = (
        (live & (size < rules.min), "group-too-small", "warning", [f"{n} households" for n in size], "join it"),
        (size > rules.max, "group-too-large", "warning", [f"{n} households" for n in size], "split it"),
        (facts.pieces > 1, "disconnected", "error", [f"{n} pieces" for n in facts.pieces], "repair the plan"),
        (facts.outside_m2 > facts.tolerance_m2, "crosses-community", "error",
         [f"{area:.0f} m² outside its community" for area in facts.outside_m2], "cut it at the community line"),
        (facts.crossing_m > CROSSING_M, "crosses-hard-barrier", "error",
         [f"{length:.0f} m of a hard barrier inside" for length in facts.crossing_m], "divide it at the barrier"),
        (facts.overlap_m2 > 1.0, "overlap", "error",
         [f"{area:.1f} m² shared with other groups" for area in facts.overlap_m2], "cut the groups apart"),
    )  # fmt: skip
    tables = [
        make_findings(
            "clusters", ids[hit], rule, kind, np.array(why, object)[hit].tolist(), do, shapes[hit], groups.crs
        )
        for hit, rule, kind, why, do in cases
    ]
    lost = buildings[(facts.group_of_building < 0) & (buildings["households"].fillna(0) > 0).to_numpy()]
    split = buildings.iloc[facts.split_building]
    split = split[(split["households"].fillna(0) <= rules.target).to_numpy()]
    tables += [
        make_findings("buildings", lost["building_id"], "unassigned", "error",
                      [f"{n:.0f} households lie in no group" for n in lost["households"]], "draw a group around it",
                      lost.geometry, groups.crs),
        make_findings("buildings", split["building_id"], "needless-split", "warning", "lies in two groups",
                      "draw the line around it", split.geometry, groups.crs),
        make_findings("communities", np.arange(len(facts.gaps)), "gap", "error",
                      [f"{area:.1f} m² in no group" for area in shapely.area(facts.gaps)], "give it to a group",
                      facts.gaps, groups.crs),
    ]  # fmt: skip
    return join_findings(tables, crs=groups.crs)


@dataclass(frozen=True)
class _Facts:
    polygons: NDArray[np.object_]
    pieces: NDArray[np.int64]
    group_of_building: NDArray[np.int64]
    households: NDArray[np.int64]
    split_building: NDArray[np.int64]
    outside_m2: NDArray[np.float64]
    tolerance_m2: NDArray[np.float64]
    crossing_m: NDArray[np.float64]
    overlap_m2: NDArray[np.float64]
    gaps: NDArray[np.object_]
    gap_m2: float


def _gather(
    groups: gpd.GeoDataFrame,
    buildings: gpd.GeoDataFrame,
    communities: gpd.GeoDataFrame,
    barriers: gpd.GeoDataFrame | None,
) -> _Facts:
    polygons = shapely.make_valid(groups.geometry.to_numpy())
    tree = shapely.STRtree(polygons)
    footprints = shapely.make_valid(buildings.geometry.to_numpy())
    of_building = _locate(footprints, tree)
    inside = of_building >= 0
    count = buildings["households"].fillna(0).to_numpy(np.float64)
    gaps = _find_gaps(polygons, communities)
    area = shapely.area(polygons)
    return _Facts(
        polygons=polygons,
        pieces=np.array([len(shapely.get_parts(p)) for p in polygons], np.int64),
        group_of_building=of_building,
        households=np.bincount(of_building[inside], count[inside], len(groups)).astype(np.int64),
        split_building=_find_split(footprints, polygons, tree),
        outside_m2=area - _greatest_share(polygons, communities.geometry.to_numpy()),
        tolerance_m2=np.maximum(1.0, 1e-3 * area),
        crossing_m=_crossing(polygons, barriers),
        overlap_m2=_overlap(polygons, tree),
        gaps=gaps,
        gap_m2=float(shapely.area(gaps).sum()),
    )


def _locate(footprints: NDArray[np.object_], tree: shapely.STRtree) -> NDArray[np.int64]:
    """Group in which the inner point of each building lies; the first when groups overlap, -1 for none."""
    out = np.full(len(footprints), -1, np.int64)
    building, group = tree.query(shapely.point_on_surface(footprints), predicate="within")
    order = np.lexsort((group, building))[::-1]
    out[building[order]] = group[order]
    return out


def _find_split(
    footprints: NDArray[np.object_], polygons: NDArray[np.object_], tree: shapely.STRtree
) -> NDArray[np.int64]:
    building, group = tree.query(footprints, predicate="intersects")
    several = np.bincount(building, minlength=len(footprints))[building] > 1
    building, group = building[several], group[several]
    share = shapely.area(shapely.intersection(footprints[building], polygons[group]))
    share /= np.maximum(shapely.area(footprints[building]), 1e-9)
    parts = np.bincount(building[share >= SHARE_TO_COUNT], minlength=len(footprints))
    return np.flatnonzero(parts > 1).astype(np.int64)


def _greatest_share(polygons: NDArray[np.object_], others: NDArray[np.object_]) -> NDArray[np.float64]:
    """Area of each polygon inside the one of the others that holds most of it."""
    mine, other = shapely.STRtree(others).query(polygons, predicate="intersects")
    best = np.zeros(len(polygons))
    np.maximum.at(best, mine, shapely.area(shapely.intersection(polygons[mine], others[other])))
    return best


def _crossing(polygons: NDArray[np.object_], barriers: gpd.GeoDataFrame | None) -> NDArray[np.float64]:
    """Length of hard barriers well inside each polygon [m]."""
    out = np.zeros(len(polygons))
    if barriers is None:
        return out
    lines = barriers.geometry[(barriers["kind"] == "hard").to_numpy()].to_numpy()
    # what runs along the edge of a polygon is no crossing
    inner = shapely.buffer(polygons, -2.0)
    mine, line = shapely.STRtree(lines).query(inner, predicate="intersects")
    np.add.at(out, mine, shapely.length(shapely.intersection(inner[mine], lines[line])))
    return out


def _overlap(polygons: NDArray[np.object_], tree: shapely.STRtree) -> NDArray[np.float64]:
    """Area that each polygon shares with one that comes before it."""
    out = np.zeros(len(polygons))
    left, right = tree.query(polygons, predicate="intersects")
    keep = left > right
    left, right = left[keep], right[keep]
    np.add.at(out, left, shapely.area(shapely.intersection(polygons[left], polygons[right])))
    return out


def _find_gaps(polygons: NDArray[np.object_], communities: gpd.GeoDataFrame) -> NDArray[np.object_]:
    """Ground of the communities that has at least one group, but is in none."""
    shapes = communities.geometry.to_numpy()
    touched = np.unique(shapely.STRtree(shapes).query(polygons, predicate="intersects")[1])
    ground = shapely.difference(shapely.union_all(shapes[touched]), shapely.union_all(polygons))
    parts = shapely.get_parts(ground)
    return np.asarray(parts[shapely.area(parts) > 1e-3])
