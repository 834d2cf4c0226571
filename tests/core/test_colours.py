"""Colours of neighbouring areas."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridgov.core.colours import COLOURS, assign_colours


@settings(max_examples=60, deadline=None)
@given(count=st.integers(1, 80), seed=st.integers(0, 10_000))
def test_areas_side_by_side_never_share_a_colour(count: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    points = shapely.MultiPoint(rng.random((count, 2)))
    shapes = np.asarray(shapely.get_parts(shapely.voronoi_polygons(points, extend_to=shapely.box(0, 0, 1, 1))))
    shapes = shapes if len(shapes) else np.asarray([shapely.box(0, 0, 1, 1)])
    colours = assign_colours(shapes)
    assert set(colours) <= set(range(COLOURS))
    for left, right in zip(*shapely.STRtree(shapes).query(shapes, predicate="intersects"), strict=True):
        assert left == right or colours[left] != colours[right]


def test_with_more_areas_in_a_stack_than_colours_the_shown_ones_still_differ() -> None:
    stacks = [shapely.box(column, 0, column + 1, 1) for column in range(4) for _ in range(COLOURS)]
    ranks = np.tile(np.arange(COLOURS), 4)
    colours = assign_colours(np.asarray(stacks), ranks)
    shown = colours[ranks == 0]
    assert all(shown[:-1] != shown[1:])


def test_nothing_has_no_colours() -> None:
    assert assign_colours(np.asarray([], dtype=object)).tolist() == []
