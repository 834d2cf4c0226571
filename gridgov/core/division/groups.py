"""Compiled bookkeeping of groups: who stands where, what a group costs, whether it hangs together."""

# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-calls

from __future__ import annotations

import numpy as np

from gridgov.core.division.compiled import kernel

FOUR_PI = 12.566370614359172
PLAIN_ROADS, ALL_ROADS = 2, 3
"""Edges of a kind below these numbers may be walked."""


@kernel
def next_chance(state):
    """Return a number in [0, 1) (xorshift64*) and step `state[0]`."""
    x = state[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    state[0] = x
    return ((x * np.uint64(2685821657736338717)) >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@kernel
def next_below(state, count):
    """Return a whole number in 0 .. count - 1."""
    return int(next_chance(state) * count)


@kernel
def next_stamp(state):
    """Return two fresh stamps for walks: this number and the next."""
    state[1] += np.uint64(2)
    return np.int64(state[1])


@kernel
def cost_of(costs, by_size, coarse, size, area, perimeter, far, soft):
    """Cost of a group with these sums; `far` is its households' distance from its middle in sum [m]."""
    value = by_size[1 if coarse else 0, min(size, by_size.shape[1] - 1)]
    value += costs.compact * (costs.compact_usual - FOUR_PI * area / (perimeter * perimeter + 1e-9))
    value += costs.distance * far
    if soft:
        value += costs.soft
    return value


@kernel
def spread_of(size, wx, wy, wq):
    """Number of households times the root mean square of their distance from their centre [m]."""
    moment = size * wq - (wx * wx + wy * wy)
    return np.sqrt(moment) if moment > 0.0 else 0.0


@kernel
def stands_on(atoms, cells, c, g):
    """Whether group g has an atom on cell c."""
    only = cells[c].only
    if only >= 0:
        return only == g
    first = cells[c].first
    for slot in range(first, first + cells[c].tenants):
        if atoms[slot].tenant == g:
            return atoms[slot].held > 0
    return False


@kernel
def atoms_on(atoms, cells, c, g):
    """Count the atoms of group g on cell c."""
    first = cells[c].first
    for slot in range(first, first + cells[c].tenants):
        if atoms[slot].tenant == g:
            return atoms[slot].held
    return 0


@kernel
def some_tenant(atoms, cells, c, state):
    """Return a group on cell c, by chance when there are several."""
    only = cells[c].only
    if only >= 0:
        return only
    return atoms[cells[c].first + next_below(state, cells[c].tenants)].tenant


@kernel
def seat(atoms, cells, groups, a, g):
    """Put atom a, of no group, in group g: chain and cell only, no sums."""
    head = groups[g].head
    atoms[a].before = -1
    atoms[a].after = head
    if head >= 0:
        atoms[head].before = a
    groups[g].head = a
    groups[g].atoms += 1
    atoms[a].group = g
    c = atoms[a].cell
    first, count = cells[c].first, cells[c].tenants
    for slot in range(first, first + count):
        if atoms[slot].tenant == g:
            atoms[slot].held += 1
            return
    atoms[first + count].tenant = g
    atoms[first + count].held = 1
    cells[c].tenants = count + 1
    cells[c].only = g if count == 0 else -1


@kernel
def unseat(atoms, cells, groups, a):
    """Take atom a out of its group: chain and cell only, no sums."""
    g = atoms[a].group
    before, after = atoms[a].before, atoms[a].after
    if before >= 0:
        atoms[before].after = after
    else:
        groups[g].head = after
    if after >= 0:
        atoms[after].before = before
    groups[g].atoms -= 1
    c = atoms[a].cell
    first, last = cells[c].first, cells[c].first + cells[c].tenants - 1
    for slot in range(first, last + 1):
        if atoms[slot].tenant == g:
            atoms[slot].held -= 1
            if atoms[slot].held == 0:
                atoms[slot].tenant = atoms[last].tenant
                atoms[slot].held = atoms[last].held
                cells[c].tenants = last - first
                cells[c].only = atoms[first].tenant if last - first == 1 else -1
            return


@kernel
def count_pieces(atoms, cells, c):
    """Count the runs of one group in the stack of cell c."""
    pieces = 1
    for a in range(cells[c].first + 1, cells[c].past):
        if atoms[a].group != atoms[a - 1].group:
            pieces += 1
    return pieces


@kernel
def measure(atoms, cells, edges, groups, costs, by_size, g, stack, state):
    """Sum up group g afresh from its atoms, and cost it."""
    stamp = next_stamp(state)
    size, coarse, found, first, main = 0, 0, 0, -1, False
    area, perimeter, wx, wy, wq = 0.0, 0.0, 0.0, 0.0, 0.0
    a = groups[g].head
    while a >= 0:
        w, x, y, c = atoms[a].size, atoms[a].x, atoms[a].y, atoms[a].cell
        size += w
        coarse += atoms[a].coarse
        wx += w * x
        wy += w * y
        wq += w * (x * x + y * y)
        if cells[c].mark != stamp:
            cells[c].mark = stamp
            first = c
            found += 1
            area += cells[c].area
            perimeter += cells[c].perimeter
            for k in range(cells[c].row, cells[c].row_past):
                if stands_on(atoms, cells, edges[k].cell, g):
                    perimeter -= edges[k].length
                    main = main or edges[k].kind >= PLAIN_ROADS
        a = atoms[a].after
    soft = main and found > 1 and reach(atoms, cells, edges, first, g, PLAIN_ROADS, stack, state) < found
    groups[g].size, groups[g].coarse = size, coarse
    groups[g].area, groups[g].perimeter = area, perimeter
    groups[g].wx, groups[g].wy, groups[g].wq = wx, wy, wq
    groups[g].soft = soft
    if costs.by_spread:
        groups[g].far = spread_of(size, wx, wy, wq)
    else:
        find_middle(atoms, groups, g)
    groups[g].cost = cost_of(costs, by_size, coarse, size, area, perimeter, groups[g].far, soft) if found else 0.0


@kernel
def find_middle(atoms, groups, g):
    """Find the building of group g that is nearest to its households, and sum up their distances from it."""
    least = np.inf
    a = groups[g].head
    while a >= 0:
        if atoms[a].size > 0:
            far = 0.0
            b = groups[g].head
            while b >= 0 and far < least:
                far += atoms[b].size * distance_from(atoms[b], atoms[a].x, atoms[a].y)
                b = atoms[b].after
            if far < least:
                least = far
                groups[g].x, groups[g].y = atoms[a].x, atoms[a].y
        a = atoms[a].after
    groups[g].far = least if least < np.inf else 0.0
    groups[g].moved = 0


@kernel
def settle(atoms, groups, costs, g):
    """Find the middle of group g anew when atoms came or went since, and book what it saves."""
    if groups[g].moved and groups[g].head >= 0:
        far = groups[g].far
        find_middle(atoms, groups, g)
        groups[g].cost += costs.distance * (groups[g].far - far)


@kernel
def distance_from(atom, x, y):
    """Distance of an atom from a point [m]."""
    dx, dy = atom.x - x, atom.y - y
    return np.sqrt(dx * dx + dy * dy)


@kernel
def reach(atoms, cells, edges, start, g, kinds, stack, state):
    """Count the cells of g reached from cell `start` over edges of kind < kinds."""
    stamp = next_stamp(state)
    cells[start].mark = stamp
    stack[0] = start
    height, found = 1, 1
    while height:
        height -= 1
        c = stack[height]
        for k in range(cells[c].row, cells[c].row_past):
            d = edges[k].cell
            if cells[d].mark != stamp and edges[k].kind < kinds and stands_on(atoms, cells, d, g):
                cells[d].mark = stamp
                stack[height] = d
                height += 1
                found += 1
    return found


@kernel
def may_leave(atoms, cells, edges, c, g, kinds, stack, state):
    """Tell whether g hangs together without cell c, over edges of kind < kinds (g does with it)."""
    stamp = next_stamp(state)
    wanted = stamp + 1
    open_ends, start = 0, -1
    for k in range(cells[c].row, cells[c].row_past):
        d = edges[k].cell
        if edges[k].kind < kinds and stands_on(atoms, cells, d, g):
            cells[d].mark = wanted
            start = d
            open_ends += 1
    if open_ends <= 1:
        return open_ends == 1
    cells[c].mark = stamp
    cells[start].mark = stamp
    stack[0] = start
    height = 1
    open_ends -= 1
    while height:
        height -= 1
        here = stack[height]
        for k in range(cells[here].row, cells[here].row_past):
            d = edges[k].cell
            mark = cells[d].mark
            if mark != stamp and edges[k].kind < kinds and (mark == wanted or stands_on(atoms, cells, d, g)):
                if mark == wanted:
                    open_ends -= 1
                    if open_ends == 0:
                        return True
                cells[d].mark = stamp
                stack[height] = d
                height += 1
    return False
