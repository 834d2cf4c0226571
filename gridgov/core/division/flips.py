"""Annealing by single atoms: each goes to a neighbouring group when the Metropolis rule and connectivity allow."""

# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-calls

from __future__ import annotations

import numpy as np
from numba import njit

from gridgov.core.division.groups import (
    ALL_ROADS,
    PLAIN_ROADS,
    atoms_on,
    cost_of,
    may_leave,
    next_below,
    next_chance,
    seat,
    some_tenant,
    stands_on,
    unseat,
)


@njit(cache=True, nogil=True)
def anneal(atoms, cells, edges, groups, costs, by_size, begin, end, rounds, hot, cold, keep_groups, stack, state):
    """Try `rounds` flips per atom of the range, cooling geometrically; returns the number made."""
    count = end - begin
    made = 0
    if count == 0 or rounds == 0:
        return made
    temperature = hot
    cooling = (cold / hot) ** (1.0 / rounds)
    for _ in range(rounds):
        for _ in range(count):
            a = begin + next_below(state, count)
            g = atoms[a].group
            b = neighbour_group(atoms, cells, edges, a, state)
            if b >= 0 and b != g:
                made += flip(
                    atoms, cells, edges, groups, costs, by_size, a, b, temperature, keep_groups, stack, state
                )
        temperature *= cooling
    return made


@njit(cache=True, nogil=True)
def neighbour_group(atoms, cells, edges, a, state):
    """Return the group of a neighbour of atom a: in its stack or on a cell beside, by chance; -1 for none."""
    c = atoms[a].cell
    first, past = cells[c].first, cells[c].past
    if past - first > 1 and next_chance(state) < 0.6:
        other = a - 1 if next_chance(state) < 0.5 else a + 1
        return atoms[other].group if first <= other < past else -1
    degree = cells[c].row_past - cells[c].row
    if degree == 0:
        return -1
    d = edges[cells[c].row + next_below(state, degree)].cell
    return some_tenant(atoms, cells, d, state)


@njit(cache=True, nogil=True, fastmath=True)
def flip(atoms, cells, edges, groups, costs, by_size, a, b, temperature, keep_groups, stack, state):
    """Move atom a to group b if the cost falls, or by chance at this temperature, and both groups stay connected.

    With `keep_groups` the last atom of a group stays. Returns whether it moved.
    """
    c, g = atoms[a].cell, atoms[a].group
    last = groups[g].atoms == 1
    if last and keep_groups:
        return False
    w, x, y = atoms[a].size, atoms[a].x, atoms[a].y
    if w > 0 and groups[b].size + w > by_size.shape[1] - 2:
        return False
    stacked = cells[c].past - cells[c].first > 1
    more_pieces = 0
    limit = -temperature * np.log(next_chance(state) + 1e-300) if temperature > 0.0 else -1e-9
    leaves = enters = True
    if stacked:
        more_pieces = _more_pieces(atoms, cells, a, b)
        if more_pieces == 2:
            return False
        spare = cells[c].spare
        over = max(0, cells[c].pieces + more_pieces - spare) - max(0, cells[c].pieces - spare)
        limit -= costs.surplus * over
        leaves = atoms_on(atoms, cells, c, g) == 1
        enters = not stands_on(atoms, cells, c, b)
    old, new = groups[g], groups[b]
    q = x * x + y * y
    old_area, old_perimeter, new_area, new_perimeter = old.area, old.perimeter, new.area, new.perimeter
    contacts = 2
    if leaves or enters:
        with_old, with_new, plain, contacts = _borders(atoms, cells, edges, c, g, b)
        if leaves:
            old_area -= cells[c].area
            old_perimeter += 2 * with_old - cells[c].perimeter
        if enters:
            if not plain and not new.soft:
                return False
            new_area += cells[c].area
            new_perimeter += cells[c].perimeter - 2 * with_new
    old_cost = 0.0
    if not last:
        old_cost = cost_of(
            costs,
            by_size,
            old.coarse - atoms[a].coarse,
            old.size - w,
            old_area,
            old_perimeter,
            old.wx - w * x,
            old.wy - w * y,
            old.wq - w * q,
            old.soft,
        )
    new_cost = cost_of(
        costs,
        by_size,
        new.coarse + atoms[a].coarse,
        new.size + w,
        new_area,
        new_perimeter,
        new.wx + w * x,
        new.wy + w * y,
        new.wq + w * q,
        new.soft,
    )
    if old_cost + new_cost - old.cost - new.cost > limit:
        return False
    if leaves and not last and not (contacts == 1 and not old.soft):
        kinds = ALL_ROADS if old.soft else PLAIN_ROADS
        if not may_leave(atoms, cells, edges, c, g, kinds, stack, state):
            return False
    unseat(atoms, cells, groups, a)
    seat(atoms, cells, groups, a, b)
    cells[c].pieces += more_pieces
    _book(groups, g, -w, -atoms[a].coarse, x, y, q, old_area, old_perimeter, old_cost)
    _book(groups, b, w, atoms[a].coarse, x, y, q, new_area, new_perimeter, new_cost)
    if last:
        groups[g].soft = 0
    return True


@njit(cache=True, nogil=True)
def _more_pieces(atoms, cells, a, b):
    """Count the runs of one group that the stack gains when atom a goes to b."""
    c, g = atoms[a].cell, atoms[a].group
    more = 0
    if a > cells[c].first:
        more += (atoms[a - 1].group != b) - (atoms[a - 1].group != g)
    if a + 1 < cells[c].past:
        more += (atoms[a + 1].group != b) - (atoms[a + 1].group != g)
    return more


@njit(cache=True, nogil=True)
def _borders(atoms, cells, edges, c, g, b):
    """Border of cell c with g and with b [m], whether b's is more than main road, and the neighbours in g."""
    with_g, with_b, plain, contacts = 0.0, 0.0, False, 0
    for k in range(cells[c].row, cells[c].row_past):
        d = edges[k].cell
        only = cells[d].only
        if only == g or (only < 0 and stands_on(atoms, cells, d, g)):
            with_g += edges[k].length
            contacts += 1
        if only == b or (only < 0 and stands_on(atoms, cells, d, b)):
            with_b += edges[k].length
            plain = plain or edges[k].kind < PLAIN_ROADS
    return with_g, with_b, plain, contacts


@njit(cache=True, nogil=True, fastmath=True)
def _book(groups, g, w, coarse, x, y, q, area, perimeter, cost):
    groups[g].size += w
    groups[g].coarse += coarse
    groups[g].wx += w * x
    groups[g].wy += w * y
    groups[g].wq += w * q
    groups[g].area = area
    groups[g].perimeter = perimeter
    groups[g].cost = cost
