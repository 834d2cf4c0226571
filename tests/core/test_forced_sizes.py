"""The limit of bad sizes among small houses, beside every division that there is."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_matrix

from benchmarks.division.bounds.pockets import count_forced
from benchmarks.division.measures import SMALL_HOUSE
from benchmarks.division.problem import Part

WIDE = 3
SMALL, LARGE = st.integers(0, SMALL_HOUSE), st.integers(SMALL_HOUSE + 1, 65)


def part_of(sizes: list[int]) -> Part:
    """Cells in rows of three, each beside the next and the one below."""
    cells = np.arange(len(sizes))
    pairs = [(a, b) for a in cells for b in (a + 1, a + WIDE) if b < len(sizes) and (b == a + WIDE or b % WIDE)]
    a, b = np.array(pairs, int).reshape(-1, 2).T
    ties = coo_matrix((np.ones(2 * len(a)), (np.r_[a, b], np.r_[b, a])), (len(sizes), len(sizes))).tocsr()
    return Part(cells, np.array(sizes), np.column_stack([cells % WIDE, cells // WIDE]).astype(float), ties)


def divisions(part: Part, left: int) -> Iterator[list[int]]:
    """Every way to divide the cells that are left into connected groups of at most 65 households, as bits."""
    if not left:
        yield []
        return
    near = [sum(1 << int(b) for b in part.ties[a].indices) for a in range(len(part.size))]
    first = left & -left
    rest = left ^ first
    other = rest
    while True:
        group = first | other
        if weight(part, group) <= 65 and connected(near, group):
            for more in divisions(part, left ^ group):
                yield [group, *more]
        if not other:
            return
        other = (other - 1) & rest


def weight(part: Part, group: int) -> int:
    return sum(int(w) for a, w in enumerate(part.size) if group >> a & 1)


def connected(near: list[int], group: int) -> bool:
    reached = group & -group
    while True:
        more = reached
        for a, bits in enumerate(near):
            if reached >> a & 1:
                more |= bits & group
        if more == reached:
            return reached == group
        reached = more


def bad_small(part: Part, groups: list[int]) -> int:
    small = [g for g in groups if all(w <= SMALL_HOUSE for a, w in enumerate(part.size) if g >> a & 1)]
    return sum(weight(part, g) > 0 and not 45 <= weight(part, g) <= 55 for g in small)


@given(st.lists(st.one_of(SMALL, SMALL, LARGE), min_size=1, max_size=6))
@settings(max_examples=80, deadline=None)
def test_no_division_has_fewer(sizes: list[int]) -> None:
    part = part_of(sizes)
    least = min(bad_small(part, groups) for groups in divisions(part, (1 << len(sizes)) - 1))
    assert count_forced(part) <= least


@pytest.mark.parametrize(
    ("sizes", "forced"),
    [
        ([20, 20], 1),
        ([20, 20, 10], 0),
        ([20, 20, 30], 1),  # the slab takes 35 of them, and 5 are too few
        ([20, 20, 25], 0),
        ([20, 20, 65], 1),
        ([20, 65, 20], 2),
        ([60, 20, 20, 20, 20, 20, 20, 3, 0], 1),
    ],
)
def test_limits_by_hand(sizes: list[int], forced: int) -> None:
    assert count_forced(part_of(sizes)) == forced
