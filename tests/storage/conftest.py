"""A small town and a plan of it, for the tests of the store."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from .town import CRS, make_plan, make_squares


@pytest.fixture
def communities() -> gpd.GeoDataFrame:
    """Three communities of two subdistricts."""
    return gpd.GeoDataFrame(
        {
            "community_id": ["C1", "C2", "C3"],
            "name": ["东", "西", "南"],
            "subdistrict": ["民治", "民治", "大浪"],
            "district": ["龙华", "龙华", "龙华"],
            "division_code": ["440309001001", "440309001002", "440309002001"],
            "kind": ["urban", "urban", None],
            "population": pd.array([100, None, 0], dtype="Int64"),
        },
        geometry=make_squares(3, 1000),
        crs=CRS,
    )


@pytest.fixture
def buildings() -> gpd.GeoDataFrame:
    """Four buildings, some of whose facts are missing."""
    return gpd.GeoDataFrame(
        {
            "building_id": ["B1", "B2", "B3", "B4"],
            "households": pd.array([3, None, 0, 12], dtype="Int64"),
            "height_m": [9.5, np.nan, 3.0, 60.0],
            "name": ["一栋", None, "", 'a "quoted", name\n\\.\nin lines'],
        },
        geometry=make_squares(4),
        crs=CRS,
    )


@pytest.fixture
def plan_frames() -> dict[str, pd.DataFrame]:
    """The tables of one plan."""
    return make_plan()
