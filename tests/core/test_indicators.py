"""Rates with numerator, denominator and target at every level of the tree."""

from __future__ import annotations

import datetime as dt
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridgov.core.indicators import (
    CATALOGUE,
    LEVELS,
    Facts,
    IndicatorRules,
    Target,
    make_indicator_rules,
    measure_indicators,
)
from gridgov.core.indicators.counts import COUNTS
from gridgov.core.profile import make_profile
from gridgov.errors import InputError

CRS = "EPSG:4547"


def column_of_boxes(count: int, width_m: float) -> np.ndarray:
    left = np.arange(count) * width_m
    return shapely.box(left, 0, left + width_m, 100)


def make_communities(**columns: object) -> gpd.GeoDataFrame:
    frame = {"community_id": ["k1", "k2", "k3"], "name": ["一", "二", "三"], "district": "D"}
    frame |= {"subdistrict": ["S1", "S1", "S2"], **columns}
    return gpd.GeoDataFrame(frame, geometry=column_of_boxes(3, 1000), crs=CRS)


def make_facts(**more: object) -> Facts:
    """Six clusters of 500 m, two a community, one section a community."""
    sizes = [50, 36, 20, 50, 80, 0]
    homes = ["k1", "k1", "k2", "k2", "k3", "k3"]
    parents = ["s1", "s1", "s2", "s2", "s3", "s3"]
    clusters = gpd.GeoDataFrame(
        {
            "id": [f"c{n}" for n in range(6)],
            "name": "x",
            "parent": parents,
            "community_id": homes,
            "households": sizes,
        },
        geometry=column_of_boxes(6, 500),
        crs=CRS,
    )
    sections = gpd.GeoDataFrame(
        {"id": ["s1", "s2", "s3"], "name": "x", "community_id": ["k1", "k2", "k3"], "households": [86, 70, 80]},
        geometry=column_of_boxes(3, 1000),
        crs=CRS,
    )
    atoms = pd.DataFrame(
        {
            "atom_id": range(7),
            "households": [*sizes, 4],
            "community_id": [*homes, "k1"],
            "section_id": [*parents, None],
            "cluster_id": [*clusters["id"], None],
        }
    )
    base = {"communities": make_communities(), "clusters": clusters, "sections": sections, "atoms": atoms}
    return Facts(**{**base, **more})  # type: ignore[arg-type]


def row_of(table: pd.DataFrame, indicator: str, division: str) -> pd.Series:
    found = table[(table["indicator"] == indicator) & (table["division_id"] == division)]
    assert len(found) == 1, (indicator, division)
    return found.iloc[0]


def values(row: pd.Series) -> tuple[float, float, str]:
    return row["numerator"], row["denominator"], row["state"]


def test_a_plan_is_counted_at_every_level() -> None:
    table = measure_indicators(make_facts(), LEVELS)
    assert values(row_of(table, "household_coverage", "D")) == (236, 240, "short")
    assert values(row_of(table, "household_coverage", "k1")) == (86, 90, "short")
    assert values(row_of(table, "household_coverage", "k2")) == (70, 70, "met")
    assert values(row_of(table, "household_coverage", "c0")) == (50, 50, "met")
    assert values(row_of(table, "cluster_size", "D")) == (3, 5, "short")
    assert values(row_of(table, "cluster_size", "S1")) == (3, 4, "short")
    assert values(row_of(table, "cluster_preferred", "s1")) == (1, 2, "no target")
    assert values(row_of(table, "section_size", "D")) == (2, 3, "short")
    assert row_of(table, "cluster_size", "D")["value_ratio"] == pytest.approx(0.6)


def test_what_is_not_there_is_no_data_and_never_zero() -> None:
    table = measure_indicators(Facts(communities=make_communities()), ("district", "community"))
    assert set(table["state"]) == {"no data"}
    assert table["value_ratio"].isna().all()
    assert set(table.loc[table["level"] == "district", "indicator"]) == set(CATALOGUE) == set(COUNTS)
    empty = measure_indicators(make_facts(liaison_links=pd.DataFrame({"section_id": [], "liaison_id": []})))
    assert values(row_of(empty, "section_liaison", "D")) == (0, 3, "short"), "sections without anyone are a true 0"


def test_nothing_to_count_is_no_data_with_its_denominator() -> None:
    table = measure_indicators(make_facts(), ("cluster",))
    assert values(row_of(table, "household_coverage", "c5")) == (0, 0, "no data")
    assert np.isnan(row_of(table, "household_coverage", "c5")["value_ratio"])


def test_liaisons_and_shelters() -> None:
    links = pd.DataFrame({"section_id": ["s1", "s2", "s3"], "liaison_id": ["l", None, "m"]})
    people = pd.DataFrame(
        {
            "cluster_id": ["c0", "c1", "c1", "c2", "c3"],
            "shelter_id": ["h", "h", None, None, "h"],
            "people": [100, 40, 10, 50, 60],
            "distance_m": [1.0, 1, np.nan, np.nan, 1],
            "reason": [None, None, "no capacity left", "beyond reach", None],
        }
    )
    table = measure_indicators(make_facts(liaison_links=links, shelter_links=people), LEVELS)
    assert values(row_of(table, "section_liaison", "D")) == (2, 3, "short")
    assert values(row_of(table, "section_liaison", "s2")) == (0, 1, "short")
    assert values(row_of(table, "people_sheltered", "D")) == (200, 260, "short")
    assert values(row_of(table, "people_beyond_reach", "k2")) == (50, 110, "short")
    assert values(row_of(table, "people_beyond_reach", "k1")) == (0, 150, "met")
    assert values(row_of(table, "cluster_shelter", "D")) == (2, 4, "no target")


def test_rentals_by_their_cluster_and_only_visits_need_a_day() -> None:
    rentals = pd.DataFrame(
        {
            "rental_house_id": ["a", "b", "c"],
            "let_type": ["day", "month", "month"],
            "rooms": [1, 30, 2],
            "tenants": [1, 20, 4],
            "letter_signed": [True, True, False],
            "terminal_installed": [True, False, None],
            "tenants_registered": [1, 19, 3],
            "house_class": ["green", "orange", "red"],
            "visited_on": [dt.date(2026, 3, 1), dt.date(2026, 3, 1), None],
        }
    )
    links = pd.DataFrame({"rental_house_id": ["a", "b"], "cluster_id": ["c0", "c4"], "section_id": ["s1", "s3"]})
    facts = make_facts(rentals=rentals, rental_links=links, at=dt.date(2026, 3, 10))
    table = measure_indicators(facts, LEVELS)
    assert values(row_of(table, "rental_letter", "k1")) == (1, 1, "met")
    assert values(row_of(table, "rental_terminal", "S2")) == (0, 1, "short")
    assert values(row_of(table, "rental_registration", "c4")) == (19, 20, "met")
    assert values(row_of(table, "rental_visit", "D")) == (1, 2, "short")
    assert row_of(table, "rental_permit", "D")["state"] == "no data"
    undated = measure_indicators(make_facts(rentals=rentals, rental_links=links))
    assert row_of(undated, "rental_visit", "D")["state"] == "no data"


def test_services_volunteers_and_estimates() -> None:
    spots = [("党群服务中心", 500), ("day-care", 500), ("Primary School", 250), ("canteen", 2900)]
    facilities = gpd.GeoDataFrame(
        {"facility_id": range(4), "kind": [kind for kind, _ in spots]},
        geometry=[shapely.Point(x, 50) for _, x in spots],
        crs=CRS,
    )
    volunteers = gpd.GeoDataFrame(
        {"volunteer_id": range(30), "community_id": ["k1"] * 20 + [None] * 10, "active": [True] * 12 + [False] * 18},
        geometry=[shapely.Point(2500, 50)] * 30,
        crs=CRS,
    )
    buildings = pd.DataFrame(
        {"community_id": ["k1", "k1", "k2"], "households": [30, 10, 5], "households_estimated": [False, True, None]}
    )
    communities = make_communities(population=[100, 200, 100], kind=["urban", None, "rural"])
    facts = make_facts(facilities=facilities, volunteers=volunteers, buildings=buildings, communities=communities)
    table = measure_indicators(facts, LEVELS)
    assert values(row_of(table, "service_centre", "D")) == (1, 3, "short")
    assert values(row_of(table, "day_care", "S1")) == (1, 1, "met")
    assert values(row_of(table, "day_care", "S2")) == (0, 1, "short")
    assert table[(table["indicator"] == "day_care") & (table["level"] == "community")].empty
    assert values(row_of(table, "primary_school_reach", "k1"))[:2] == (86, 86)
    assert values(row_of(table, "primary_school_reach", "D"))[:2] == (86, 236)
    assert row_of(table, "middle_school_reach", "D")["state"] == "no data", "the layer knows no middle school at all"
    assert values(row_of(table, "volunteers_registered", "k1")) == (20, 100, "met")
    assert values(row_of(table, "volunteers_registered", "k3")) == (10, 100, "met")
    assert row_of(table, "volunteers_registered", "k3")["target_ratio"] == pytest.approx(0.07)
    assert row_of(table, "volunteers_registered", "D")["target_ratio"] == pytest.approx(37 / 400)
    assert values(row_of(table, "volunteers_active", "D")) == (12, 400, "short")
    assert values(row_of(table, "households_estimated", "k1")) == (10, 40, "no target")


def test_shelter_places_and_signs_by_community() -> None:
    shelters = gpd.GeoDataFrame(
        {"shelter_id": ["a", "b"], "capacity": [30, None], "area_m2": [None, 15.0], "sign_name": [True, None]},
        geometry=[shapely.Point(10, 50), shapely.Point(1010, 50)],
        crs=CRS,
    ).assign(sign_address=True, sign_phone=True)
    table = measure_indicators(
        make_facts(shelters=shelters, communities=make_communities(population=[100, 100, 100])),
        ("district", "community"),
    )
    assert values(row_of(table, "shelter_capacity", "D")) == (40, 300, "short")
    assert values(row_of(table, "shelter_capacity", "k1")) == (30, 100, "met")
    assert values(row_of(table, "shelter_sign", "D")) == (1, 1, "met")
    assert row_of(table, "shelter_sign", "k2")["state"] == "no data"


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 90)), min_size=1, max_size=25))
@settings(max_examples=8, deadline=None)
def test_parts_add_up_to_the_whole_at_every_level(rows: list[tuple[int, int]]) -> None:
    facts = make_facts()
    own = facts.clusters.set_index("id").loc[[f"c{at}" for at, _ in rows]]
    atoms = pd.DataFrame(
        {
            "households": [size for _, size in rows],
            "community_id": own["community_id"].to_numpy(),
            "section_id": own["parent"].to_numpy(),
            "cluster_id": own.index,
        }
    )
    table = measure_indicators(make_facts(atoms=atoms), LEVELS)
    sums = table[table["indicator"] == "household_coverage"].groupby("level")[["numerator", "denominator"]].sum()
    assert (sums == sum(size for _, size in rows)).all(axis=None)


def test_targets_are_data_and_a_profile_brings_its_own() -> None:
    rules = IndicatorRules(cluster_min=10, targets=MappingProxyType({"cluster_size": Target(0.8, "a city", "seed")}))
    row = row_of(measure_indicators(make_facts(), rules=rules), "cluster_size", "D")
    assert values(row) == (4, 5, "met")
    assert (row["source"], row["mark"]) == ("a city", "seed")
    number = {"value": 0.9, "source": "city standard", "clause": "5.1", "status": "verified"}
    made = make_indicator_rules(
        make_profile(
            {"targets": {"cluster_size": number}, "indicators": {"cluster_max": {**number, "value": 90}}}
            | {"rentals": {"rooms_min": {**number, "value": 10}}}
        )
    )
    assert made.targets["cluster_size"] == Target(0.9, "city standard 5.1", "verified")
    assert (made.cluster_max, made.rentals.rooms_min, made.targets["section_liaison"].ratio) == (90, 10, 1.0)
    with pytest.raises(InputError, match="clusterz"):
        make_indicator_rules(make_profile({"targets": {"clusterz": number}}))
    with pytest.raises(InputError, match="street"):
        measure_indicators(make_facts(), ("street",))
