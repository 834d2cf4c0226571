"""The plain linear program of the capacitated p-median problem, for parts of whole buildings."""

from __future__ import annotations

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_matrix, eye, hstack, kron, vstack

from benchmarks.division.bounds.medians.ground import Ground


def solve_linear(ground: Ground, count: int, least: int, most: int) -> float:
    """Solve min Σ w d x with every building served once, by `count` middles, each of `least` to `most` households.

    Parameters
    ----------
    ground : Ground
        A part whose buildings are one atom each, made without `reach`.
    count : int
        Number of groups.
    least, most : int
        Sizes of a group.

    Returns
    -------
    float
        The optimum [household m].
    """
    places = len(ground.first) - 1
    weight = ground.size.astype(float)
    far = np.zeros((places, places))
    far[ground.near, np.repeat(np.arange(places), np.diff(ground.start))] = ground.far
    # x of building i at middle j lies at i * places + j, the middles follow
    served = hstack([kron(eye(places), np.ones((1, places))), csr_matrix((places, places))])
    middles = hstack([csr_matrix((1, places**2)), csr_matrix(np.ones((1, places)))])
    households = kron(csr_matrix(weight[None, :]), eye(places))
    limits = [
        hstack([eye(places**2), -kron(np.ones((places, 1)), eye(places))]),
        hstack([households, -most * eye(places)]),
        hstack([-households, least * eye(places)]),
    ]
    found = linprog(
        np.r_[(far * weight[:, None]).ravel(), np.zeros(places)],
        A_ub=vstack(limits).tocsr(),
        b_ub=np.zeros(places**2 + 2 * places),
        A_eq=vstack([served, middles]).tocsr(),
        b_eq=np.r_[np.ones(places), count],
        bounds=(0, 1),
        method="highs",
    )
    return float(found.fun)
