"""Compiled smoothing of borders: flips of atoms between clusters that count the shape of the section as well."""

# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-calls

from __future__ import annotations

from numba import njit

from gridgov.core.division.flips import flip, neighbour_group
from gridgov.core.division.groups import FOUR_PI, count_pieces, measure, next_below, next_stamp, seat

FORCE = 1e9
"""On the cost of a group, it makes any flip out of it welcome."""


@njit(cache=True, nogil=True)
def smooth(
    atoms, cells, edges, groups, costs, by_size, start, section, area, around, weight, part, rounds, hot, cold,
    stack, state
):  # fmt: skip
    """Anneal the atoms of one component from the clusters `start`, with the section of each cluster held fixed.

    `area` and `around` of the sections are filled; `part` are the first atom, cell and cluster and one past each.
    """
    a0, a1, c0, c1, g0, g1 = part
    for a in range(a0, a1):
        seat(atoms, cells, groups, a, start[a])
    for c in range(c0, c1):
        cells[c].pieces = count_pieces(atoms, cells, c)
        _add_cell(atoms, cells, edges, c, section, area, around)
    for g in range(g0, g1):
        if groups[g].head >= 0:
            measure(atoms, cells, edges, groups, costs, by_size, g, stack, state)
    temperature, cooling = hot, (cold / hot) ** (1.0 / max(rounds, 1))
    for _ in range(rounds):
        for _ in range(a1 - a0):
            a = a0 + next_below(state, a1 - a0)
            b = neighbour_group(atoms, cells, edges, a, state)
            if b >= 0 and b != atoms[a].group:
                _flip(
                    atoms, cells, edges, groups, costs, by_size, a, b, temperature, section, area, around, weight,
                    stack, state,
                )  # fmt: skip
        temperature *= cooling


@njit(cache=True, nogil=True)
def _add_cell(atoms, cells, edges, c, section, area, around):
    """Add cell c to every section that stands on it."""
    first = cells[c].first
    for slot in range(first, first + cells[c].tenants):
        s = section[atoms[slot].tenant]
        if _first_slot(atoms, cells, c, s, section) == slot:
            area[s] += cells[c].area
            around[s] += cells[c].perimeter - _border_with(atoms, cells, edges, c, s, section)


@njit(cache=True, nogil=True)
def _first_slot(atoms, cells, c, s, section):
    """First slot of cell c whose cluster is of section s, -1 when there is none."""
    first = cells[c].first
    for slot in range(first, first + cells[c].tenants):
        if section[atoms[slot].tenant] == s:
            return slot
    return -1


@njit(cache=True, nogil=True)
def _stands_on(atoms, cells, c, s, section):
    only = cells[c].only
    if only >= 0:
        return section[only] == s
    return _first_slot(atoms, cells, c, s, section) >= 0


@njit(cache=True, nogil=True)
def _border_with(atoms, cells, edges, c, s, section):
    """Border of cell c with section s [m]."""
    length = 0.0
    for k in range(cells[c].row, cells[c].row_past):
        if _stands_on(atoms, cells, edges[k].cell, s, section):
            length += edges[k].length
    return length


@njit(cache=True, nogil=True)
def _flip(
    atoms, cells, edges, groups, costs, by_size, a, b, temperature, section, area, around, weight, stack, state
):  # fmt: skip
    """Move atom a to cluster b if the cost of clusters and sections together falls, or by chance."""
    g, c = atoms[a].group, atoms[a].cell
    s, t = section[g], section[b]
    if s == t:
        flip(atoms, cells, edges, groups, costs, by_size, a, b, temperature, True, stack, state)
        return
    leaves = _atoms_on(atoms, cells, c, s, section) == 1
    enters = not _stands_on(atoms, cells, c, t, section)
    old_area, old_around, new_area, new_around = area[s], around[s], area[t], around[t]
    if leaves:
        old_area -= cells[c].area
        old_around += 2 * _border_with(atoms, cells, edges, c, s, section) - cells[c].perimeter
    if enters:
        new_area += cells[c].area
        new_around += cells[c].perimeter - 2 * _border_with(atoms, cells, edges, c, t, section)
    gain = _roundness(old_area, old_around) + _roundness(new_area, new_around)
    gain -= _roundness(area[s], around[s]) + _roundness(area[t], around[t])
    cost = groups[g].cost
    # what the sections gain is put on the cost that would go
    groups[g].cost = cost + weight * gain
    if not flip(atoms, cells, edges, groups, costs, by_size, a, b, temperature, True, stack, state):
        groups[g].cost = cost
        return
    if leaves and not _hangs_together(atoms, cells, edges, c, s, section, stack, state):
        groups[b].cost += FORCE
        flip(atoms, cells, edges, groups, costs, by_size, a, g, 0.0, True, stack, state)
        return
    area[s], around[s], area[t], around[t] = old_area, old_around, new_area, new_around


@njit(cache=True, nogil=True)
def _roundness(area, around):
    return FOUR_PI * area / (around * around + 1e-9)


@njit(cache=True, nogil=True)
def _atoms_on(atoms, cells, c, s, section):
    """Count the atoms of section s on cell c."""
    count, first = 0, cells[c].first
    for slot in range(first, first + cells[c].tenants):
        if section[atoms[slot].tenant] == s:
            count += atoms[slot].held
    return count


@njit(cache=True, nogil=True)
def _hangs_together(atoms, cells, edges, c, s, section, stack, state):
    """Tell whether section s is one piece; cell c, which it has just left, had all its neighbours in s joined."""
    stamp = next_stamp(state)
    wanted = stamp + 1
    open_ends, start = 0, -1
    for k in range(cells[c].row, cells[c].row_past):
        d = edges[k].cell
        if _stands_on(atoms, cells, d, s, section):
            cells[d].mark = wanted
            start = d
            open_ends += 1
    if open_ends == 0:
        return False
    cells[start].mark = stamp
    stack[0] = start
    height = 1
    open_ends -= 1
    while height and open_ends:
        height -= 1
        here = stack[height]
        for k in range(cells[here].row, cells[here].row_past):
            d = edges[k].cell
            mark = cells[d].mark
            if mark != stamp and (mark == wanted or _stands_on(atoms, cells, d, s, section)):
                open_ends -= mark == wanted
                cells[d].mark = stamp
                stack[height] = d
                height += 1
    return open_ends == 0
