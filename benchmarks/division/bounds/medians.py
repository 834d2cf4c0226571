"""The limit of distance: below the capacitated p-median problem of every part, by Lagrangian prices.

Every atom must be served once; that condition is priced instead of kept. What is left is a knapsack for each place:
the atoms that pay most within 65 households of a group around it. Any prices give a valid limit. Atoms stay whole, so
the limit is that of the linear program or higher, up to what the prices have not reached yet.
Groups need not be connected nor reach 35 households, and there are as many of them as in our division.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from benchmarks.division.problem import Part, Problem
from benchmarks.division.running import Run
from gridgov.core.quality.medoids import measure_medoids

LARGEST = 65
ROUNDS = 250
PATIENCE = 12
MEMORY = 0.7
"""Share of the last step's direction kept in the next, against swinging."""
BAR = 1.20

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def median_row(problem: Problem, setting: str, run: Run) -> dict[str, Any]:
    """Mean distance to the medoid against its limit, over the whole district."""
    ours = limit = households = 0.0
    for part in problem.parts:
        if part.size.sum() > 0:
            mine = our_distance(part, run)
            ours += mine
            limit += least_distance(problem, part, groups_of(part, run), mine)
            households += float(part.size.sum())
    return {
        "what": f"{setting}: medoid distance over its limit, all parts, m",
        "us": ours / households,
        "peer": limit / households,
        "peer_name": "limit of the capacitated p-median",
        "ratio": ours / limit,
        "bar": f"ratio ≤ {BAR:.2f}",
        "holds": bool(ours / limit <= BAR),
    }


def groups_of(part: Part, run: Run) -> int:
    """Count our groups with households."""
    size = np.bincount(np.unique(run.labels[part.atoms], return_inverse=True)[1], weights=part.size)
    return int((size > 0).sum())


def our_distance(part: Part, run: Run) -> float:
    """Σ households × distance to the medoid of their group."""
    lived = part.size > 0
    _, group = np.unique(run.labels[part.atoms][lived], return_inverse=True)
    x, y = part.xy[lived].T
    total, _ = measure_medoids(x.copy(), y.copy(), part.size[lived].astype(float), group.astype(np.int64))
    return total


def least_distance(problem: Problem, part: Part, count: int, ours: float) -> float:
    """Σ households × distance that `count` groups of at most 65 cannot go below, each around a building of its own.

    A building of several atoms may be the middle of as many groups, any other of one.
    """
    lived = part.size > 0
    cell, of = np.unique(problem.graph.cell[part.atoms][lived], return_inverse=True)
    place = np.empty((len(cell), 2))
    place[of] = part.xy[lived]
    size = np.minimum(part.size[lived], LARGEST)
    copies = np.bincount(of).astype(np.int64)
    far = np.hypot(*(place[of][:, None] - place[None]).transpose(2, 0, 1)) * part.size[lived][:, None]
    price = np.where(copies[of] > 1, 0.0, part.size[lived])
    price *= ours / max(price.sum(), 1.0)
    return max(0.0, float(_raise_prices(far, size.astype(np.int64), copies, count, ours, price)))


@njit(cache=True)
def _raise_prices(far: Floats, size: Ints, copies: Ints, count: int, ours: float, price: Floats) -> float:
    """Best limit over rounds of subgradient steps; `far` is atoms × places."""
    atoms, places = far.shape
    course = np.zeros(atoms)
    best, best_price, stride, idle = -np.inf, price.copy(), 1.0, 0
    value = np.empty(places)
    served = np.empty(atoms)
    taken = np.zeros((places, atoms), np.bool_)
    for _ in range(ROUNDS):
        for j in range(places):
            value[j] = _fill(far[:, j], size, price, taken[j])
        served[:] = 0.0
        limit, left = price.sum(), count
        for j in np.argsort(value):
            times = min(copies[j], left)
            if value[j] >= 0.0 or times == 0:
                break
            limit += times * value[j]
            served += times * taken[j]
            left -= times
        if limit > best + 1e-6 * abs(ours):
            best, idle = limit, 0
            best_price[:] = price
        else:
            idle += 1
            if idle >= PATIENCE:
                idle = 0
                stride *= 0.6
                price[:] = best_price
        course = MEMORY * course + (1.0 - MEMORY) * (1.0 - served)
        norm = (course * course).sum()
        if norm < 1e-9 or stride < 1e-3:
            break
        price += stride * max(1.02 * ours - limit, 1e-3 * ours) / norm * course
    return best


@njit(cache=True)
def _fill(far: Floats, size: Ints, price: Floats, taken: NDArray[np.bool_]) -> float:
    """Fill one group of at most 65 households with the atoms that pay most; returns the cost less their prices."""
    taken[:] = False
    paying = np.flatnonzero(far < price)
    least = np.zeros((len(paying) + 1, LARGEST + 1))
    for k in range(len(paying)):
        w, gain = size[paying[k]], far[paying[k]] - price[paying[k]]
        least[k + 1] = least[k]
        for room in range(w, LARGEST + 1):
            least[k + 1, room] = min(least[k, room], least[k, room - w] + gain)
    room = LARGEST
    for k in range(len(paying) - 1, -1, -1):
        if least[k + 1, room] != least[k, room]:
            taken[paying[k]] = True
            room -= size[paying[k]]
    return float(least[len(paying), LARGEST])
