"""Dividing a few neighbouring groups anew: a random tree over their cells, cut at its best places, kept when better."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

from gridgov.core.division.flips import flip, neighbour_group
from gridgov.core.division.groups import (
    PLAIN_ROADS,
    count_pieces,
    measure,
    next_below,
    next_chance,
    next_stamp,
    seat,
    unseat,
)
from gridgov.core.division.treecut import cut_tree

NODE = np.dtype(
    [
        (name, "i8")
        for name in (
            "atom",
            "parent",
            "weight",
            "old",
            "part",
            "list",
            "from_place",
            "to_cell",
            "begin",
            "past",
            "total",
            "largest",
        )
    ]
    + [("cut", "f4")]
)
"""Room for one region. Per node of the tree: `atom`, `parent`, `weight`, `cut`, the `old` group, the new `part`. Per cell
of it: its nodes `begin` to `past`. Per open edge: `from_place` in the region, `to_cell`. `list`: groups of the region. Per part:
`total` and `largest` atom."""


def make_room(most_nodes: int, states: int) -> tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any]]:
    """Room for regions of up to `most_nodes` atoms: nodes and the two tables of the tree cut."""
    nodes = np.zeros(most_nodes, NODE)
    return nodes, np.zeros((most_nodes, states), np.float32), np.zeros((most_nodes, states), np.int16)


@njit(cache=True, nogil=True)
def regroup(
    atoms,
    cells,
    edges,
    groups,
    costs,
    by_size,
    close,
    nodes,
    best,
    choice,
    labels,
    g,
    want,
    grain,
    temperature,
    noise,
    polish,
    polish_heat,
    press,
    low,
    high,
    keep_count,
    stack,
    state,
):  # type: ignore[no-untyped-def]
    """Divide group g and some neighbours (`want` groups in all) anew; returns whether the new division was kept."""
    regions, stamp = _collect(atoms, cells, edges, groups, nodes, g, want, stack, state)
    total, old_cost, old_size_cost = 0, 0.0, 0.0
    for j in range(regions):
        h = nodes[j].list
        total += groups[h].atoms
        old_cost += groups[h].cost + press * (groups[h].size < low or groups[h].size > high)
        old_size_cost += by_size[min(groups[h].size, len(by_size) - 1)]
    if 2 * total > len(nodes):
        return False
    start = atoms[groups[nodes[next_below(state, regions)].list].head].cell
    count = _grow(atoms, cells, edges, groups, nodes, stamp, start, state)
    if count != total:
        return False
    parts = _cut(atoms, nodes, count, close, grain, noise, best, choice, state)
    extra = parts - regions
    if parts > labels[0] + regions or 2 * parts > len(nodes) or (keep_count and extra != 0):
        return False
    new_size_cost = _size_cost(atoms, nodes, count, parts, by_size)
    if new_size_cost > old_size_cost + temperature:
        return False
    listed = regions
    for _ in range(extra):
        nodes[listed].list = labels[labels[0]]
        labels[0] -= 1
        groups[nodes[listed].list].mark = stamp
        listed += 1
    for i in range(count):
        nodes[i].part = nodes[nodes[i].part].list
    surplus = _relabel(atoms, cells, edges, groups, costs, by_size, nodes, count, listed, False, stack, state)
    for _ in range(polish * count):
        a = nodes[next_below(state, count)].atom
        b = neighbour_group(atoms, cells, edges, a, state)
        if (
            b >= 0
            and b != atoms[a].group
            and groups[b].mark == stamp
            and cells[atoms[a].cell].past - cells[atoms[a].cell].first == 1
        ):
            flip(atoms, cells, edges, groups, costs, by_size, a, b, polish_heat, True, stack, state)
    new_cost = surplus
    for j in range(listed):
        h = nodes[j].list
        new_cost += groups[h].cost + press * (groups[h].head >= 0 and (groups[h].size < low or groups[h].size > high))
    kept = new_cost < old_cost - 1e-9
    if not kept and temperature > 0.0:
        kept = next_chance(state) < np.exp((old_cost - new_cost) / temperature)
    if not kept:
        _relabel(atoms, cells, edges, groups, costs, by_size, nodes, count, listed, True, stack, state)
    for j in range(listed):
        if groups[nodes[j].list].head < 0:
            labels[0] += 1
            labels[labels[0]] = nodes[j].list
    return kept


@njit(cache=True, nogil=True)
def _collect(atoms, cells, edges, groups, nodes, g, want, stack, state):  # type: ignore[no-untyped-def]
    """List group g and up to want - 1 groups joined to it by chance; they are marked with the stamp returned."""
    stamp = next_stamp(state)
    groups[g].mark = stamp
    nodes[0].list = g
    found, looked, offers = 1, 0, 0
    while found < want:
        if looked < found:
            offers = _offer_neighbours(atoms, cells, edges, groups, nodes[looked].list, stamp, stack, offers)
            looked += 1
        chosen = -1
        while offers > 0 and chosen < 0:
            i = next_below(state, offers)
            offers -= 1
            h = stack[i]
            stack[i] = stack[offers]
            if groups[h].mark != stamp:
                chosen = h
        if chosen >= 0:
            groups[chosen].mark = stamp
            nodes[found].list = chosen
            found += 1
        elif looked >= found:
            break
    return found, stamp


@njit(cache=True, nogil=True)
def _offer_neighbours(atoms, cells, edges, groups, g, stamp, stack, offers):  # type: ignore[no-untyped-def]
    """Append the unmarked groups beside g to the stack, as often as they touch."""
    room = len(stack)
    a = groups[g].head
    while a >= 0:
        c = atoms[a].cell
        for k in range(cells[c].row - 1, cells[c].row_past):
            d = c if k < cells[c].row else edges[k].cell
            for slot in range(cells[d].first, cells[d].first + cells[d].tenants):
                h = atoms[slot].tenant
                if groups[h].mark != stamp and offers < room:
                    stack[offers] = h
                    offers += 1
        a = atoms[a].after
    return offers


@njit(cache=True, nogil=True)
def _grow(atoms, cells, edges, groups, nodes, stamp, start, state):  # type: ignore[no-untyped-def]
    """Grow a random tree over the marked groups' cells, main roads last; returns the number of nodes.

    A stack of atoms becomes a path; what lies beyond hangs on one of its ends, seldom in its middle.
    """
    seen = next_stamp(state)
    room = len(nodes)
    count, places, plain, main = 0, 0, 0, 0
    c, source = start, -1
    while True:
        cells[c].mark = seen
        fresh = _add_path(atoms, cells, groups, nodes, stamp, c, source, places, count, state)
        if fresh < 0:
            return -1
        count = fresh
        for k in range(cells[c].row, cells[c].row_past):
            d = edges[k].cell
            if cells[d].mark != seen and _is_in(atoms, cells, groups, d, stamp):
                if plain + main >= room:
                    return -1
                spot = plain
                if edges[k].kind >= PLAIN_ROADS:
                    main += 1
                    spot = room - main
                else:
                    plain += 1
                nodes[spot].from_place = places
                nodes[spot].to_cell = d
        places += 1
        found = False
        while plain + main > 0 and not found:
            if plain > 0:
                spot = next_below(state, plain)
                plain -= 1
                end = plain
            else:
                spot = room - 1 - next_below(state, main)
                end = room - main
                main -= 1
            c, source = nodes[spot].to_cell, nodes[spot].from_place
            nodes[spot].to_cell, nodes[spot].from_place = nodes[end].to_cell, nodes[end].from_place
            found = cells[c].mark != seen
        if not found:
            return count


@njit(cache=True, nogil=True)
def _is_in(atoms, cells, groups, c, stamp):  # type: ignore[no-untyped-def]
    if cells[c].only >= 0:
        return groups[cells[c].only].mark == stamp
    for slot in range(cells[c].first, cells[c].first + cells[c].tenants):  # noqa: SIM110 (compiled)
        if groups[atoms[slot].tenant].mark == stamp:
            return True
    return False


@njit(cache=True, nogil=True)
def _add_path(atoms, cells, groups, nodes, stamp, c, source, place, count, state):  # type: ignore[no-untyped-def]
    """Append the atoms of cell c as a path hung on the cell at place `source`; returns the new count, -1 when full."""
    parent = -1
    if source >= 0:
        begin, past = nodes[source].begin, nodes[source].past
        parent = begin
        if past - begin > 1:
            luck = next_chance(state)
            if luck < 0.45:
                parent = past - 1
            elif luck > 0.9:
                parent = begin + next_below(state, past - begin)
    first, past = cells[c].first, cells[c].past
    if count + past - first > len(nodes):
        return -1
    upwards = past - first == 1 or next_chance(state) < 0.5
    nodes[place].begin = count
    for i in range(past - first):
        a = first + i if upwards else past - 1 - i
        if groups[atoms[a].group].mark == stamp:
            nodes[count].atom = a
            nodes[count].old = atoms[a].group
            nodes[count].parent = parent
            parent = count
            count += 1
    nodes[place].past = count
    return count


@njit(cache=True, nogil=True)
def _cut(atoms, nodes, count, close, grain, noise, best, choice, state):  # type: ignore[no-untyped-def]
    """Cut the tree; `part` of each node is set. Returns the number of parts."""
    top = len(close) - 1
    for i in range(count):
        w = atoms[nodes[i].atom].size
        if grain > 1:
            w = int(w / grain + next_chance(state))
        nodes[i].weight = min(w, top)
        nodes[i].cut = noise * next_chance(state)
    return cut_tree(
        nodes["parent"][:count],
        nodes["weight"][:count],
        nodes["cut"][:count],
        close,
        nodes["part"][:count],
        best,
        choice,
    )


@njit(cache=True, nogil=True)
def _size_cost(atoms, nodes, count, parts, by_size):  # type: ignore[no-untyped-def]
    """Cost of the parts' sizes; without bound when several atoms make one that is too large."""
    for j in range(parts):
        nodes[j].total = 0
        nodes[j].largest = 0
    for i in range(count):
        w, j = atoms[nodes[i].atom].size, nodes[i].part
        nodes[j].total += w
        nodes[j].largest = max(nodes[j].largest, w)
    cost, top = 0.0, len(by_size) - 1
    for j in range(parts):
        if nodes[j].total >= top and nodes[j].total > nodes[j].largest:
            return np.inf
        cost += by_size[min(nodes[j].total, top)]
    return cost


@njit(cache=True, nogil=True)
def _relabel(atoms, cells, edges, groups, costs, by_size, nodes, count, listed, back, stack, state):  # type: ignore[no-untyped-def]
    """Give the nodes their parts (or their old groups) and measure the groups listed; returns the change of the
    cost of surplus pieces."""
    change = 0
    for i in range(count):
        a = nodes[i].atom
        g = nodes[i].old if back else nodes[i].part
        if atoms[a].group != g:
            unseat(atoms, cells, groups, a)
            seat(atoms, cells, groups, a, g)
    done = -1
    for i in range(count):
        c = atoms[nodes[i].atom].cell
        if c != done and cells[c].past - cells[c].first > 1:
            done = c
            change -= max(0, cells[c].pieces - cells[c].spare)
            cells[c].pieces = count_pieces(atoms, cells, c)
            change += max(0, cells[c].pieces - cells[c].spare)
    for j in range(listed):
        measure(atoms, cells, edges, groups, costs, by_size, nodes[j].list, stack, state)
    return costs.surplus * change
