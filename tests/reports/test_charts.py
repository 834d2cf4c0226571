"""Charts, printed maps and light shapes."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridgov.reports.charts import draw_bar, draw_columns, draw_histogram, draw_stack
from gridgov.reports.facts import percent
from gridgov.reports.picture import Name, Paint, Spot, draw_map
from gridgov.reports.shapes import simplify_shapes


def bars(svg: str) -> list[tuple[float, str]]:
    """Height and colour of each rectangle."""
    root = ElementTree.fromstring(svg)
    return [(float(one.attrib["height"]), one.attrib["fill"]) for one in root.iter("rect")]


@given(st.lists(st.integers(1, 400), min_size=1, max_size=60))
@settings(max_examples=50, deadline=None)
def test_every_cluster_is_in_the_histogram(sizes: list[int]) -> None:
    heights = np.array([height for height, _ in bars(draw_histogram(sizes, (35, 65), (45, 55), 50, "x"))])
    tallest = max(np.bincount(np.clip(sizes, 20, 80)))
    assert heights.sum() / heights.max() * tallest == pytest.approx(len(sizes), rel=0.01)


def test_sizes_at_the_limits_are_inside() -> None:
    fills = [
        fill
        for height, fill in bars(draw_histogram([34, 35, 44, 45, 55, 56, 65, 66], (35, 65), (45, 55), 50, "x"))
        if height
    ]
    assert len(set(fills)) == 3
    assert fills[0] == fills[7] != fills[1]
    assert fills[1] == fills[2] == fills[5] == fills[6]
    assert fills[3] == fills[4]


def test_charts_without_data_and_with_nasty_words() -> None:
    assert draw_histogram([], (35, 65), (45, 55), 50, "x") == ""
    for svg in (
        draw_columns([], [], [], "x"),
        draw_stack([], [], "x"),
        draw_bar(float("nan"), float("nan"), "no data", "x"),
        draw_columns(["<b>"], [0], [True], '"><script>'),
        draw_stack([("<i>", (0.0, 0.0))], ("#000", "#111"), "x"),
    ):
        ElementTree.fromstring(svg)
        assert not re.search(r"<(b|i|script)>", svg)


def test_a_bar_never_leaves_its_track() -> None:
    widths = [float(one) for one in re.findall(r'width="([\d.]+)"', draw_bar(3.2, 0.2, "met", "x"))]
    assert max(widths) == 180


@pytest.mark.parametrize(
    ("ratio", "said"),
    [(1.0, "100 %"), (0.99999, "99.9 %"), (0.00001, "0.1 %"), (0.0, "0 %"), (0.5, "50.0 %"), (1.5, "150.0 %")],
)
def test_a_rate_is_never_rounded_into_a_whole(ratio: float, said: str) -> None:
    assert percent(ratio) == said


def test_a_map_is_to_scale_and_overlaps_do_not_cut_holes() -> None:
    square = shapely.box(0, 0, 1000, 500)
    turned = shapely.reverse(square)
    svg = draw_map(
        [Paint(np.array([square, turned], dtype=object), "#123456")],
        [Spot(500, 250, 4, "#000")],
        [Name(500, 250, "甲"), Name(505, 250, "乙"), Name(900, 400, "<丙>")],
        "x",
    )
    root = ElementTree.fromstring(svg)
    path = next(one for one in root.iter("path") if one.attrib["fill"] == "#123456")
    turns = [_area(ring) for ring in path.attrib["d"].split("z") if ring]
    assert len(turns) == 2
    assert turns[0] * turns[1] > 0, "both turn the same way"
    assert abs(turns[0]) == pytest.approx(960 * 480, rel=0.01)
    texts = [one.text for one in root.iter("text")]
    assert "甲" in texts and "<丙>" in texts and "乙" not in texts
    assert draw_map([], [], [], "x") == ""


def _area(ring: str) -> float:
    numbers = [tuple(map(float, pair.split())) for pair in re.split("[Ml]", ring) if pair]
    xy = np.cumsum(np.array(numbers), axis=0)
    x, y = xy.T
    return float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum() / 2)


def test_neighbours_keep_one_border_and_so_do_areas_that_lie_over_one_another() -> None:
    rng = np.random.default_rng(0)
    wave = np.column_stack([np.linspace(0, 100, 200), 50 + rng.normal(0, 0.4, 200)])
    low = shapely.Polygon([(0, 0), *wave, (100, 0)])
    high = shapely.Polygon([(0, 100), *wave, (100, 100)])
    light = simplify_shapes(np.array([low, high, low], dtype=object), 2.0)
    assert shapely.coverage_is_valid(light[:2])
    assert shapely.get_num_coordinates(light[:2]).sum() < 30
    assert shapely.area(light[:2]).sum() == pytest.approx(100 * 100)
    assert shapely.equals_exact(light[0], light[2])
    assert len(simplify_shapes(np.zeros(0, dtype=object), 2.0)) == 0


def test_holes_and_parts_stay_and_nothing_small_vanishes() -> None:
    ring = shapely.box(0, 0, 50, 50).difference(shapely.box(20, 20, 21, 21))
    two = shapely.union_all([shapely.box(60, 0, 70, 10), shapely.box(80, 0, 80.5, 0.5)])
    light = simplify_shapes(np.array([ring, two, shapely.box(20, 20, 21, 21)], dtype=object), 5.0)
    assert (shapely.area(shapely.get_parts(light)) > 0).all()
    assert light[0].area + light[2].area == pytest.approx(2500), "the hole is filled exactly by who lies in it"
    assert shapely.get_num_interior_rings(light[0]) == 1
    assert shapely.get_num_geometries(light[1]) == 2


@given(st.integers(0, 10_000), st.floats(0.1, 30))
@settings(max_examples=40, deadline=None)
def test_borders_move_no_farther_than_allowed(seed: int, tolerance_m: float) -> None:
    rng = np.random.default_rng(seed)
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(rng.random((12, 2)) * 100)))
    rough = shapely.segmentize(shapely.intersection(cells, shapely.box(0, 0, 100, 100)), 7.0)
    light = simplify_shapes(rough, tolerance_m)
    assert shapely.get_num_coordinates(light).sum() <= shapely.get_num_coordinates(rough).sum()
    assert (shapely.hausdorff_distance(shapely.boundary(light), shapely.boundary(rough)) <= tolerance_m + 1e-6).all()
