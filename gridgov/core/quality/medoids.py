"""How far people live from the middle of their group."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def measure_medoids(x: Floats, y: Floats, weight: Floats, group: NDArray[np.int64]) -> tuple[float, Floats]:
    """Sum the weighted distances of points to the medoid of their group.

    Parameters
    ----------
    x, y : array of float, shape (points,)
        Places [m].
    weight : array of float, shape (points,)
        Households.
    group : array of int, shape (points,)
        Group of each point, 0 … groups - 1.

    Returns
    -------
    total : float
        Sum of weight × distance over all points [household m].
    farthest : array of float, shape (groups,)
        Distance from each medoid to the farthest point of its group [m].

    Examples
    --------
    >>> total, farthest = measure_medoids(*np.array([[0.0, 3, 4], [0, 0, 0], [1, 5, 1]]), np.zeros(3, np.int64))
    >>> total, farthest.tolist()
    (4.0, [3.0])
    """
    order = np.argsort(group, kind="stable")
    start = np.r_[0, np.cumsum(np.bincount(group))].astype(np.int64)
    total, farthest = _find_medoids(x[order], y[order], weight[order], start)
    return float(total), farthest


@njit(cache=True)
def _find_medoids(x: Floats, y: Floats, weight: Floats, start: NDArray[np.int64]) -> tuple[float, Floats]:
    farthest = np.zeros(len(start) - 1)
    total = 0.0
    for g in range(len(start) - 1):
        least = np.inf
        for i in range(start[g], start[g + 1]):
            away, far = 0.0, 0.0
            for j in range(start[g], start[g + 1]):
                d = np.hypot(x[i] - x[j], y[i] - y[j])
                away += d * weight[j]
                far = max(far, d)
            if away < least:
                least = away
                farthest[g] = far
        total += least
    return total, farthest
