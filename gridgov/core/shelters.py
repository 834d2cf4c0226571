"""The people of every cluster to a shelter with room within reach; the shortfall is named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from gridgov.core.findings import join_findings, make_findings
from gridgov.core.placing import plan_placing
from gridgov.core.reach import find_nearest, find_pairs_within, to_xy
from gridgov.core.shelter_sites import (
    ShelterRules,
    check_signs,
    count_people,
    is_suitable,
    measure_capacity,
    numbers_of,
)
from gridgov.errors import CrsError

LINK_COLUMNS = ("cluster_id", "shelter_id", "people", "distance_m", "reason")
REASONS = ("beyond reach", "no capacity left")


@dataclass(frozen=True)
class ShelterPlan:
    """Who goes where, and who cannot."""

    links: pd.DataFrame
    """cluster_id, shelter_id, people, distance_m, reason; the shortfall of a cluster is a row without shelter_id."""
    clusters: pd.DataFrame
    """One row per cluster: cluster_id, people, placed, beyond_reach, no_room, shelters_in_reach, nearest_m."""
    shelters: pd.DataFrame
    """One row per shelter: shelter_id, name, capacity, people, free, clusters, sign_complete, suitable."""
    findings: gpd.GeoDataFrame
    """``shelter-shortfall`` by cluster, ``no-capacity``, ``no-position`` and ``sign-incomplete`` by shelter."""


def assign_shelters(
    clusters: gpd.GeoDataFrame,
    shelters: gpd.GeoDataFrame,
    *,
    people: pd.Series | None = None,
    rules: ShelterRules | None = None,
    hazard: str | None = None,
) -> ShelterPlan:
    """Send the people of every cluster to shelters with room within reach.

    As many people as possible are placed, then with the fewest person-metres; the people of a cluster may be divided
    among shelters. Distances are straight lines from a point inside the cluster.

    Parameters
    ----------
    clusters : geopandas.GeoDataFrame
        With id, households, polygon [metric CRS].
    shelters : geopandas.GeoDataFrame
        Layer `shelters` [same CRS].
    people : pandas.Series, optional
        People by cluster id; households x mean household size where not given or missing.
    rules : ShelterRules, optional
        Numbers of the rules.
    hazard : str, optional
        Leave out shelters whose `unsuitable_for` names this hazard.

    Returns
    -------
    ShelterPlan
        Links with the shortfall named, one table by cluster and one by shelter, findings.

    Raises
    ------
    CrsError
        When the two layers are not in one coordinate system.
    """
    if clusters.crs != shelters.crs:
        raise CrsError(
            f"Clusters are in {clusters.crs} but shelters in {shelters.crs}. Convert one of them first.",
            clusters=str(clusters.crs),
            shelters=str(shelters.crs),
        )
    rules = rules or ShelterRules()
    clusters = clusters.sort_values("id", kind="stable", ignore_index=True)
    sites = _sites(shelters, rules, hazard)
    demand = count_people(clusters, people, rules)
    cluster_xy, site_xy = to_xy(clusters.geometry), to_xy(sites.geometry)
    site_xy[~sites["suitable"].to_numpy()] = np.nan
    group, place, distance_m = find_pairs_within(cluster_xy, site_xy, rules.emergency_radius_m)
    placed = plan_placing(demand.to_numpy(), sites["capacity"].to_numpy(), group, place, distance_m)
    by_cluster = _by_cluster(clusters, sites, demand, group, place, placed)
    by_cluster["nearest_m"] = np.round(find_nearest(cluster_xy, site_xy)[1], 1)
    links = _links(by_cluster, sites, group, place, placed, distance_m)
    by_shelter = _by_shelter(sites, place, placed)
    return ShelterPlan(links, by_cluster, by_shelter, _findings(clusters, by_cluster, sites, rules))


def _sites(shelters: gpd.GeoDataFrame, rules: ShelterRules, hazard: str | None) -> gpd.GeoDataFrame:
    sites = shelters.sort_values("shelter_id", kind="stable", ignore_index=True)
    sizes = numbers_of(sites, "capacity").isna() & numbers_of(sites, "area_m2").isna()
    return sites.assign(
        capacity=measure_capacity(sites, rules),
        suitable=is_suitable(sites, hazard),
        sign_complete=check_signs(sites),
        unsized=sizes,
    )


def _by_cluster(
    clusters: gpd.GeoDataFrame,
    sites: gpd.GeoDataFrame,
    demand: pd.Series,
    group: np.ndarray,
    place: np.ndarray,
    placed: np.ndarray,
) -> pd.DataFrame:
    usable = sites["capacity"].to_numpy()[place] > 0
    reached = np.bincount(group[usable], minlength=len(clusters))
    given = np.bincount(group, weights=placed, minlength=len(clusters)).astype(np.int64)
    short = demand.to_numpy() - given
    return pd.DataFrame(
        {
            "cluster_id": clusters["id"],
            "people": demand,
            "placed": given,
            "beyond_reach": np.where(reached == 0, short, 0),
            "no_room": np.where(reached > 0, short, 0),
            "shelters_in_reach": reached,
        }
    )


def _links(
    by_cluster: pd.DataFrame,
    sites: gpd.GeoDataFrame,
    group: np.ndarray,
    place: np.ndarray,
    placed: np.ndarray,
    distance_m: np.ndarray,
) -> pd.DataFrame:
    ids = by_cluster["cluster_id"].to_numpy(dtype=object)
    names = sites["shelter_id"].to_numpy(dtype=object)
    some = placed > 0
    values = (ids[group[some]], names[place[some]], placed[some], np.round(distance_m[some], 1), None)
    tables = [pd.DataFrame(dict(zip(LINK_COLUMNS, values, strict=True)))]
    for column, reason in zip(("beyond_reach", "no_room"), REASONS, strict=True):
        short = by_cluster[by_cluster[column] > 0]
        row = (short["cluster_id"], None, short[column], np.nan, reason)
        tables.append(pd.DataFrame(dict(zip(LINK_COLUMNS, row, strict=True))))
    links = pd.concat([table.astype({"shelter_id": object, "reason": object}) for table in tables], ignore_index=True)
    return links.sort_values(["cluster_id", "shelter_id"], na_position="last", kind="stable", ignore_index=True)


def _by_shelter(sites: gpd.GeoDataFrame, place: np.ndarray, placed: np.ndarray) -> pd.DataFrame:
    people = np.bincount(place, weights=placed, minlength=len(sites)).astype(np.int64)
    return pd.DataFrame(
        {
            "shelter_id": sites["shelter_id"],
            "name": sites.get("name"),
            "capacity": sites["capacity"],
            "people": people,
            "free": sites["capacity"].to_numpy() - people,
            "clusters": np.bincount(place[placed > 0], minlength=len(sites)),
            "sign_complete": sites["sign_complete"],
            "suitable": sites["suitable"],
        }
    )


def _findings(
    clusters: gpd.GeoDataFrame, by_cluster: pd.DataFrame, sites: gpd.GeoDataFrame, rules: ShelterRules
) -> gpd.GeoDataFrame:
    short = by_cluster[(by_cluster["beyond_reach"] + by_cluster["no_room"]) > 0]
    texts = [_shortfall(row, rules) for row in short.itertuples()]
    unplaced = sites.geometry.isna() | sites.geometry.is_empty
    bad_sign = (~sites["sign_complete"]).fillna(False).astype(bool)
    crs = clusters.crs
    return join_findings(
        [
            make_findings(
                "clusters", short["cluster_id"], "shelter-shortfall", "warning", texts,
                "add capacity within reach or name another shelter", clusters.geometry[short.index], crs,
            ),
            make_findings(
                "shelters", sites.loc[sites["unsized"], "shelter_id"], "no-capacity", "warning",
                "neither capacity nor area is known", "counted as 0 people; send one of them",
            ),
            make_findings(
                "shelters", sites.loc[unplaced, "shelter_id"], "no-position", "warning",
                "the shelter has no position",
                "nobody was sent there; send its coordinates",
            ),
            make_findings(
                "shelters", sites.loc[bad_sign, "shelter_id"], "sign-incomplete", "note",
                "the sign lacks name, detailed address or telephone", "complete the sign",
                sites.geometry[bad_sign], crs,
            ),
        ],
        crs,
    )  # fmt: skip


def _shortfall(row: Any, rules: ShelterRules) -> str:
    reach = f"{rules.emergency_radius_m:g} m"
    if not row.beyond_reach:
        return f"{row.no_room} of {row.people} people: the shelters within {reach} are full"
    short = f"{row.beyond_reach} of {row.people} people"
    if np.isinf(row.nearest_m):
        return f"{short}: there is no usable shelter at all"
    if row.nearest_m > rules.emergency_radius_m:
        return f"{short} beyond {reach}: the nearest shelter is {row.nearest_m:g} m off"
    return f"{short}: no shelter within {reach} has a known capacity"
