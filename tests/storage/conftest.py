"""A small town and a plan of it, for the tests of the store."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from gridgov.storage.cluster import PrivateCluster

from .town import CRS, make_plan, make_squares

THROWAWAY = {"fsync": "off", "full_page_writes": "off"}


@pytest.fixture(scope="session")
def made_once() -> Iterator[Path]:
    """State folder of a whole, stopped cluster to copy: making one costs seconds."""
    folder = _make_folder()
    cluster = PrivateCluster(folder / "state", extra=THROWAWAY)
    cluster.start()
    cluster.stop()
    yield folder / "state"
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the server's account may enter, for one state folder `state`; stopped afterwards."""
    made = _make_folder()
    yield made
    PrivateCluster(made / "state").stop(at_once=True)
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def copied(folder: Path, made_once: Path) -> PrivateCluster:
    """A stopped cluster of this test's own, with the default settings."""
    copy_state(made_once, folder / "state")
    return PrivateCluster(folder / "state")


def copy_state(source: Path, target: Path) -> None:
    """Copy a state folder with its owners."""
    subprocess.run(["cp", "-a", str(source), str(target)], check=True)


def _make_folder() -> Path:
    made = Path(tempfile.mkdtemp(prefix="gridgov-test-"))
    made.chmod(0o711)
    return made


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
