"""Two plans told one after the other: nobody works a small count out of what they say together."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from gridgov.core.differencing import Sum, find_kept_back
from gridgov.core.disclosure import ROOT, find_hidden
from tests.examples import few

SMALL = 10
Areas = list[list[frozenset[int]]]
"""The areas of a plan, level by level, the widest first."""


def width(value: np.ndarray, known: Iterable[frozenset[int]], target: Iterable[int]) -> float:
    """How wide the range is in which a reader must find the pieces of a target: by linear programming."""
    goal = np.zeros(len(value))
    goal[list(target)] = 1
    rows = [np.isin(np.arange(len(value)), list(pieces)).astype(float) for pieces in known]
    equal = {"A_eq": np.array(rows), "b_eq": np.array(rows) @ value} if rows else {}
    low = linprog(goal, bounds=(0, None), **equal)
    high = linprog(-goal, bounds=(0, None), **equal)
    return np.inf if high.status == 3 else -high.fun - low.fun


def find_given_away(value: np.ndarray, told: Areas | list[frozenset[int]], new: list[frozenset[int]]) -> list[int]:
    """Pieces of fewer than ten people that what is told now gives away, and what was told before did not."""
    small = np.flatnonzero((value > 0) & (value < SMALL))
    narrow = [int(piece) for piece in small if width(value, [*told, *new], [piece]) < SMALL - 1e-6]
    return [piece for piece in narrow if width(value, told, [piece]) >= SMALL - 1e-6]


def show_safely(value: np.ndarray, levels: Areas) -> list[frozenset[int]]:
    """What a plan by itself may tell: small areas hidden, and others that would give them away."""
    nodes, parent = [], []
    for at, areas in enumerate(levels):
        for area in areas:
            above = [node for node, other in enumerate(nodes) if at and other in levels[at - 1] and area <= other]
            parent.append(above[-1] if above else ROOT)
            nodes.append(area)
    counts = np.array([value[list(area)].sum() for area in nodes])
    hidden = find_hidden(counts, np.array(parent))
    return list(dict.fromkeys(area for area, secret in zip(nodes, hidden, strict=True) if not secret))


def tell(value: np.ndarray, told: list[frozenset[int]], levels: Areas) -> list[frozenset[int]]:
    """What a plan tells after others were told."""
    by_itself = show_safely(value, levels)
    sums = [
        Sum(area, shown=area in by_itself, told=area in told) for area in {*told, *(a for b in levels for a in b)}
    ]
    kept = find_kept_back(value, sums)
    return [one.pieces for one, secret in zip(sums, kept, strict=True) if one.shown and not secret]


def cut(pieces: list[int], labels: list[int]) -> list[frozenset[int]]:
    """Put pieces of one label into one area."""
    return [
        frozenset(piece for piece, own in zip(pieces, labels, strict=True) if own == label)
        for label in sorted(set(labels))
    ]


@st.composite
def towns(draw: st.DrawFn) -> tuple[np.ndarray, list[Areas]]:
    """Pieces with few and many people, and up to three plans of clusters in sections in two communities."""
    count = draw(st.integers(4, 12))
    value = np.array(
        draw(st.lists(st.sampled_from([0, 1, 3, 7, 9, 10, 12, 25, 40, 90]), min_size=count, max_size=count))
    )
    pieces, half = list(range(count)), count // 2
    communities = [frozenset(pieces[:half]), frozenset(pieces[half:])]
    plans = []
    for _ in range(draw(st.integers(2, 3))):
        clusters = []
        sections = []
        for community in communities:
            inside = sorted(community)
            own = cut(inside, draw(st.lists(st.integers(0, 3), min_size=len(inside), max_size=len(inside))))
            clusters += own
            sections += [frozenset().union(*own[at : at + 2]) for at in range(0, len(own), 2)]
        plans.append([[frozenset(pieces)], communities, sections, clusters])
    return value, plans


@given(towns())
@settings(max_examples=few(80), deadline=None)
def test_nothing_small_comes_out_of_plans_told_one_after_the_other(town: tuple[np.ndarray, list[Areas]]) -> None:
    value, plans = town
    told: list[frozenset[int]] = []
    for levels in plans:
        new = tell(value, told, levels)
        assert not find_given_away(value, told, new)
        small_areas = [area for one in levels for area in one if 0 < value[list(area)].sum() < SMALL]
        for area in small_areas:
            assert area not in new
            if width(value, told, area) >= SMALL - 1e-6:
                assert width(value, [*told, *new], area) >= SMALL - 1e-6
        told = list(dict.fromkeys([*told, *new]))


@given(towns())
@settings(max_examples=few(30), deadline=None)
def test_a_plan_that_is_the_same_loses_nothing(town: tuple[np.ndarray, list[Areas]]) -> None:
    value, (levels, *_) = town
    first = tell(value, [], levels)
    assert set(tell(value, first, levels)) == set(first)


A_FEW_HOMES = np.array([113, 7, 104, 96, 88, 140])
"""Clusters of before: 0 and 1, 2, 3, 4, 5. The homes of piece 1 then went over to the cluster of piece 2."""
BEFORE: Areas = [[frozenset(range(6))], [frozenset({0, 1, 2}), frozenset({3, 4, 5})]]
BEFORE += [[frozenset({0, 1}), frozenset({2}), frozenset({3}), frozenset({4}), frozenset({5})]]
AFTER: Areas = [*BEFORE[:2], [frozenset({0}), frozenset({1, 2}), *BEFORE[2][2:]]]


def test_each_plan_by_itself_is_not_enough() -> None:
    told, new = show_safely(A_FEW_HOMES, BEFORE), show_safely(A_FEW_HOMES, AFTER)
    assert find_given_away(A_FEW_HOMES, told, new) == [1], "120 less 113 are 7"


def test_a_few_homes_that_moved_cost_the_two_clusters_only() -> None:
    told = show_safely(A_FEW_HOMES, BEFORE)
    new = tell(A_FEW_HOMES, told, AFTER)
    assert not find_given_away(A_FEW_HOMES, told, new)
    assert {area for level in AFTER for area in level} - set(new) == {frozenset({0}), frozenset({1, 2})}


def test_many_homes_that_moved_cost_nothing() -> None:
    value = A_FEW_HOMES.copy()
    value[1] = 17
    assert set(tell(value, show_safely(value, BEFORE), AFTER)) == {area for level in AFTER for area in level}


def test_small_pieces_of_two_plans_ago_are_remembered() -> None:
    told = show_safely(A_FEW_HOMES, BEFORE)
    between = [*BEFORE[:2], [frozenset({0, 1, 2}), *BEFORE[2][2:]]]
    told += tell(A_FEW_HOMES, told, between)
    new = tell(A_FEW_HOMES, told, AFTER)
    assert not find_given_away(A_FEW_HOMES, told, new) and frozenset({0}) not in new


def test_what_was_told_already_is_no_reason_to_hide_more() -> None:
    value = np.array([4, 60, 70])
    told = [frozenset({0, 1}), frozenset({1})]
    sums = [*(Sum(area, told=True) for area in told), Sum(frozenset({2})), Sum(frozenset({0, 1, 2}))]
    assert not find_kept_back(value, sums).any()


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_sums_does_not_matter(seed: int) -> None:
    told = show_safely(A_FEW_HOMES, BEFORE)
    sums = [Sum(area, told=area in told) for area in {*told, *(a for level in AFTER for a in level)}]
    expected = {one.pieces for one, kept in zip(sums, find_kept_back(A_FEW_HOMES, sums), strict=True) if kept}
    order = np.random.default_rng(seed).permutation(len(sums))
    mixed = [sums[at] for at in order]
    kept = find_kept_back(A_FEW_HOMES, mixed)
    assert {one.pieces for one, secret in zip(mixed, kept, strict=True) if secret} == expected
