"""Mend groups: chains of up to three transfers, each set off by the one before."""

from __future__ import annotations

import numpy as np
from numba import njit

from gridgov.core.revision.ground import Ground, Ints
from gridgov.core.revision.state import State, move
from gridgov.core.revision.transfers import (
    MOST_NODES,
    Limits,
    cost_now,
    find_transfers,
    make_transfer,
    make_transfers,
)

ROOM = 3 * MOST_NODES


@njit(cache=True, nogil=True)
def mend_groups(ground: Ground, state: State, seeds: Ints, limits: Limits, depth: int, reason: Ints) -> int:
    """Mend the groups of `seeds` and those that suffer from it.

    Parameters
    ----------
    ground : Ground
        The ground.
    state : State
        Groups; changed in place.
    seeds : array of int
        Groups that changed.
    limits : Limits
        Sizes and prices.
    depth : int
        Longest chain, 1 to 3.
    reason : array of int, shape (nodes,)
        Filled with the group for whose sake a node was moved.

    Returns
    -------
    int
        Number of chains carried out.
    """
    best = (np.zeros((4, ROOM), np.int64), np.zeros((4, ROOM), np.int64), np.zeros(4, np.int64))
    lists = (make_transfers(), make_transfers(), make_transfers())
    waiting = np.zeros(len(state.head), np.bool_)
    visits = np.zeros(len(state.head), np.int64)
    queue = np.empty(len(seeds) + 64 * len(state.head), np.int64)
    tail = np.int64(0)
    for g in seeds:
        if not waiting[g]:
            queue[tail] = g
            waiting[g] = True
            tail += 1
    made, at = np.int64(0), np.int64(0)
    while at < tail:
        g = queue[at]
        at += 1
        waiting[g] = False
        visits[g] += 1
        if state.held[g] == 0 or visits[g] > 8 or cost_now(state, g, limits) <= 1e-9:
            continue
        if _improve(ground, state, g, depth, limits, lists, best) < -1e-6:
            made += 1
            tail = _carry_out(ground, state, best, depth, g, reason, waiting, visits, queue, tail)
    return int(made)


@njit(cache=True, nogil=True)
def _carry_out(ground, state, best, depth, g, reason, waiting, visits, queue, tail):  # type: ignore[no-untyped-def]
    """Make the moves of the best chain, and have every group that took part looked at again."""
    for k in range(best[2][depth]):
        v, to = best[0][depth, k], best[1][depth, k]
        reason[v] = g
        if to == state.groups[0]:
            state.groups[0] += 1
        for o in (state.label[v], to):
            if not waiting[o] and visits[o] <= 8:
                waiting[o] = True
                queue[tail] = o
                tail += 1
        move(ground, state, v, to)
    return tail


@njit(cache=True, nogil=True)
def _improve(ground, state, g, depth, limits, lists, best):  # type: ignore[no-untyped-def]
    """Find the chain of at most `depth` transfers that gains most; its moves go to `best[depth]`."""
    list_ = lists[0] if depth == 1 else (lists[1] if depth == 2 else lists[2])
    find_transfers(ground, state, g, limits, depth == 1, list_)
    least = -1e-6
    best[2][depth] = 0
    for i in range(list_.found[0]):
        if list_.cost[i] < least:
            least = list_.cost[i]
            _record(list_, i, best, depth, np.int64(0))
        if depth == 1:
            continue
        giver, taker = list_.giver[i], list_.taker[i]
        fresh = taker == state.groups[0]
        make_transfer(ground, state, list_, i, giver, taker)
        state.groups[0] += 1 if fresh else 0
        at_giver, at_taker = cost_now(state, giver, limits), cost_now(state, taker, limits)
        if max(at_giver, at_taker) > 0 and list_.cost[i] - at_giver - at_taker < least:
            target = giver if at_giver > at_taker else taker
            more = _improve(ground, state, target, depth - 1, limits, lists, best)
            if list_.cost[i] + more < least:
                least = list_.cost[i] + more
                _record(list_, i, best, depth, best[2][depth - 1])
        state.groups[0] -= 1 if fresh else 0
        make_transfer(ground, state, list_, i, taker, giver)
    return least if best[2][depth] else 0.0


@njit(cache=True, nogil=True)
def _record(list_, i, best, depth, follow):  # type: ignore[no-untyped-def]
    """Write down transfer `i`, and the first `follow` moves of the best chain of the level below."""
    many = list_.many[i]
    for k in range(many):
        best[0][depth, k], best[1][depth, k] = list_.nodes[i, k], list_.taker[i]
    for k in range(min(follow, ROOM - many)):
        best[0][depth, many], best[1][depth, many] = best[0][depth - 1, k], best[1][depth - 1, k]
        many += 1
    best[2][depth] = many
