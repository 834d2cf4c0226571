"""Ridges: where cells of one block meet, cut off where they leave the block."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from gridgov.core.fabric.delaunay import triangulate

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@njit(cache=True)
def find_ridges(
    x: Floats, y: Floats, owner: Ints, bx: Floats, by: Floats, cx: Floats, cy: Floats
) -> tuple[Floats, Ints, Ints, Floats, bool]:
    """Find the ridges between sites of different owners inside one block.

    Parameters
    ----------
    x, y : ndarray of float
        Sites of the block [m, near 0], in an order where neighbours are near.
    owner : ndarray of int
        Owner of each site.
    bx, by, cx, cy : ndarray of float
        Ends of the straight pieces of the block's border, the block on the left from b to c.

    Returns
    -------
    nodes : ndarray of float, shape (n, 2)
        Ends of ridges.
    ridges : ndarray of int, shape (r, 4)
        First and second node, owner on the left, owner on the right.
    on_border : ndarray of int, shape (n,)
        Piece of border on which the node lies, or -1.
    along : ndarray of float, shape (n,)
        Where on that piece, 0 to 1.
    sound : bool
        False when rounding made inside and outside contradict each other.
    """
    vertex, beside, px, py = triangulate(x, y)
    n = len(x)
    most = 3 * len(vertex) + 16
    nodes, on_border, along = np.empty((most, 2)), np.full(most, -1, np.int64), np.zeros(most)
    ridges = np.empty((most, 4), np.int64)
    node_of = np.full(len(vertex), -1, np.int64)
    place = np.zeros(len(vertex), np.int8)
    hit, where, order = np.empty(64), np.empty(64), np.empty(64, np.int64)
    count, made, sound = 0, 0, True
    for t in range(len(vertex)):
        for i in range(3):
            u = beside[t, i]
            if u < t:
                continue
            p, q = vertex[t, (i + 1) % 3], vertex[t, (i + 2) % 3]
            if p >= n or q >= n or owner[p] == owner[q]:
                continue
            ax, ay = _centre(vertex, px, py, t)
            ex, ey = _centre(vertex, px, py, u)
            for tri in (t, u):
                if place[tri] == 0:
                    mx, my = (ax, ay) if tri == t else (ex, ey)
                    place[tri] = 1 if _inside(mx, my, bx, by, cx, cy) else 2
            crossings = _cross(ax, ay, ex, ey, bx, by, cx, cy, hit, where, order)
            if crossings < 0:
                return nodes[:0], ridges[:0], on_border[:0], along[:0], False
            inside = place[t] == 1
            start = -1
            if inside:
                count = _keep(node_of, t, nodes, count, ax, ay)
                start = node_of[t]
            for k in range(crossings):
                if count + 4 >= most or made + 2 >= most:
                    return nodes[:0], ridges[:0], on_border[:0], along[:0], False
                nodes[count, 0] = ax + hit[k] * (ex - ax)
                nodes[count, 1] = ay + hit[k] * (ey - ay)
                on_border[count], along[count] = order[k], where[k]
                if inside:
                    ridges[made, 0], ridges[made, 1], ridges[made, 2], ridges[made, 3] = (
                        start,
                        count,
                        owner[q],
                        owner[p],
                    )
                    made += 1
                inside = not inside
                start = count
                count += 1
            if inside != (place[u] == 1):
                sound = False
            elif inside:
                count = _keep(node_of, u, nodes, count, ex, ey)
                ridges[made, 0], ridges[made, 1] = start, node_of[u]
                ridges[made, 2], ridges[made, 3] = owner[q], owner[p]
                made += 1
    return nodes[:count], ridges[:made], on_border[:count], along[:count], sound


@njit(cache=True)
def _keep(node_of: Ints, t: int, nodes: Floats, count: int, x: float, y: float) -> int:
    if node_of[t] < 0:
        node_of[t] = count
        nodes[count, 0], nodes[count, 1] = x, y
        count += 1
    return count


@njit(cache=True)
def _centre(vertex: Ints, px: Floats, py: Floats, t: int) -> tuple[float, float]:
    """Centre of the circle through the corners of a triangle."""
    a, b, c = vertex[t, 0], vertex[t, 1], vertex[t, 2]
    bx, by, cx, cy = px[b] - px[a], py[b] - py[a], px[c] - px[a], py[c] - py[a]
    d = 2.0 * (bx * cy - by * cx)
    if abs(d) < 1e-14:
        return (px[a] + px[b] + px[c]) / 3.0, (py[a] + py[b] + py[c]) / 3.0
    bb, cc = bx * bx + by * by, cx * cx + cy * cy
    return px[a] + (cy * bb - by * cc) / d, py[a] + (bx * cc - cx * bb) / d


@njit(cache=True)
def _inside(x: float, y: float, bx: Floats, by: Floats, cx: Floats, cy: Floats) -> bool:
    odd = False
    for k in range(len(bx)):
        if (by[k] > y) != (cy[k] > y) and x < bx[k] + (y - by[k]) / (cy[k] - by[k]) * (cx[k] - bx[k]):
            odd = not odd
    return odd


@njit(cache=True)
def _cross(
    ax: float,
    ay: float,
    ex: float,
    ey: float,
    bx: Floats,
    by: Floats,
    cx: Floats,
    cy: Floats,
    hit: Floats,
    where: Floats,
    order: Ints,
) -> int:
    """Where a ridge crosses the border: sorted along the ridge; -1 when there is no room for so many."""
    count = 0
    low_x, high_x, low_y, high_y = min(ax, ex), max(ax, ex), min(ay, ey), max(ay, ey)
    for k in range(len(bx)):
        if max(bx[k], cx[k]) < low_x or min(bx[k], cx[k]) > high_x:
            continue
        if max(by[k], cy[k]) < low_y or min(by[k], cy[k]) > high_y:
            continue
        sb = (ex - ax) * (by[k] - ay) - (ey - ay) * (bx[k] - ax)
        sc = (ex - ax) * (cy[k] - ay) - (ey - ay) * (cx[k] - ax)
        if (sb > 0.0) == (sc > 0.0):
            continue
        sa = (cx[k] - bx[k]) * (ay - by[k]) - (cy[k] - by[k]) * (ax - bx[k])
        se = (cx[k] - bx[k]) * (ey - by[k]) - (cy[k] - by[k]) * (ex - bx[k])
        if (sa > 0.0) == (se > 0.0):
            continue
        if count == len(hit):
            return -1
        f = sa / (sa - se)
        i = count
        while i > 0 and hit[i - 1] > f:
            hit[i], where[i], order[i] = hit[i - 1], where[i - 1], order[i - 1]
            i -= 1
        hit[i], where[i], order[i] = f, sb / (sb - sc), k
        count += 1
    return count
