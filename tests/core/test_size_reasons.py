"""Why a group is outside its sizes: one reason each, the one that nothing else could mend first."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from gridgov.core.division import DivisionRules, make_rules
from gridgov.core.size_reasons import find_odd_sizes

CRS = "EPSG:4547"


@pytest.mark.parametrize(
    ("size", "largest", "reach", "count", "rule"),
    [
        (35, 9, 500, None, None),
        (65, 9, 500, None, None),
        (0, 0, 0, None, None),
        (90, 90, 90, None, "size-indivisible"),
        (66, 66, 500, 3, "size-indivisible"),
        (12, 4, 12, None, "size-island"),
        (12, 4, 34, 2, "size-island"),
        (20, 4, 68, 2, "size-count"),
        (20, 4, 68, None, "size-no-band"),
        (34, 4, 69, None, "size-no-band"),
        (34, 4, 70, None, "size-tight"),
        (66, 65, 500, None, "size-tight"),
    ],
)
def test_the_reason_of_a_size(size: int, largest: int, reach: int, count: int | None, rule: str | None) -> None:
    groups = pd.DataFrame({"size": [size], "largest": [largest], "reach": [reach]}, index=["L1"])
    found = find_odd_sizes("clusters", groups, DivisionRules(), count=count)
    assert found["rule"].tolist() == ([] if rule is None else [rule])


def test_what_is_told_is_in_what_is_counted_and_where() -> None:
    groups = pd.DataFrame({"size": [200, 48], "largest": [40, 16], "reach": [400, 48]}, index=["K1", "K2"])
    shapes = gpd.GeoSeries([shapely.box(0, 0, 9, 9), shapely.box(20, 0, 29, 9)], crs=CRS)
    found = find_odd_sizes("groups", groups, make_rules(200, 140, 260), what="rooms", unit=4, geometry=shapes)
    assert found["row_id"].tolist() == ["K2"]
    assert found["detail"].iloc[0].startswith("12 rooms; ") and found["detail"].iloc[0].endswith("holds only 12")
    assert found.crs == CRS and shapes.iloc[1].contains(found.geometry.iloc[0])


def test_groups_without_a_smallest_size_are_never_too_small() -> None:
    groups = pd.DataFrame({"size": [1, 70], "largest": [1, 9], "reach": [1, 70]}, index=["L1", "L2"])
    found = find_odd_sizes("clusters", groups, DivisionRules(min=0))
    assert found[["row_id", "rule"]].to_numpy().tolist() == [["L2", "size-tight"]]
