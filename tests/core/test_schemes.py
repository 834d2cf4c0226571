"""Schemes: one engine for every kind of group, around seeds, locks, compounds and special areas."""

from __future__ import annotations

import functools

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridgov.core.components import find_components
from gridgov.core.district import Ground, PlanRules, prepare_ground
from gridgov.core.schemes import Scheme, divide_scheme
from gridgov.errors import ConflictError, InputError

from .town import CRS, make_town


@functools.cache
def ground(special: bool = False) -> Ground:
    buildings, communities, barriers = make_town(5)
    use = np.where(np.arange(len(buildings)) % 2, "house", "apartment")
    buildings = buildings.assign(use=use, rooms=buildings["households"] * 2)
    compounds = None
    if special:
        west, south, _, north = communities.total_bounds
        park = shapely.box(west, south, west + 120, north).intersection(communities.geometry.iloc[0])
        compounds = gpd.GeoDataFrame({"compound_id": ["K"], "kind": ["industrial"]}, geometry=[park], crs=CRS)
    return prepare_ground(buildings, communities, barriers, compounds, PlanRules(), lambda step, share: None)


def check(ground: Ground, labels: np.ndarray) -> None:
    """Assert that groups hang together, inside one community each."""
    cells, edges = ground.fabric.cells, ground.fabric.edges
    pairs = np.unique(np.stack([labels, ground.cell]), axis=1)
    place = {pair: k for k, pair in enumerate(map(tuple, pairs.T.tolist()))}
    links = [
        (place[g, a], place[g, b])
        for a, b in zip(edges["left"], edges["right"], strict=True)
        for g in np.unique(labels[ground.cell == a]).tolist()
        if (g, b) in place
    ]
    left, right = np.array(links, np.int64).reshape(-1, 2).T
    assert len(np.unique(find_components(len(place), left, right))) == len(np.unique(labels))
    owner = cells["community_id"].to_numpy()[ground.cell]
    assert all(len(set(owner[labels == g])) == 1 for g in np.unique(labels))


def test_every_scheme_makes_groups_that_hang_together() -> None:
    schemes = {
        "grid": Scheme(400, 300, 500),
        "managers by rooms": Scheme(110, 60, 180, counts="rooms", whole_buildings=True),
        "managers by buildings": Scheme(6, 3, 9, counts="buildings"),
        "clusters": Scheme(),
    }
    sizes = {}
    for name, scheme in schemes.items():
        made = divide_scheme(ground(), scheme)
        check(ground(), made.labels)
        sizes[name] = made.size[made.size > 0]
    households = int(ground().atoms["households"].sum())
    assert sizes["grid"].sum() == sizes["clusters"].sum() == households
    assert sizes["managers by rooms"].sum() == 2 * households
    assert sizes["managers by buildings"].sum() == pytest.approx(len(ground().stock), abs=len(ground().stock) / 20)
    assert 5 <= np.median(sizes["managers by buildings"]) <= 7


def test_whole_buildings_are_never_cut() -> None:
    made = divide_scheme(ground(), Scheme(30, 15, 45, whole_buildings=True))
    assert all(len(set(made.labels[ground().cell == cell])) == 1 for cell in np.unique(ground().cell))


def test_groups_of_houses_are_smaller_where_their_target_is() -> None:
    even = divide_scheme(ground(), Scheme(50))
    uneven = divide_scheme(ground(), Scheme(50, targets=(("house", 25), ("apartment", 25))))
    assert len(uneven.size) > 1.6 * len(even.size)
    households = np.bincount(uneven.labels, ground().atoms["households"])
    assert np.median(households[households > 0]) == pytest.approx(25, abs=3)


@settings(max_examples=6, deadline=None)
@given(st.sets(st.integers(0, 60), min_size=1, max_size=6))
def test_each_preferred_seed_has_a_group_of_its_own(rows: set[int]) -> None:
    names = ground().stock["building_id"].to_numpy()[sorted(rows)]
    made = divide_scheme(ground(), Scheme(), preferred=[*names, "nowhere"])
    check(ground(), made.labels)
    together = set(made.findings.loc[made.findings["rule"] == "seeds-together", "row_id"])
    alone = [name for name in names if name not in together]
    assert set(alone) <= set(made.seed[made.seed != None])  # noqa: E711
    assert "seed-unknown" in set(made.findings["rule"])
    assert not together


def test_a_forbidden_building_is_the_seed_of_no_group() -> None:
    free = divide_scheme(ground(), Scheme())
    forbidden = [name for name in free.seed if name is not None]
    made = divide_scheme(ground(), Scheme(), forbidden=forbidden)
    assert not set(forbidden) & set(made.seed)
    lonely = np.flatnonzero((made.size > 0) & np.array([one is None for one in made.seed]))
    assert (made.findings["rule"] == "no-seed").sum() == len(lonely)


def test_locked_groups_stay_and_the_count_is_kept() -> None:
    first = divide_scheme(ground(), Scheme())
    locked = np.where(first.labels < 3, first.labels, -1)
    made = divide_scheme(ground(), Scheme(80, 40, 120), locked=locked, count=9)
    for group in range(3):
        rows = np.flatnonzero(locked == group)
        assert len(set(made.labels[rows])) == 1
        assert (made.labels == made.labels[rows[0]]).sum() == len(rows)
    assert len(made.size) == 3 + 9


def island_and_tower() -> Ground:
    """Houses with a building of 90 of unknown storeys among them, and 12 households behind a river."""
    houses = [shapely.box(x, y, x + 8, y + 8) for x in range(0, 200, 20) for y in range(0, 200, 20)]
    buildings = gpd.GeoDataFrame(
        {"building_id": [f"B{k:03d}" for k in range(101)], "households": [90] + [4] * 99 + [12]},
        geometry=[*houses, shapely.box(260, 90, 268, 98)],
        crs=CRS,
    )
    line = gpd.GeoDataFrame({"kind": ["hard"]}, geometry=[shapely.LineString([(230, -20), (230, 220)])], crs=CRS)
    area = gpd.GeoDataFrame(
        {"community_id": ["C"], "name": ["C"]}, geometry=[shapely.box(-10, -10, 290, 210)], crs=CRS
    )
    return prepare_ground(buildings, area, line, None, PlanRules(), lambda step, share: None)


def test_groups_outside_the_sizes_are_named_with_their_reason() -> None:
    town = island_and_tower()
    made = divide_scheme(town, Scheme(30, 20, 40, whole_buildings=True))
    told = made.findings.set_index("rule")
    assert "holds only 12" in told.loc["size-island", "detail"]
    assert "90 are in one piece" in told.loc["size-indivisible", "detail"]
    odd = np.flatnonzero((made.size > 0) & ((made.size < 20) | (made.size > 40)))
    assert sorted(made.findings["row_id"].astype(int)) == odd.tolist()
    by_building = divide_scheme(town, Scheme(8, 4, 12, counts="buildings"))
    assert by_building.findings["detail"].tolist() == [
        "1 buildings; the ground they can reach without crossing a hard barrier or the community line holds only 1"
    ]
    unequal = divide_scheme(town, Scheme(50, targets=(("house", 25),)))
    assert unequal.findings.loc[unequal.findings["rule"] == "size-island", "detail"].str.startswith("12 house").all()


def test_a_number_of_groups_is_met_or_said_to_be_missed() -> None:
    first = divide_scheme(ground(special=True), Scheme(), count=30, preferred=[ground().stock["building_id"].iloc[3]])
    assert (first.size > 0).sum() == 30
    assert "count-missed" not in set(first.findings["rule"])
    few = divide_scheme(island_and_tower(), Scheme(), count=1)
    assert (few.size > 0).sum() == 2
    missed = few.findings[few.findings["rule"] == "count-missed"]
    assert missed["detail"].tolist() == [
        "1 groups were asked for, 2 were made: the ground falls into parts that no border joins"
    ]
    assert "size-count" in set(few.findings["rule"])


def test_a_building_cannot_be_wanted_and_forbidden_as_a_seed() -> None:
    name = ground().stock["building_id"].iloc[0]
    with pytest.raises(ConflictError, match=name):
        divide_scheme(ground(), Scheme(), preferred=[name], forbidden=[name])


def test_a_special_area_is_one_group_of_no_size() -> None:
    made = divide_scheme(ground(special=True), Scheme())
    inside = ground(special=True).special[ground(special=True).cell] >= 0
    assert inside.any()
    assert not set(made.labels[inside]) & set(made.labels[~inside])
    assert made.size[np.unique(made.labels[inside])].sum() == 0


def test_a_scheme_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(InputError, match="counts one of"):
        Scheme(counts="windows")
    with pytest.raises(InputError, match="pair"):
        Scheme(targets=(("house",),))
