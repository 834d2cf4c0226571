"""Divisions beside all that there are: on a small graph none is cheaper, and an exact step makes none dearer."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import combinations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gridgov.core.division import AtomGraph, DivisionRules, divide_graph, division_cost
from gridgov.core.division.arrays import make_costs, size_costs
from gridgov.core.division.efforts import EFFORTS
from gridgov.core.division.exact import Patch, list_sets, make_patch
from gridgov.core.division.problem import Problem, make_problem
from gridgov.core.division.search import search_labels

from .graph_maker import make_test_graph, neighbours_of, pieces_of, random_graph

FAST = settings(max_examples=40, deadline=None)
SEEDS = st.integers(0, 10_000)


@FAST
@given(SEEDS)
def test_small_graphs_are_divided_in_the_best_way_there_is(seed: int) -> None:
    """The search must reach the least cost of all connected divisions: sizes, shapes, distances and main roads."""
    graph = _small_graph(seed)
    labels = divide_graph(graph, seed=seed)
    assert division_cost(graph, labels) == pytest.approx(_least_cost(graph), abs=1e-4)


@settings(max_examples=6, deadline=None)
@given(SEEDS)
def test_a_tower_and_some_houses_are_divided_in_the_best_way_there_is(seed: int) -> None:
    """Of all divisions, those that cut the tower anywhere included, none may be cheaper."""
    rng = np.random.default_rng(seed)
    count = int(rng.integers(2, 5))
    xy = np.vstack([[50.0, 50.0], rng.uniform(0, 100, (count, 2))])
    pairs = np.array([(a, b) for a in range(count + 1) for b in range(a) if a - b == 1 or rng.random() < 0.5])
    cell = np.concatenate([np.zeros(4, np.int64), np.arange(1, count + 1)])
    size = np.concatenate([np.full(4, rng.integers(13, 26)), rng.choice([12, 19, 26, 34, 47], count)])
    graph = make_test_graph(cell, size, xy, pairs, length=rng.uniform(1, 10, len(pairs)))
    labels = divide_graph(graph, seed=seed)
    best = min(division_cost(graph, other) for other in _divisions(graph))
    assert division_cost(graph, labels) == pytest.approx(best, abs=1e-4)


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_a_tower_of_uneven_floors_is_cut_at_the_best_floors(seed: int) -> None:
    """Of all cuts in as many pieces, with the house beside it in any of these or alone as it is, none is cheaper.

    Where no cut fits the sizes a group may hold two pieces; such towers are not looked at.
    """
    rng = np.random.default_rng(seed)
    floors = int(rng.integers(7, 12))
    size = np.append(rng.integers(6, 24, floors), rng.choice([0, 12, 30]))
    cell = np.append(np.zeros(floors, np.int64), 1)
    graph = make_test_graph(cell, size, np.array([[0.0, 0.0], [30.0, 0.0]]), np.array([[0, 1]]))
    labels = divide_graph(graph, seed=seed)
    pieces = len(np.unique(labels[:-1]))
    assume(np.count_nonzero(np.diff(labels[:-1])) == pieces - 1)
    homes = range(pieces) if labels[-1] in labels[:-1] else [pieces]
    cuts = (np.isin(np.arange(floors), cut).cumsum() for cut in combinations(range(1, floors), pieces - 1))
    best = min(division_cost(graph, np.append(cut, home)) for cut in cuts for home in homes)
    assert division_cost(graph, labels) == pytest.approx(best, abs=1e-6)


@FAST
@given(SEEDS)
def test_an_exact_division_is_never_dearer_than_the_one_before(seed: int) -> None:
    """Also where it is too large to be divided exactly as a whole, and where patches are."""
    graph = random_graph(seed, 90, sizes=(0, 3, 8, 15, 34, 39, 48))
    with_patches, without = (
        search_labels(_problem(graph), DivisionRules(), effort, seed)
        for effort in (_STILL, _STILL._replace(whole_sets=1, patch_sets=1, patch_sweeps=0))
    )
    before, after = (division_cost(graph, _in_order(graph, labels)) for labels in (without, with_patches))
    assert after <= before + 1e-6


_STILL = EFFORTS["default"]._replace(loops=0, small_loops=0, last_loops=0)
"""An annealing, then nothing but exact divisions."""


def _problem(graph: AtomGraph) -> Problem:
    return make_problem(graph, DivisionRules().max, None, None)


def _in_order(graph: AtomGraph, labels: np.ndarray) -> np.ndarray:
    return labels[_problem(graph).atom_of]


def _small_graph(seed: int) -> AtomGraph:
    """At most ten atoms, so that all sets of them can be looked at."""
    rng = np.random.default_rng(seed)
    count = int(rng.integers(3, 11))
    xy = rng.uniform(0, 100, (count, 2))
    edges = neighbours_of(xy)
    edges = edges[rng.random(len(edges)) > rng.choice([0.0, 0.3])]
    kind, length = rng.choice([0, 0, 1, 2], len(edges)), rng.uniform(1, 10, len(edges))
    size = rng.choice([9, 12, 21, 28, 34, 39, 47], count)
    return make_test_graph(np.arange(count), size, xy, edges, kind=kind, length=length)


def _least_cost(graph: AtomGraph) -> float:
    """Least cost over all partitions in connected sets of at most the largest size, by sets of atoms."""
    count = graph.atom_count
    beside = [0] * count
    for a, b in zip(graph.edge_left.tolist(), graph.edge_right.tolist(), strict=True):
        beside[a] |= 1 << b
        beside[b] |= 1 << a

    def connected(group: int) -> bool:
        seen = group & -group
        while True:
            grown = seen
            for i in range(count):
                if seen >> i & 1:
                    grown |= beside[i] & group
            if grown == seen:
                return seen == group
            seen = grown

    good = [s for s in range(1, 1 << count) if _weight(graph, s) <= 65 and connected(s)]
    costs = {s: _cost_of_set(graph, _bits(s)) for s in good}

    @cache
    def best(rest: int) -> float:
        if not rest:
            return 0.0
        first, least = rest & -rest, np.inf
        group = rest
        while group:
            if group & first and group in costs:
                least = min(least, costs[group] + best(rest & ~group))
            group = (group - 1) & rest
        return float(least)

    return best((1 << count) - 1)


def _cost_of_set(graph: AtomGraph, atoms: list[int]) -> float:
    """Cost of one group, from the graph of its atoms alone."""
    inside = np.isin(graph.edge_left, atoms) & np.isin(graph.edge_right, atoms)
    spot = np.full(graph.cell_count, -1)
    spot[atoms] = np.arange(len(atoms))
    part = AtomGraph(
        size=graph.size[atoms],
        x=graph.x[atoms],
        y=graph.y[atoms],
        cell=np.arange(len(atoms)),
        cell_area_m2=graph.cell_area_m2[atoms],
        cell_perimeter_m=graph.cell_perimeter_m[atoms],
        edge_left=spot[graph.edge_left[inside]],
        edge_right=spot[graph.edge_right[inside]],
        edge_length_m=graph.edge_length_m[inside],
        edge_kind=graph.edge_kind[inside],
    )
    return division_cost(part, np.zeros(len(atoms), np.int64))


def _divisions(graph: AtomGraph) -> Iterator[np.ndarray]:
    """All divisions in connected groups of at most the largest size."""
    labels = np.zeros(graph.atom_count, np.int64)
    allowed = cache(lambda group: _weight(graph, group) <= 65 and pieces_of(graph, _cells_of(graph, group)) == 1)

    def place(atom: int, groups: list[int]) -> Iterator[np.ndarray]:
        if atom == graph.atom_count:
            if all(allowed(group) for group in groups):
                yield labels
            return
        for k in range(len(groups) + 1):
            labels[atom] = k
            before = groups[k] if k < len(groups) else 0
            yield from place(atom + 1, [*groups[:k], before | 1 << atom, *groups[k + 1 :]])

    return place(0, [])


def _cells_of(graph: AtomGraph, group: int) -> np.ndarray:
    return np.unique(graph.cell[_bits(group)])


def _weight(graph: AtomGraph, group: int) -> int:
    return int(graph.size[_bits(group)].sum())


def _bits(group: int) -> list[int]:
    return [i for i in range(group.bit_length()) if group >> i & 1]


@pytest.mark.parametrize(("room", "kept"), [(40_000, True), (4000, False)])
def test_a_list_of_sets_that_will_not_fit_is_given_up_early(room: int, kept: bool) -> None:
    """Six by six houses of 9: either every set is listed, or no more than a fourth of the room is filled."""
    patch = _houses(6, room)
    found = list_sets(patch, 36, make_costs(DivisionRules()), size_costs(DivisionRules()), 9, room, 8 * room)
    listed = patch.sets["members"]
    if kept:
        assert found == len(set(listed[listed > 0].tolist()))
    else:
        assert found == -1
        assert np.count_nonzero(listed) <= room // 4


def _houses(side: int, room: int) -> Patch:
    patch = make_patch(side * side, room)
    for i in range(side * side):
        near = [j for j in range(side * side) if abs(i % side - j % side) + abs(i // side - j // side) == 1]
        bits = np.uint64(sum(1 << j for j in near))
        patch.places[i] = (bits, bits, i, 9, 0, 1, 0, 0, 1, i % side, i // side, 1.0, 4.0)
        patch.border[i, near] = 1.0
    return patch
