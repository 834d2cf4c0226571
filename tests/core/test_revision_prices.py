"""The price of a household falls where a change is wide, and what is cheap is done first."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridgov.core.division import AtomGraph
from gridgov.core.revision import RevisionRules, revise_labels

PAIRS = 150
"""Of groups, each pair apart from all others: 300 groups, of which three may lose their preferred size."""
ROW = np.array([8, 8, 8, 9, 9, 9, 9, 9, 9, 9, 9])
"""Buildings of a pair in a row: six of the first group with 51 households, five of the second with 45."""


def rows_of(size: np.ndarray) -> AtomGraph:
    """Rows of buildings, each beside the next of its row; one row of `size` a part."""
    parts, many = size.shape
    n = parts * many
    at = np.arange(n).reshape(parts, many)
    left, right = at[:, :-1].ravel(), at[:, 1:].ravel()
    x, y = np.tile(np.arange(many) * 10.0, parts), np.repeat(np.arange(parts) * 100.0, many)
    area, around, length = np.full(n, 100.0), np.full(n, 40.0), np.full(len(left), 10.0)
    kind = np.zeros(len(left), np.int8)
    return AtomGraph(size.ravel(), x, y, np.arange(n), area, around, left, right, length, kind)


def revise_pairs(changed: np.ndarray, rules: RevisionRules | None = None) -> tuple[int, int]:
    """Give the first building of some pairs seven households more; count who moved, and the groups of good size."""
    labels = (2 * np.arange(PAIRS)[:, None] + np.repeat([0, 1], [6, 5])).ravel()
    size = np.tile(ROW, (PAIRS, 1))
    before = np.bincount(labels, size.ravel())
    size[changed, 0] += 7
    found = revise_labels(rows_of(size), labels, rules, previous_size=before)
    now = np.bincount(found.labels, size.ravel())
    return int(size.ravel()[found.labels != labels].sum()), int(((now >= 45) & (now <= 55)).sum())


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, PAIRS))
def test_sizes_hold_as_far_as_the_change_is_wide_and_nobody_moves_for_more(seed, many):
    """A pair is mended by one building of nine households: dear, so it is left as long as few pairs need it."""
    changed = np.random.default_rng(seed).permutation(PAIRS)[:many]
    moved, good = revise_pairs(changed)
    spare = max(0.0, 2 * PAIRS / 100 - 0.45 * np.sqrt(2 * many))
    if many <= spare:
        assert (moved, good) == (0, 2 * PAIRS - many)
    else:
        assert (moved, good) == (9 * many, 2 * PAIRS)


def test_a_price_that_does_not_fall_leaves_what_is_dear():
    fixed = RevisionRules(household_cost_falls_to=1.0)
    assert revise_pairs(np.arange(PAIRS), fixed) == (0, PAIRS)
    cheap = RevisionRules(household_cost=0.05, household_cost_falls_to=1.0)
    assert revise_pairs(np.arange(PAIRS), cheap) == (9 * PAIRS, 2 * PAIRS)


@pytest.mark.parametrize("price", [0.1, 0.15, 0.2])
def test_two_groups_that_shrank_get_a_building_each_before_one_is_given_up(price):
    """To join the two moves 30 households and pays at 0.15, but five for each from the other side are enough."""
    labels = np.repeat([0, 1, 2, 3], [10, 4, 4, 10])
    size = np.r_[np.full(10, 5), np.full(4, 8), [8, 8, 7, 7], np.full(10, 5)]
    rules = RevisionRules(household_cost=price, household_cost_falls_to=1.0)
    found = revise_labels(rows_of(size[None]), labels, rules, previous_size=[50, 48, 46, 50])
    assert np.bincount(found.labels, size).tolist() == [45, 37, 35, 45]
