"""Annealing by single atoms: each goes to a neighbouring group when the Metropolis rule and connectivity allow."""

# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-calls

from __future__ import annotations

import numpy as np

from gridgov.core.division.compiled import kernel
from gridgov.core.division.groups import (
    ALL_ROADS,
    PLAIN_ROADS,
    atoms_on,
    cost_of,
    distance_from,
    may_leave,
    next_below,
    next_chance,
    seat,
    settle,
    some_tenant,
    spread_of,
    stands_on,
    unseat,
)

OFTEN = 2
"""The middle of a group is found anew when so many atoms came or went."""


@kernel
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


@kernel
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


@kernel
def flip(atoms, cells, edges, groups, costs, by_size, a, b, temperature, keep_groups, stack, state):
    """Move atom a to group b if the cost falls, or by chance at this temperature, and both groups stay connected.

    With `keep_groups` the last atom of a group stays. Returns whether it moved.
    """
    c, g = atoms[a].cell, atoms[a].group
    last = groups[g].atoms == 1
    if (last and keep_groups) or (atoms[a].size > 0 and groups[b].size + atoms[a].size > by_size.shape[1] - 2):
        return False
    change, more_pieces, leaves, enters = 0.0, 0, True, True
    if cells[c].past - cells[c].first > 1:
        more_pieces = _more_pieces(atoms, cells, a, b)
        if more_pieces == 2:
            return False
        change = costs.surplus * _more_surplus(cells, c, more_pieces)
        leaves, enters = atoms_on(atoms, cells, c, g) == 1, not stands_on(atoms, cells, c, b)
    old_area, old_perimeter = groups[g].area, groups[g].perimeter
    new_area, new_perimeter = groups[b].area, groups[b].perimeter
    contacts = 2
    if leaves or enters:
        with_old, with_new, plain, contacts = _borders(atoms, cells, edges, c, g, b)
        if enters and not plain and not groups[b].soft:
            return False
        if leaves:
            old_area -= cells[c].area
            old_perimeter += 2 * with_old - cells[c].perimeter
        if enters:
            new_area += cells[c].area
            new_perimeter += cells[c].perimeter - 2 * with_new
    old_cost = 0.0 if last else _cost_with(costs, by_size, groups[g], atoms[a], -1, old_area, old_perimeter)
    new_cost = _cost_with(costs, by_size, groups[b], atoms[a], 1, new_area, new_perimeter)
    change += old_cost + new_cost - groups[g].cost - groups[b].cost
    if not _accept(change, temperature, state):
        return False
    if leaves and not last and (contacts != 1 or groups[g].soft):
        kinds = ALL_ROADS if groups[g].soft else PLAIN_ROADS
        if not may_leave(atoms, cells, edges, c, g, kinds, stack, state):
            return False
    unseat(atoms, cells, groups, a)
    seat(atoms, cells, groups, a, b)
    cells[c].pieces += more_pieces
    _book(costs, groups[g], atoms[a], -1, old_area, old_perimeter, old_cost)
    _book(costs, groups[b], atoms[a], 1, new_area, new_perimeter, new_cost)
    if last:
        groups[g].soft = 0
    if not costs.by_spread:
        for h in (g, b):
            if groups[h].moved >= OFTEN:
                settle(atoms, groups, costs, h)
    return True


@kernel
def _more_pieces(atoms, cells, a, b):
    """Count the runs of one group that the stack gains when atom a goes to b."""
    c, g = atoms[a].cell, atoms[a].group
    more = 0
    if a > cells[c].first:
        more += (atoms[a - 1].group != b) - (atoms[a - 1].group != g)
    if a + 1 < cells[c].past:
        more += (atoms[a + 1].group != b) - (atoms[a + 1].group != g)
    return more


@kernel
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


@kernel
def _more_surplus(cells, c, more_pieces):
    """Count the pieces beyond those that cost nothing that cell c gains with so many pieces more."""
    pieces, spare = cells[c].pieces, cells[c].spare
    return max(0, pieces + more_pieces - spare) - max(0, pieces - spare)


@kernel
def _cost_with(costs, by_size, group, atom, sign, area, perimeter):
    """Cost of a group with an atom more (`sign` 1) or less (-1) and this area and perimeter."""
    size, coarse = group.size + sign * atom.size, group.coarse + sign * atom.coarse
    far = _far_with(costs, group, atom, sign * atom.size)
    return cost_of(costs, by_size, coarse, size, area, perimeter, far, group.soft)


@kernel
def _far_with(costs, group, atom, w):
    """Distance of a group's households in sum with w of the atom's more [m]; its middle stays where it is."""
    if not costs.by_spread:
        return group.far + w * distance_from(atom, group.x, group.y)
    x, y = atom.x, atom.y
    return spread_of(group.size + w, group.wx + w * x, group.wy + w * y, group.wq + w * (x * x + y * y))


@kernel
def _accept(change, temperature, state):
    """Decide by the Metropolis rule; at temperature 0 the cost must fall."""
    if temperature <= 0.0:
        return change < -1e-9
    if change <= 0.0:
        return True
    return change < 30.0 * temperature and next_chance(state) < np.exp(-change / temperature)


@kernel
def _book(costs, group, atom, sign, area, perimeter, cost):
    """Add an atom to the sums of a group (`sign` 1) or take it off (-1)."""
    w, x, y = sign * atom.size, atom.x, atom.y
    group.far = _far_with(costs, group, atom, w)
    group.moved += 1
    group.size += w
    group.coarse += sign * atom.coarse
    group.wx += w * x
    group.wy += w * y
    group.wq += w * (x * x + y * y)
    group.area, group.perimeter, group.cost = area, perimeter, cost
