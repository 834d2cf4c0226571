"""Components found without scipy are those that scipy finds."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from gridgov.core.components import find_components

EDGES = st.integers(1, 40).flatmap(
    lambda n: st.tuples(st.just(n), st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=60))
)


@given(EDGES)
def test_same_as_scipy(graph: tuple[int, list[tuple[int, int]]]) -> None:
    count, edges = graph
    left, right = np.array(edges, np.int64).reshape(-1, 2).T
    _, known = connected_components(coo_array((np.ones(len(left)), (left, right)), (count, count)), directed=False)
    assert find_components(count, left, right).tolist() == known.tolist()


def test_long_path_backwards() -> None:
    node = np.random.default_rng(1).permutation(5000)
    found = find_components(5001, node[:-1], node[1:])
    assert np.bincount(found).tolist() == [5000, 1]


def test_nothing() -> None:
    assert find_components(0, [], []).tolist() == []
