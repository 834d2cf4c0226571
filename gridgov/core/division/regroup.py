"""Dividing a few groups anew: a random tree over their cells, cut at its best places, kept when better."""

# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-calls

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gridgov.core.division.compiled import kernel, roomy
from gridgov.core.division.flips import flip, neighbour_group
from gridgov.core.division.groups import count_pieces, measure, next_below, next_chance, seat, settle, unseat
from gridgov.core.division.region import collect_groups, grow_tree
from gridgov.core.division.treecut import cut_tree


class Regrouping(NamedTuple):
    """How a region is divided anew and judged."""

    grain: int
    """Households per step of weight in the tree cut."""
    polish: int
    """Flips tried per atom before the new division is judged."""
    keep_count: bool
    """Whether the number of groups may not change."""
    heat: float
    """Temperature at which worse divisions are kept."""
    polish_heat: float
    noise: float
    """Random cost of a cut, so that equally good divisions take turns."""


@kernel
def regroup(
    atoms, cells, edges, groups, costs, by_size, close, nodes, best, choice, labels, way, g, want, stack, state
):  # fmt: skip
    """Divide group g and some neighbours (`want` groups in all) anew; returns whether the new division was kept.

    `labels` holds the number of free labels, then these.
    """
    regions, stamp = collect_groups(atoms, cells, edges, groups, nodes, g, want, stack, state)
    old_cost = _listed_cost(groups, nodes, regions)
    total, coarse, old_size_cost = 0, 0, 0.0
    for j in range(regions):
        h = nodes[j].list
        total += groups[h].atoms
        coarse += groups[h].coarse
        old_size_cost += by_size[1 if groups[h].coarse else 0, min(groups[h].size, by_size.shape[1] - 1)]
    if 2 * total > len(nodes):
        return False
    start = atoms[groups[nodes[next_below(state, regions)].list].head].cell
    if grow_tree(atoms, cells, edges, groups, nodes, stamp, start, state) != total:
        return False
    parts = _cut(atoms, nodes, total, close[1 if coarse else 0], way.grain, way.noise, best, choice, state)
    if parts > labels[0] + regions or 2 * parts > len(nodes) or (way.keep_count and parts != regions):
        return False
    if _size_cost(atoms, nodes, total, parts, by_size) > old_size_cost + way.heat:
        return False
    listed = name_parts(groups, nodes, labels, total, regions, parts, stamp)
    surplus = relabel(atoms, cells, edges, groups, costs, by_size, nodes, total, listed, False, stack, state)
    _polish(atoms, cells, edges, groups, costs, by_size, nodes, total, stamp, way, stack, state)
    for j in range(listed):
        settle(atoms, groups, costs, nodes[j].list)
    gain = old_cost - surplus - _listed_cost(groups, nodes, listed)
    kept = gain > 1e-9 or (way.heat > 0.0 and next_chance(state) < np.exp(min(gain / way.heat, 0.0)))
    if not kept:
        relabel(atoms, cells, edges, groups, costs, by_size, nodes, total, listed, True, stack, state)
    for j in range(listed):
        if groups[nodes[j].list].head < 0:
            labels[0] += 1
            labels[labels[0]] = nodes[j].list
    return kept


@kernel
def _listed_cost(groups, nodes, listed):
    cost = 0.0
    for j in range(listed):
        g = nodes[j].list
        if groups[g].head >= 0:
            cost += groups[g].cost
    return cost


@kernel
def name_parts(groups, nodes, labels, count, regions, parts, stamp):
    """Turn part numbers into labels, taking free ones when there are more parts than groups; returns how many labels
    are listed."""
    listed = regions
    for _ in range(parts - regions):
        nodes[listed].list = labels[labels[0]]
        groups[labels[labels[0]]].mark = stamp
        labels[0] -= 1
        listed += 1
    for i in range(count):
        nodes[i].part = nodes[nodes[i].part].list
    return listed


@kernel
def _polish(atoms, cells, edges, groups, costs, by_size, nodes, count, stamp, way, stack, state):
    """Flip atoms of whole cells between the groups of the region."""
    for _ in range(way.polish * count):
        a = nodes[next_below(state, count)].atom
        b = neighbour_group(atoms, cells, edges, a, state)
        if b < 0 or b == atoms[a].group or groups[b].mark != stamp:
            continue
        c = atoms[a].cell
        if cells[c].past - cells[c].first == 1:
            flip(atoms, cells, edges, groups, costs, by_size, a, b, way.polish_heat, True, stack, state)


@roomy
def _cut(atoms, nodes, count, close, grain, noise, best, choice, state):
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


@kernel
def _size_cost(atoms, nodes, count, parts, by_size):
    """Cost of the parts' sizes; without bound when several atoms make one that is too large."""
    for j in range(parts):
        nodes[j].total = 0
        nodes[j].largest = 0
        nodes[j].coarse = 0
    for i in range(count):
        w, j = atoms[nodes[i].atom].size, nodes[i].part
        nodes[j].total += w
        nodes[j].coarse += atoms[nodes[i].atom].coarse
        nodes[j].largest = max(nodes[j].largest, w)
    cost, top = 0.0, by_size.shape[1] - 1
    for j in range(parts):
        if nodes[j].total >= top and nodes[j].total > nodes[j].largest:
            return np.inf
        cost += by_size[1 if nodes[j].coarse else 0, min(nodes[j].total, top)]
    return cost


@kernel
def relabel(atoms, cells, edges, groups, costs, by_size, nodes, count, listed, back, stack, state):
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
