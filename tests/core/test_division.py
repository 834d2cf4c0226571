"""The division: every atom in one connected group, sizes held where the graph lets them, same seed same groups."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridgov.core.division import AtomGraph, DivisionRules, divide_graph, make_graph, make_rules
from gridgov.core.division.floors import fewest_outside
from gridgov.errors import InputError

from .graph_maker import line, make_test_graph, pieces_of, random_graph, sizes_of

FAST = settings(max_examples=40, deadline=None)
SEEDS = st.integers(0, 10_000)


def assert_valid(graph: AtomGraph, labels: np.ndarray, most: int = 65) -> None:
    assert labels.shape == (graph.atom_count,)
    assert set(labels.tolist()) == set(range(labels.max(initial=-1) + 1))
    largest = np.zeros(labels.max(initial=-1) + 1, np.int64)
    np.maximum.at(largest, labels, graph.size)
    size = sizes_of(graph, labels)
    assert ((size <= most) | (size == largest)).all()
    for group in range(labels.max(initial=-1) + 1):
        assert pieces_of(graph, np.unique(graph.cell[labels == group])) == 1


@FAST
@given(SEEDS)
def test_groups_are_connected_and_none_is_too_large(seed: int) -> None:
    graph = random_graph(seed)
    labels = divide_graph(graph, seed=seed)
    assert_valid(graph, labels)
    assert (labels == divide_graph(graph, seed=seed)).all()


@FAST
@given(SEEDS)
def test_a_component_is_divided_alike_whatever_lies_beside_it(seed: int) -> None:
    one, other = random_graph(seed, 30), random_graph(seed + 1, 30)
    both = AtomGraph(
        *(np.concatenate([getattr(one, n), getattr(other, n)]) for n in ("size", "x", "y")),
        cell=np.concatenate([one.cell, other.cell + one.cell_count]),
        **{n: np.concatenate([getattr(one, n), getattr(other, n)]) for n in ("cell_area_m2", "cell_perimeter_m")},
        edge_left=np.concatenate([one.edge_left, other.edge_left + one.cell_count]),
        edge_right=np.concatenate([one.edge_right, other.edge_right + one.cell_count]),
        **{n: np.concatenate([getattr(one, n), getattr(other, n)]) for n in ("edge_length_m", "edge_kind")},
    )
    together = divide_graph(both, seed=3)
    alone = divide_graph(other, seed=3)
    part = together[one.atom_count :]
    assert len({*zip(part.tolist(), alone.tolist(), strict=True)}) == alone.max() + 1 == len(set(part.tolist()))


@FAST
@given(SEEDS)
def test_locked_groups_stay_and_the_rest_is_divided(seed: int) -> None:
    graph = random_graph(seed)
    before = divide_graph(graph, seed=1)
    locked = np.where(before % 3 == 0, before, -1)
    after = divide_graph(graph, seed=2, locked=locked)
    assert (after[locked >= 0] == locked[locked >= 0]).all()
    free = locked < 0
    assert (after[free] > locked.max()).all()
    for group in np.unique(after[free]):
        assert pieces_of(graph, np.unique(graph.cell[after == group])) == 1


@FAST
@given(SEEDS)
def test_compounds_stay_together_or_among_themselves(seed: int) -> None:
    graph = random_graph(seed)
    right = (graph.x > 150).astype(int)
    keep = np.where(graph.y < 150, right, -1)
    labels = divide_graph(graph, seed=seed, keep=keep)
    assert_valid(graph, labels)
    for compound in (0, 1):
        inside = keep == compound
        pieces = pieces_of(graph, np.unique(graph.cell[inside])) if inside.any() else 0
        if graph.size[inside].sum() <= 65:
            assert len(np.unique(labels[inside])) <= pieces
        else:
            assert not set(labels[inside]) & set(labels[~inside])


@FAST
@given(SEEDS, st.integers(1, 25))
def test_a_number_of_groups_is_reached(seed: int, count: int) -> None:
    graph = random_graph(seed)
    labels = divide_graph(graph, seed=seed, count=count)
    assert_valid(graph, labels, most=10**9)
    parts = pieces_of(graph, np.arange(graph.cell_count))
    assert labels.max() + 1 == min(max(count, parts), graph.atom_count)


def test_even_houses_make_even_groups() -> None:
    side = 30
    at = np.arange(side * side).reshape(side, side)
    edges = np.r_[np.c_[at[:, :-1].ravel(), at[:, 1:].ravel()], np.c_[at[:-1].ravel(), at[1:].ravel()]]
    xy = np.column_stack([np.repeat(np.arange(side), side), np.tile(np.arange(side), side)]) * 10.0
    graph = make_test_graph(np.arange(side * side), np.full(side * side, 5), xy, edges)
    size = sizes_of(graph, divide_graph(graph))
    assert ((size >= 45) & (size <= 55)).all()
    assert abs(len(size) - 90) <= 6


def test_houses_far_apart_still_make_even_groups() -> None:
    """Where houses lie 300 m apart, a shorter way must not be bought with groups of odd sizes."""
    rng = np.random.default_rng(3)
    side, gap_m = 20, 300.0
    at = np.arange(side * side).reshape(side, side)
    edges = np.r_[np.c_[at[:, :-1].ravel(), at[:, 1:].ravel()], np.c_[at[:-1].ravel(), at[1:].ravel()]]
    xy = np.column_stack([np.repeat(np.arange(side), side), np.tile(np.arange(side), side)]) * gap_m
    xy += rng.normal(0, gap_m / 5, xy.shape)
    graph = make_test_graph(
        at.ravel(), rng.integers(1, 16, side * side), xy, edges, length=np.full(len(edges), gap_m)
    )
    graph = replace(graph, cell_area_m2=np.full(side * side, gap_m**2))
    size = sizes_of(graph, divide_graph(graph))
    assert ((size >= 45) & (size <= 55)).mean() > 0.98


def test_a_tower_is_divided_in_bands_of_consecutive_storeys() -> None:
    graph = make_test_graph(np.zeros(60, int), np.full(60, 5), np.zeros((1, 2)), np.zeros((0, 2), int))
    graph = replace(graph, cell_perimeter_m=np.array([40.0]))
    labels = divide_graph(graph)
    assert (np.diff(labels) >= 0).all()
    size = sizes_of(graph, labels)
    assert len(size) == 6
    assert ((size >= 45) & (size <= 55)).all()


def test_no_group_is_joined_across_a_main_road_without_need() -> None:
    graph = replace(line(50, 50), edge_kind=np.array([2], np.int8))
    assert len(set(divide_graph(graph).tolist())) == 2
    needy = replace(line(25, 25), edge_kind=np.array([2], np.int8))
    assert len(set(divide_graph(needy).tolist())) == 1


@pytest.mark.parametrize(
    ("graph", "sizes"),
    [
        (line(12), [12]),
        (line(68), [68]),
        (line(0), [0]),
        (line(0, 0, 0, 0), [0]),
        (line(0, 500, 0), [500]),
        (line(39, 39, 39), [39, 39, 39]),
        (line(32, 0, 33), [65]),
        (line(20, 30, 50, 25, 25), [50, 50, 50]),
    ],
)
def test_small_cases(graph: AtomGraph, sizes: list[int]) -> None:
    labels = divide_graph(graph)
    assert_valid(graph, labels)
    assert sorted(sizes_of(graph, labels).tolist()) == sorted(sizes)


def test_a_star_of_houses_around_an_empty_square() -> None:
    edges = np.column_stack([np.zeros(40, int), np.arange(1, 41)])
    angle = np.linspace(0, 6.28, 41)
    xy = np.column_stack([np.cos(angle), np.sin(angle)]) * 50
    graph = make_test_graph(np.arange(41), np.r_[0, np.full(40, 5)], xy, edges)
    assert_valid(graph, divide_graph(graph))


def test_a_dormitory_of_five_thousand_with_a_few_houses_beside_it() -> None:
    storeys = np.zeros(500, int)
    cell = np.r_[storeys, 1, 2, 3]
    graph = make_test_graph(
        cell, np.r_[np.full(500, 10), 4, 3, 0], np.zeros((4, 2)), np.array([[0, 1], [1, 2], [0, 3]])
    )
    labels = divide_graph(graph)
    assert_valid(graph, labels)
    size = sizes_of(graph, labels)
    assert ((size >= 35) & (size <= 65)).all()
    assert ((size >= 45) & (size <= 55)).mean() > 0.9


def test_nothing_to_divide() -> None:
    empty = make_test_graph(np.zeros(0, int), np.zeros(0), np.zeros((0, 2)), np.zeros((0, 2), int))
    assert divide_graph(empty).shape == (0,)
    graph = line(30, 20)
    assert divide_graph(graph, locked=np.array([4, 2])).tolist() == [4, 2]


def test_other_sizes_use_the_same_engine() -> None:
    graph = line(*[17] * 100)
    grids = sizes_of(graph, divide_graph(graph, make_rules(400, 300, 500)))
    assert ((grids >= 300) & (grids <= 500)).all()
    managers = sizes_of(graph, divide_graph(graph, make_rules(57)))
    assert (managers <= 74).all()


def test_progress_rises_to_one() -> None:
    seen: list[float] = []
    divide_graph(random_graph(5), progress=seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


@pytest.mark.parametrize("name", ["keep", "locked"])
def test_arguments_of_another_length_are_refused(name: str) -> None:
    with pytest.raises(InputError, match=name):
        divide_graph(line(1, 2, 3), **{name: np.array([0])})


def test_sizes_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(InputError, match="min <= preferred_low"):
        DivisionRules(min=60)


def test_atoms_on_unknown_cells_are_refused() -> None:
    cells = pd.DataFrame({"cell_id": ["a"], "area_m2": [1.0], "perimeter_m": [4.0], "x_m": [0.0], "y_m": [0.0]})
    edges = pd.DataFrame({"left": [], "right": [], "length_m": [], "kind": []})
    atoms = pd.DataFrame({"cell_id": ["a", "b"], "households": [1, 2]})
    with pytest.raises(InputError, match="not in the table of cells"):
        make_graph(cells, edges, atoms)
    assert make_graph(cells, edges, atoms[:1]).size.tolist() == [1]


@FAST
@given(st.integers(1, 3000))
def test_no_sizes_beat_the_floor(households: int) -> None:
    """The least count of bad sizes is what an even division has, or fewer; it is 0 where even sizes are good."""
    bad = fewest_outside(households, 35, 45, 55, 65)[households]
    good = any(45 * k <= households <= 55 * k for k in range(1, 70))
    assert (bad == 0) == good
    assert bad < 100 or households < 35 or 66 <= households <= 69
