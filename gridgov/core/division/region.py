"""A region to divide anew: a few neighbouring groups, and a random tree over their cells."""

# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-calls

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from gridgov.core.division.compiled import kernel
from gridgov.core.division.groups import PLAIN_ROADS, next_below, next_chance, next_stamp

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
            "coarse",
        )
    ]
    + [("cut", "f4")]
)
"""Room for one region. Per node of the tree: `atom`, `parent`, `weight`, `cut`, the `old` group, the new `part`. Per
cell of it: its nodes `begin` to `past`. Per open edge: `from_place` in the region, `to_cell`. `list`: groups of the
region. Per part: `total`, `largest` atom and how many are `coarse`."""


def make_room(most_nodes: int, states: int) -> tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any]]:
    """Make room for regions: nodes and the two tables of the tree cut.

    Parameters
    ----------
    most_nodes : int
        Atoms of the largest region.
    states : int
        Columns of the tables.

    Returns
    -------
    tuple of numpy.ndarray
        Nodes, costs and choices.
    """
    nodes = np.zeros(most_nodes, NODE)
    return nodes, np.zeros((most_nodes, states), np.float32), np.zeros((most_nodes, states), np.int16)


@kernel
def collect_groups(atoms, cells, edges, groups, nodes, g, want, stack, state):
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


@kernel
def _offer_neighbours(atoms, cells, edges, groups, g, stamp, stack, offers):
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


@kernel
def grow_tree(atoms, cells, edges, groups, nodes, stamp, start, state):
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


@kernel
def _is_in(atoms, cells, groups, c, stamp):
    if cells[c].only >= 0:
        return groups[cells[c].only].mark == stamp
    for slot in range(cells[c].first, cells[c].first + cells[c].tenants):
        if groups[atoms[slot].tenant].mark == stamp:
            return True
    return False


@kernel
def _add_path(atoms, cells, groups, nodes, stamp, c, source, place, count, state):
    """Append the atoms of cell c as a path hung on the cell at place `source`; returns the count, -1 when full."""
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
