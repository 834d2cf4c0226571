"""Cutting a stack anew: where the runs of its groups end, and how high a group of several buildings comes in."""

# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-calls

from __future__ import annotations

import numpy as np

from gridgov.core.division.compiled import kernel, roomy
from gridgov.core.division.groups import cost_of, distance_from, measure, seat, unseat

MOST_RUNS = 16
"""Stacks of more groups are left as they are."""


@roomy
def recut(atoms, cells, edges, groups, costs, by_size, c, stack, state):
    """Cut the stack of cell c between its groups at the least cost; returns whether that was cheaper.

    Every group keeps a floor at least, so nothing falls apart. Groups of this stack alone differ only in their
    sizes, so only those that have other buildings, too, are tried at other heights, one at a time.
    """
    first, floors, runs = cells[c].first, cells[c].past - cells[c].first, cells[c].pieces
    if runs < 2 or runs > MOST_RUNS:
        return False
    names, own = np.empty(runs, np.int64), np.zeros(runs, np.int64)
    if _read_runs(atoms, cells, c, names, own) < runs:
        return False
    prices = np.empty((runs, by_size.shape[1] - 1))
    for j in range(runs):
        _price(atoms, groups, costs, by_size, first, names[j], own[j], prices[j])
    least, choice = np.empty((runs + 1, floors + 1)), np.empty((runs + 1, floors + 1), np.int64)
    order, cuts = np.arange(runs), np.empty(runs + 1, np.int64)
    best = _cut(atoms, first, floors, prices, order, least, choice, cuts)
    best_order, best_cuts = order.copy(), cuts.copy()
    for j in range(runs):
        for at in range(runs if groups[names[j]].size > own[j] else 0):
            _shift(order, j, at)
            cost = _cut(atoms, first, floors, prices, order, least, choice, cuts)
            if cost < best - 1e-9:
                best, best_order[:], best_cuts[:] = cost, order, cuts
            _shift(order, at, j)
    old = _sum_costs(groups, names)
    if best > old - 1e-9:
        return False
    for j in range(runs):
        for floor in range(best_cuts[j], best_cuts[j + 1]):
            _put(atoms, cells, groups, first + floor, names[best_order[j]])
    for g in names:
        measure(atoms, cells, edges, groups, costs, by_size, g, stack, state)
    return _sum_costs(groups, names) < old - 1e-9


@kernel
def _read_runs(atoms, cells, c, names, own):
    """Write down the groups of a stack from below, and their households there; returns how many, -1 when one has two
    runs."""
    found = 0
    for a in range(cells[c].first, cells[c].past):
        g = atoms[a].group
        if a == cells[c].first or g != atoms[a - 1].group:
            for j in range(found):
                if names[j] == g:
                    return -1
            names[found] = g
            found += 1
        own[found - 1] += atoms[a].size
    return found


@kernel
def _price(atoms, groups, costs, by_size, first, g, own, prices):
    """Cost of group g by its households in the stack that begins with atom `first`, of which it has `own` now.

    Infinite where it would be too large. The middle may be any of its buildings.
    """
    other = groups[g].size - own
    prices[:] = np.inf
    reached = False
    b = groups[g].head
    while b >= 0:
        # all floors of the stack are one place
        if atoms[b].size > 0 and not (atoms[b].cell == atoms[first].cell and reached):
            reached = reached or atoms[b].cell == atoms[first].cell
            reach, far = distance_from(atoms[first], atoms[b].x, atoms[b].y), 0.0
            a = groups[g].head
            while a >= 0:
                far += atoms[a].size * distance_from(atoms[a], atoms[b].x, atoms[b].y)
                a = atoms[a].after
            for w in range(len(prices) - other):
                cost = cost_of(
                    costs, by_size, groups[g].coarse, other + w, groups[g].area, groups[g].perimeter,
                    far + (w - own) * reach, groups[g].soft,
                )  # fmt: skip
                prices[w] = min(prices[w], cost)
        b = atoms[b].after


@kernel
def _cut(atoms, first, floors, prices, order, least, choice, cuts):
    """Find where the runs end when they lie in this order; returns the cost of their groups."""
    runs = len(order)
    least[:] = np.inf
    least[0, 0] = 0.0
    for j in range(runs):
        after = runs - j - 1
        for begin in range(j, floors - after):
            households = 0
            for past in range(begin + 1, floors - after + 1):
                households += atoms[first + past - 1].size
                if households >= prices.shape[1]:
                    break
                cost = least[j, begin] + prices[order[j], households]
                if cost < least[j + 1, past]:
                    least[j + 1, past] = cost
                    choice[j + 1, past] = begin
    if least[runs, floors] < np.inf:
        cuts[runs] = floors
        for j in range(runs, 0, -1):
            cuts[j - 1] = choice[j, cuts[j]]
    return least[runs, floors]


@kernel
def _shift(values, j, at):
    """Move entry j to place `at`; those between make room."""
    value = values[j]
    step = 1 if at > j else -1
    while j != at:
        values[j] = values[j + step]
        j += step
    values[at] = value


@kernel
def _put(atoms, cells, groups, a, g):
    if atoms[a].group != g:
        unseat(atoms, cells, groups, a)
        seat(atoms, cells, groups, a, g)


@kernel
def _sum_costs(groups, names):
    total = 0.0
    for g in names:
        total += groups[g].cost
    return total
