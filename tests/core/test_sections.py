"""Sections: whole, connected, of two or three clusters, and close to the best there is."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
import scipy.sparse as sp
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse.csgraph import connected_components

from gridgov.core.sections import SectionRules, explain_sections, make_cluster_graph, make_sections
from gridgov.core.sections.candidates import measure_unions
from gridgov.errors import InputError

FAST = settings(max_examples=60, deadline=None)


def grid(width: int, height: int) -> tuple[np.ndarray, np.ndarray]:
    at = np.arange(width * height).reshape(height, width)
    return np.r_[at[:, :-1].ravel(), at[:-1].ravel()], np.r_[at[:, 1:].ravel(), at[1:].ravel()]


def squares(
    count: int,
    left: np.ndarray,
    right: np.ndarray,
    rules: SectionRules | None = None,
    kind: object = None,
    **way: object,
) -> np.ndarray:
    """Sections of squares of 10 m with 50 households, each a cluster of one cell."""
    cells, borders = np.arange(count), np.full(len(left), 10.0)
    graph = make_cluster_graph(
        cells, [50] * count, cells, [100.0] * count, [40.0] * count, left, right, borders, kind
    )
    return make_sections(graph, rules, **way)


def pieces(section: np.ndarray, left: np.ndarray, right: np.ndarray) -> int:
    keep = section[left] == section[right]
    matrix = sp.coo_matrix((np.ones(keep.sum()), (left[keep], right[keep])), (len(section),) * 2)
    return int(connected_components(matrix, directed=False)[0])


@st.composite
def graphs(draw: st.DrawFn) -> tuple[int, np.ndarray, np.ndarray]:
    count = draw(st.integers(1, 24))
    pairs = list(combinations(range(count), 2))
    chosen = draw(st.lists(st.sampled_from(pairs), max_size=40, unique=True)) if pairs else []
    edges = np.array(chosen, np.int64).reshape(-1, 2)
    return count, edges[:, 0], edges[:, 1]


@FAST
@given(graphs(), st.integers(0, 3))
def test_sections_are_connected_and_cover_everything(graph: tuple, seed: int) -> None:
    count, left, right = graph
    section = squares(count, left, right, seed=seed)
    assert section.shape == (count,) and section.min() == 0
    assert pieces(section, left, right) == section.max() + 1
    sizes = np.bincount(section)
    odd = explain_sections(section, [50] * count, left, right)
    assert sorted(odd.section) == np.flatnonzero((sizes < 2) | (sizes > 3)).tolist()
    assert sizes.max() <= 4


@FAST
@given(st.integers(1, 9), st.integers(1, 9), st.integers(0, 5))
def test_every_section_of_a_grid_has_two_or_three(width: int, height: int, seed: int) -> None:
    count = width * height
    section = squares(count, *grid(width, height), seed=seed)
    sizes = np.bincount(section)
    assert count == 1 or ((sizes >= 2) & (sizes <= 3)).all()
    assert abs(len(sizes) - np.clip(count / 2.356, count / 3, max(count // 2, 1))) <= 1


def best_by_force(count: int, left: np.ndarray, right: np.ndarray) -> float:
    """Greatest mean roundness of any partition into connected pairs and triples with the same count of sections."""
    edges = set(zip(left.tolist(), right.tolist(), strict=True))

    def roundness(group: tuple[int, ...]) -> float | None:
        links = sum(pair in edges for pair in combinations(group, 2))
        around = 40 * len(group) - 20 * links
        return 4 * np.pi * 100 * len(group) / around**2 if links >= len(group) - 1 else None

    def rest(free: tuple[int, ...], sections: int) -> float:
        if not free or not sections:
            return 0.0 if not free and not sections else -np.inf
        best = -np.inf
        for k in (1, 2):
            for others in combinations(free[1:], k):
                value = roundness((free[0], *others))
                if value is not None:
                    left_over = tuple(v for v in free[1:] if v not in others)
                    best = max(best, value + rest(left_over, sections - 1))
        return best

    return rest(tuple(range(count)), round(count / 2.356))


@pytest.mark.parametrize(("width", "height"), [(3, 3), (5, 2), (4, 2)])
def test_small_components_are_solved_exactly(width: int, height: int) -> None:
    left, right = grid(width, height)
    section = squares(width * height, left, right)
    links = (section[left] == section[right]).astype(float)
    sizes = np.bincount(section)
    inner = np.bincount(section[left], links, len(sizes))
    found = (4 * np.pi * 100 * sizes / (40 * sizes - 20 * inner) ** 2).sum()
    assert found == pytest.approx(best_by_force(width * height, left, right))


def test_a_large_district_keeps_the_count_and_one_component_never_changes_another() -> None:
    left, right = grid(40, 30)
    both = squares(1500, np.r_[left, left[left < 260] + 1200], np.r_[right, right[left < 260] + 1200])
    alone = squares(1200, left, right)
    assert abs(alone.max() + 1 - 1200 / 2.356) <= 0.01 * 1200 / 2.356
    assert (both[:1200] == alone).all()


def test_a_main_road_is_crossed_only_when_it_must_be() -> None:
    left, right = grid(4, 1)
    crossing = squares(4, left, right, kind=[0, 2, 0])
    assert crossing.tolist() == [0, 0, 1, 1]
    assert squares(2, np.array([0]), np.array([1]), kind=[2]).tolist() == [0, 0]


def test_rays_of_a_star_are_named() -> None:
    section = squares(5, np.zeros(4, int), np.arange(1, 5))
    table = explain_sections(section, [50] * 5, [0] * 4, [1, 2, 3, 4])
    assert sorted(table.clusters) == [1, 4]
    assert set(table.reason) == {"no-partner", "leftover-joined"}


def test_clusters_without_households_stay_out() -> None:
    graph = make_cluster_graph(
        range(4), [50, 0, 50, 50], range(4), [100.0] * 4, [40.0] * 4, [0, 1, 0, 2], [1, 2, 2, 3], [10.0] * 4
    )
    section = make_sections(graph)
    assert section.tolist() == [0, 1, 0, 0]


def test_earlier_sections_are_kept() -> None:
    left, right = grid(12, 8)
    first = squares(96, left, right)
    again = squares(96, left, right, previous=first, seed=9)
    assert (again == first).all()
    assert pieces(squares(96, left, right, start=first, seed=9), left, right) == first.max() + 1
    fresh = first.copy()
    fresh[first == first[40]] = -1
    mended = squares(96, left, right, previous=fresh, seed=9)
    same = {tuple(np.flatnonzero(first == s)) for s in range(first.max() + 1)}
    now = {tuple(np.flatnonzero(mended == s)) for s in range(mended.max() + 1)}
    assert len(same - now) <= 2


def test_stacked_clusters_share_their_footprint() -> None:
    # a tower with three clusters above one another, beside a low cluster of two cells
    graph = make_cluster_graph(
        [0, 1, 2, 3, 3], [50, 50, 50, 20, 30], [0, 0, 0, 1, 2], [100.0] * 3, [40.0] * 3, [0, 1], [1, 2], [10.0, 10.0]
    )
    at = {pair: k for k, pair in enumerate(zip(graph.left.tolist(), graph.right.tolist(), strict=True))}
    assert graph.area_m2[3] == 200 and graph.perimeter_m[3] == 60
    assert graph.overlap_m2[at[0, 1]] == 100 and graph.length_m[at[0, 1]] == 20
    assert graph.length_m[at[1, 3]] == 10
    section = make_sections(graph)
    assert sorted(np.bincount(section).tolist()) == [2, 2]


@pytest.mark.parametrize("members", [(0, 1, 2), (0, 1, 3), (0, 2, 3), (1, 3, 4)])
def test_three_clusters_are_measured_as_their_union(members: tuple[int, int, int]) -> None:
    # squares of 10 m in a row; clusters 0 and 1 stand on the first, 1 and 2 on the second, 3 and 4 on the others
    cell = np.array([0, 0, 1, 1, 2, 3])
    graph = make_cluster_graph(
        [0, 1, 1, 2, 3, 4], [50] * 6, cell, [100.0] * 4, [40.0] * 4, [0, 1, 2], [1, 2, 3], [10.0] * 3
    )
    under = {0: {0}, 1: {0, 1}, 2: {1}, 3: {2}, 4: {3}}
    ground = sorted(set().union(*(under[one] for one in members)))
    united = shapely.union_all([shapely.box(10 * k, 0, 10 * k + 10, 10) for k in ground])
    (found,) = measure_unions(np.array([members]), *graph.cells)
    assert found.tolist() == [united.area, united.length]


def test_limits_that_make_no_sense_are_refused() -> None:
    with pytest.raises(InputError, match="minimum"):
        SectionRules(minimum=3, maximum=2)


def test_nothing_in_nothing_out() -> None:
    assert squares(0, np.zeros(0, int), np.zeros(0, int)).tolist() == []


def test_towers_of_hundreds_of_clusters_do_not_fill_the_memory() -> None:
    tall, towers = 400, 3
    cluster = np.arange(tall * towers)
    cell = np.repeat(np.arange(towers), tall)
    graph = make_cluster_graph(
        cluster, [50] * len(cluster), cell, [400.0] * towers, [80.0] * towers, [0, 1], [1, 2], [20.0, 20.0]
    )
    assert len(graph.left) < 20 * len(cluster)
    section = make_sections(graph)
    assert set(np.bincount(section)) <= {2, 3}
    assert pieces(section, graph.left, graph.right) == len(np.unique(section))
