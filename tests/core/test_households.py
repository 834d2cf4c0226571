"""Estimated households: given counts stay, the order of sources of floors, real dwelling counts, Shenzhen."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridgov.core.households import EUROPE, EstimationRules, estimate_households, find_estimates
from gridgov.core.uses import DWELLINGS, OTHERS, to_canonical_use
from gridgov.errors import CrsError

RULES = EstimationRules()


def town(rows: list[dict[str, object]]) -> gpd.GeoDataFrame:
    """A row of houses 20 m apart, 10 m deep; `width` is the other side."""
    shapes = [shapely.box(20 * n, 0, 20 * n + float(row.pop("width", 10)), 10) for n, row in enumerate(rows)]  # type: ignore[arg-type]
    return gpd.GeoDataFrame(pd.DataFrame(rows), geometry=shapes, crs=4547)


def test_where_floors_come_from() -> None:
    rows = [{"use": "住宅", "floors": 6}, {"use": "住宅", "floors": 8}, {"use": "住宅", "floors": 7}]
    rows += [{"use": "住宅"}, {"use": "住宅", "height_m": 21.0}, {"use": "宿舍"}, {"use": "厂房", "height_m": 12.0}]
    made = estimate_households(town(rows))
    assert made["floors_source"].tolist() == ["given"] * 3 + ["neighbours", "height", "use", "height"]
    assert made["floors"].tolist() == [6, 8, 7, 7, 7, RULES.dormitory_floors, 3]


@pytest.mark.parametrize("nonsense", [0, -3, 999, None])
def test_impossible_floors_are_not_believed(nonsense: object) -> None:
    made = estimate_households(town([{"use": "住宅", "floors": nonsense, "height_m": 9.0}]))
    assert made[["floors", "floors_source"]].values.tolist() == [[3, "height"]]


def test_given_counts_stay_and_only_estimates_are_marked() -> None:
    made = estimate_households(
        town(
            [
                {"use": "住宅", "floors": 6, "households": 0},
                {"use": "厂房", "households": 40},
                {"use": "住宅", "floors": 6},
            ]
        )
    )
    assert made["households"].tolist()[:2] == [0, 40]
    assert made["households_estimated"].tolist() == [False, False, True]
    assert made["households"].dtype == "Int64"
    assert made.loc[2, "households"] == round(6 * 100 * RULES.residential_share / RULES.residential_m2)


@pytest.mark.parametrize("use", ["商业", "厂房", "office", "school", "hospital", "roof", "construction", "仓库"])
def test_nobody_lives_in_other_uses(use: str) -> None:
    assert estimate_households(town([{"use": use, "floors": 20}]))["households"].tolist() == [0]


def test_more_floor_area_never_means_fewer_households() -> None:
    for use in DWELLINGS:
        made = estimate_households(town([{"use": use, "floors": floors, "width": 15} for floors in range(1, 40)]))
        assert (np.diff(made["households"].to_numpy(dtype=int)) >= 0).all()


def test_without_any_column_all_is_guessed() -> None:
    made = estimate_households(town([{}, {}]).drop(columns=[], errors="ignore"))
    assert made["households_estimated"].all()
    assert made["floors_source"].tolist() == ["use", "use"]


def test_empty_and_unprojected() -> None:
    empty = gpd.GeoDataFrame({"use": []}, geometry=[], crs=4547)
    assert len(estimate_households(empty)) == 0
    with pytest.raises(CrsError, match="Floor areas need a metric"):
        estimate_households(town([{"use": "住宅"}]).to_crs(4490))


ROW = st.fixed_dictionaries(
    {"width": st.floats(0.5, 19), "use": st.sampled_from(["住宅", "宿舍", "yes", "厂房", None, "house"])},
    optional={
        "floors": st.one_of(st.none(), st.integers(-2, 200)),
        "height_m": st.one_of(st.none(), st.floats(0, 500)),
        "households": st.one_of(st.none(), st.integers(0, 900)),
    },
)


@given(st.lists(ROW, min_size=1, max_size=25), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_order_does_not_matter_and_twice_is_once(rows: list[dict[str, object]], chance: object) -> None:
    frame = town([dict(row) for row in rows]).assign(building_id=range(len(rows)))
    made = estimate_households(frame)
    assert (made["households"] >= 0).all() and (made["floors"] >= 1).all()
    columns = ["households", "households_estimated", "floors", "floors_source"]
    pd.testing.assert_frame_equal(estimate_households(made)[columns], made[columns])
    order = list(range(len(rows)))
    chance.shuffle(order)  # type: ignore[attr-defined]
    other = estimate_households(frame.iloc[order]).sort_index()
    pd.testing.assert_frame_equal(other[columns], made[columns])


@pytest.mark.parametrize(
    ("word", "use"),
    [
        ("住宅", "residential"),
        ("商住楼", "mixed"),
        ("职工宿舍", "dormitory"),
        ("厂房", "industrial"),
        ("商业", "commercial"),
        ("幼儿园", "education"),
        ("农民自建房", "self_built"),
        ("apartments", "apartment"),
        ("semidetached_house", "house"),
        ("Village-House", "house"),
        ("yes", "unknown"),
        ("qwerty", "unknown"),
        (None, "unknown"),
        ("Résidentiel", "residential"),
    ],
)
def test_words_for_uses(word: str | None, use: str) -> None:
    assert to_canonical_use(pd.Series([word], dtype=object)).tolist() == [use]
    assert use in (*DWELLINGS, *OTHERS)


def test_the_share_of_estimates_is_told() -> None:
    made = estimate_households(town([{"use": "住宅", "floors": 6, "households": 6}, {"use": "住宅", "floors": 6}]))
    found = find_estimates(made.assign(community_id="C"))
    assert found["row_id"].tolist() == ["C"]
    assert found.loc[0, "detail"] == "6 of 12 households (50.0%) are estimated, in 1 buildings"
    assert len(find_estimates(made.assign(households_estimated=False))) == 0


def test_olemps_against_its_real_dwellings(shared_data: Path) -> None:
    """The true counts are only used to compare. Uses are read as data/mappings/fr_olemps_buildings.toml says."""
    real = gpd.read_parquet(shared_data / "fr_olemps_buildings.parquet")
    true = real["dwellings"].fillna(0).to_numpy()
    seen = real[["floors", "height_m", "geometry"]].assign(use=real["USAGE1"].replace("Indifférencié", "annex"))
    errors = {}
    for name, rules in (("Chinese city rules", RULES), ("European rules", EUROPE)):
        guess = estimate_households(seen, rules)["households"].to_numpy(dtype=float)
        homes = (real["USAGE1"] == "Résidentiel").to_numpy()
        miss = np.abs(guess - true)
        errors[name] = guess.sum() / true.sum() - 1
        print(
            f"\n{name}: {guess.sum():.0f} of {true.sum():.0f} dwellings ({errors[name]:+.1%}); mean absolute "
            f"error {miss.mean():.3f} a building, {miss[homes].mean():.3f} a home; exact {np.mean(miss == 0):.1%}",
            end="",
        )
    assert abs(errors["European rules"]) < 0.05
    assert miss.mean() < 0.15
    assert (
        errors["Chinese city rules"] > 0.5
    )  # flats of a Chinese city do not fit French houses: a profile of its own


def test_shenzhen_floors_are_better_asked_of_neighbours(shared_data: Path) -> None:
    real = gpd.read_parquet(shared_data / "sz_buildings_osm.parquet").to_crs(4547).rename(columns={"building": "use"})
    known = real[real["levels_best"].notna() & real["use"].isin(["apartments", "residential", "industrial"])]
    held_back = np.random.default_rng(3).random(len(known)) < 0.3
    made = estimate_households(known[["use", "geometry"]].assign(floors=known["levels_best"].mask(held_back)))
    asked = held_back & (made["floors_source"] == "neighbours").to_numpy()
    miss = np.abs(made["floors"].to_numpy(dtype=float) - known["levels_best"].to_numpy())
    middle = known.groupby("use")["levels_best"].transform("median").to_numpy()
    plain = np.abs(middle - known["levels_best"].to_numpy())[asked].mean()
    told = asked.sum() / held_back.sum()
    print(f"\nneighbours told {told:.0%}, off by {miss[asked].mean():.2f} floors; by use {plain:.2f}")
    assert miss[asked].mean() < 4
    assert miss[asked].mean() < plain / 2
