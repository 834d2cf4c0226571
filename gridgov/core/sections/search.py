"""Exact re-partition of small neighbourhoods, again and again, until nothing improves.

A neighbourhood is a handful of adjoining sections with at most `BLOCK` clusters. Its best partition for every count
of sections comes from a dynamic programme over subsets, so a component of up to `BLOCK` clusters is solved exactly.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from gridgov.core.sections.candidates import Candidates

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BLOCK = 11
"""Most clusters in one neighbourhood: 2**11 subsets."""
WIDTH = 128
"""Most candidates with the same first cluster: all pairs and triples of `BLOCK` clusters are 1 + 10 + 45."""


class Ground(NamedTuple):
    """Neighbours of each cluster in compressed rows, its component, and how many clusters that has."""

    start: Ints
    other: Ints
    component: Ints
    clusters_in: Ints


class Wish(NamedTuple):
    """What is wanted, and how long to search."""

    sections: Ints
    """Per component."""
    count_cost: float
    """For one section more or less."""
    fresh: bool
    """Whether nothing is joined yet: the first pass then goes by the share of sections due to each neighbourhood."""
    passes: int


@njit(cache=True)
def search_sections(
    candidates: Candidates, ground: Ground, wish: Wish, chosen: Ints, active: NDArray[np.bool_], seed: int
) -> Ints:
    """Improve `chosen` (candidate of each cluster) in place around the active clusters; return it."""
    n = len(chosen)
    held = np.zeros(len(wish.sections), np.int64)
    for v in range(n):
        if candidates.members[chosen[v], 0] == v:
            held[ground.component[v]] += 1
    work = _workspace()
    place, block = np.full(n, -1, np.int64), np.empty(BLOCK, np.int64)
    state = np.uint64(seed * 2 + 1)
    todo = active.copy()
    for turn in range(wish.passes):
        first, improved = turn == 0 and wish.fresh, 0
        for v in range(n):
            # the first pass joins what is alone; the others look around everything
            if not todo[v] or (first and candidates.members[chosen[v], 1] >= 0):
                continue
            state, size = _grow(v, first, candidates.members, chosen, ground.start, ground.other, place, block, state)
            change = _solve(v, size, first, block, place, candidates, ground, wish, chosen, held, work)
            for i in range(size):
                place[block[i]] = -1
            if change != 0:
                held[ground.component[v]] += change - 100
                improved += 1
                for i in range(size):
                    todo[block[i]] = True
            elif turn % 3 == 2:
                todo[v] = False
        if improved == 0 and turn > 3:
            break
    return chosen


@njit(cache=True)
def _workspace():  # type: ignore[no-untyped-def]
    subsets = 1 << BLOCK
    best = np.full((subsets, BLOCK + 1), np.inf)
    back = np.zeros((subsets, BLOCK + 1), np.int64)
    seen = np.zeros(subsets, np.bool_)
    cols = np.empty((BLOCK, WIDTH), np.int64)
    masks = np.empty((BLOCK, WIDTH), np.int64)
    count = np.zeros(BLOCK, np.int64)
    return best, back, seen, cols, masks, count


@njit(cache=True)
def _random(state: np.uint64) -> np.uint64:
    state ^= state << np.uint64(13)
    state ^= state >> np.uint64(7)
    state ^= state << np.uint64(17)
    return state


@njit(cache=True)
def _grow(v, ball, members, chosen, start, other, place, block, state):  # type: ignore[no-untyped-def]
    """Gather whole sections around `v`: a ball in order of distance, or a random connected shape."""
    size = 0
    for p in range(members.shape[1]):
        u = members[chosen[v], p]
        if u >= 0:
            place[u] = size
            block[size] = u
            size += 1
    tries = 0
    at = 0
    while size < BLOCK and tries < 60 and at < size:
        if ball:
            u = block[at]
            at += 1
            first, last = start[u], start[u + 1]
        else:
            tries += 1
            state = _random(state)
            u = block[np.int64(state >> np.uint64(33)) % size]
            if start[u + 1] == start[u]:
                break
            state = _random(state)
            first = start[u] + np.int64(state >> np.uint64(33)) % (start[u + 1] - start[u])
            last = first + 1
        for k in range(first, last):
            w = other[k]
            if place[w] >= 0:
                continue
            column = chosen[w]
            more = 0
            for p in range(members.shape[1]):
                more += 1 if members[column, p] >= 0 else 0
            if size + more > BLOCK:
                continue
            for p in range(more):
                place[members[column, p]] = size
                block[size] = members[column, p]
                size += 1
    return state, size


@njit(cache=True)
def _solve(v, size, first, block, place, candidates, ground, wish, chosen, held, work):  # type: ignore[no-untyped-def]
    """Partition the block at least cost; 0 when nothing is gained, else 100 + the change of count."""
    best, back, seen, cols, masks, count = work
    members, cost = candidates.members, candidates.cost
    c = ground.component[v]
    wanted, due = wish.sections[c], size * wish.sections[c] / ground.clusters_in[c]
    by_share = first and size < ground.clusters_in[c]
    old_cost, old_count = 0.0, 0
    for i in range(size):
        u = block[i]
        if members[chosen[u], 0] == u:
            old_cost += cost[chosen[u]]
            old_count += 1
        count[i] = _list_columns(u, i, place, members, candidates.start, candidates.of_cluster, cols[i], masks[i])
    _fill(size, cost, best, back, seen, cols, masks, count)
    full = (1 << size) - 1
    pick = -1
    least = old_cost + wish.count_cost * (abs(old_count - due) if by_share else abs(held[c] - wanted)) - 1e-9
    for k in range(1, size + 1):
        off = abs(k - due) if by_share else abs(held[c] - old_count + k - wanted)
        if best[full, k] + wish.count_cost * off < least:
            least, pick = best[full, k] + wish.count_cost * off, k
    if pick < 0:
        return 0
    mask = full
    for k in range(pick, 0, -1):
        low, q = back[mask, k] // WIDTH, back[mask, k] % WIDTH
        column = cols[low, q]
        for p in range(members.shape[1]):
            if members[column, p] >= 0:
                chosen[members[column, p]] = column
        mask &= ~masks[low, q]
    return 100 + pick - old_count


@njit(cache=True)
def _list_columns(v, i, place, members, col_start, col_list, cols, masks):  # type: ignore[no-untyped-def]
    """List the candidates inside the block whose first cluster in the block is `v`, at place `i`."""
    count = 0
    for at in range(col_start[v], col_start[v + 1]):
        column = col_list[at]
        mask = 0
        for p in range(members.shape[1]):
            u = members[column, p]
            if u < 0:
                continue
            if place[u] < i:
                mask = 0
                break
            mask |= 1 << place[u]
        if mask and count < WIDTH:
            cols[count], masks[count] = column, mask
            count += 1
    return count


@njit(cache=True)
def _fill(size, cost, best, back, seen, cols, masks, count):  # type: ignore[no-untyped-def]
    """Fill the least cost of every subset that can be reached, for every count of sections."""
    full = (1 << size) - 1
    seen[: full + 1] = False
    seen[0], seen[full] = True, True
    best[0, : size + 1] = np.inf
    best[full, : size + 1] = np.inf
    best[0, 0] = 0.0
    for mask in range(full):
        if not seen[mask]:
            continue
        low = 0
        while (mask >> low) & 1:
            low += 1
        for q in range(count[low]):
            if mask & masks[low, q]:
                continue
            new, more = mask | masks[low, q], cost[cols[low, q]]
            if not seen[new]:
                seen[new] = True
                best[new, : size + 1] = np.inf
            for k in range(size):
                value = best[mask, k] + more
                if value < best[new, k + 1]:
                    best[new, k + 1] = value
                    back[new, k + 1] = low * WIDTH + q
