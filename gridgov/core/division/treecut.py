"""Cutting a tree in parts of good sizes at the least cost: dynamic programming, exact for the tree."""

# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-calls

from __future__ import annotations

import numpy as np

from gridgov.core.division.compiled import kernel, roomy

FAR = np.float32(1e30)


@roomy
def cut_tree(parent, weight, cut_cost, close_cost, part, best, choice):
    """Cut a tree so that the parts' costs and the cuts' costs are least in sum; the number of parts is free.

    Parameters
    ----------
    parent : int array (nodes,)
        Parent of each node, before its children: node 0 is the root, ``parent[i] < i``.
    weight : int array (nodes,)
        Weight of each node; one above the largest state stands alone with nodes of weight 0.
    cut_cost : float array (nodes,)
        Cost of cutting a node from its parent.
    close_cost : float array (states + 1,)
        Cost of a part of each weight; the last entry is for a single node above the largest.
    part : int array (nodes,)
        Filled with the part of each node, 0 .. parts - 1.
    best, choice : arrays (nodes, states + 1)
        Room for the tables (float32, int16).

    Returns
    -------
    int
        Number of parts.
    """
    count = len(parent)
    states = len(close_cost)
    low = np.empty(count, np.int64)
    high = np.empty(count, np.int64)
    closed = np.empty(count, np.int64)
    row = np.empty(states, np.float32)
    for node in range(count):
        own = min(weight[node], states - 1)
        for s in range(states):
            best[node, s] = FAR
        best[node, own] = 0.0
        low[node] = own
        high[node] = own
    for node in range(count - 1, 0, -1):
        _close(node, low, high, best, close_cost, closed)
        end = best[node, closed[node]] + close_cost[closed[node]] + cut_cost[node]
        _join(node, parent[node], end, low, high, best, choice, row)
    _close(0, low, high, best, close_cost, closed)
    return _read_back(parent, closed, choice, part)


@kernel
def _close(node, low, high, best, close_cost, closed):
    """Find the state in which the part of `node` is closed most cheaply."""
    least = np.inf
    closed[node] = low[node]
    for s in range(low[node], high[node] + 1):
        value = best[node, s] + close_cost[s]
        if value < least:
            least = value
            closed[node] = s


@kernel
def _join(node, above, end, low, high, best, choice, row):
    """Merge the finished table of `node` into that of its parent `above`; `end` is the cost of cutting it off."""
    top = best.shape[1] - 1
    least, most = low[above], high[above]
    reach = min(top, most + high[node])
    pick = choice[node]
    for s in range(least, most + 1):
        row[s] = best[above, s] + end
        pick[s] = -1
    for s in range(most + 1, reach + 1):
        row[s] = FAR
    for t in range(low[node], high[node] + 1):
        value = best[node, t]
        if value >= FAR:
            continue
        for s in range(least, min(most, top - t) + 1):
            both = s + t
            if both == top and s != 0 and t != 0:
                break
            total = best[above, s] + value
            if total < row[both]:
                row[both] = total
                pick[both] = t
    for s in range(least, reach + 1):
        best[above, s] = row[s] if row[s] < FAR else FAR
    high[above] = reach


@roomy
def _read_back(parent, closed, choice, part):
    state = np.empty(len(parent), np.int64)
    state[0] = closed[0]
    part[0] = 0
    parts = 1
    for node in range(1, len(parent)):
        above = parent[node]
        taken = choice[node, state[above]]
        if taken < 0:
            state[node] = closed[node]
            part[node] = parts
            parts += 1
        else:
            state[node] = taken
            state[above] -= taken
            part[node] = part[above]
    return parts
