"""Grow connected regions of given sizes over a graph of neighbouring areas."""

from __future__ import annotations

import heapq

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from gridgov.sample.noise import Floats


def grow_regions(
    xy: Floats,
    weights: Floats,
    pairs: NDArray[np.int64],
    costs: Floats,
    targets: Floats,
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    """Share areas out among connected regions.

    The region that is furthest below its target takes the neighbour that costs least, until all are taken.

    Parameters
    ----------
    xy : ndarray, shape (n, 2)
        Middle of each area [m].
    weights : ndarray, shape (n,)
        Households of each area.
    pairs : ndarray, shape (m, 2)
        Neighbouring areas; the graph is connected.
    costs : ndarray, shape (m,)
        Extra distance for joining the two of a pair [m].
    targets : ndarray, shape (k,)
        Households wanted in each region, ``k <= n``.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    ndarray of int, shape (n,)
        Region of each area; every region has at least one.
    """
    near = _neighbours(len(xy), pairs, costs)
    seeds = _seeds(xy, weights, len(targets), rng)
    region = np.full(len(xy), -1)
    load = np.zeros(len(targets))
    fronts: list[list[tuple[float, int]]] = [[] for _ in targets]
    for k, seed in enumerate(seeds):
        region[seed] = k
        load[k] = weights[seed]
    for k, seed in enumerate(seeds):
        _extend(fronts[k], int(seed), near, region, xy, xy[seed])
    turn = [(load[k] / targets[k], k) for k in range(len(targets))]
    heapq.heapify(turn)
    while turn:
        _, k = heapq.heappop(turn)
        area = _next(fronts[k], region)
        if area < 0:
            continue
        region[area] = k
        load[k] += weights[area]
        _extend(fronts[k], area, near, region, xy, xy[seeds[k]])
        heapq.heappush(turn, (load[k] / targets[k], k))
    return region


def _neighbours(count: int, pairs: NDArray[np.int64], costs: Floats) -> list[list[tuple[int, float]]]:
    near: list[list[tuple[int, float]]] = [[] for _ in range(count)]
    for (a, b), cost in zip(pairs.tolist(), costs.tolist(), strict=True):
        near[a].append((b, cost))
        near[b].append((a, cost))
    return near


def _seeds(xy: Floats, weights: Floats, count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Areas nearest to the centres of a weighted k-means, all different."""
    chance = (weights + weights.mean() * 0.05 + 1e-9) / (weights + weights.mean() * 0.05 + 1e-9).sum()
    centre = xy[rng.choice(len(xy), count, replace=False, p=chance)]
    for _ in range(25):
        _, of = cKDTree(centre).query(xy)
        total = np.bincount(of, weights=chance, minlength=count)
        mean = np.column_stack([np.bincount(of, weights=chance * xy[:, k], minlength=count) for k in (0, 1)])
        centre = np.where(total[:, None] > 0, mean / np.maximum(total, 1e-12)[:, None], centre)
    taken: set[int] = set()
    seeds = np.zeros(count, dtype=np.int64)
    tree = cKDTree(xy)
    for k in range(count):
        _, order = tree.query(centre[k], k=min(len(taken) + 1, len(xy)))
        seeds[k] = next(int(area) for area in np.atleast_1d(order) if int(area) not in taken)
        taken.add(int(seeds[k]))
    return seeds


def _extend(
    front: list[tuple[float, int]],
    area: int,
    near: list[list[tuple[int, float]]],
    region: NDArray[np.int64],
    xy: Floats,
    seed_xy: Floats,
) -> None:
    for other, cost in near[area]:
        if region[other] < 0:
            heapq.heappush(front, (float(np.hypot(*(xy[other] - seed_xy))) + cost, other))


def _next(front: list[tuple[float, int]], region: NDArray[np.int64]) -> int:
    while front:
        _, area = heapq.heappop(front)
        if region[area] < 0:
            return area
    return -1
