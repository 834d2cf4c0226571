"""Prices that make the limit as high as it goes: the dual of column generation, kept near the best prices so far.

Every atom must be served as often as there are of it. That is priced instead of kept, and what is left is a group
around each building. Any prices give a valid limit. The groups found so far give a linear program whose optimum are
the next prices, within a box around the best ones.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_matrix, hstack, vstack

from benchmarks.division.bounds.medians.ground import Floats, Ground

ROUNDS = 50
CLOSE = 0.004
"""The limit is within this share of our distance of the best that prices can reach."""
GOOD_STEP = 0.3
"""Share of the rise hoped for that makes the box grow."""
GROW, SHRINK, WIDEST = 2.0, 0.6, 8.0
FIRST_TOLL, TOP_TOLL = 300.0, 5000.0
"""Price of a group that may be made only so often, at first and at most [household m]."""

Pricing = Callable[[Floats, Floats], tuple[Floats, Floats, Floats]]
"""From prices of the kinds and tolls to the value of the best group around each building, what it serves and pays."""


def raise_limit(ground: Ground, price_of: Pricing, count: int, ours: float, budget: list[int]) -> float:
    """Raise the limit of `count` groups until it is close to the best.

    Parameters
    ----------
    ground : Ground
        The part.
    price_of : callable
        The best group around each building at given prices and tolls.
    count : int
        Number of groups.
    ours : float
        What our own division costs: for the first prices and for when to stop.
    budget : list of int
        How many groups may pay each toll.

    Returns
    -------
    float
        A valid limit [household m].
    """
    kinds = len(ground.size)
    pool = _Pool(ground, count, budget)
    best_price = np.r_[ground.size * (ours / max(ground.households, 1)), np.full(len(budget), FIRST_TOLL)]
    width = np.maximum(0.7 * best_price, 1e-3)
    least = np.r_[np.full(kinds, -np.inf), np.zeros(len(budget))]
    most = np.r_[np.full(kinds, np.inf), np.full(len(budget), TOP_TOLL)]
    value, served = _price(price_of, best_price, kinds)
    best = pool.limit(best_price, value)
    pool.add(best_price, value, served, np.full(len(value), np.sort(value)[min(2 * count, len(value) - 1)]))
    box = 1.0
    for _ in range(ROUNDS):
        low, high = np.maximum(best_price - box * width, least), np.minimum(best_price + box * width, most)
        model, price, floor = pool.solve(low, high)
        value, served = _price(price_of, price, kinds)
        limit = pool.limit(price, value)
        pool.add(price, value, served, floor)
        hoped, rise = model - best, limit - best
        inside = bool(
            ((price > low + 1e-9) | (low <= least)).all() and ((price < high - 1e-9) | (high >= most)).all()
        )
        if rise > 0:
            best, best_price = limit, price
        if hoped <= CLOSE * ours and inside:
            break
        box = box * SHRINK if rise <= 0 else min(box * GROW, WIDEST) if rise > GOOD_STEP * hoped else box
    return best


def _price(price_of: Pricing, price: Floats, kinds: int) -> tuple[Floats, Floats]:
    """Value of the best groups, and what a row of the dual says of each: served atoms, tolls paid."""
    value, served, paid = price_of(price[:kinds], price[kinds:])
    return value, np.hstack([served, -paid])


class _Pool:
    """Groups found so far, each a row of the dual: its prices, a value of any group and one for its building."""

    def __init__(self, ground: Ground, count: int, budget: list[int]) -> None:
        self.amount = np.r_[ground.amount, -np.array(budget, dtype=np.int64)].astype(float)
        self.count, self.atoms = count, ground.atoms
        self.rows = csr_matrix((0, len(self.amount) + 1 + len(self.atoms)))
        self.cost = np.empty(0)

    def limit(self, price: Floats, value: Floats) -> float:
        """All prices and the cheapest groups; a building is the middle of at most as many as it has atoms."""
        order = np.argsort(value, kind="stable")
        atoms = self.atoms[order]
        times = np.clip(self.count - (np.cumsum(atoms) - atoms), 0, atoms)
        some = times > 0
        return float((self.amount * price).sum() + (times[some] * value[order][some]).sum())

    def add(self, price: Floats, value: Floats, served: Floats, floor: Floats) -> None:
        """Add the groups that cost less than the rows so far allow."""
        new = np.flatnonzero(value < floor + 1e-7)
        middle = csr_matrix((-np.ones(len(new)), (np.arange(len(new)), new)), (len(new), len(self.atoms)))
        row = hstack([csr_matrix(served[new]), csr_matrix(np.ones((len(new), 1))), middle])
        self.rows = vstack([self.rows, row]).tocsr()
        self.cost = np.r_[self.cost, value[new] + served[new] @ price]

    def solve(self, low: Floats, high: Floats) -> tuple[float, Floats, Floats]:
        """Best prices within the box, what they would give, and the floor under each building's groups."""
        places, kinds = len(self.atoms), len(low)
        gain = np.r_[self.amount, self.count, -self.atoms]
        lower = np.r_[low, -np.inf, np.zeros(places)]
        upper = np.r_[high, np.inf, np.full(places, np.inf)]
        found = linprog(-gain, A_ub=self.rows, b_ub=self.cost, bounds=np.column_stack([lower, upper]), method="highs")
        return -float(found.fun), found.x[:kinds], found.x[kinds] - found.x[kinds + 1 :]
