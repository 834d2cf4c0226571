"""The best group around every building at given prices: a knapsack of whole atoms."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from benchmarks.division.bounds.medians.ground import LARGEST, Floats, Ground, Ints

Counts = NDArray[np.int16]


def price_groups(ground: Ground, toll: Floats, price: Floats) -> tuple[Floats, Ints, Floats]:
    """Cheapest group around each building, with at least one of its atoms.

    Parameters
    ----------
    ground : Ground
        The part.
    toll : array of float, shape (66,)
        What a group of each size costs beside its distances [household m].
    price : array of float, shape (kinds,)
        What serving an atom of each kind is worth [household m].

    Returns
    -------
    value : array of float, shape (buildings,)
        Distances and toll less the prices.
    households : array of int, shape (buildings,)
        Size of the group.
    served : array of float, shape (buildings, kinds)
        Atoms of each kind in it.
    """
    value, households, served = _price_all(
        ground.start, ground.near, ground.far, ground.first, ground.size, ground.amount, toll, price
    )
    return value, households, served.astype(float)


@njit(cache=True)
def _price_all(
    start: Ints, near: Ints, far: Floats, first: Ints, size: Ints, amount: Ints, toll: Floats, price: Floats
) -> tuple[Floats, Ints, Counts]:
    places = len(start) - 1
    value, households = np.empty(places), np.zeros(places, np.int64)
    served = np.zeros((places, len(size)), np.int16)
    most_near, most_kinds = np.diff(start).max(), np.diff(first).max()
    take = np.zeros((most_near * most_kinds, LARGEST + 1), np.int16)
    layer = np.zeros(most_near * most_kinds, np.int64)
    for j in range(places):
        least, layers = _fill(j, start, near, far, first, size, amount, toll.max(), price, take, layer)
        total = least + toll
        total[0] = np.inf
        best = int(np.argmin(total))
        value[j], households[j] = total[best], best
        for k in range(layers - 1, -1, -1):
            served[j, layer[k]] = take[k, best]
            best -= take[k, best] * size[layer[k]]
    return value, households, served


@njit(cache=True)
def _fill(
    j: int,
    start: Ints,
    near: Ints,
    far: Floats,
    first: Ints,
    size: Ints,
    amount: Ints,
    most: float,
    price: Floats,
    take: Counts,
    layer: Ints,
) -> tuple[Floats, int]:
    """Least cost of a group around `j` for every size up to 65; `take` says how many atoms of each layer's kind.

    An atom that costs as much as the largest toll is never worth its place.
    """
    least = np.full(LARGEST + 1, np.inf)
    least[0] = 0.0
    layers = 0
    for q in range(start[j], start[j + 1]):
        for kind in range(first[near[q]], first[near[q] + 1]):
            cost = far[q] * size[kind] - price[kind]
            if cost >= most and q > start[j]:
                continue
            before = least.copy()
            take[layers] = 0
            for room in range(size[kind], LARGEST + 1):
                for times in range(1, min(amount[kind], room // size[kind]) + 1):
                    total = before[room - times * size[kind]] + times * cost
                    if total < least[room]:
                        least[room] = total
                        take[layers, room] = times
            layer[layers] = kind
            layers += 1
        if q == start[j]:
            least[0] = np.inf
    return least, layers
