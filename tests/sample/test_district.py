"""The sample district: exact counts, a clean fabric, and the columns of the layers."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridgov.core.layers import LAYERS, require_allowed_columns
from gridgov.errors import InputError
from gridgov.sample import make_district

TODAY = pd.Timestamp("2026-06-30")


@pytest.fixture(scope="module")
def whole() -> dict[str, pd.DataFrame]:
    """The district of the size the domain rules were written for."""
    return make_district(139_000, seed=5)


@given(households=st.integers(200, 6000), seed=st.integers(0, 10_000))
@settings(max_examples=30, deadline=None)
def test_fabric_is_clean_and_counts_exact_at_any_size(households: int, seed: int) -> None:
    made = make_district(households, seed)
    buildings, communities = made["buildings"], made["communities"]
    assert int(buildings["households"].sum()) == households == len(made["households"])
    shapes = buildings.geometry.to_numpy()
    assert shapely.is_valid(shapes).all() and (shapely.get_type_id(shapes) == 3).all()
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    assert (left == right).all(), "footprints touch"
    areas = communities.geometry.to_numpy()
    assert shapely.is_valid(areas).all() and shapely.coverage_is_valid(areas)
    inside, _ = shapely.STRtree(areas).query(shapes, predicate="within")
    assert sorted(inside) == list(range(len(shapes))), "a footprint crosses a community"
    lines = made["barriers"].geometry.to_numpy()
    assert not len(shapely.STRtree(lines).query(shapes, predicate="intersects")[0]), "a footprint lies on a barrier"


@given(households=st.integers(200, 4000), seed=st.integers(0, 1000))
@settings(max_examples=8, deadline=None)
def test_households_fill_real_dwellings(households: int, seed: int) -> None:
    made = make_district(households, seed)
    homes = made["households"]
    assert homes["household_id"].is_unique
    per_building = homes.groupby("building_id").size().reindex(made["buildings"]["building_id"], fill_value=0)
    assert (per_building.to_numpy() == made["buildings"]["households"].to_numpy()).all()
    stock = made["buildings"].set_index("building_id").loc[homes["building_id"]]
    assert (homes["unit"].to_numpy() <= stock["units"].to_numpy()).all()
    assert (homes["storey"].to_numpy() <= stock["floors"].to_numpy()).all()


def test_whole_district_has_the_chain_of_the_domain(whole: dict[str, pd.DataFrame]) -> None:
    communities = whole["communities"]
    assert len(communities) == 93 and communities["subdistrict"].nunique() == 7
    assert communities["division_code"].str.fullmatch(r"9999\d{8}").all() and communities["community_id"].is_unique
    per_community = _households_by_community(whole)
    assert ((per_community > 600) & (per_community < 3600)).mean() > 0.85
    assert per_community.min() < 800 < 2200 < per_community.max()
    assert int(communities["population"].sum()) == len(whole["residents"])


def test_subdistricts_and_communities_are_connected(whole: dict[str, pd.DataFrame]) -> None:
    communities = whole["communities"]
    assert (communities.geom_type == "Polygon").all()
    merged = communities.dissolve("subdistrict")
    assert (merged.geom_type == "Polygon").all()


def test_fabric_has_every_kind_of_building(whole: dict[str, pd.DataFrame]) -> None:
    buildings = whole["buildings"]
    towers = buildings[buildings["use"] == "tower"]
    assert towers["floors"].between(18, 33).all() and len(towers) > 50
    expected = {"self-built", "village-house", "apartment", "dormitory", "factory", "shop", "school", "hospital"}
    assert expected <= set(buildings["use"])
    assert set(whole["barriers"]["kind"]) == {"hard", "soft", "minor"}
    assert set(whole["compounds"]["kind"]) == {"residential", "industrial", "campus", "market", "hospital"}


def test_compounds_hold_their_buildings_whole(whole: dict[str, pd.DataFrame]) -> None:
    compounds, shapes = whole["compounds"].geometry.to_numpy(), whole["buildings"].geometry.to_numpy()
    touched, _ = shapely.STRtree(compounds).query(shapes, predicate="intersects")
    within, _ = shapely.STRtree(compounds).query(shapes, predicate="within")
    assert sorted(touched) == sorted(within)
    lines = whole["barriers"].geometry.to_numpy()
    assert not len(shapely.STRtree(lines).query(compounds, predicate="intersects")[0])


@pytest.mark.parametrize("name", list(LAYERS))
def test_layer_has_its_columns_and_allowed_values(whole: dict[str, pd.DataFrame], name: str) -> None:
    layer, table = LAYERS[name], whole[name]
    assert [column for column in table.columns if column != "geometry"] == [c.name for c in layer.columns]
    require_allowed_columns(table.columns)
    assert table[layer.key].is_unique and table[layer.key].notna().all()
    assert isinstance(table.index, pd.RangeIndex)
    if layer.geometry:
        assert isinstance(table, gpd.GeoDataFrame) and table.crs.to_epsg() == 4547
    for column in layer.columns:
        values = table[column.name].dropna()
        if column.values:
            assert set(values) <= set(column.values)
        if column.type == "count":
            assert (values >= 0).all() and np.issubdtype(values.to_numpy().dtype, np.integer)


def test_rental_houses_agree_with_residents(whole: dict[str, pd.DataFrame]) -> None:
    rentals = whole["rental_houses"]
    assert (rentals["tenants_registered"] <= rentals["tenants"]).all()
    assert (rentals["permits_held"] <= rentals["permits_due"]).all()
    assert rentals["building_id"].isin(whole["buildings"]["building_id"]).all()
    assert (rentals["visited_on"] <= TODAY).all()
    due = rentals["let_type"].isin(["hour", "day"]) | (rentals["rooms"] >= 20) | (rentals["tenants"] >= 30)
    assert 0.02 < due.mean() < 0.4
    assert rentals.loc[due, "terminal_installed"].mean() > 0.85
    assert set(rentals["house_class"]) == {"green", "yellow", "orange", "red"}


def test_liaisons_can_answer_for_every_section(whole: dict[str, pd.DataFrame]) -> None:
    assert whole["liaisons"]["capacity"].sum() > 1.15 * 1180
    assert set(whole["liaisons"]["subdistrict"]) == set(whole["communities"]["subdistrict"])
    assert int(whole["shelters"]["indoor"].sum()) == 85
    homes = whole["facilities"]["kind"].value_counts()
    assert {"service_centre", "day_care", "primary_school", "middle_school", "clinic"} <= set(homes.index)


def test_counts_can_be_left_out() -> None:
    full, some, none = (make_district(3000, 4, counts)["buildings"] for counts in ("all", "some", "none"))
    assert full["households"].notna().all() and none["households"].isna().all()
    assert 0.5 < some["households"].notna().mean() < 0.8 and some["floors"].isna().any()
    assert full.geometry.equals(some.geometry)


@pytest.mark.parametrize(("households", "counts"), [(199, "all"), (2000, "most")])
def test_impossible_wishes_are_refused(households: int, counts: str) -> None:
    with pytest.raises(InputError, match=r"at least 200|most"):
        make_district(households, 1, counts)


def _households_by_community(made: dict[str, pd.DataFrame]) -> pd.Series:
    buildings = made["buildings"]
    middle = gpd.GeoDataFrame(buildings[["households"]], geometry=buildings.centroid, crs=buildings.crs)
    joined = middle.sjoin(made["communities"][["community_id", "geometry"]], predicate="within")
    return joined.groupby("community_id")["households"].sum()
