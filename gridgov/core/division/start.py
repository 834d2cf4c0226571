"""A first division: a random spanning forest, cut at its best places."""

# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-calls

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from gridgov.core.division.graph import FloatArray, IntArray
from gridgov.core.division.problem import Problem
from gridgov.core.division.treecut import cut_tree


def start_labels(problem: Problem, close: npt.NDArray[np.float32], grain: int, chance: FloatArray) -> IntArray:
    """Divide every component by cutting one random spanning tree of it.

    Parameters
    ----------
    problem : Problem
        What to divide.
    close : float32 array (states,)
        Cost of a group by weight, in steps of `grain`; the last for an oversized atom.
    grain : int
        Households per step of weight; weights are rounded up, so that no group exceeds the largest size.
    chance : float array (edges in both directions,)
        Random numbers in [0, 1) that make the tree.

    Returns
    -------
    int array (atoms,)
        Group of each atom, connected, numbered from 0 component by component.
    """
    weight = -(-problem.size // grain)
    ranks = edge_ranks(problem, chance)
    parent, order = _grow_forest(problem.row, problem.neighbour, problem.first_atom, ranks)
    labels = np.full(len(weight), -1, np.int64)
    _cut_forest(parent, order, weight, close, labels)
    return labels


def edge_ranks(problem: Problem, chance: FloatArray) -> IntArray:
    """Order the edges as they enter the tree: plain before minor before soft roads, else by chance.

    Parameters
    ----------
    problem : Problem
        The graph to divide.
    chance : numpy.ndarray of float, shape (edges,)
        Numbers from 0 to 1.

    Returns
    -------
    numpy.ndarray of int
        Positions of the edges.
    """
    return np.argsort(chance + problem.kind * 1.0)


@njit(cache=True, nogil=True)
def _find(root, node):
    while root[node] != node:
        root[node] = root[root[node]]
        node = root[node]
    return node


@njit(cache=True, nogil=True)
def _grow_forest(row, neighbour, first_atom, ranks):
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
def _tree_rows(cells, owner, neighbour, taken):
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
def _cut_forest(parent, order, weight, close_cost, labels):
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
