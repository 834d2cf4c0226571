"""Borders smoothed for their sections: rounder, and nothing that held before is lost."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from gridgov.core.components import find_components
from gridgov.core.division import AtomGraph, DivisionRules, divide_graph
from gridgov.core.sections import Smoothing, make_cluster_graph, make_sections, smooth_borders

Ints = NDArray[np.int64]
CELL_M = 12.0


def make_lattice(columns: int, rows: int, seed: int, storeys: int = 1) -> AtomGraph:
    """Make square cells of 12 m with up to six households; some carry a stack of atoms."""
    rng = np.random.default_rng(seed)
    cell = np.arange(columns * rows)
    east, north = cell[cell % columns < columns - 1], cell[cell < columns * (rows - 1)]
    left, right = np.r_[east, north], np.r_[east + 1, north + columns]
    stack = np.where(rng.random(len(cell)) < 0.05, storeys, 1)
    of_atom = np.repeat(cell, stack)
    return AtomGraph(
        size=np.where(stack[of_atom] > 1, 12, rng.integers(0, 7, len(of_atom))).astype(np.int64),
        x=(of_atom % columns) * CELL_M,
        y=(of_atom // columns) * CELL_M,
        cell=of_atom,
        cell_area_m2=np.full(len(cell), CELL_M**2),
        cell_perimeter_m=np.full(len(cell), 4 * CELL_M),
        edge_left=left,
        edge_right=right,
        edge_length_m=np.full(len(left), CELL_M),
        edge_kind=np.zeros(len(left), np.int8),
    )


def join(graph: AtomGraph, cluster: Ints) -> Ints:
    section = make_sections(make_clusters(graph, cluster))
    return section[cluster]


def make_clusters(graph: AtomGraph, label: Ints):  # type: ignore[no-untyped-def]
    return make_cluster_graph(
        label, graph.size, graph.cell, graph.cell_area_m2, graph.cell_perimeter_m, graph.edge_left, graph.edge_right,
        graph.edge_length_m,
    )  # fmt: skip


def roundness(graph: AtomGraph, label: Ints) -> float:
    groups = make_clusters(graph, label)
    return float((4 * np.pi * groups.area_m2 / groups.perimeter_m**2).mean())


def pieces(graph: AtomGraph, label: Ints) -> int:
    """Count the connected pieces of all groups, over atoms of one cell and cells side by side."""
    pairs = np.unique(np.stack([label, graph.cell]), axis=1)
    place = {pair: k for k, pair in enumerate(map(tuple, pairs.T.tolist()))}
    links = [
        (place[g, a], place[g, b])
        for a, b in zip(graph.edge_left.tolist(), graph.edge_right.tolist(), strict=True)
        for g in np.unique(label[graph.cell == a]).tolist()
        if (g, b) in place
    ]
    left, right = np.array(links, np.int64).reshape(-1, 2).T
    return len(np.unique(find_components(len(place), left, right)))


@settings(max_examples=8, deadline=None)
@given(st.integers(8, 16), st.integers(8, 14), st.integers(0, 99), st.integers(1, 8))
def test_smoothing_keeps_what_held(columns: int, rows: int, seed: int, storeys: int) -> None:
    graph = make_lattice(columns, rows, seed, storeys)
    before = divide_graph(graph)
    cluster, section = smooth_borders(graph, before, lambda label: join(graph, label))
    assert len(np.unique(cluster)) == len(np.unique(before))
    assert pieces(graph, cluster) == len(np.unique(cluster))
    assert pieces(graph, section) == len(np.unique(section))
    sizes = [np.bincount(label, graph.size) for label in (before, cluster)]
    assert sizes[0].sum() == sizes[1].sum()
    assert sizes[1].max() <= max(DivisionRules().max, sizes[0].max())


def test_sections_get_rounder_at_no_cost_of_size() -> None:
    gains = []
    for seed in range(3, 7):
        graph = make_lattice(50, 40, seed)
        before = divide_graph(graph)
        cluster, section = smooth_borders(
            graph, before, lambda label, graph=graph: join(graph, label), smoothing=Smoothing(turns=3)
        )
        gains.append(roundness(graph, section) - roundness(graph, join(graph, before)))
        sizes = (np.bincount(c, graph.size) for c in (before, cluster))
        good = [((size >= 45) & (size <= 55)).mean() for size in sizes]
        assert good[1] >= good[0] - 0.01
    assert min(gains) > 0
    assert np.mean(gains) > 0.01


def test_one_part_does_not_touch_another() -> None:
    graph = make_lattice(30, 20, 5)
    middle = (graph.edge_left % 30 == 14) & (graph.edge_right % 30 == 15)
    cut = {name: getattr(graph, name)[~middle] for name in ("edge_left", "edge_right", "edge_length_m", "edge_kind")}
    apart = AtomGraph(**{**graph.__dict__, **cut})
    changed = AtomGraph(**{**apart.__dict__, "size": np.where(graph.cell % 30 >= 15, 3, graph.size)})
    west = graph.cell % 30 < 15
    found = [smooth_borders(g, divide_graph(g), lambda label, g=g: join(g, label))[0][west] for g in (apart, changed)]
    _, first = np.unique(found[0], return_inverse=True)
    _, second = np.unique(found[1], return_inverse=True)
    assert (first == second).all()


@pytest.mark.parametrize("compound", [20, 400])
def test_compounds_stay_together(compound: int) -> None:
    graph = make_lattice(30, 20, 7)
    keep = np.where(np.arange(600) < compound, 0, -1)
    before = divide_graph(graph, keep=keep)
    cluster, _ = smooth_borders(graph, before, lambda label: join(graph, label), keep=keep)
    inside = set(cluster[keep == 0].tolist())
    assert not inside & set(cluster[keep < 0].tolist()) or compound < 50
    assert len(inside) == 1 or compound > 50
