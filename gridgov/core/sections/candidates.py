"""Every possible section: all connected pairs and triples of clusters, each with its cost."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Candidates(NamedTuple):
    """Possible sections: members (padded with -1) and cost; and for each cluster the candidates that hold it."""

    members: Ints
    cost: Floats
    start: Ints
    of_cluster: Ints


@njit(cache=True)
def find_edge(start: Ints, other: Ints, a: int, b: int) -> int:
    """Position of neighbour `b` in the sorted list of `a`, or -1."""
    low, high = start[a], start[a + 1]
    while low < high:
        middle = (low + high) // 2
        if other[middle] < b:
            low = middle + 1
        else:
            high = middle
    return low if low < start[a + 1] and other[low] == b else -1


@njit(cache=True)
def list_triples(start: Ints, other: Ints) -> Ints:
    """List all connected triples once, as (middle, end, end); in a triangle the middle is the lowest."""
    count = 0
    out = np.empty((1024, 3), np.int64)
    for v in range(len(start) - 1):
        for i in range(start[v], start[v + 1]):
            for j in range(i + 1, start[v + 1]):
                a, b = other[i], other[j]
                if (a < v or b < v) and find_edge(start, other, a, b) >= 0:
                    continue
                if count == len(out):
                    grown = np.empty((2 * count, 3), np.int64)
                    grown[:count] = out
                    out = grown
                out[count, 0], out[count, 1], out[count, 2] = v, a, b
                count += 1
    return out[:count]


@njit(cache=True)
def shape_triples(
    triples: Ints, start: Ints, other: Ints, edge: Ints, length: Floats, soft: NDArray[np.bool_], shared: Floats
) -> Floats:
    """Sum over the links of each triple: border, shared area, shared perimeter, main roads to cross, stacks."""
    out = np.zeros((len(triples), 5))
    for t in range(len(triples)):
        links = 0
        free = 0
        least_area, least_around = np.inf, np.inf
        for p in range(3):
            a, b = triples[t, p], triples[t, (p + 1) % 3]
            k = find_edge(start, other, a, b)
            if k < 0:
                least_area, least_around = 0.0, 0.0
                continue
            e = edge[k]
            links += 1
            free += 0 if soft[e] else 1
            out[t, 0] += length[e]
            out[t, 1] += shared[e, 0]
            out[t, 4] += 1 if shared[e, 0] > 0 else 0
            least_area, least_around = min(least_area, shared[e, 0]), min(least_around, shared[e, 1])
        # what all three share was taken away three times, and must be only twice
        out[t, 1] -= least_area
        out[t, 2] = least_around
        out[t, 3] = max(0, 2 - free)
    return out


@njit(cache=True)
def measure_unions(
    triples: Ints,
    start: Ints,
    cell: Ints,
    area: Floats,
    perimeter: Floats,
    row: Ints,
    neighbour: Ints,
    length: Floats,
) -> Floats:
    """Area and perimeter of the union of three clusters, from their cells."""
    out = np.zeros((len(triples), 2))
    mark = np.full(len(area), -1, np.int64)
    for t in range(len(triples)):
        for p in range(3):
            for k in range(start[triples[t, p]], start[triples[t, p] + 1]):
                mark[cell[k]] = t
        for p in range(3):
            for k in range(start[triples[t, p]], start[triples[t, p] + 1]):
                c = cell[k]
                if mark[c] != t:
                    continue
                out[t, 0] += area[c]
                out[t, 1] += perimeter[c]
                for e in range(row[c], row[c + 1]):
                    # an inner border lies between a counted cell and one still marked: once for both sides
                    if mark[neighbour[e]] == t:
                        out[t, 1] -= 2 * length[e]
                mark[c] = -1
    return out


def index_candidates(members: Ints, cost: Floats, clusters: int) -> Candidates:
    """Make the list of candidates of every cluster.

    Parameters
    ----------
    members : numpy.ndarray of int, shape (candidates, 3)
        Clusters of each candidate, -1 where there are fewer.
    cost : numpy.ndarray of float
        Cost of each candidate.
    clusters : int
        Number of clusters.

    Returns
    -------
    Candidates
        Candidates, and for every cluster those it is in.
    """
    row, place = np.nonzero(members >= 0)
    cluster = members[row, place]
    order = np.argsort(cluster, kind="stable")
    start = np.r_[0, np.cumsum(np.bincount(cluster, minlength=clusters))]
    return Candidates(members, cost, start.astype(np.int64), row[order].astype(np.int64))
