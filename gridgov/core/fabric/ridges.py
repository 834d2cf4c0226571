"""Ridges: where cells of one block meet, cut off where they leave the block."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from gridgov.core.fabric.chains import find_chains, thin_chains
from gridgov.core.fabric.delaunay import triangulate
from gridgov.core.fabric.outline import find_crossings, is_inside, sort_pieces

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST_CROSSINGS = 1024


@njit(cache=True)
def cut_block(
    x: Floats, y: Floats, owner: Ints, bx: Floats, by: Floats, cx: Floats, cy: Floats, tolerance: float
) -> tuple[Floats, Ints, Ints, Floats, bool]:
    """Find the ridges between sites of different owners inside one block, and make them straighter.

    Parameters
    ----------
    x, y : ndarray of float
        Sites of the block [m, near 0], in an order where neighbours are near.
    owner : ndarray of int
        Owner of each site.
    bx, by, cx, cy : ndarray of float
        Ends of the straight pieces of the block's border, the block on the left from b to c.
    tolerance : float
        How far a ridge may move [m].

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
    reach = max(bx.max() - bx.min(), by.max() - by.min(), 10.0)
    vertex, beside, px, py = triangulate(x, y, reach)
    nodes, ridges, on_border, along, sound = _clip_ridges(vertex, beside, px, py, owner, bx, by, cx, cy)
    start, end = ridges[:, 0].copy(), ridges[:, 1].copy()
    left, right = ridges[:, 2].copy(), ridges[:, 3].copy()
    fixed = on_border >= 0
    offsets, chain, left, right = find_chains(start, end, left, right, fixed)
    nx, ny = nodes[:, 0].copy(), nodes[:, 1].copy()
    keep = thin_chains(nx, ny, offsets, chain, fixed, np.full(len(left), tolerance))
    new, count = np.full(len(nodes), -1, np.int64), 0
    thin, made = np.empty((len(chain), 4), np.int64), 0
    for c in range(len(left)):
        before = -1
        for i in range(offsets[c], offsets[c + 1]):
            if not keep[i]:
                continue
            node = chain[i]
            if new[node] < 0:
                new[node] = count
                count += 1
            if before >= 0:
                thin[made, 0], thin[made, 1], thin[made, 2], thin[made, 3] = before, new[node], left[c], right[c]
                made += 1
            before = new[node]
    on, where = np.full(count, -1, np.int64), np.zeros(count)
    for node in range(len(new)):
        if new[node] >= 0:
            on[new[node]], where[new[node]] = on_border[node], along[node]
    return _reorder(nx, ny, new, count), thin[:made].copy(), on, where, sound


@njit(cache=True)
def _reorder(nx: Floats, ny: Floats, new: Ints, count: int) -> Floats:
    kept = np.empty((count, 2))
    for node in range(len(new)):
        if new[node] >= 0:
            kept[new[node], 0], kept[new[node], 1] = nx[node], ny[node]
    return kept


@njit(cache=True)
def _clip_ridges(
    vertex: Ints, beside: Ints, px: Floats, py: Floats, owner: Ints, bx: Floats, by: Floats, cx: Floats, cy: Floats
) -> tuple[Floats, Ints, Ints, Floats, bool]:
    """Ridges of a triangulation between different owners, the parts of them inside the outline."""
    begin, member, low, height = sort_pieces(by, cy)
    centres, wanted = _find_centres(vertex, beside, px, py, owner)
    place = np.zeros(len(vertex), np.bool_)
    for t in range(len(vertex)):
        if wanted[t]:
            place[t] = is_inside(centres[t, 0], centres[t, 1], bx, by, cx, cy, begin, member, low, height)
    most = 4 * len(vertex) + 4096
    nodes, on_border, along = np.empty((most, 2)), np.empty(most, np.int64), np.empty(most)
    ridges, node_of = np.empty((most, 4), np.int64), np.full(len(vertex), -1, np.int64)
    hit, where = np.empty(MOST_CROSSINGS), np.empty(MOST_CROSSINGS)
    piece, line = np.empty(MOST_CROSSINGS, np.int64), np.empty(4)
    count, made, sound = 0, 0, True
    for t in range(len(vertex)):
        for i in range(3):
            u, p, q = beside[t, i], vertex[t, (i + 1) % 3], vertex[t, (i + 2) % 3]
            if u < t or not _is_ridge(owner, p, q):
                continue
            line[:2], line[2:] = centres[t], centres[u]
            crossings = find_crossings(line, bx, by, cx, cy, begin, member, low, height, hit, where, piece)
            if crossings < 0 or count + crossings + 2 > most or made + crossings + 1 > most:
                return nodes[:0], ridges[:0], on_border[:0], along[:0], False
            inside, at = place[t], -1
            for k in range(-1, crossings + 1):
                if k < 0 or k == crossings:
                    tri = t if k < 0 else u
                    if not (place[t] if k < 0 else inside):
                        continue
                    if node_of[tri] < 0:
                        node_of[tri] = count
                        nodes[count], on_border[count], along[count] = centres[tri], -1, 0.0
                        count += 1
                    to = node_of[tri]
                else:
                    nodes[count] = line[:2] + hit[k] * (line[2:] - line[:2])
                    on_border[count], along[count] = piece[k], where[k]
                    to = count
                    count += 1
                if k >= 0 and inside:
                    ridges[made, 0], ridges[made, 1], ridges[made, 2], ridges[made, 3] = at, to, owner[q], owner[p]
                    made += 1
                if 0 <= k < crossings:
                    inside = not inside
                at = to
            sound = sound and inside == place[u]
    return nodes[:count], ridges[:made], on_border[:count], along[:count], sound


@njit(cache=True)
def _is_ridge(owner: Ints, p: int, q: int) -> bool:
    return p < len(owner) and q < len(owner) and owner[p] != owner[q]


@njit(cache=True)
def _find_centres(
    vertex: Ints, beside: Ints, px: Floats, py: Floats, owner: Ints
) -> tuple[Floats, NDArray[np.bool_]]:
    """Centre of the circle through the corners of every triangle at which a ridge ends."""
    centres, wanted = np.empty((len(vertex), 2)), np.zeros(len(vertex), np.bool_)
    for t in range(len(vertex)):
        a, b, c = vertex[t, 0], vertex[t, 1], vertex[t, 2]
        wanted[t] = _is_ridge(owner, a, b) or _is_ridge(owner, b, c) or _is_ridge(owner, c, a)
        if not wanted[t]:
            continue
        bx, by, cx, cy = px[b] - px[a], py[b] - py[a], px[c] - px[a], py[c] - py[a]
        d = 2.0 * (bx * cy - by * cx)
        if abs(d) < 1e-14:
            centres[t, 0], centres[t, 1] = (px[a] + px[b] + px[c]) / 3.0, (py[a] + py[b] + py[c]) / 3.0
            continue
        bb, cc = bx * bx + by * by, cx * cx + cy * cy
        centres[t, 0], centres[t, 1] = px[a] + (cy * bb - by * cc) / d, py[a] + (bx * cc - cx * bb) / d
    return centres, wanted
