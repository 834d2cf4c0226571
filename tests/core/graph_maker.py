"""Small graphs of atoms to divide, and what is asked of their groups."""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import Delaunay

from gridgov.core.division import AtomGraph


def make_test_graph(
    cell: np.ndarray, size: np.ndarray, xy: np.ndarray, edges: np.ndarray, **more: np.ndarray
) -> AtomGraph:
    """A graph of atoms on cells of 100 m2; `length` and `kind` of its edges are 10 m and 0 unless given."""
    length = more.get("length", np.full(len(edges), 10.0))
    around = np.bincount(edges.ravel(), np.repeat(length, 2), len(xy)) + 10.0
    return AtomGraph(
        size=np.asarray(size, np.int64),
        x=xy[cell, 0],
        y=xy[cell, 1],
        cell=np.asarray(cell, np.int64),
        cell_area_m2=np.full(len(xy), 100.0),
        cell_perimeter_m=around,
        edge_left=edges[:, 0].astype(np.int64),
        edge_right=edges[:, 1].astype(np.int64),
        edge_length_m=np.asarray(length, float),
        edge_kind=np.asarray(more.get("kind", np.zeros(len(edges))), np.int8),
    )


def random_graph(
    seed: int, most: int = 60, sizes: tuple[int, ...] = (0, 0, 3, 8, 15, 34, 39, 50, 68, 140)
) -> AtomGraph:
    """A planar graph with gaps, towers, main roads and indivisible giants."""
    rng = np.random.default_rng(seed)
    count = int(rng.integers(1, most + 1))
    xy = rng.uniform(0, 300, (count, 2))
    if count >= 4:
        edges = neighbours_of(xy)
        edges = edges[rng.random(len(edges)) > rng.choice([0.0, 0.2, 0.6])]
    else:
        edges = np.column_stack([np.arange(count - 1), np.arange(1, count)])
    storeys = np.where(rng.random(count) < 0.2, rng.integers(2, 30, count), 1)
    cell = np.repeat(np.arange(count), storeys)
    size = np.where(storeys[cell] > 1, rng.integers(0, 9, len(cell)), rng.choice(sizes, len(cell)))
    kind = rng.choice([0, 0, 0, 1, 2], len(edges))
    return make_test_graph(cell, size, xy, edges, kind=kind, length=rng.uniform(1, 10, len(edges)))


def neighbours_of(xy: np.ndarray) -> np.ndarray:
    """Pairs of points that are joined in a net of triangles."""
    sides = Delaunay(xy).simplices[:, [[0, 1], [1, 2], [0, 2]]].reshape(-1, 2)
    return np.unique(np.sort(sides, axis=1), axis=0)


def line(*sizes: int) -> AtomGraph:
    """A row of houses, 10 m from one to the next."""
    count = len(sizes)
    xy = np.column_stack([10.0 * np.arange(count), np.zeros(count)])
    edges = np.column_stack([np.arange(count - 1), np.arange(1, count)])
    return make_test_graph(np.arange(count), np.array(sizes), xy, edges)


def pieces_of(graph: AtomGraph, cells: np.ndarray) -> int:
    """Count the connected pieces of some cells."""
    spot = np.full(graph.cell_count, -1)
    spot[cells] = np.arange(len(cells))
    inner = (spot[graph.edge_left] >= 0) & (spot[graph.edge_right] >= 0)
    left, right = spot[graph.edge_left[inner]], spot[graph.edge_right[inner]]
    return int(connected_components(coo_matrix((np.ones(len(left)), (left, right)), (len(cells),) * 2))[0])


def sizes_of(graph: AtomGraph, labels: np.ndarray) -> np.ndarray:
    """Households of every group."""
    return np.bincount(labels, graph.size).astype(int)
