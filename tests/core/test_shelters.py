"""The people of every cluster to a shelter with room within reach."""

from __future__ import annotations

import time

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from gridgov.core.placing import plan_placing
from gridgov.core.shelter_sites import check_signs, is_suitable, measure_capacity
from gridgov.core.shelters import ShelterRules, assign_shelters
from gridgov.errors import CrsError

CRS = "EPSG:4547"


def make_clusters(*rows: tuple[float, int]) -> gpd.GeoDataFrame:
    """Rows of x and households."""
    x = np.array([row[0] for row in rows], dtype=float)
    ids = [f"c{number}" for number in range(len(rows))]
    shapes = shapely.box(x - 1, -1, x + 1, 1)
    return gpd.GeoDataFrame({"id": ids, "households": [row[1] for row in rows]}, geometry=shapes, crs=CRS)


def make_shelters(*rows: tuple[float, float | None], **columns: object) -> gpd.GeoDataFrame:
    """Rows of x and capacity."""
    frame = {"shelter_id": [f"s{n}" for n in range(len(rows))], "name": "x", "capacity": [row[1] for row in rows]}
    points = [shapely.Point(row[0], 0) for row in rows]
    return gpd.GeoDataFrame({**frame, **columns}, geometry=points, crs=CRS)


def people_of(clusters: gpd.GeoDataFrame) -> pd.Series:
    return clusters.set_index("id")["households"]


def test_a_cluster_is_divided_among_shelters_and_the_shortfall_is_named() -> None:
    clusters = make_clusters((0, 10), (300, 20), (2000, 7))
    plan = assign_shelters(clusters, make_shelters((100, 12), (300, 10)), people=people_of(clusters))
    rows = plan.links.astype(object).where(plan.links.notna(), None).to_numpy().tolist()
    assert rows == [
        ["c0", "s0", 10, 100.0, None],
        ["c1", "s0", 2, 200.0, None],
        ["c1", "s1", 10, 0.0, None],
        ["c1", None, 8, None, "no capacity left"],
        ["c2", None, 7, None, "beyond reach"],
    ]
    assert plan.links.groupby("cluster_id")["people"].sum().to_dict() == people_of(clusters).to_dict()
    assert plan.shelters["free"].tolist() == [0, 0]
    short = plan.findings[plan.findings["rule"] == "shelter-shortfall"]
    assert short["row_id"].tolist() == ["c1", "c2"]
    assert "8 of 20 people: the shelters within 500 m are full" in short["detail"].iloc[0]
    assert "the nearest shelter is 1700 m off" in short["detail"].iloc[1]


def test_the_most_people_come_before_the_shortest_way() -> None:
    clusters = make_clusters((0, 5), (400, 5))
    plan = assign_shelters(clusters, make_shelters((350, 5), (-400, 5)), people=people_of(clusters))
    assert dict(zip(plan.links["cluster_id"], plan.links["shelter_id"], strict=True)) == {"c0": "s1", "c1": "s0"}


def test_reach_is_inclusive_and_people_follow_from_households() -> None:
    clusters = make_clusters((500, 50), (501, 50))
    plan = assign_shelters(clusters, make_shelters((0, 999)))
    assert plan.clusters["people"].tolist() == [131, 131]
    assert plan.clusters["placed"].tolist() == [131, 0]
    assert plan.clusters["beyond_reach"].tolist() == [0, 131]


def test_capacity_is_given_or_the_floor_of_area_by_person() -> None:
    sites = pd.DataFrame({"capacity": [7, None, None, None], "area_m2": [900, 3.0, 2.9, None]})
    assert measure_capacity(sites).tolist() == [7, 2, 1, 0]
    assert measure_capacity(sites, ShelterRules(m2_per_person=1.0)).tolist() == [7, 3, 2, 0]
    assert measure_capacity(pd.DataFrame(index=range(2))).tolist() == [0, 0]
    plan = assign_shelters(make_clusters((0, 4)), make_shelters((0, None)))
    assert plan.findings["rule"].tolist() == ["shelter-shortfall", "no-capacity"]
    assert "no shelter within 500 m has a known capacity" in plan.findings["detail"].iloc[0]


def test_a_site_unsuitable_for_the_hazard_takes_nobody() -> None:
    clusters = make_clusters((0, 4))
    sites = make_shelters((0, 99), (50, 99), unsuitable_for=["flood; typhoon", None])
    assert assign_shelters(clusters, sites, hazard="Flood").links["shelter_id"].tolist() == ["s1"]
    assert assign_shelters(clusters, sites).links["shelter_id"].tolist() == ["s0"]
    assert is_suitable(pd.DataFrame({"unsuitable_for": ["水灾、震灾", "flooding"]}), "震灾").tolist() == [False, True]
    assert is_suitable(pd.DataFrame({"unsuitable_for": ["flooding"]}), "flood").tolist() == [True]


def test_a_sign_is_complete_incomplete_or_unknown() -> None:
    signs = pd.DataFrame(
        {
            "sign_name": [True, True, None, None],
            "sign_address": [True, False, False, True],
            "sign_phone": [True, True, True, True],
        }
    )
    assert check_signs(signs).tolist() == [True, False, False, pd.NA]
    assert check_signs(pd.DataFrame(index=[0])).isna().all()
    plan = assign_shelters(make_clusters((0, 1)), make_shelters((0, 9), sign_name=[False]))
    assert plan.findings["rule"].tolist() == ["sign-incomplete"]


def test_no_shelter_no_cluster_no_people_no_position() -> None:
    none = assign_shelters(make_clusters((0, 2)), make_shelters())
    assert none.links["reason"].tolist() == ["beyond reach"]
    assert "no usable shelter at all" in none.findings["detail"].iloc[0]
    assert len(assign_shelters(make_clusters(), make_shelters((0, 9))).links) == 0
    assert len(assign_shelters(make_clusters((0, 0)), make_shelters((0, 9))).links) == 0
    lost = make_shelters((0, 9)).set_geometry([None], crs=CRS)
    assert "no-position" in assign_shelters(make_clusters((0, 2)), lost).findings["rule"].tolist()
    with pytest.raises(CrsError, match="Clusters are in EPSG:4547 but shelters in EPSG:4490"):
        assign_shelters(make_clusters((0, 2)), make_shelters((0, 9)).to_crs(4490))


@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 4)), min_size=1, max_size=4),
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 5)), min_size=1, max_size=3),
    st.integers(5, 60),
)
@settings(max_examples=80, deadline=None)
def test_nobody_more_can_be_placed_and_nobody_need_walk_less(groups, sites, reach) -> None:  # type: ignore[no-untyped-def]
    at, people = np.array(groups).T
    where, room = np.array(sites).T
    far = np.abs(at[:, None] - where[None, :]).astype(float)
    group, place = np.nonzero(far <= reach)
    placed = plan_placing(people, room, group, place, far[group, place])
    assert (np.bincount(group, placed, len(people)) <= people).all()
    assert (np.bincount(place, placed, len(room)) <= room).all()
    # the same by persons and single places: an assignment with a price that dwarfs every way
    price = np.where(far <= reach, far, 1e6)[np.repeat(np.arange(len(people)), people)][
        :, np.repeat(np.arange(len(room)), room)
    ]
    person, spot = linear_sum_assignment(price)
    best = price[person, spot]
    assert placed.sum() == (best < 1e6).sum()
    assert placed @ far[group, place] == pytest.approx(best[best < 1e6].sum())


def test_a_district_takes_a_second_and_row_order_does_not_matter() -> None:
    rng = np.random.default_rng(0)
    xy, offices = rng.random((2780, 2)) * 1e4, rng.random((85, 2)) * 1e4
    clusters = make_clusters(*((0, int(size)) for size in rng.integers(35, 66, 2780))).set_geometry(
        shapely.box(xy[:, 0], xy[:, 1], xy[:, 0] + 9, xy[:, 1] + 9), crs=CRS
    )
    shelters = make_shelters(*((0, int(size)) for size in rng.integers(200, 6000, 85))).set_geometry(
        shapely.points(offices), crs=CRS
    )
    start = time.perf_counter()
    plan = assign_shelters(clusters, shelters)
    seconds = time.perf_counter() - start
    assert plan.links.groupby("cluster_id")["people"].sum().sum() == plan.clusters["people"].sum()
    assert (plan.shelters["free"] >= 0).all()
    assert seconds < 3, f"took {seconds:.1f} s; the bar is 1 s on a quiet machine"
    again = assign_shelters(clusters.sample(frac=1, random_state=1), shelters.sample(frac=1, random_state=1))
    pd.testing.assert_frame_equal(again.links, plan.links)
