"""Tracing: from edges with a face on each side to closed rings and polygons."""

from __future__ import annotations

import numpy as np
import shapely
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

OUTSIDE = -1
UNKNOWN = -2
"""Marks at or below it: a face of block `UNKNOWN` - mark, not known yet."""


@njit(cache=True)
def trace_rings(
    x: Floats, y: Floats, start: Ints, end: Ints, left: Ints, right: Ints
) -> tuple[Ints, Ints, Ints, Floats, Ints, Ints]:
    """Trace the rings of all faces of a planar graph.

    Half-edge ``2 e`` runs along edge ``e`` with face `left` on its left, ``2 e + 1`` against it. Faces marked
    `OUTSIDE` are not traced. A ring that meets itself in a node is cut there, so every ring is simple.

    Parameters
    ----------
    x, y : ndarray of float
        Nodes [m].
    start, end : ndarray of int
        Nodes of each edge.
    left, right : ndarray of int
        Face on each side, `UNKNOWN` or below where it is to be learnt from the rest of its ring.

    Returns
    -------
    offsets : ndarray of int, shape (r + 1,)
        First node of each ring in `chain`.
    chain : ndarray of int
        Nodes of the rings, first not repeated at the end.
    face : ndarray of int, shape (r,)
        Face of each ring; the mark given when no half-edge of it knew.
    area : ndarray of float, shape (r,)
        Signed area: positive for outer rings, negative for holes [m2].
    walk : ndarray of int, shape (r,)
        Walk from which each ring was cut; a walk has at most one outer ring.
    walk_of : ndarray of int, shape (2 e,)
        Walk to which each half-edge belongs (rings cut from one walk share it), -1 outside.
    """
    next_half = _next_halves(x, y, start, end)
    halves = 2 * len(start)
    walk_of = np.full(halves, -1, np.int64)
    chain, offsets = np.empty(halves, np.int64), np.empty(halves + 1, np.int64)
    face, area, walk = np.empty(halves, np.int64), np.empty(halves), np.empty(halves, np.int64)
    place = np.full(len(x), -1, np.int64)
    stack = np.empty(halves + 1, np.int64)
    used, rings, walks = 0, 0, 0
    offsets[0] = 0
    for first in range(halves):
        mark = left[first >> 1] if first % 2 == 0 else right[first >> 1]
        if walk_of[first] >= 0 or mark == OUTSIDE:
            continue
        label, h, top, begun = mark, first, 0, rings
        while walk_of[h] < 0:
            walk_of[h] = walks
            mark = left[h >> 1] if h % 2 == 0 else right[h >> 1]
            if mark >= 0:
                label = mark
            node = start[h >> 1] if h % 2 == 0 else end[h >> 1]
            if place[node] >= 0:
                used, top = _close(x, y, stack, place, place[node], top, chain, used, area, rings)
                rings += 1
                offsets[rings] = used
            place[node] = top
            stack[top] = node
            top += 1
            h = next_half[h]
        used, top = _close(x, y, stack, place, 0, top, chain, used, area, rings)
        rings += 1
        offsets[rings] = used
        face[begun:rings] = label
        walk[begun:rings] = walks
        walks += 1
    return offsets[: rings + 1], chain[:used], face[:rings], area[:rings], walk[:rings], walk_of


@njit(cache=True)
def _close(
    x: Floats,
    y: Floats,
    stack: Ints,
    place: Ints,
    low: int,
    top: int,
    chain: Ints,
    used: int,
    area: Floats,
    ring: int,
) -> tuple[int, int]:
    """Move the nodes of the stack from `low` up to one closed ring."""
    total = 0.0
    ox, oy = x[stack[low]], y[stack[low]]
    for i in range(low, top):
        a, b = stack[i], stack[i + 1] if i + 1 < top else stack[low]
        total += (x[a] - ox) * (y[b] - oy) - (x[b] - ox) * (y[a] - oy)
        chain[used] = a
        place[a] = -1
        used += 1
    area[ring] = total / 2.0
    return used, low


@njit(cache=True)
def _next_halves(x: Floats, y: Floats, start: Ints, end: Ints) -> Ints:
    """Half-edge that follows each one around the face on its left: the first one clockwise from its own way back."""
    halves = 2 * len(start)
    first = np.zeros(len(x) + 1, np.int64)
    for e in range(len(start)):
        first[start[e] + 1] += 1
        first[end[e] + 1] += 1
    for v in range(len(x)):
        first[v + 1] += first[v]
    fill, out = first[:-1].copy(), np.empty(halves, np.int64)
    turn = np.empty(halves)
    for h in range(halves):
        a, b = (start[h >> 1], end[h >> 1]) if h % 2 == 0 else (end[h >> 1], start[h >> 1])
        angle = np.arctan2(y[b] - y[a], x[b] - x[a])
        i = fill[a]
        while i > first[a] and turn[i - 1] > angle:
            turn[i], out[i] = turn[i - 1], out[i - 1]
            i -= 1
        turn[i], out[i] = angle, h
        fill[a] += 1
    next_half = np.empty(halves, np.int64)
    for v in range(len(x)):
        for i in range(first[v], first[v + 1]):
            before = out[i - 1] if i > first[v] else out[first[v + 1] - 1]
            next_half[out[i] ^ 1] = before
    return next_half


def make_polygons(
    x: Floats, y: Floats, offsets: Ints, chain: Ints, face: Ints, area: Floats
) -> tuple[NDArray[np.object_], Ints]:
    """Make one polygon per face from rings, where every face has one outer ring.

    Parameters
    ----------
    x, y : ndarray of float
        Nodes [m].
    offsets, chain, face : ndarray of int
        As returned by `trace_rings`.
    area : ndarray of float
        As returned by `trace_rings`.

    Returns
    -------
    polygons : ndarray of shapely Polygon
        One per face, sorted by face.
    faces : ndarray of int
        The face of each polygon.
    """
    order = np.lexsort((-area, face))
    length = np.diff(offsets)[order]
    ring_end = np.cumsum(length + 1)
    ring_start = ring_end - length - 1
    index = np.empty(int(ring_end[-1]) if len(ring_end) else 0, np.int64)
    _spread(index, chain, offsets, order, ring_start, length)
    faces, begin = np.unique(face[order], return_index=True)
    coords = np.column_stack((x[index], y[index]))
    rings = np.r_[0, ring_end].astype(np.int64)
    polygons = shapely.from_ragged_array(
        shapely.GeometryType.POLYGON, coords, (rings, np.r_[begin, len(order)].astype(np.int64))
    )
    return polygons, faces


@njit(cache=True)
def _spread(index: Ints, chain: Ints, offsets: Ints, order: Ints, ring_start: Ints, length: Ints) -> None:
    for k in range(len(order)):
        at, low = ring_start[k], offsets[order[k]]
        for i in range(length[k]):
            index[at + i] = chain[low + i]
        index[at + length[k]] = chain[low]
