"""Where every node is now: groups as linked lists, their sizes, and the acts that change them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from gridgov.core.revision.ground import Bools, Floats, Ground, Ints

NOBODY: int = np.int64(-1)  # type: ignore[assignment]
"""A mark that no node bears. These are numpy numbers because the compiler makes a version apart for every literal."""
ONE: int = np.int64(1)  # type: ignore[assignment]
TWO: int = np.int64(2)  # type: ignore[assignment]
THREE: int = np.int64(3)  # type: ignore[assignment]


class State(NamedTuple):
    """Groups of the nodes; arrays are changed in place."""

    label: Ints
    """Group of each node, -1 for none yet."""
    head: Ints
    next: Ints
    before: Ints
    """Linked list of the nodes of each group."""
    total: Ints
    """Households of each group."""
    held: Ints
    """Nodes of each group."""
    fair: Floats
    """Cost that each group had before; to be better than that counts for nothing."""
    closed: Bools
    """Groups that take nothing."""
    groups: Ints
    """One number: how many groups there are."""
    node_mark: Ints
    cell_mark: Ints
    stamp: Ints
    """Marks of the walk in hand, and the number of the last walk."""
    queue: Ints
    fixed: Bools
    """Nodes that were moved in the chain in hand, and stay where they are."""


def make_state(ground: Ground, label: Ints, groups: int, fair: Floats, closed: Bools) -> State:
    """Make the state from labels, with room for more groups.

    Parameters
    ----------
    ground : Ground
        The ground.
    label : array of int, shape (nodes,)
        Group of each node, -1 for none.
    groups : int
        Groups there are.
    fair : array of float, shape (room,)
        Cost that each group had before; as many entries as there may be groups in the end.
    closed : array of bool, shape (room,)
        Groups that take nothing.

    Returns
    -------
    State
        With every labelled node in its group.
    """
    nodes, cells, room = len(ground.size), len(ground.row) - 1, len(fair)
    state = State(
        np.full(nodes, -1, np.int64), np.full(room, -1, np.int64), np.full(nodes, -1, np.int64),
        np.full(nodes, -1, np.int64), np.zeros(room, np.int64), np.zeros(room, np.int64), fair, closed,
        np.array([groups], np.int64), np.zeros(nodes, np.int64), np.zeros(cells, np.int64),
        np.zeros(1, np.int64), np.zeros(cells + 1, np.int64), np.zeros(nodes, np.bool_),
    )  # fmt: skip
    _place_all(ground, state, np.asarray(label, np.int64))
    return state


@njit(cache=True, nogil=True)
def _place_all(ground: Ground, state: State, label: Ints) -> None:
    # from the last to the first, so that the lists run in order
    for v in range(len(label) - 1, -1, -1):
        if label[v] >= 0:
            move(ground, state, v, label[v])


@njit(cache=True, nogil=True)
def move(ground: Ground, state: State, v: int, to: int) -> None:
    """Move a node into group `to`; -1 takes it out of all."""
    g = state.label[v]
    if g >= 0:
        if state.before[v] >= 0:
            state.next[state.before[v]] = state.next[v]
        else:
            state.head[g] = state.next[v]
        if state.next[v] >= 0:
            state.before[state.next[v]] = state.before[v]
        state.total[g] -= ground.size[v]
        state.held[g] -= 1
    state.label[v] = to
    state.before[v] = -1
    state.next[v] = -1
    if to >= 0:
        if state.head[to] >= 0:
            state.before[state.head[to]] = v
        state.next[v] = state.head[to]
        state.head[to] = v
        state.total[to] += ground.size[v]
        state.held[to] += 1


@njit(cache=True, nogil=True)
def stays_whole(ground: Ground, state: State, g: int, leaving: Ints, many: int) -> bool:
    """Tell whether group `g` is in one piece without the first `many` nodes of `leaving`."""
    if state.held[g] - many <= 1:
        return True
    state.stamp[0] += 1
    gone = state.stamp[0]
    for i in range(many):
        state.node_mark[leaving[i]] = gone
    return bool(_walk(ground, state, g, gone) == state.held[g] - many)


@njit(cache=True, nogil=True)
def _walk(ground: Ground, state: State, g: int, gone: int) -> int:
    """Count the nodes of `g` that the first of them reaches, passing none marked `gone`."""
    first = state.head[g]
    while state.node_mark[first] == gone:
        first = state.next[first]
    state.stamp[0] += 1
    seen = state.stamp[0]
    reached = np.int64(0)
    tail = _enter(ground, state, first, seen, np.int64(0))
    at = 0
    while at < tail:
        c = state.queue[at]
        at += 1
        reached, tail = _visit_cell(ground, state, c, g, gone, seen, reached, tail)
        for k in range(ground.row[c], ground.row[c + 1]):
            d = ground.neighbour[k]
            if state.cell_mark[d] != seen and holds(ground, state, d, g, gone):
                state.cell_mark[d] = seen
                state.queue[tail] = d
                tail += 1
    return int(reached)


@njit(cache=True, nogil=True)
def _visit_cell(ground, state, c, g, gone, seen, reached, tail):  # type: ignore[no-untyped-def]
    """Count the nodes of `g` on a cell, and queue the other cells of those on several."""
    for k in range(ground.cell_start[c], ground.cell_start[c + 1]):
        v = ground.cell_nodes[k]
        if state.label[v] != g or state.node_mark[v] == gone or state.node_mark[v] == seen:
            continue
        state.node_mark[v] = seen
        reached += 1
        tail = _enter(ground, state, v, seen, tail)
    return reached, tail


@njit(cache=True, nogil=True)
def _enter(ground, state, v, seen, tail):  # type: ignore[no-untyped-def]
    for k in range(ground.node_start[v], ground.node_start[v + 1]):
        c = ground.node_cells[k]
        if state.cell_mark[c] != seen:
            state.cell_mark[c] = seen
            state.queue[tail] = c
            tail += 1
    return tail


@njit(cache=True, nogil=True)
def holds(ground: Ground, state: State, c: int, g: int, gone: int) -> bool:
    """Tell whether a node of `g` that is not marked `gone` lies on cell `c`."""
    for k in range(ground.cell_start[c], ground.cell_start[c + 1]):
        v = ground.cell_nodes[k]
        if state.label[v] == g and state.node_mark[v] != gone:
            return True
    return False


@njit(cache=True, nogil=True)
def touch_length(ground: Ground, state: State, v: int, g: int, gone: int) -> tuple[float, float, int]:
    """Border of a node with a group without its nodes marked `gone`: all of it, and what is along no main road.

    Nodes stacked on a cell have equal shares of its border, so that what one transfer adds, its undoing takes away.
    The third number is 1 when both lie on one cell.
    """
    length, free, shared = 0.0, 0.0, 0
    for k in range(ground.node_start[v], ground.node_start[v + 1]):
        c = ground.node_cells[k]
        first, end = ground.cell_start[c], ground.cell_start[c + 1]
        for i in range(first, end):
            u = ground.cell_nodes[i]
            if u != v and state.label[u] == g and state.node_mark[u] != gone:
                shared = 1
        for e in range(ground.row[c], ground.row[c + 1]):
            share = ground.length[e] * _share(ground, state, ground.neighbour[e], g, gone) / (end - first)
            length += share
            free += 0.0 if ground.soft[e] else share
    return length, free, shared


@njit(cache=True, nogil=True)
def _share(ground: Ground, state: State, c: int, g: int, gone: int) -> float:
    """Share of the nodes on a cell that are of `g` and not marked `gone`."""
    many = 0
    for k in range(ground.cell_start[c], ground.cell_start[c + 1]):
        v = ground.cell_nodes[k]
        many += 1 if state.label[v] == g and state.node_mark[v] != gone else 0
    return float(many / max(ground.cell_start[c + 1] - ground.cell_start[c], 1))
