"""Chains: runs of edges between the same two faces, and making them straighter for both at once."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

FLAT_M = 0.02


@njit(cache=True)
def find_chains(start: Ints, end: Ints, left: Ints, right: Ints, fixed: Flags) -> tuple[Ints, Ints, Ints, Ints]:
    """Follow edges through nodes where exactly two meet.

    Parameters
    ----------
    start, end, left, right : ndarray of int
        Edges of a planar graph and their faces.
    fixed : ndarray of bool
        Nodes at which a chain ends in any case.

    Returns
    -------
    offsets : ndarray of int, shape (c + 1,)
        First node of each chain in `nodes`; a closed chain repeats its first node at the end.
    nodes : ndarray of int
        Nodes of the chains.
    left, right : ndarray of int, shape (c,)
        Faces on either side of each chain.
    """
    edges = len(start)
    incident = np.full((len(fixed), 2), -1, np.int64)
    degree = np.zeros(len(fixed), np.int64)
    for e in range(edges):
        for v in (start[e], end[e]):
            if degree[v] < 2:
                incident[v, degree[v]] = e
            degree[v] += 1
    seen = np.zeros(edges, np.bool_)
    offsets, nodes = np.zeros(edges + 1, np.int64), np.empty(2 * edges, np.int64)
    out_left, out_right = np.empty(edges, np.int64), np.empty(edges, np.int64)
    used, chains = 0, 0
    for loops in (False, True):
        for e in range(edges):
            if seen[e]:
                continue
            at, to = start[e], end[e]
            a, b = left[e], right[e]
            if not loops and degree[at] == 2 and not fixed[at]:
                if degree[to] == 2 and not fixed[to]:
                    continue
                at, to = to, at
                a, b = b, a
            out_left[chains], out_right[chains] = a, b
            nodes[used] = at
            used += 1
            edge, origin = e, at
            seen[edge] = True
            nodes[used] = to
            used += 1
            while degree[to] == 2 and not fixed[to] and to != origin:
                edge = incident[to, 1] if incident[to, 0] == edge else incident[to, 0]
                to = end[edge] if start[edge] == to else start[edge]
                seen[edge] = True
                nodes[used] = to
                used += 1
            chains += 1
            offsets[chains] = used
    return offsets[: chains + 1], nodes[:used], out_left[:chains], out_right[:chains]


@njit(cache=True)
def thin_chains(x: Floats, y: Floats, offsets: Ints, nodes: Ints, fixed: Flags, tolerance: Floats) -> Flags:
    """Mark the nodes of chains to keep: no dropped node lies further than the tolerance from the line left.

    Parameters
    ----------
    x, y : ndarray of float
        Nodes [m].
    offsets, nodes : ndarray of int
        Chains as returned by `find_chains`.
    fixed : ndarray of bool
        Nodes on a border: a chain between two of them keeps its farthest node, so that it encloses something.
    tolerance : ndarray of float
        Largest distance for each chain [m].

    Returns
    -------
    ndarray of bool
        For each entry of `nodes`.
    """
    keep = np.zeros(len(nodes), np.bool_)
    stack = np.empty((len(nodes) + 2, 2), np.int64)
    for c in range(len(offsets) - 1):
        low, high = offsets[c], offsets[c + 1] - 1
        keep[low], keep[high] = True, True
        top = 0
        if nodes[low] == nodes[high]:
            far = _farthest(x, y, nodes, low, high)[0]
            one, two = _farthest(x, y, nodes, low, far), _farthest(x, y, nodes, far, high)
            corner = one if one[1] > two[1] else two
            keep[far], keep[corner[0]] = True, True
            stack[0, 0], stack[0, 1], stack[1, 0], stack[1, 1] = low, far, far, high
            top = 2
        else:
            stack[0, 0], stack[0, 1] = low, high
            top = 1
        while top > 0:
            top -= 1
            a, b = stack[top, 0], stack[top, 1]
            if b - a < 2:
                continue
            far, distance = _farthest(x, y, nodes, a, b)
            bow = a == low and b == high and fixed[nodes[a]] and fixed[nodes[b]]
            if distance > (min(tolerance[c], FLAT_M) if bow else tolerance[c]):
                keep[far] = True
                stack[top, 0], stack[top, 1], stack[top + 1, 0], stack[top + 1, 1] = a, far, far, b
                top += 2
    return keep


@njit(cache=True)
def _farthest(x: Floats, y: Floats, nodes: Ints, a: int, b: int) -> tuple[int, float]:
    """The node between two entries that lies farthest from the straight line between them."""
    ax, ay = x[nodes[a]], y[nodes[a]]
    dx, dy = x[nodes[b]] - ax, y[nodes[b]] - ay
    square = dx * dx + dy * dy
    far, best = a, -1.0
    for i in range(a + 1, b):
        px, py = x[nodes[i]] - ax, y[nodes[i]] - ay
        f = 0.0 if square == 0.0 else min(1.0, max(0.0, (px * dx + py * dy) / square))
        d = (px - f * dx) ** 2 + (py - f * dy) ** 2
        if d > best:
            far, best = i, d
    return far, np.sqrt(max(best, 0.0))
