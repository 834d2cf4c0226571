"""A first division: a random spanning forest, cut at its best places."""

from __future__ import annotations

import numpy as np
from numba import njit

from gridgov.core.division.graph import IntArray
from gridgov.core.division.problem import Problem
from gridgov.core.division.rules import DivisionRules
from gridgov.core.division.treecut import cut_tree


def start_labels(problem: Problem, rules: DivisionRules, seed: int) -> IntArray:
    """Divide every component by cutting one random spanning tree of it.

    Parameters
    ----------
    problem : Problem
        What to divide.
    rules : DivisionRules
        Sizes and costs.
    seed : int
        For the tree.

    Returns
    -------
    int array (atoms,)
        Group of each atom, connected and numbered from 0.
    """
    rng = np.random.default_rng(seed)
    grain = max(1, -(-rules.max // MOST_STATES))
    exact = problem.size / grain
    weight = np.floor(exact).astype(np.int64)
    weight += rng.random(len(weight)) < exact - weight
    parent, order = _grow_forest(
        problem.row, problem.neighbour, problem.first_atom, edge_ranks(problem, rng.random(len(problem.neighbour)))
    )
    labels = np.full(len(weight), -1, np.int64)
    _cut_forest(parent, order, weight, close_costs(rules, grain), labels)
    return labels


MOST_STATES = 130


def edge_ranks(problem: Problem, chance: np.ndarray) -> IntArray:
    """Order in which edges enter the tree: plain before minor before soft roads, else by chance."""
    return np.argsort(chance + problem.kind * 1.0)


def close_costs(rules: DivisionRules, grain: int) -> np.ndarray:
    """Cost of a part of each weight for the tree cut, in steps of `grain`; the last is for an oversized atom."""
    size = np.arange(0, rules.max + grain, grain)
    size = size[size <= rules.max]
    off = np.maximum(rules.preferred_low - size, size - rules.preferred_high)
    bad = np.maximum(rules.min - size, size - rules.max)
    scale = max(rules.target, 1)
    cost = 0.3 * np.abs(size - rules.target) / scale
    cost += (off > 0) * (rules.outside_preferred_cost + off / scale)
    cost += (bad > 0) * (rules.outside_allowed_cost + bad / scale)
    return np.append(cost, rules.outside_allowed_cost).astype(np.float32)


@njit(cache=True, nogil=True)
def _find(root, node):  # type: ignore[no-untyped-def]
    while root[node] != node:
        root[node] = root[root[node]]
        node = root[node]
    return node


@njit(cache=True, nogil=True)
def _grow_forest(row, neighbour, first_atom, ranks):  # type: ignore[no-untyped-def]
    """Parent atom of every atom in a spanning forest, and the atoms in an order with parents first (-1: a root)."""
    cells = len(row) - 1
    atoms = first_atom[cells]
    owner = np.empty(len(neighbour), np.int64)
    for c in range(cells):
        owner[row[c] : row[c + 1]] = c
    root = np.arange(cells)
    taken = np.zeros(len(neighbour), np.bool_)
    for e in ranks:
        a, b = _find(root, owner[e]), _find(root, neighbour[e])
        if a != b:
            root[a] = b
            taken[e] = True
    link_row, link = _tree_rows(cells, owner, neighbour, taken)
    parent = np.full(atoms, -1, np.int64)
    order = np.empty(atoms, np.int64)
    queue = np.empty(cells, np.int64)
    seen = np.zeros(cells, np.bool_)
    filled = 0
    for s in range(cells):
        if seen[s]:
            continue
        seen[s] = True
        queue[0] = s
        head, tail = 0, 1
        while head < tail:
            c = queue[head]
            head += 1
            for atom in range(first_atom[c], first_atom[c + 1]):
                if atom > first_atom[c]:
                    parent[atom] = atom - 1
                order[filled] = atom
                filled += 1
            for k in range(link_row[c], link_row[c + 1]):
                d = link[k]
                if not seen[d]:
                    seen[d] = True
                    parent[first_atom[d]] = first_atom[c + 1] - 1 if k % 2 else first_atom[c]
                    queue[tail] = d
                    tail += 1
    return parent, order


@njit(cache=True, nogil=True)
def _tree_rows(cells, owner, neighbour, taken):  # type: ignore[no-untyped-def]
    """Compressed rows of the taken edges, both directions."""
    degree = np.zeros(cells + 1, np.int64)
    for e in range(len(taken)):
        if taken[e]:
            degree[owner[e] + 1] += 1
            degree[neighbour[e] + 1] += 1
    rows = np.cumsum(degree)
    fill = rows.copy()
    link = np.empty(rows[cells], np.int64)
    for e in range(len(taken)):
        if taken[e]:
            a, b = owner[e], neighbour[e]
            link[fill[a]] = b
            fill[a] += 1
            link[fill[b]] = a
            fill[b] += 1
    return rows, link


@njit(cache=True, nogil=True)
def _cut_forest(parent, order, weight, close_cost, labels):  # type: ignore[no-untyped-def]
    """Cut the tree of every component; `order` holds one component after another."""
    spot = np.empty(len(order), np.int64)
    begin = 0
    groups = 0
    while begin < len(order):
        end = begin + 1
        while end < len(order) and parent[order[end]] >= 0:
            end += 1
        count = end - begin
        local_parent = np.full(count, -1, np.int64)
        local_weight = np.empty(count, np.int64)
        for k in range(count):
            atom = order[begin + k]
            spot[atom] = k
            local_weight[k] = weight[atom]
            if k:
                local_parent[k] = spot[parent[atom]]
        best = np.empty((count, len(close_cost)), np.float32)
        choice = np.empty((count, len(close_cost)), np.int16)
        part = np.empty(count, np.int64)
        cut_cost = np.full(count, np.float32(0.05))
        parts = cut_tree(local_parent, local_weight, cut_cost, close_cost, part, best, choice)
        for k in range(count):
            labels[order[begin + k]] = groups + part[k]
        groups += parts
        begin = end
