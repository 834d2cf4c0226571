"""A cadre liaison for every section: none without, evenly shared, near, and the same as yesterday where possible."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from gridgov.core.findings import join_findings, make_findings
from gridgov.core.linkage import UNPAIRED, plan_linkage
from gridgov.core.overlay.points import with_none
from gridgov.core.reach import find_nearest, to_xy
from gridgov.errors import CrsError

LINK_COLUMNS = ("section_id", "liaison_id", "distance_m", "kept")


@dataclass(frozen=True)
class LiaisonPlan:
    """Who answers for which section."""

    links: pd.DataFrame
    """One row per section: section_id, liaison_id (missing where nobody has room), distance_m, kept (as before)."""
    workload: pd.DataFrame
    """One row per liaison: liaison_id, name, subdistrict, capacity, sections, households, mean_m, farthest_m."""
    findings: gpd.GeoDataFrame
    """``no-liaison`` (error), ``no-position``, ``without-section`` (note)."""


def assign_liaisons(
    sections: gpd.GeoDataFrame,
    liaisons: gpd.GeoDataFrame,
    *,
    previous: pd.DataFrame | None = None,
) -> LiaisonPlan:
    """Give every section one liaison.

    Sections and liaisons of one subdistrict are paired first (where both layers say a subdistrict; a liaison without
    one belongs to that of the nearest section). Within it, in this order: nobody above `capacity`; loads differ by at
    most one where capacities allow; as many of yesterday's pairs as possible; the smallest total distance. Sections
    left over, because their subdistrict has too little room, go to liaisons with room elsewhere. What no capacity
    covers is named in the findings. [rule: every section has a liaison, workload balanced, nearest, keep pairs]

    Parameters
    ----------
    sections : geopandas.GeoDataFrame
        With id, polygon [metric CRS] and, where known, subdistrict and households.
    liaisons : geopandas.GeoDataFrame
        Layer `liaisons`: liaison_id, point [same CRS], capacity (missing = no limit), subdistrict, name.
    previous : pandas.DataFrame, optional
        Yesterday's links: section_id, liaison_id.

    Returns
    -------
    LiaisonPlan
        Links, workload and findings.

    Raises
    ------
    CrsError
        When the two layers are not in one coordinate system.
    """
    if sections.crs != liaisons.crs:
        raise CrsError(
            f"Sections are in {sections.crs} but liaisons in {liaisons.crs}. Convert one of them first.",
            sections=str(sections.crs),
            liaisons=str(liaisons.crs),
        )
    sections = sections.sort_values("id", kind="stable", ignore_index=True)
    liaisons = liaisons.sort_values("liaison_id", kind="stable", ignore_index=True)
    task_xy, holder_xy = to_xy(sections.geometry), to_xy(liaisons.geometry)
    distance_m = np.hypot(*(task_xy[:, None, :] - holder_xy[None, :, :]).transpose(2, 0, 1))
    room = _capacity(liaisons, np.isfinite(holder_xy).all(axis=1))
    before = _before(sections, liaisons, previous)
    area, own_area = _areas(sections, liaisons, task_xy, holder_xy)
    holder = _pair_by_area(np.nan_to_num(distance_m), room, before, area, own_area)
    links = _links(sections, liaisons, holder, before, distance_m)
    return LiaisonPlan(
        links, _workload(liaisons, sections, holder, distance_m), _findings(sections, liaisons, holder)
    )


def _pair_by_area(
    distance_m: np.ndarray, room: np.ndarray, before: np.ndarray, area: np.ndarray, own_area: np.ndarray
) -> np.ndarray:
    """Pair inside each subdistrict, then what is left over with whoever still has room."""
    holder = np.full(len(distance_m), UNPAIRED, dtype=np.int64)
    for one in np.unique(area):
        task, own = np.flatnonzero(area == one), np.flatnonzero(own_area == one)
        holder[task] = _pair(distance_m, room, before, task, own)
    left = np.flatnonzero(holder == UNPAIRED)
    if len(left):
        used = np.bincount(holder[holder != UNPAIRED], minlength=len(room))
        holder[left] = _pair(distance_m, room - used, before, left, np.arange(len(room)))
    return holder


def _pair(
    distance_m: np.ndarray, room: np.ndarray, before: np.ndarray, task: np.ndarray, own: np.ndarray
) -> np.ndarray:
    position = np.full(len(room) + 1, UNPAIRED, dtype=np.int64)
    position[own] = np.arange(len(own))
    paired = plan_linkage(distance_m[np.ix_(task, own)], room[own], position[before[task]])
    return np.asarray(np.append(own, UNPAIRED)[paired])


def _capacity(liaisons: gpd.GeoDataFrame, placed: np.ndarray) -> np.ndarray:
    given = liaisons["capacity"] if "capacity" in liaisons else pd.Series(np.nan, index=liaisons.index)
    room = pd.to_numeric(given).astype("Float64").fillna(np.inf).to_numpy(dtype=float)
    return np.where(placed, room, 0.0)


def _before(sections: gpd.GeoDataFrame, liaisons: gpd.GeoDataFrame, previous: pd.DataFrame | None) -> np.ndarray:
    if previous is None or not len(previous):
        return np.full(len(sections), UNPAIRED, dtype=np.int64)
    pairs = previous.dropna(subset=["liaison_id"]).drop_duplicates("section_id").set_index("section_id")["liaison_id"]
    return np.asarray(pd.Index(liaisons["liaison_id"]).get_indexer(pairs.reindex(sections["id"])))


def _areas(
    sections: gpd.GeoDataFrame, liaisons: gpd.GeoDataFrame, task_xy: np.ndarray, holder_xy: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    if "subdistrict" not in sections or "subdistrict" not in liaisons or liaisons["subdistrict"].isna().all():
        return np.full(len(sections), "", dtype=object), np.full(len(liaisons), "", dtype=object)
    area = sections["subdistrict"].fillna("").astype(str).to_numpy(dtype=object)
    own_area = liaisons["subdistrict"].fillna("").astype(str).to_numpy(dtype=object)
    nearest, _ = find_nearest(holder_xy, task_xy)
    homeless = (own_area == "") & (nearest >= 0)
    own_area[homeless] = area[nearest[homeless]]
    return area, own_area


def _links(
    sections: gpd.GeoDataFrame, liaisons: gpd.GeoDataFrame, holder: np.ndarray, before: np.ndarray, far: np.ndarray
) -> pd.DataFrame:
    found = holder != UNPAIRED
    ids = with_none(liaisons["liaison_id"])
    distance_m = np.full(len(holder), np.nan)
    distance_m[found] = far[found, holder[found]]
    kept = found & (holder == before)
    values = (sections["id"].to_numpy(dtype=object), ids[holder], np.round(distance_m, 1), kept)
    return pd.DataFrame(dict(zip(LINK_COLUMNS, values, strict=True)))


def _workload(
    liaisons: gpd.GeoDataFrame, sections: gpd.GeoDataFrame, holder: np.ndarray, far: np.ndarray
) -> pd.DataFrame:
    found = np.flatnonzero(holder != UNPAIRED)
    distance_m = far[found, holder[found]]
    rows = pd.DataFrame({"holder": holder[found], "distance_m": distance_m})
    rows["households"] = sections["households"].to_numpy()[found] if "households" in sections else 0
    by_holder = rows.groupby("holder").agg(
        sections=("distance_m", "size"),
        households=("households", "sum"),
        mean_m=("distance_m", "mean"),
        farthest_m=("distance_m", "max"),
    )
    out = liaisons.reindex(columns=["liaison_id", "name", "subdistrict", "capacity"])
    out = pd.DataFrame(out).join(by_holder)
    counts = {
        "sections": out["sections"].fillna(0).astype(int),
        "households": out["households"].fillna(0).astype(int),
    }
    return out.assign(**counts, mean_m=out["mean_m"].round(1), farthest_m=out["farthest_m"].round(1))


def _findings(sections: gpd.GeoDataFrame, liaisons: gpd.GeoDataFrame, holder: np.ndarray) -> gpd.GeoDataFrame:
    bare = sections[holder == UNPAIRED]
    lost = liaisons.geometry.isna() | liaisons.geometry.is_empty
    idle = ~np.isin(np.arange(len(liaisons)), holder) & ~lost
    crs = sections.crs
    return join_findings(
        [
            make_findings(
                "sections", bare["id"], "no-liaison", "error", "no liaison has room for this section",
                "raise a capacity or name another liaison", bare.geometry, crs,
            ),
            make_findings(
                "liaisons", liaisons.loc[lost, "liaison_id"], "no-position", "warning",
                "the workplace has no position",
                "given no section; send its coordinates",
            ),
            make_findings(
                "liaisons", liaisons.loc[idle, "liaison_id"], "without-section", "note", "answers for no section",
                "there are more liaisons than sections here", liaisons.geometry[idle], crs,
            ),
        ],
        crs,
    )  # fmt: skip
