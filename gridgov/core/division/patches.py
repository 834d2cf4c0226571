"""Exact divisions inside the search: of a whole component where it is small, else of patches of a few groups."""

# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-calls

from __future__ import annotations

from typing import NamedTuple

from numba import njit

from gridgov.core.division.cover import cover_patch
from gridgov.core.division.exact import lay_patch, list_sets
from gridgov.core.division.groups import next_stamp
from gridgov.core.division.region import collect_groups
from gridgov.core.division.regroup import name_parts, relabel

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
    """Divide a component in the best way there is; returns whether it was small enough for that."""
    regions, total = 0, 0
    for g in range(part.first_group, part.past_group):
        if groups[g].head >= 0 and total <= limits.places:
            nodes[regions].list = g
            regions += 1
            total += groups[g].atoms
    if total > limits.places:
        return False
    for least in (0, limits.least):
        reach = Limits(least, limits.sets, limits.places)
        done = divide_patch(
            atoms, cells, edges, groups, costs, by_size, nodes, labels, patch, cover, reach, regions, stack, state
        )
        if done >= 0:
            return True
    return False


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
    parts = cover_patch(patch, count, found, own, cover)
    if parts <= 0 or parts > labels[0] + regions:
        return min(parts, 0)
    for i in range(count):
        nodes[i].atom = patch.places[i].atom
        nodes[i].old = atoms[nodes[i].atom].group
        for k in range(parts):
            if patch.sets[cover.chosen[k]].members >> i & 1:
                nodes[i].part = k
    listed = name_parts(groups, nodes, labels, count, regions, parts, next_stamp(state))
    relabel(atoms, cells, edges, groups, costs, by_size, nodes, count, listed, False, stack, state)
    for j in range(listed):
        if groups[nodes[j].list].head < 0:
            labels[0] += 1
            labels[labels[0]] = nodes[j].list
    return 1


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
