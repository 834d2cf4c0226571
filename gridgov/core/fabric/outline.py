"""Outline: the border of one block, sorted into rows so that a point or a short line meets few of its pieces."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@njit(cache=True)
def sort_pieces(by: Floats, cy: Floats) -> tuple[Ints, Ints, float, float]:
    """Sort pieces of border into rows of equal height.

    Parameters
    ----------
    by, cy : ndarray of float
        Heights of both ends of each piece [m].

    Returns
    -------
    begin : ndarray of int, shape (rows + 1,)
        First entry of each row in `member`.
    member : ndarray of int
        Pieces of each row; a piece is in every row it reaches.
    low, height : float
        Lower edge of the first row, and height of a row [m].
    """
    pieces = len(by)
    low, high = min(by.min(), cy.min()), max(by.max(), cy.max())
    rows = min(2048, max(1, pieces))
    height = max((high - low) / rows, 1e-6)
    begin = np.zeros(rows + 1, np.int64)
    for k in range(pieces):
        for row in range(
            find_row(min(by[k], cy[k]), low, height, rows), find_row(max(by[k], cy[k]), low, height, rows) + 1
        ):
            begin[row + 1] += 1
    for row in range(rows):
        begin[row + 1] += begin[row]
    fill, member = begin[:-1].copy(), np.empty(begin[rows], np.int64)
    for k in range(pieces):
        for row in range(
            find_row(min(by[k], cy[k]), low, height, rows), find_row(max(by[k], cy[k]), low, height, rows) + 1
        ):
            member[fill[row]] = k
            fill[row] += 1
    return begin, member, low, height


@njit(cache=True)
def find_row(y: float, low: float, height: float, rows: int) -> int:
    """Row of a height, the first or last when it lies beyond.

    Parameters
    ----------
    y : float
        Height asked for [m].
    low, height : float
        As returned by `sort_pieces` [m].
    rows : int
        Number of rows.

    Returns
    -------
    int
        From 0 to `rows` - 1.
    """
    f = (y - low) / height
    if f <= 0.0:
        return 0
    return rows - 1 if f >= rows else int(f)


@njit(cache=True)
def is_inside(
    x: float,
    y: float,
    bx: Floats,
    by: Floats,
    cx: Floats,
    cy: Floats,
    begin: Ints,
    member: Ints,
    low: float,
    height: float,
) -> bool:
    """Whether a point lies within the outline.

    Parameters
    ----------
    x, y : float
        The point [m].
    bx, by, cx, cy : ndarray of float
        Ends of each piece.
    begin, member : ndarray of int
        As returned by `sort_pieces`.
    low, height : float
        As returned by `sort_pieces`.

    Returns
    -------
    bool
        True inside, by counting pieces to the right.
    """
    row = find_row(y, low, height, len(begin) - 1)
    odd = False
    for m in range(begin[row], begin[row + 1]):
        k = member[m]
        if (by[k] > y) != (cy[k] > y) and x < bx[k] + (y - by[k]) / (cy[k] - by[k]) * (cx[k] - bx[k]):
            odd = not odd
    return odd


@njit(cache=True)
def find_crossings(
    line: Floats,
    bx: Floats,
    by: Floats,
    cx: Floats,
    cy: Floats,
    begin: Ints,
    member: Ints,
    low: float,
    height: float,
    hit: Floats,
    where: Floats,
    piece: Ints,
) -> int:
    """Find where a line crosses the outline.

    Parameters
    ----------
    line : ndarray of float, shape (4,)
        Coordinates x, y of its start and its end [m].
    bx, by, cx, cy : ndarray of float
        Ends of each piece.
    begin, member : ndarray of int
        As returned by `sort_pieces`.
    low, height : float
        As returned by `sort_pieces`.
    hit, where, piece : ndarray
        Filled with the share of the line, the share of the piece, and the piece; sorted along the line.

    Returns
    -------
    int
        How many crossings there are, or -1 when there are more than `hit` holds.
    """
    ax, ay, ex, ey = line[0], line[1], line[2], line[3]
    rows = len(begin) - 1
    first, last = find_row(min(ay, ey), low, height, rows), find_row(max(ay, ey), low, height, rows)
    count = 0
    for row in range(first, last + 1):
        for m in range(begin[row], begin[row + 1]):
            k = member[m]
            if row > first and find_row(min(by[k], cy[k]), low, height, rows) < row:
                continue
            if max(bx[k], cx[k]) < min(ax, ex) or min(bx[k], cx[k]) > max(ax, ex):
                continue
            sb = (ex - ax) * (by[k] - ay) - (ey - ay) * (bx[k] - ax)
            sc = (ex - ax) * (cy[k] - ay) - (ey - ay) * (cx[k] - ax)
            sa = (cx[k] - bx[k]) * (ay - by[k]) - (cy[k] - by[k]) * (ax - bx[k])
            se = (cx[k] - bx[k]) * (ey - by[k]) - (cy[k] - by[k]) * (ex - bx[k])
            if (sb > 0.0) == (sc > 0.0) or (sa > 0.0) == (se > 0.0):
                continue
            if count == len(hit):
                return -1
            f = sa / (sa - se)
            i = count
            while i > 0 and hit[i - 1] > f:
                hit[i], where[i], piece[i] = hit[i - 1], where[i - 1], piece[i - 1]
                i -= 1
            hit[i], where[i], piece[i] = f, sb / (sb - sc), k
            count += 1
    return count
