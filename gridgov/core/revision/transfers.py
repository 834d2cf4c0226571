"""Transfers: connected sets of nodes that one group can give to another, and what each would cost."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from gridgov.core.revision.ground import Floats, Ground, Ints
from gridgov.core.revision.state import NOBODY, ONE, THREE, TWO, State, move, stays_whole, touch_length

MOST_NODES = 128
"""Most nodes in one transfer."""
BEAM = 6
"""Transfers that are followed further."""
EMPTY = 16
"""Most nodes without households in a growing set."""
NEAR = 48
"""Most neighbours of a node that are looked at."""


class Limits(NamedTuple):
    """Sizes and prices as the search needs them."""

    min: float
    low: float
    high: float
    max: float
    household: float
    cell: float
    border: float
    """Cost of one metre of border."""
    road: float


class Transfers(NamedTuple):
    """The best transfers found so far, best first."""

    nodes: Ints
    """Nodes of each, (BEAM, MOST_NODES)."""
    many: Ints
    giver: Ints
    taker: Ints
    cost: Floats
    """Change of the whole cost."""
    rank: Floats
    """The same without what a further move might mend."""
    found: Ints
    """One number: how many there are."""


@njit(cache=True, nogil=True)
def make_transfers() -> Transfers:
    """Make an empty list."""
    return Transfers(
        np.empty((BEAM, MOST_NODES), np.int64), np.zeros(BEAM, np.int64), np.zeros(BEAM, np.int64),
        np.zeros(BEAM, np.int64), np.zeros(BEAM), np.zeros(BEAM), np.zeros(1, np.int64),
    )  # fmt: skip


@njit(cache=True, nogil=True)
def size_cost(total: float, limits: Limits) -> float:
    """Cost of a group of `total` households: 0 in the preferred sizes, about 1 beside them, above 3 outside all."""
    away = max(limits.low - total, total - limits.high)
    if away <= 0:
        return 0.0
    out = max(limits.min - total, total - limits.max)
    return 1.0 + 0.03 * away + (2.0 + 0.1 * out if out > 0 else 0.0)


@njit(cache=True, nogil=True)
def group_cost(state: State, g: int, total: int, count: int, limits: Limits) -> float:
    """Cost of group `g` if it had so many households and nodes; to be better than before counts for nothing."""
    if count == 0:
        return 0.0
    return float(max(0.0, size_cost(float(total), limits) - state.fair[g]))


@njit(cache=True, nogil=True)
def cost_now(state: State, g: int, limits: Limits) -> float:
    """Cost of a group as it is."""
    return float(group_cost(state, g, state.total[g], state.held[g], limits))


@njit(cache=True, nogil=True)
def find_transfers(ground: Ground, state: State, g: int, limits: Limits, last: bool, list_: Transfers) -> None:
    """Find the best transfers into, out of and inside group `g`."""
    list_.found[0] = 0
    chain = np.empty(MOST_NODES, np.int64)
    near = np.empty((4, NEAR), np.int64)
    takers = np.empty(NEAR, np.int64)
    v = state.head[g]
    inside = np.empty(state.held[g], np.int64)
    for i in range(len(inside)):
        inside[i] = v
        v = state.next[v]
    many = _list_takers(ground, state, inside, g, takers)
    for i in range(len(inside)):
        if not ground.frozen[inside[i]]:
            _offer(ground, state, inside[i], g, takers[:many], limits, last, list_, chain, near)
    if not state.closed[g]:
        _ask(ground, state, inside, g, limits, last, list_, chain, near)
    if state.total[g] < limits.min and len(inside) <= MOST_NODES:
        _offer_all(ground, state, inside, g, takers[:many], limits, last, list_)
    if state.total[g] >= 2 * limits.min and state.groups[0] < len(state.head):
        for i in range(len(inside)):
            chain[0] = inside[i]
            if not ground.frozen[inside[i]] and not state.fixed[inside[i]] and _is_end(ground, state, inside[i], g):
                _weigh(ground, state, g, state.groups[0], g, limits, last, list_, chain, ONE)
                _grow(ground, state, g, state.groups[0], g, limits, last, list_, chain, near)


@njit(cache=True, nogil=True)
def _list_takers(ground, state, inside, g, takers):  # type: ignore[no-untyped-def]
    """List the groups that adjoin `g`."""
    many = 0
    for i in range(len(inside)):
        v = inside[i]
        for k in range(ground.node_start[v], ground.node_start[v + 1]):
            c = ground.node_cells[k]
            for e in range(ground.row[c] - 1, ground.row[c + 1]):
                d = c if e < ground.row[c] else ground.neighbour[e]
                for q in range(ground.cell_start[d], ground.cell_start[d + 1]):
                    o = state.label[ground.cell_nodes[q]]
                    if o < 0 or o == g or many == NEAR or state.closed[o]:
                        continue
                    known = False
                    for t in range(many):
                        known |= takers[t] == o
                    if not known:
                        takers[many] = o
                        many += 1
    return many


@njit(cache=True, nogil=True)
def _offer(ground, state, v, g, takers, limits, last, list_, chain, near):  # type: ignore[no-untyped-def]
    """Try transfers that start with node `v` of `g`, to every group that adjoins it."""
    if state.fixed[v] or not _is_end(ground, state, v, g):
        return
    for t in range(len(takers)):
        length, _, shared = touch_length(ground, state, v, takers[t], NOBODY)
        if length > 0 or shared:
            chain[0] = v
            _explore(ground, state, g, takers[t], g, limits, last, list_, chain, near)


@njit(cache=True, nogil=True)
def _ask(ground, state, inside, g, limits, last, list_, chain, near):  # type: ignore[no-untyped-def]
    """Try transfers into `g` that start with a node beside it."""
    state.stamp[0] += 1
    tried = state.stamp[0]
    starts = np.empty(512, np.int64)
    many = 0
    for i in range(len(inside)):
        v = inside[i]
        for k in range(ground.node_start[v], ground.node_start[v + 1]):
            c = ground.node_cells[k]
            for e in range(ground.row[c] - 1, ground.row[c + 1]):
                d = c if e < ground.row[c] else ground.neighbour[e]
                for q in range(ground.cell_start[d], ground.cell_start[d + 1]):
                    u = ground.cell_nodes[q]
                    if state.label[u] < 0 or state.label[u] == g or state.node_mark[u] == tried:
                        continue
                    state.node_mark[u] = tried
                    if many < len(starts) and not ground.frozen[u] and not state.fixed[u]:
                        starts[many] = u
                        many += 1
    for i in range(many):
        u = starts[i]
        if _is_end(ground, state, u, state.label[u]):
            chain[0] = u
            _explore(ground, state, state.label[u], g, g, limits, last, list_, chain, near)


@njit(cache=True, nogil=True)
def _offer_all(ground, state, inside, g, takers, limits, last, list_):  # type: ignore[no-untyped-def]
    """Try to dissolve `g` in each group that adjoins it."""
    for i in range(len(inside)):
        if ground.frozen[inside[i]] or state.fixed[inside[i]]:
            return
    for t in range(len(takers)):
        _weigh(ground, state, g, takers[t], g, limits, last, list_, inside, len(inside))


@njit(cache=True, nogil=True)
def _is_end(ground, state, v, g):  # type: ignore[no-untyped-def]
    """Tell whether `v` is at an end of its run of `g` in the stack of its cell."""
    if ground.node_start[v + 1] - ground.node_start[v] != 1:
        return True
    c = ground.node_cells[ground.node_start[v]]
    first, end = ground.cell_start[c], ground.cell_start[c + 1]
    if end - first == 1:
        return True
    k = first
    while ground.cell_nodes[k] != v:
        k += 1
    if k == first or k == end - 1:
        return True
    return state.label[ground.cell_nodes[k - 1]] != g or state.label[ground.cell_nodes[k + 1]] != g


@njit(cache=True, nogil=True)
def _explore(ground, state, giver, taker, problem, limits, last, list_, chain, near):  # type: ignore[no-untyped-def]
    """Weigh all sets of up to three nodes from the first of `chain`, then a growing set."""
    _weigh(ground, state, giver, taker, problem, limits, last, list_, chain, ONE)
    near_a = _list_near(ground, state, chain[0], giver, near[0])
    for i in range(near_a):
        chain[1] = near[0, i]
        if not _weigh(ground, state, giver, taker, problem, limits, last, list_, chain, TWO):
            continue
        for j in range(i + 1, near_a):
            chain[2] = near[0, j]
            _weigh(ground, state, giver, taker, problem, limits, last, list_, chain, THREE)
        near_b = _list_near(ground, state, chain[1], giver, near[1])
        for j in range(near_b):
            if near[1, j] != chain[0]:
                chain[2] = near[1, j]
                _weigh(ground, state, giver, taker, problem, limits, last, list_, chain, THREE)
    _grow(ground, state, giver, taker, problem, limits, last, list_, chain, near)


@njit(cache=True, nogil=True)
def _grow(ground, state, giver, taker, problem, limits, last, list_, chain, near):  # type: ignore[no-untyped-def]
    """Weigh a set that grows in order of distance from the first node of `chain`."""
    many, at, empty = 1, 0, 0
    while at < many:
        found = _list_near(ground, state, chain[at], giver, near[2])
        at += 1
        for i in range(found):
            u = near[2, i]
            for k in range(many):
                if chain[k] == u:
                    u = -1
                    break
            if u < 0:
                continue
            if many == MOST_NODES:
                return
            chain[many] = u
            many += 1
            # nodes without households only cost; they come along as the way to others
            if ground.size[u] == 0:
                empty += 1
                if empty > EMPTY:
                    return
                continue
            if not _weigh(ground, state, giver, taker, problem, limits, last, list_, chain, many):
                return


@njit(cache=True, nogil=True)
def _list_near(ground, state, v, g, out):  # type: ignore[no-untyped-def]
    """List the nodes of `g` beside `v` that may move: next in its stack, or at an end of the next cell's stack."""
    many = 0
    for k in range(ground.node_start[v], ground.node_start[v + 1]):
        c = ground.node_cells[k]
        first, end = ground.cell_start[c], ground.cell_start[c + 1]
        for i in range(first, end):
            u = ground.cell_nodes[i]
            beside = (i > first and ground.cell_nodes[i - 1] == v) or (i + 1 < end and ground.cell_nodes[i + 1] == v)
            if beside and state.label[u] == g:
                many = _add_free(ground, state, u, out, many)
        for e in range(ground.row[c], ground.row[c + 1]):
            d = ground.neighbour[e]
            for i in range(ground.cell_start[d], ground.cell_start[d + 1]):
                u = ground.cell_nodes[i]
                if state.label[u] == g and u != v and _is_end(ground, state, u, g):
                    many = _add_free(ground, state, u, out, many)
    return many


@njit(cache=True, nogil=True)
def _add_free(ground, state, u, out, many):  # type: ignore[no-untyped-def]
    """Add a node to a list if it may move and is not there yet: two cells may touch along several edges."""
    if ground.frozen[u] or state.fixed[u] or many == NEAR:
        return many
    for k in range(many):
        if out[k] == u:
            return many
    out[many] = u
    return many + 1


@njit(cache=True, nogil=True)
def _weigh(ground, state, giver, taker, problem, limits, last, list_, chain, many):  # type: ignore[no-untyped-def]
    """Cost a transfer and keep it when it is among the best; False when a larger one makes no sense."""
    households, price = 0, 0.0
    for i in range(many):
        v = chain[i]
        households += ground.size[v]
        unit = limits.household * ground.size[v] + limits.cell
        price += unit if ground.home[v] == giver else (-unit if ground.home[v] == taker else 0.0)
    rest = state.total[giver] - households
    full = state.total[taker] + households
    old_giver, old_taker = cost_now(state, giver, limits), cost_now(state, taker, limits)
    new_giver = group_cost(state, giver, rest, state.held[giver] - many, limits)
    new_taker = group_cost(state, taker, full, ONE, limits)
    cost = new_giver + new_taker - old_giver - old_taker + price
    sense = price < old_giver + old_taker + 2.0 and full <= 2 * limits.max
    mend = (new_giver if problem == taker else new_taker) - (old_giver if problem == taker else old_taker)
    rank = cost if last else cost - max(0.0, mend)
    worst = list_.rank[list_.found[0] - 1] if list_.found[0] == BEAM else 0.0
    if rank >= worst - 1e-9 or (state.held[giver] == many and state.held[taker] == 0):
        return sense
    if not stays_whole(ground, state, giver, chain, many):
        return sense
    shape = _shape_cost(ground, state, giver, taker, limits, chain, many)
    if rank + shape < worst - 1e-9:
        _insert(list_, chain, many, giver, taker, cost + shape, rank + shape)
    return sense


@njit(cache=True, nogil=True)
def _shape_cost(ground, state, giver, taker, limits, chain, many):  # type: ignore[no-untyped-def]
    """Cost of the border that grows, and of a transfer only across a main road."""
    state.stamp[0] += 1
    gone = state.stamp[0]
    for i in range(many):
        state.node_mark[chain[i]] = gone
    longer, free = 0.0, 0.0
    for i in range(many):
        left_behind, _, _ = touch_length(ground, state, chain[i], giver, gone)
        joined, plain, shared = touch_length(ground, state, chain[i], taker, NOBODY)
        longer += left_behind - joined
        free += plain + shared
    road = limits.road if free == 0.0 and state.held[taker] > 0 else 0.0
    return limits.border * longer + road


@njit(cache=True, nogil=True)
def _insert(list_, chain, many, giver, taker, cost, rank):  # type: ignore[no-untyped-def]
    at = list_.found[0]
    for i in range(at):
        # the same set, reached from another of its nodes
        same = list_.many[i] == many and list_.giver[i] == giver and list_.taker[i] == taker
        if same and abs(list_.rank[i] - rank) < 1e-9 and abs(list_.cost[i] - cost) < 1e-9:
            return
    if at < BEAM:
        list_.found[0] += 1
    else:
        at = BEAM - 1
    while at > 0 and list_.rank[at - 1] > rank:
        for k in range(list_.many[at - 1]):
            list_.nodes[at, k] = list_.nodes[at - 1, k]
        list_.many[at], list_.giver[at] = list_.many[at - 1], list_.giver[at - 1]
        list_.taker[at] = list_.taker[at - 1]
        list_.cost[at], list_.rank[at] = list_.cost[at - 1], list_.rank[at - 1]
        at -= 1
    for k in range(many):
        list_.nodes[at, k] = chain[k]
    list_.many[at], list_.giver[at], list_.taker[at] = many, giver, taker
    list_.cost[at], list_.rank[at] = cost, rank


@njit(cache=True, nogil=True)
def make_transfer(ground: Ground, state: State, list_: Transfers, i: int, giver: int, taker: int) -> None:
    """Carry out transfer `i` of the list, or undo it when giver and taker are exchanged."""
    for k in range(list_.many[i]):
        move(ground, state, list_.nodes[i, k], taker)
        state.fixed[list_.nodes[i, k]] = list_.taker[i] == taker
