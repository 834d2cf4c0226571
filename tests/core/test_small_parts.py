"""The small parts that the benchmark solves: a group costs there what it costs in the engine."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from benchmarks.division.bounds.smallpart import SmallPart
from benchmarks.division.problem import Part
from gridgov.core.division import divide_graph, division_cost

from .graph_maker import make_test_graph, neighbours_of


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_a_division_costs_the_same_in_the_benchmark_and_in_the_engine(seed: int) -> None:
    rng = np.random.default_rng(seed)
    count = int(rng.integers(4, 12))
    xy = rng.uniform(0, 400, (count, 2))
    edges = neighbours_of(xy)
    storeys = np.where(rng.random(count) < 0.2, rng.integers(2, 12, count), 1)
    cell = np.repeat(np.arange(count), storeys)
    size = np.where(storeys[cell] > 1, rng.integers(3, 9, len(cell)), rng.choice([0, 8, 19, 34, 47], len(cell)))
    kind, length = rng.choice([0, 0, 1, 2], len(edges)), rng.uniform(1, 10, len(edges))
    graph = make_test_graph(cell, size, xy, edges, kind=kind, length=length)
    labels = divide_graph(graph, seed=seed)
    part = SmallPart(graph, Part(np.arange(len(cell)), graph.size, xy[cell], csr_matrix((0, 0))))
    cost = float(part.price(part.own_groups(labels)).cost.sum()) + part.surplus(labels)
    assert cost == pytest.approx(division_cost(graph, labels), abs=1e-6)
