"""Counts about volunteers and facilities."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import geopandas as gpd
import pandas as pd

from gridgov.core.indicators.catalogue import IndicatorRules
from gridgov.core.indicators.facts import Facts
from gridgov.core.overlay import assign_points
from gridgov.core.reach import find_nearest, to_xy

FACILITY_WORDS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "service_centre": frozenset(
            (
                *("service_centre", "service_center", "community_centre", "community_center", "服务中心"),
                *("社区服务中心", "党群服务中心", "便民服务中心", "社区综合服务中心"),
            )
        ),
        "day_care": frozenset(
            ["day_care", "daycare", "day_care_centre", "elder_care", "日间照料", "日间照料中心", "长者服务中心"]
        ),
        "primary_school": frozenset(["primary_school", "小学", "九年一贯制学校"]),
        "middle_school": frozenset(["middle_school", "secondary_school", "中学", "初中", "九年一贯制学校"]),
    }
)
"""How layers spell the kinds of facility that indicators ask for."""


def find_facilities(facilities: gpd.GeoDataFrame, kind: str) -> gpd.GeoDataFrame:
    """Find the facilities of a kind, in whichever way the layer spells it.

    Parameters
    ----------
    facilities : geopandas.GeoDataFrame
        Layer `facilities`.
    kind : str
        One of `FACILITY_WORDS`.

    Returns
    -------
    geopandas.GeoDataFrame
        The rows of that kind.
    """
    plain = facilities["kind"].fillna("").astype(str).str.strip().str.lower().str.replace(r"[\s\-]+", "_", regex=True)
    return facilities[plain.isin(FACILITY_WORDS[kind])]


def count_population(facts: Facts) -> pd.DataFrame | None:
    """Count the people of each community as the community layer states them, as a denominator.

    Parameters
    ----------
    facts : Facts
        With communities with population.

    Returns
    -------
    pandas.DataFrame or None
        Columns community_id, of; None where the layer states none.
    """
    communities = facts.communities
    if "population" not in communities or communities["population"].isna().all():
        return None
    stated = communities[communities["population"].notna()]
    return pd.DataFrame({"community_id": stated["community_id"], "of": stated["population"].astype(float)})


def count_volunteers(facts: Facts, rules: IndicatorRules) -> pd.DataFrame | None:
    """Count registered volunteers against the population; the goal differs between urban and rural communities.

    Parameters
    ----------
    facts : Facts
        With volunteers, communities.
    rules : IndicatorRules
        The two goals.

    Returns
    -------
    pandas.DataFrame or None
        Columns community_id, n, of and `goal`, the volunteers there should be.
    """
    rows = _volunteers(facts, active=False)
    if rows is None:
        return None
    kinds = facts.communities.set_index("community_id")
    kind = kinds["kind"].reindex(rows["community_id"]).to_numpy() if "kind" in kinds else None
    ratio = pd.Series(kind, index=rows.index, dtype=object).map({"rural": rules.volunteers_rural_ratio})
    return rows.assign(goal=rows["of"] * ratio.astype(float).fillna(rules.volunteers_urban_ratio))


def count_active_volunteers(facts: Facts, rules: IndicatorRules) -> pd.DataFrame | None:
    """Count volunteers who take part against the population.

    Parameters
    ----------
    facts : Facts
        With volunteers, communities.
    rules : IndicatorRules
        Not used; every count takes it.

    Returns
    -------
    pandas.DataFrame or None
        Columns community_id, n, of.
    """
    if facts.volunteers is None or "active" not in facts.volunteers or facts.volunteers["active"].isna().all():
        return None
    return _volunteers(facts, active=True)


def count_service_centres(facts: Facts, rules: IndicatorRules) -> pd.DataFrame | None:
    """Count the communities that have a service centre.

    Parameters
    ----------
    facts : Facts
        With facilities, communities.
    rules : IndicatorRules
        Not used; every count takes it.

    Returns
    -------
    pandas.DataFrame or None
        Columns community_id, n, of; None where the layer has no service centre at all.
    """
    found = _of_kind(facts, "service_centre")
    if found is None:
        return None
    community, _ = assign_points(found, facts.communities, "community_id")
    ids = facts.communities["community_id"]
    return pd.DataFrame({"community_id": ids, "n": ids.isin(community.dropna()).astype(int), "of": 1})


def count_day_care(facts: Facts, rules: IndicatorRules) -> pd.DataFrame | None:
    """Count the subdistricts that have a day-care centre.

    Parameters
    ----------
    facts : Facts
        With facilities, communities with subdistrict.
    rules : IndicatorRules
        Not used; every count takes it.

    Returns
    -------
    pandas.DataFrame or None
        Columns subdistrict, n, of; None where the layer has no day-care centre at all.
    """
    found = _of_kind(facts, "day_care")
    if found is None or "subdistrict" not in facts.communities:
        return None
    community, _ = assign_points(found, facts.communities, "community_id")
    own = facts.communities.drop_duplicates("community_id").set_index("community_id")["subdistrict"].dropna()
    names = pd.Series(sorted(own.unique()), dtype=object)
    has = own.reindex(community.dropna()).dropna()
    return pd.DataFrame({"subdistrict": names, "n": names.isin(has).astype(int), "of": 1})


def count_reach(kind: str, radius: str) -> Callable[[Facts, IndicatorRules], pd.DataFrame | None]:
    """Make the count of households whose cluster lies within reach of a facility, as the crow flies.

    Parameters
    ----------
    kind : str
        One of `FACILITY_WORDS`.
    radius : str
        Field of `IndicatorRules` that holds the radius [m].

    Returns
    -------
    callable
        Count of facts and rules: cluster_id, n, of; None where the layer has no such facility at all.
    """

    def _count(facts: Facts, rules: IndicatorRules) -> pd.DataFrame | None:
        found = _of_kind(facts, kind)
        if found is None or facts.clusters is None:
            return None
        _, distance_m = find_nearest(to_xy(facts.clusters.geometry), to_xy(found.geometry))
        of = facts.clusters["households"].astype(int)
        near = of.where(pd.Series(distance_m <= getattr(rules, radius), index=of.index), 0)
        return pd.DataFrame({"cluster_id": facts.clusters["id"], "n": near, "of": of})

    return _count


def _of_kind(facts: Facts, kind: str) -> gpd.GeoDataFrame | None:
    if facts.facilities is None:
        return None
    found = find_facilities(facts.facilities, kind)
    return found if len(found) else None


def _volunteers(facts: Facts, *, active: bool) -> pd.DataFrame | None:
    people = count_population(facts)
    if facts.volunteers is None or people is None:
        return None
    some = facts.volunteers
    if active:
        some = some[some["active"].astype("boolean").fillna(False).astype(bool)]
    home = some["community_id"] if "community_id" in some else pd.Series(None, index=some.index, dtype=object)
    if isinstance(some, gpd.GeoDataFrame) and home.isna().any():
        found, _ = assign_points(some[home.isna()], facts.communities, "community_id")
        home = home.astype(object).where(home.notna(), found.reindex(home.index))
    return people.assign(n=home.value_counts().reindex(people["community_id"]).fillna(0).to_numpy())
