"""Exact divisions inside the search: of a whole component where it is small, else of patches of a few groups."""

# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-calls

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from gridgov.core.division.cover import cover_patch
from gridgov.core.division.exact import floors_of, lay_patch, list_sets
from gridgov.core.division.groups import next_stamp
from gridgov.core.division.region import collect_groups
from gridgov.core.division.regroup import name_parts, relabel
from gridgov.core.division.stacks import recut

FEW_CELLS = 20
CELLS_A_GROUP = 7
"""With more cells in a usual group than this there are too many connected sets, unless the cells are few."""

DEAR = 0.8
"""A group that costs so much of the least size looked at is worth a look at all sizes."""

STEPS_A_SET = 8
"""A patch is given up when so many sets too small or too large were met for each that there is room for."""


class Limits(NamedTuple):
    """How far an exact division goes."""

    least: int
    """Smallest group looked at, unless one is smaller already."""
    sets: int
    """Most connected sets."""
    places: int
    """Most atoms."""


@njit(cache=True, nogil=True)
def divide_all(
    atoms, cells, edges, groups, costs, by_size, nodes, labels, patch, cover, limits, part, stack, state
):  # fmt: skip
    """Divide a component in the best way there is; returns whether it was small enough for that.

    Groups below the least size are looked at when some are, for they are dear.
    """
    if part.past_atom - part.first_atom > len(nodes) or _is_too_fine(atoms, cells, by_size, limits, part):
        return False
    for least in (limits.least, 0):
        regions, dearest = 0, 0.0
        for g in range(part.first_group, part.past_group):
            if groups[g].head >= 0:
                nodes[regions].list = g
                regions += 1
                dearest = max(dearest, groups[g].cost)
        if least < limits.least and dearest < DEAR * by_size[1, limits.least]:
            break
        reach = Limits(least, limits.sets, limits.places)
        done = divide_patch(
            atoms, cells, edges, groups, costs, by_size, nodes, labels, patch, cover, reach, regions, stack, state
        )
        if done < 0 and least == limits.least:
            return False
    return True


@njit(cache=True, nogil=True)
def _is_too_fine(atoms, cells, by_size, limits, part):
    """Tell whether a component has too many cells, or groups of so many that it is not worth a try."""
    count = part.past_cell - part.first_cell
    if count > limits.places:
        return True
    total = 0
    for a in range(part.first_atom, part.past_atom):
        total += atoms[a].size
    return count > FEW_CELLS and CELLS_A_GROUP * total < count * np.argmin(by_size[1])


@njit(cache=True, nogil=True)
def divide_patches(
    atoms, cells, edges, groups, costs, by_size, nodes, labels, patch, cover, limits, part, stack, state
):  # fmt: skip
    """Divide the patch around each group with a large building in the best way; returns whether any was bettered."""
    changed = False
    for g in range(part.first_group, part.past_group):
        if groups[g].head < 0 or groups[g].coarse == 0:
            continue
        found, _ = collect_groups(atoms, cells, edges, groups, nodes, g, limits.places, stack, state)
        regions = _keep_small(atoms, cells, groups, nodes, found, limits.places)
        if regions >= 2:
            done = divide_patch(
                atoms, cells, edges, groups, costs, by_size, nodes, labels, patch, cover, limits, regions, stack,
                state,
            )  # fmt: skip
            changed = changed or done > 0
    return changed


@njit(cache=True, nogil=True)
def divide_patch(
    atoms, cells, edges, groups, costs, by_size, nodes, labels, patch, cover, limits, regions, stack, state
):  # fmt: skip
    """Divide the listed groups anew at the least cost.

    Returns 1 when a better division was found, 0 when theirs is the best, -1 when the patch is too large to tell.
    """
    count = lay_patch(atoms, cells, edges, groups, nodes, regions, patch)
    if count < 0:
        return -1
    own, least = 0.0, limits.least
    for j in range(regions):
        own += groups[nodes[j].list].cost
        least = min(least, groups[nodes[j].list].size)
    found = list_sets(patch, count, costs, by_size, least, limits.sets, STEPS_A_SET * limits.sets)
    if found < 0:
        return -1
    held, pieces = 0, 0.0
    for i in range(count):
        c = atoms[patch.places[i].atom].cell
        held += patch.places[i].floors
        if patch.places[i].floors > 1:
            pieces += costs.surplus * max(0, cells[c].pieces - cells[c].spare)
    parts = cover_patch(patch, count, found, own + pieces, costs.surplus, cover)
    if parts < 0 or parts > labels[0] + regions or held > len(nodes) or (parts == 0 and held == count):
        return min(parts, 0)
    _name_atoms(atoms, nodes, patch, cover, count, parts)
    listed = regions
    if parts > 0:
        listed = name_parts(groups, nodes, labels, held, regions, parts, next_stamp(state))
    own -= relabel(atoms, cells, edges, groups, costs, by_size, nodes, held, listed, False, stack, state)
    if held > count:
        for i in range(count):
            c = atoms[patch.places[i].atom].cell
            while recut(atoms, cells, edges, groups, costs, by_size, c, stack, state):
                pass
    better = own - _listed_cost(groups, nodes, listed) > 1e-9
    if not better:
        relabel(atoms, cells, edges, groups, costs, by_size, nodes, held, listed, True, stack, state)
    for j in range(listed):
        if groups[nodes[j].list].head < 0:
            labels[0] += 1
            labels[labels[0]] = nodes[j].list
    return 1 if better else 0


@njit(cache=True, nogil=True)
def _name_atoms(atoms, nodes, patch, cover, count, parts):
    """Write down which atom goes to which part: floors from the lowest on, in the order of the parts; its own group
    when there are none."""
    n = 0
    for i in range(count):
        a = patch.places[i].atom
        for _ in range(patch.places[i].floors if parts == 0 else 0):
            nodes[n].atom, nodes[n].old, nodes[n].part = a, atoms[a].group, atoms[a].group
            n += 1
            a += 1
        for k in range(parts):
            one = patch.sets[cover.chosen[k]]
            if one.members >> np.uint64(i) & np.uint64(1):
                floors = 1 if patch.places[i].floors == 1 else floors_of(patch.places[i], one.floors)
                for _ in range(floors):
                    nodes[n].atom, nodes[n].old, nodes[n].part = a, atoms[a].group, k
                    n += 1
                    a += 1


@njit(cache=True, nogil=True)
def _listed_cost(groups, nodes, listed):
    cost = 0.0
    for j in range(listed):
        if groups[nodes[j].list].head >= 0:
            cost += groups[nodes[j].list].cost
    return cost


@njit(cache=True, nogil=True)
def _keep_small(atoms, cells, groups, nodes, found, most_places):
    """Keep of the listed groups those of whole buildings, as far as their atoms fit; returns their number."""
    kept, total = 0, 0
    for j in range(found):
        g = nodes[j].list
        if total + groups[g].atoms > most_places or _is_stacked(atoms, cells, groups, g):
            if j == 0:
                return 0
            continue
        total += groups[g].atoms
        nodes[kept].list = g
        kept += 1
    return kept


@njit(cache=True, nogil=True)
def _is_stacked(atoms, cells, groups, g):
    a = groups[g].head
    while a >= 0:
        c = atoms[a].cell
        if cells[c].past - cells[c].first > 1:
            return True
        a = atoms[a].after
    return False
