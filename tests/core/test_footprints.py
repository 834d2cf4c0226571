"""Every footprint row ends as kept, merged or refused, with a finding when anything was done to it."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiPolygon, Point, Polygon, box

from gridgov.core.footprints import clean_footprints
from tests.core.fabric_checks import buildings, frame

HOUSE = box(0, 0, 10, 10)
BOW_TIE = Polygon([(20, 0), (30, 10), (30, 0), (20, 10)])


def _rules(findings: gpd.GeoDataFrame) -> list[tuple[str, str]]:
    return sorted(zip(findings.row_id, findings.rule, strict=True))


def test_clean_rows_stay_as_they_are() -> None:
    given_rows = buildings([HOUSE, box(20, 0, 30, 10)])
    kept, findings = clean_footprints(given_rows)
    assert findings.empty
    assert kept.geometry.geom_equals(given_rows.geometry).all()
    assert kept.households.dtype == "Int64"


def test_a_bow_tie_is_repaired() -> None:
    kept, findings = clean_footprints(buildings([HOUSE, BOW_TIE]))
    assert kept.geometry.is_valid.all()
    assert kept.geometry.area.round(6).tolist() == [100, 50]
    assert ("B001", "invalid-geometry") in _rules(findings)


def test_rows_without_a_footprint_are_refused_with_their_households() -> None:
    nowhere = Polygon([(0, 0), (1, np.inf), (1, 1)])
    rows = buildings([HOUSE, Polygon(), None, nowhere, LineString([(0, 0), (9, 9)])], households=[1, 2, 3, 4, 5])
    kept, findings = clean_footprints(rows)
    assert kept.building_id.tolist() == ["B000"]
    assert _rules(findings) == [
        ("B001", "no-geometry"),
        ("B002", "no-geometry"),
        ("B003", "no-geometry"),
        ("B004", "no-area"),
    ]
    assert all(f"households: {n}" in text for n, text in zip([2, 3, 4, 5], findings.detail, strict=True))


def test_one_id_twice_is_one_building() -> None:
    rows = frame("building_id", [HOUSE, HOUSE, box(20, 0, 25, 5)], ["A", "A", "B"], households=[4.0, 4.0, None])
    kept, findings = clean_footprints(rows)
    assert kept.building_id.tolist() == ["A", "B"]
    assert kept.households.tolist() == [4, pd.NA]
    assert _rules(findings) == [("A", "duplicate-id"), ("A", "has-duplicate"), ("B", "unknown-households")]


def test_one_footprint_under_two_ids_is_one_building() -> None:
    rows = frame("building_id", [HOUSE, HOUSE.buffer(0.05)], ["A", "B"], households=[3, None])
    kept, findings = clean_footprints(rows)
    assert kept.building_id.tolist() == ["B"], "the larger stays"
    assert kept.households.tolist() == [3], "households of the other fill the gap"
    assert ("A", "duplicate-geometry") in _rules(findings)


def test_three_copies_end_in_one() -> None:
    kept, findings = clean_footprints(frame("building_id", [HOUSE] * 3, ["C", "A", "B"], households=[1, 2, 3]))
    assert kept.building_id.tolist() == ["A"]
    assert kept.households.tolist() == [2]
    assert (findings.rule == "duplicate-geometry").sum() == 2


def test_the_smaller_gives_way_where_two_overlap() -> None:
    kept, findings = clean_footprints(buildings([HOUSE, box(8, 2, 14, 8)]))
    assert kept.geometry.area.tolist() == [100, 24]
    assert _rules(findings) == [("B000", "overlaps-another"), ("B001", "overlap")]


def test_a_tower_on_a_podium_keeps_its_place() -> None:
    kept, _ = clean_footprints(buildings([HOUSE, box(2, 2, 6, 6)]))
    assert kept.geometry.area.tolist() == [84, 16]


def test_households_that_cannot_be_are_unknown() -> None:
    rows = [HOUSE, box(20, 0, 30, 10), box(40, 0, 50, 10), box(60, 0, 70, 10)]
    kept, findings = clean_footprints(buildings(rows, households=[-3, None, 10**9, 20_000]))
    assert kept.households.isna().tolist() == [True, True, True, False]
    assert _rules(findings) == [
        ("B000", "negative-households"),
        ("B001", "unknown-households"),
        ("B002", "impossible-households"),
    ]
    assert "1000000000" in findings.detail[findings.rule == "impossible-households"].item()


def test_a_fraction_of_a_household_counts_as_one_and_is_told() -> None:
    rows = [box(20 * k, 0, 20 * k + 10, 10) for k in range(4)]
    kept, findings = clean_footprints(buildings(rows, households=[6.5, 0.25, 7.0, 0.0]))
    assert kept.households.tolist() == [7, 1, 7, 0]
    assert _rules(findings) == [("B000", "fraction"), ("B001", "fraction")]
    assert findings.detail.tolist() == ["households is 6.5; taken as 7", "households is 0.25; taken as 1"]


def test_a_layer_without_counts_has_no_defect_in_every_row() -> None:
    rows = [box(20 * k, 0, 20 * k + 10, 10) for k in range(60)]
    _, findings = clean_footprints(buildings(rows, households=[None] * 60))
    assert not len(findings)
    _, findings = clean_footprints(buildings(rows, households=[None] * 2 + [4] * 58))
    assert _rules(findings) == [("B000", "unknown-households"), ("B001", "unknown-households")]


def test_slivers_and_parts_are_kept_and_told() -> None:
    kept, findings = clean_footprints(
        buildings([Point(0, 0).buffer(0.05), MultiPolygon([HOUSE, box(20, 0, 30, 10)])])
    )
    assert len(kept) == 2
    assert _rules(findings) == [("B000", "sliver"), ("B001", "multipart")]


def test_a_missing_id_is_made_from_the_place() -> None:
    rows = buildings([HOUSE, box(20, 0, 30, 10)])
    rows["building_id"] = [None, "B1"]
    kept, _ = clean_footprints(rows)
    assert sorted(kept.building_id) == ["B1", "at-500000.0-2500000.0"]


shapes = st.builds(
    lambda x, y, w, h: box(x, y, x + w, y + h),
    st.integers(0, 30),
    st.integers(0, 30),
    st.integers(0, 15),
    st.integers(0, 15),
)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(shapes, st.integers(0, 8)), min_size=1, max_size=14), st.randoms())
def test_no_overlap_is_left_and_no_row_is_lost(rows: list[tuple[Polygon, int]], random) -> None:
    layer = frame("building_id", [shape for shape, _ in rows], [f"B{k}" for _, k in rows], households=[1] * len(rows))
    kept, findings = clean_footprints(layer)
    common = shapely.STRtree(kept.geometry.to_numpy()).query(kept.geometry.to_numpy(), predicate="intersects")
    common = common[:, common[0] < common[1]]
    area = shapely.area(shapely.intersection(*kept.geometry.to_numpy()[common]))
    assert (area < 0.06).all()
    gone = findings.rule.isin(["no-geometry", "no-area", "duplicate-id", "duplicate-geometry"]).sum()
    assert len(kept) + gone == len(rows)
    order = list(range(len(rows)))
    random.shuffle(order)
    again, _ = clean_footprints(layer.iloc[order])
    assert again.building_id.tolist() == kept.building_id.tolist()
    assert (again.geometry.to_wkb() == kept.geometry.to_wkb()).all()
