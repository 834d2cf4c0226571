"""Declared systems, contradictions, swapped axes, zones, the metric system of a place, shifted layers."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridgov.core.crs import (
    STORED_CRS,
    choose_metric_crs,
    to_metric,
    to_stored,
)
from gridgov.core.datum_shift import find_datum_shift
from gridgov.core.datums import BEND, to_gcj02
from gridgov.core.declared_crs import require_declared_crs, require_one_crs, straighten
from gridgov.core.envelopes import find_axis_fault, find_outside, require_axes
from gridgov.errors import CrsError, InputError

CONTROL = (113.93, 22.75)
CONTROL_4547 = (492810.27, 2516853.71)


def frame(*places: tuple[float, float], crs: object = None) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=[shapely.Point(place) for place in places], crs=crs)


def test_the_control_point() -> None:
    there = to_metric(frame(CONTROL, crs=4490))
    assert there.crs.to_epsg() == 4547
    assert shapely.get_coordinates(there.geometry.to_numpy())[0] == pytest.approx(CONTROL_4547, abs=0.005)
    back = to_stored(there)
    assert shapely.get_coordinates(back.geometry.to_numpy())[0] == pytest.approx(CONTROL, abs=1e-10)


@pytest.mark.parametrize(
    ("declared", "given_as"),
    [
        ("4490", CONTROL),
        ("EPSG:4326", CONTROL),
        ("cgcs2000", CONTROL),
        ("4547", CONTROL_4547),
        ("EPSG:4526", (38492810.27, 2516853.71)),
        ("gcj02", tuple(to_gcj02(np.array([CONTROL]))[0])),
        ("BD-09", tuple(BEND["bd09"](np.array([CONTROL]))[0])),
    ],
)
def test_every_declaration_finds_the_control_point(declared: str, given_as: tuple[float, float]) -> None:
    crs = require_declared_crs(declared)
    for swap in (False, True):
        raw = np.array([given_as[::-1] if swap else given_as])
        require_axes(raw, crs.crs, crs.name, swap=swap)
        stored = to_stored(straighten(frame(tuple(raw[0])), crs, swap=swap))
        assert stored.crs == STORED_CRS
        assert shapely.get_coordinates(stored.geometry.to_numpy())[0] == pytest.approx(CONTROL, abs=1e-7)
    assert crs.approximate == (crs.name in ("gcj02", "bd09"))


@pytest.mark.parametrize(
    ("seen", "declared", "rule", "fix"),
    [
        ((22.75, 113.93), "4490", "axes-swapped", "--swap"),
        ((39.47, 75.99), "4326", "axes-swapped", "--swap"),  # Kashgar: 76 would be a latitude elsewhere
        ((2516853, 492810), "4547", "axes-swapped", "--swap"),
        ((2516853, 38492810), "4526", "axes-swapped", "--swap"),
        ((492810, 2516853), "4490", "metres-as-degrees", "4547"),
        ((492810, 2516853), "gcj02", "metres-as-degrees", "4547"),
        ((113.93, 22.75), "4547", "degrees-as-metres", "gcj02"),
        ((38492810, 2516853), "4547", "other-system", "EPSG:4526"),
        ((38492810, 2516853), "4490", "other-system", "EPSG:4526"),
        ((2516853, 38492810), "4547", "other-system", "EPSG:4526 and --swap"),
        ((40492810, 4000000), "4526", "other-system", "EPSG:4528"),
        ((492810, 2516853), "4526", "other-system", "EPSG:4547"),
        ((492810, 2516853), "2154", "outside-system", "--crs"),
    ],
)
def test_coordinates_that_contradict_their_declaration(
    seen: tuple[float, float], declared: str, rule: str, fix: str
) -> None:
    crs = require_declared_crs(declared)
    with pytest.raises(CrsError, match=r"survey\.csv") as caught:
        require_axes(np.array([seen]), crs.crs, crs.name, "survey.csv")
    assert caught.value.facts["rule"] == rule
    assert fix in caught.value.message


@given(lon=st.floats(73.5, 135), lat=st.floats(3.5, 53.5), zone=st.integers(25, 45))
@settings(max_examples=50, deadline=None)
def test_a_swap_is_always_seen_in_china(lon: float, lat: float, zone: int) -> None:
    for epsg in (4490, 4326):
        assert find_axis_fault(np.array([[lon, lat]]), pyproj.CRS(epsg)) is None
        assert find_axis_fault(np.array([[lat, lon]]), pyproj.CRS(epsg)).rule == "axes-swapped"  # type: ignore[union-attr]
    near = min(max(lon, 3 * zone - 2.9), 3 * zone + 2.9)
    north = max(lat, 18.0)
    for epsg in (4513 + zone - 25, 4534 + zone - 25):
        x, y = pyproj.Transformer.from_crs(4490, epsg, always_xy=True).transform(near, north)
        assert find_axis_fault(np.array([[x, y]]), pyproj.CRS(epsg)) is None
        assert find_axis_fault(np.array([[y, x]]), pyproj.CRS(epsg)).rule == "axes-swapped"  # type: ignore[union-attr]


def test_single_rows_are_told_apart_from_a_wrong_layer() -> None:
    places = np.array([CONTROL, CONTROL, CONTROL, CONTROL[::-1], (0, 0), (np.nan, 1), CONTROL_4547])
    crs = pyproj.CRS(4490)
    assert find_outside(places, crs).tolist() == [False, False, False, True, True, True, True]
    assert find_axis_fault(places, crs) is None


def test_swap_where_nothing_is_swapped_is_refused() -> None:
    with pytest.raises(CrsError, match="leave out --swap"):
        require_axes(np.array([CONTROL]), pyproj.CRS(4490), "EPSG:4490", swap=True)


def test_no_declaration_and_contradictions() -> None:
    here = np.array([CONTROL])
    with pytest.raises(CrsError, match="Add --crs"):
        require_one_crs(None, None, here)
    wgs, cgcs, zone = (pyproj.CRS(code) for code in (4326, 4490, 4547))
    assert require_one_crs(None, cgcs, here).name == "EPSG:4490"
    # WGS 84 and CGCS2000 are the same numbers; GCJ-02 has no label, so its files say WGS 84
    assert require_one_crs(require_declared_crs("4490"), wgs, here).name == "EPSG:4490"
    assert require_one_crs(require_declared_crs("gcj02"), wgs, here).shift == "gcj02"
    for declared, of_file in (("4547", wgs), ("4490", zone), ("gcj02", zone), ("4547", pyproj.CRS(4526))):
        with pytest.raises(CrsError, match="--force-crs"):
            require_one_crs(require_declared_crs(declared), of_file, here)
    forced = require_one_crs(require_declared_crs("4547"), wgs, here, believe_declared=True)
    assert forced.name == "EPSG:4547"


@pytest.mark.parametrize(
    ("nonsense", "words"),
    [
        ("EPSG:99999", "There is no coordinate system 'EPSG:99999'"),
        ("mars", "There is no coordinate system 'mars'"),
        ("", "There is no coordinate system ''"),
        ("EPSG:5773", "'EPSG:5773' is neither in degrees nor a flat map"),
        ("12", "There is no coordinate system '12'"),
    ],
)
def test_unknown_systems_are_refused(nonsense: str, words: str) -> None:
    with pytest.raises(CrsError, match=words):
        require_declared_crs(nonsense)


@pytest.mark.parametrize(
    ("place", "epsg"),
    [
        ((113.93, 22.75), 4547),
        ((120.38, 36.07), 4549),
        ((73.6, 39.4), 4534),
        ((134.7, 48.3), 4554),
        ((116.4, 39.9), 4548),
    ],
)
def test_china_is_computed_in_its_3_degree_zone(place: tuple[float, float], epsg: int) -> None:
    assert choose_metric_crs(frame(place, crs=4490)).to_epsg() == epsg


@pytest.mark.parametrize(
    ("place", "epsg"),
    [((2.55, 44.33), 32631), ((-73.9, 40.7), 32618), ((151.2, -33.9), 32756), ((180.0, 10.0), 32660)],
)
def test_other_places_in_their_utm_zone(place: tuple[float, float], epsg: int) -> None:
    assert choose_metric_crs(frame(place, crs=4326)).to_epsg() == epsg


def test_a_few_misplaced_rows_do_not_move_the_zone() -> None:
    assert choose_metric_crs(frame(CONTROL, CONTROL, CONTROL, (0, 0), (120, 36), crs=4490)).to_epsg() == 4547
    with pytest.raises(InputError, match="has no geometry"):
        choose_metric_crs(gpd.GeoDataFrame(geometry=[None], crs=4490))
    with pytest.raises(CrsError, match="does not say which coordinate system"):
        choose_metric_crs(frame(CONTROL))


def test_wgs_84_becomes_cgcs2000_without_a_digit_changed() -> None:
    places = np.random.default_rng(1).uniform((73.5, 4.0), (134.0, 53.0), (500, 2))
    stored = to_stored(gpd.GeoDataFrame(geometry=shapely.points(places), crs=4326))
    assert np.array_equal(shapely.get_coordinates(stored.geometry.to_numpy()), places)


@pytest.mark.parametrize("datum", sorted(BEND))
def test_an_undeclared_shift_of_real_footprints_is_seen(shared_data: Path, datum: str) -> None:
    footprints = gpd.read_parquet(shared_data / "sz_buildings_osm.parquet", columns=["street", "geometry"])
    streets = gpd.read_parquet(shared_data / "sz_streets.parquet").rename(columns={"street": "community_id"})
    four = ["民治", "大浪", "粤海", "招商"]
    footprints, streets = footprints[footprints.street.isin(four)], streets[streets.community_id.isin(four)]
    bent = footprints.set_geometry(
        gpd.GeoSeries(
            shapely.transform(footprints.geometry.to_numpy(), BEND[datum]), index=footprints.index, crs=4326
        )
    )
    assert len(find_datum_shift(footprints, streets)) == 0
    assert len(find_datum_shift(footprints, streets, own_community=footprints.street)) == 0
    found = find_datum_shift(bent, streets)
    assert found["rule"].tolist() == ["datum-shift"]
    assert {"gcj02": "GCJ-02", "bd09": "BD-09"}[datum] in found.loc[0, "detail"]


def test_a_layer_larger_than_the_communities_is_not_judged(shared_data: Path) -> None:
    footprints = gpd.read_parquet(shared_data / "sz_buildings_osm.parquet", columns=["geometry"])
    streets = gpd.read_parquet(shared_data / "sz_streets.parquet").rename(columns={"street": "community_id"})
    assert len(find_datum_shift(footprints, streets[streets.community_id == "民治"])) == 0
