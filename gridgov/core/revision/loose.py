"""Nodes without a group: what is new, and what was cut off from its group."""

from __future__ import annotations

import numpy as np
from numba import njit

from gridgov.core.components import find_components
from gridgov.core.division import AtomGraph, DivisionRules, divide_graph
from gridgov.core.revision.ground import Bools, Ground, Ints
from gridgov.core.revision.state import NOBODY, ONE, State, move, stays_whole, touch_length
from gridgov.core.revision.transfers import Limits, cost_now, group_cost


def label_parts(ground: Ground, label: Ints) -> Ints:
    """Number the connected parts of every group.

    Parameters
    ----------
    ground : Ground
        The ground.
    label : array of int, shape (nodes,)
        Group of each node; nodes of group -1 are joined like any other group.

    Returns
    -------
    array of int, shape (nodes,)
        Part of each node; two nodes of one group in one part can be reached without leaving the group.
    """
    nodes, cells = len(label), len(ground.row) - 1
    of_pair = np.repeat(np.arange(nodes), np.diff(ground.node_start))
    key = ground.node_cells * (nodes + 2) + label[of_pair] + 1
    known, pair = np.unique(key, return_inverse=True)
    source = np.repeat(np.arange(cells), np.diff(ground.row))
    # every group on a cell meets the same group on the next cell
    start = np.searchsorted(known // (nodes + 2), np.arange(cells + 1))
    many = np.diff(start)[source]
    edge = np.repeat(np.arange(len(source)), many)
    place = start[source][edge] + np.arange(len(edge)) - np.repeat(np.cumsum(many) - many, many)
    wanted = ground.neighbour[edge] * (nodes + 2) + known[place] % (nodes + 2)
    found = np.searchsorted(known, wanted)
    hit = (found < len(known)) & (known[np.minimum(found, len(known) - 1)] == wanted) if len(known) else found < 0
    left = np.r_[pair + nodes, place[hit] + nodes]
    right = np.r_[of_pair, found[hit] + nodes]
    size = nodes + len(known)
    return find_components(size, left, right)[:nodes]


def cut_off_parts(ground: Ground, label: Ints, extra: Bools) -> Ints:
    """Take away the group of every node outside the main part of its group; frozen nodes keep theirs.

    Parameters
    ----------
    ground : Ground
        The ground.
    label : array of int, shape (nodes,)
        Group of each node, -1 for none.
    extra : array of bool, shape (nodes,)
        Nodes that count for nothing when the main part is chosen.

    Returns
    -------
    array of int, shape (nodes,)
        Labels; every group is connected, but for frozen nodes.
    """
    part = label_parts(ground, label)
    weight = np.where(extra, 0.0, ground.size + 1e-6) + np.where(ground.frozen, 1e6, 0.0)
    heavy = np.bincount(part, weight)
    first = np.full(len(heavy), len(label), np.int64)
    np.minimum.at(first, part, np.arange(len(label)))
    group = label[first]
    order = np.lexsort((first, -heavy, group))
    main = np.zeros(len(heavy), bool)
    main[order] = np.r_[True, group[order][1:] != group[order][:-1]]
    return np.where(main[part] | ground.frozen, label, -1)


def divide_large_parts(
    graph: AtomGraph,
    ground: Ground,
    label: Ints,
    node: Ints,
    rules: DivisionRules,
    groups: int,
    seed: int,
    *,
    every: bool = False,
) -> tuple[Ints, int]:
    """Divide what has no group and is large enough for groups of its own, or touches no group.

    Parameters
    ----------
    graph : AtomGraph
        Atoms, cells and edges.
    ground : Ground
        The ground.
    label : array of int, shape (nodes,)
        Group of each node, -1 for none.
    node : array of int, shape (atoms,)
        Node of each atom.
    rules : DivisionRules
        Sizes.
    groups : int
        First free label.
    seed : int
        For the division.
    every : bool
        Divide small parts too, that no group beside them may take.

    Returns
    -------
    labels : array of int, shape (nodes,)
        With new groups.
    groups : int
        Next free label.
    """
    loose = label < 0
    part = label_parts(ground, label)
    total = np.bincount(part, np.where(loose, ground.size, 0))
    alone = np.ones(len(total), bool)
    alone[part[_touches_group(ground, label) & loose]] = False
    chosen = loose & ((total >= rules.min) | alone | every)[part]
    if not chosen.any():
        return label, groups
    atom = np.flatnonzero(chosen[node])
    found = divide_graph(_cut_graph(graph, atom), rules, seed=seed)
    label = label.copy()
    label[node[atom]] = groups + found
    return label, groups + int(found.max()) + 1


def _touches_group(ground: Ground, label: Ints) -> Bools:
    """Whether a node lies beside a node that has a group."""
    nodes, cells = len(label), len(ground.row) - 1
    of_pair = np.repeat(np.arange(nodes), np.diff(ground.node_start))
    held = np.zeros(cells, bool)
    held[ground.node_cells[label[of_pair] >= 0]] = True
    source = np.repeat(np.arange(cells), np.diff(ground.row))
    beside = held.copy()
    beside[source[held[ground.neighbour]]] = True
    out = np.zeros(nodes, bool)
    out[of_pair[beside[ground.node_cells]]] = True
    return out


def _cut_graph(graph: AtomGraph, atom: Ints) -> AtomGraph:
    """Take some atoms, and the cells they lie on, out of a graph."""
    cells, cell = np.unique(graph.cell[atom], return_inverse=True)
    place = np.full(graph.cell_count, -1, np.int64)
    place[cells] = np.arange(len(cells))
    keep = (place[graph.edge_left] >= 0) & (place[graph.edge_right] >= 0)
    return AtomGraph(
        size=graph.size[atom],
        x=graph.x[atom],
        y=graph.y[atom],
        cell=cell.astype(np.int64),
        cell_area_m2=graph.cell_area_m2[cells],
        cell_perimeter_m=graph.cell_perimeter_m[cells],
        edge_left=place[graph.edge_left[keep]],
        edge_right=place[graph.edge_right[keep]],
        edge_length_m=graph.edge_length_m[keep],
        edge_kind=graph.edge_kind[keep],
    )


@njit(cache=True, nogil=True)
def reconnect_parts(ground: Ground, state: State, part: Ints, limits: Limits, reason: Ints) -> None:
    """Give a group the one node between its main part and a part cut off, where that moves fewer households.

    Parameters
    ----------
    ground : Ground
        The ground.
    state : State
        Groups without the parts that were cut off; changed in place.
    part : array of int, shape (nodes,)
        Part of each node before anything was cut off.
    limits : Limits
        Sizes and prices.
    reason : array of int, shape (nodes,)
        Filled with the group for whose sake a node was moved.
    """
    one = np.empty(1, np.int64)
    for v in range(len(state.label)):
        home = ground.home[v]
        if state.label[v] >= 0 or home < 0 or state.held[home] == 0 or state.closed[home]:
            continue
        loss, gain = 0.0, 0
        for u in range(len(part)):
            if part[u] == part[v] and state.label[u] < 0:
                loss += limits.household * ground.size[u] + limits.cell
                gain += ground.size[u]
        old = cost_now(state, home, limits)
        best, least = -1, loss
        for k in range(ground.node_start[v], ground.node_start[v + 1]):
            c = ground.node_cells[k]
            for e in range(ground.row[c], ground.row[c + 1]):
                d = ground.neighbour[e]
                for q in range(ground.cell_start[d], ground.cell_start[d + 1]):
                    u = ground.cell_nodes[q]
                    if ground.frozen[u] or state.label[u] == home:
                        continue
                    length, _, shared = touch_length(ground, state, u, home, NOBODY)
                    if length == 0.0 and shared == 0:
                        continue
                    full = state.total[home] + gain + ground.size[u]
                    value = group_cost(state, home, full, ONE, limits) - old
                    o = state.label[u]
                    if o >= 0:
                        one[0] = u
                        if state.held[o] < 2 or not stays_whole(ground, state, o, one, ONE):
                            continue
                        rest = state.total[o] - ground.size[u]
                        value += group_cost(state, o, rest, ONE, limits) - cost_now(state, o, limits)
                        value += limits.household * ground.size[u] + limits.cell
                    if value < least:
                        best, least = u, value
        if best >= 0:
            move(ground, state, best, home)
            reason[best] = home
            for u in range(len(part)):
                if part[u] == part[v] and state.label[u] < 0:
                    move(ground, state, u, home)


@njit(cache=True, nogil=True)
def attach_loose(ground: Ground, state: State, limits: Limits) -> int:
    """Put every node without a group into the best group beside it; return how many stay without.

    Parameters
    ----------
    ground : Ground
        The ground.
    state : State
        Groups; changed in place.
    limits : Limits
        Sizes and prices.

    Returns
    -------
    int
        Nodes beside no group.
    """
    left = 0
    changed = True
    while changed:
        changed = False
        left = 0
        for v in range(len(state.label)):
            if state.label[v] >= 0:
                continue
            to = _find_best_group(ground, state, v, limits)
            if to >= 0:
                move(ground, state, v, to)
                changed = True
            else:
                left += 1
    return left


@njit(cache=True, nogil=True)
def _find_best_group(ground, state, v, limits):  # type: ignore[no-untyped-def]
    """Find the group beside `v` that it suits best by size and shape; -1 for none."""
    best, least = -1, np.inf
    for k in range(ground.node_start[v], ground.node_start[v + 1]):
        c = ground.node_cells[k]
        for e in range(ground.row[c] - 1, ground.row[c + 1]):
            d = c if e < ground.row[c] else ground.neighbour[e]
            for q in range(ground.cell_start[d], ground.cell_start[d + 1]):
                u = ground.cell_nodes[q]
                g = state.label[u]
                if g < 0 or g == best or state.closed[g]:
                    continue
                length, free, shared = touch_length(ground, state, v, g, NOBODY)
                full = state.total[g] + ground.size[v]
                cost = group_cost(state, g, full, ONE, limits) - cost_now(state, g, limits)
                cost -= limits.border * length
                cost += limits.road if free == 0.0 and not shared else 0.0
                cost -= limits.household * ground.size[v] + limits.cell if g == ground.home[v] else 0.0
                if cost < least - 1e-12 or (abs(cost - least) <= 1e-12 and g < best):
                    best, least = g, cost
    return best
