"""Delaunay triangulation of a few thousand sites: points put in one by one, edges flipped until legal."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ROUNDING = 2e-15


@njit(cache=True)
def triangulate(x: Floats, y: Floats, reach: float) -> tuple[Ints, Ints, Floats, Floats]:
    """Triangulate sites inside one far triangle.

    The three corners of the far triangle are sites ``n``, ``n + 1`` and ``n + 2``. They lie so far away that every
    point of the ground is nearer to a real site, so the Voronoi diagram is exact there.

    Parameters
    ----------
    x, y : ndarray of float, shape (n,)
        Coordinates [m, near 0], in an order where neighbours in the order are neighbours on the ground.

    reach : float
        Extent of the ground on which the diagram is wanted [m].

    Returns
    -------
    vertex : ndarray of int, shape (t, 3)
        Sites of each triangle, counter-clockwise.
    beside : ndarray of int, shape (t, 3)
        Triangle across the edge opposite each vertex, or -1.
    x, y : ndarray of float, shape (n + 3,)
        Coordinates with the far corners appended.
    """
    n = len(x)
    px, py = _with_far_corners(x, y, reach)
    vertex = np.empty((2 * n + 1, 3), np.int64)
    beside = np.full((2 * n + 1, 3), -1, np.int64)
    vertex[0, 0], vertex[0, 1], vertex[0, 2] = n, n + 1, n + 2
    count = 1
    stack = np.empty(256, np.int64)
    at = 0
    for p in range(n):
        at = _locate(vertex, beside, px, py, at, count, px[p], py[p])
        if _is_corner(vertex, px, py, at, p):
            continue
        a, b, c = vertex[at, 0], vertex[at, 1], vertex[at, 2]
        na, nb, nc = beside[at, 0], beside[at, 1], beside[at, 2]
        t1, t2 = count, count + 1
        count += 2
        _set(vertex, beside, at, a, b, p, t1, t2, nc)
        _set(vertex, beside, t1, b, c, p, t2, at, na)
        _set(vertex, beside, t2, c, a, p, at, t1, nb)
        _turn(beside, na, at, t1)
        _turn(beside, nb, at, t2)
        stack[0], stack[1], stack[2] = at, t1, t2
        _legalise(vertex, beside, px, py, stack, 3)
    return vertex[:count], beside[:count], px, py


@njit(cache=True)
def _with_far_corners(x: Floats, y: Floats, reach: float) -> tuple[Floats, Floats]:
    n = len(x)
    mx, my = (x.min() + x.max()) / 2, (y.min() + y.max()) / 2
    far = 10.0 * max(x.max() - x.min(), y.max() - y.min(), reach)
    px, py = np.empty(n + 3), np.empty(n + 3)
    px[:n], py[:n] = x, y
    px[n], py[n] = mx - 1.7320508 * far, my - far
    px[n + 1], py[n + 1] = mx + 1.7320508 * far, my - far
    px[n + 2], py[n + 2] = mx, my + 2.0 * far
    return px, py


@njit(cache=True)
def _orient(ax: float, ay: float, bx: float, by: float, cx: float, cy: float) -> float:
    return (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)


@njit(cache=True)
def _locate(vertex: Ints, beside: Ints, px: Floats, py: Floats, at: int, count: int, x: float, y: float) -> int:
    for _ in range(2 * count + 10):
        moved = False
        for i in range(3):
            a, b = vertex[at, (i + 1) % 3], vertex[at, (i + 2) % 3]
            if beside[at, i] >= 0 and _orient(px[a], py[a], px[b], py[b], x, y) < 0.0:
                at = beside[at, i]
                moved = True
                break
        if not moved:
            return at
    return at


@njit(cache=True)
def _is_corner(vertex: Ints, px: Floats, py: Floats, t: int, p: int) -> bool:
    for i in range(3):
        v = vertex[t, i]
        if abs(px[v] - px[p]) + abs(py[v] - py[p]) < 1e-7:
            return True
    return False


@njit(cache=True)
def _set(vertex: Ints, beside: Ints, t: int, a: int, b: int, c: int, na: int, nb: int, nc: int) -> None:
    vertex[t, 0], vertex[t, 1], vertex[t, 2] = a, b, c
    beside[t, 0], beside[t, 1], beside[t, 2] = na, nb, nc


@njit(cache=True)
def _turn(beside: Ints, t: int, old: int, new: int) -> None:
    if t >= 0:
        for i in range(3):
            if beside[t, i] == old:
                beside[t, i] = new
                return


@njit(cache=True)
def _legalise(vertex: Ints, beside: Ints, px: Floats, py: Floats, stack: Ints, top: int) -> None:
    """Flip edges opposite the new site (always third in its triangle) while their far corner is inside the circle."""
    while top > 0:
        top -= 1
        t = stack[top]
        u = beside[t, 2]
        if u < 0:
            continue
        j = 0 if beside[u, 0] == t else (1 if beside[u, 1] == t else 2)
        a, b, p, d = vertex[t, 0], vertex[t, 1], vertex[t, 2], vertex[u, j]
        if not _should_flip(px, py, a, b, p, d):
            continue
        to_bp, to_pa = beside[t, 0], beside[t, 1]
        to_ad, to_db = beside[u, (j + 1) % 3], beside[u, (j + 2) % 3]
        _set(vertex, beside, t, a, d, p, u, to_pa, to_ad)
        _set(vertex, beside, u, d, b, p, to_bp, t, to_db)
        _turn(beside, to_bp, t, u)
        _turn(beside, to_ad, u, t)
        if top + 2 <= len(stack):
            stack[top], stack[top + 1] = t, u
            top += 2


@njit(cache=True)
def _should_flip(px: Floats, py: Floats, a: int, b: int, p: int, d: int) -> bool:
    ax, ay, bx, by = px[a] - px[d], py[a] - py[d], px[b] - px[d], py[b] - py[d]
    cx, cy = px[p] - px[d], py[p] - py[d]
    aa, bb, cc = ax * ax + ay * ay, bx * bx + by * by, cx * cx + cy * cy
    bc, ca, ab = bx * cy - by * cx, ax * cy - ay * cx, ax * by - ay * bx
    inside = aa * bc - bb * ca + cc * ab
    size = (
        aa * (abs(bx * cy) + abs(by * cx)) + bb * (abs(ax * cy) + abs(ay * cx)) + cc * (abs(ax * by) + abs(ay * bx))
    )
    if inside <= ROUNDING * size:
        return False
    left = _orient(px[a], py[a], px[d], py[d], px[p], py[p])
    right = _orient(px[d], py[d], px[b], py[b], px[p], py[p])
    return left > 0.0 and right > 0.0
