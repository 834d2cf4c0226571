"""The limit of distance: a linear program below the capacitated p-median problem of single parts."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import coo_matrix

from benchmarks.division.problem import Part, Problem
from benchmarks.division.running import Run
from gridgov.core.quality.medoids import measure_medoids

SAMPLES = 8
FEWEST_PLACES = 80
MOST_PLACES = 200
"""Largest part taken, in places: the program has its square of variables."""

BAR = 1.20


def median_row(problem: Problem, setting: str, run: Run) -> dict[str, Any]:
    """Mean distance to the medoid against its limit, on parts drawn with a fixed seed."""
    able = [part for part in problem.parts if FEWEST_PLACES <= len(_places(problem, part)[1]) <= MOST_PLACES]
    drawn = np.random.default_rng(0).permutation(len(able))[:SAMPLES]
    ours = limit = households = 0.0
    for number in drawn.tolist():
        part = able[number]
        xy, weight = _places(problem, part)
        ours += _our_distance(part, run)
        size = np.bincount(np.unique(run.labels[part.atoms], return_inverse=True)[1], weights=part.size)
        limit += least_distance(xy, weight, int((size > 0).sum()))
        households += weight.sum()
    return {
        "what": f"{setting}: medoid distance over its limit on {len(drawn)} parts, m",
        "us": ours / households,
        "peer": limit / households,
        "peer_name": "linear-programming limit",
        "ratio": ours / limit,
        "bar": f"ratio ≤ {BAR:.2f}",
        "holds": bool(ours / limit <= BAR),
    }


def least_distance(xy: NDArray[np.float64], weight: NDArray[np.float64], count: int) -> float:
    """Σ weight × distance that `count` groups of 35 to 65 cannot go below, each around one of the places.

    Fractions of a group and of a building are allowed, and groups need not be connected.
    """
    n = len(weight)
    distance = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))
    who, site = (index.ravel() for index in np.indices((n, n)))
    flow = np.arange(n * n)
    opened = n * n + np.arange(n)
    price = np.concatenate([(weight[:, None] * distance).ravel(), np.zeros(n)])
    served = coo_matrix((np.ones(n * n), (who, flow)), (n, n * n + n))
    chosen = coo_matrix((np.ones(n), (np.zeros(n), opened)), (1, n * n + n))
    all_in = np.concatenate([np.ones(n), [count]])
    rows = np.concatenate(
        [flow, flow, n * n + site, n * n + np.arange(n), n * n + n + site, n * n + n + np.arange(n)]
    )
    columns = np.concatenate([flow, opened[site], flow, opened, flow, opened])
    values = np.concatenate(
        [np.ones(n * n), -np.ones(n * n), weight[who], np.full(n, -65.0), -weight[who], np.full(n, 35.0)]
    )
    limits = coo_matrix((values, (rows, columns)), (n * n + 2 * n, n * n + n))
    found = linprog(
        price,
        A_ub=limits.tocsr(),
        b_ub=np.zeros(limits.shape[0]),
        A_eq=coo_matrix(np.concatenate([served.toarray(), chosen.toarray()])).tocsr(),
        b_eq=all_in,
        method="highs-ipm",
    )
    return float(found.fun) if found.status == 0 else 0.0


def _places(problem: Problem, part: Part) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Where households are and how many, one row a cell."""
    cell, of = np.unique(problem.graph.cell[part.atoms], return_inverse=True)
    weight = np.bincount(of, weights=part.size, minlength=len(cell))
    xy = np.empty((len(cell), 2))
    xy[of] = part.xy
    return xy[weight > 0], weight[weight > 0]


def _our_distance(part: Part, run: Run) -> float:
    lived = part.size > 0
    _, group = np.unique(run.labels[part.atoms][lived], return_inverse=True)
    x, y = part.xy[lived].T
    total, _ = measure_medoids(x.copy(), y.copy(), part.size[lived].astype(float), group.astype(np.int64))
    return total
