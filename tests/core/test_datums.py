"""GCJ-02 and BD-09: published values, exact inverses, and how far they bend."""

from __future__ import annotations

import numpy as np
import pyproj
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from gridgov.core.datums import BEND, STRAIGHTEN, from_gcj02, to_bd09, to_gcj02

CHINA = arrays.arrays(
    np.float64, st.tuples(st.integers(1, 30), st.just(2)), elements=st.floats(0, 1, allow_subnormal=False)
).map(lambda unit: unit * (61.0, 50.0) + (73.5, 3.5))


@pytest.mark.parametrize(
    ("true", "bent"),
    [
        ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
        ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
        ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
    ],
)
def test_published_values(true: tuple[float, float], bent: tuple[float, float]) -> None:
    assert to_gcj02(np.array([true])) == pytest.approx(np.array([bent]), abs=1e-12)


def test_baidu_is_bent_once_more() -> None:
    # 116.404, 39.915 in GCJ-02 is published as 116.41036949, 39.92133699 in BD-09
    true = from_gcj02(np.array([[116.404, 39.915]]))
    assert to_bd09(true) == pytest.approx(np.array([[116.41036949371029, 39.92133699351021]]), abs=1e-10)


@pytest.mark.parametrize("datum", sorted(BEND))
@given(places=CHINA)
@settings(max_examples=60, deadline=None)
def test_there_and_back_and_back_and_there(datum: str, places: np.ndarray) -> None:
    bend, straighten = BEND[datum], STRAIGHTEN[datum]
    assert np.abs(straighten(bend(places)) - places).max() < 1e-9
    assert np.abs(bend(straighten(places)) - places).max() < 1e-9


def test_the_usual_one_step_inverse_would_err_by_metres() -> None:
    lon, lat = np.meshgrid(np.linspace(75, 134, 400), np.linspace(18, 53, 400))
    true = np.column_stack([lon.ravel(), lat.ravel()])
    bent = to_gcj02(true)
    one_step = 2 * bent - to_gcj02(bent)
    earth = pyproj.Geod(ellps="GRS80")
    miss_m = earth.inv(*one_step.T, *true.T)[2]
    ours_m = earth.inv(*from_gcj02(bent).T, *true.T)[2]
    print(f"\none-step inverse: at most {miss_m.max():.2f} m; ours: {ours_m.max():.1e} m")
    assert miss_m.max() > 2
    assert ours_m.max() < 1e-6


def test_shenzhen_is_bent_by_about_600_m() -> None:
    lon, lat = np.meshgrid(np.linspace(113.76, 114.6, 60), np.linspace(22.46, 22.86, 60))
    true = np.column_stack([lon.ravel(), lat.ravel()])
    moved_m = pyproj.Geod(ellps="GRS80").inv(*true.T, *to_gcj02(true).T)[2]
    assert moved_m.mean() == pytest.approx(594, abs=15)


def test_nothing_is_bent_abroad_and_nan_stays() -> None:
    abroad = np.array([[2.55, 44.33], [-73.9, 40.7], [np.nan, 22.0]])
    for datum in BEND:
        assert np.array_equal(BEND[datum](abroad), abroad, equal_nan=True)
        assert np.array_equal(STRAIGHTEN[datum](abroad), abroad, equal_nan=True)
