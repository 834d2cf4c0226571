"""Reaching a wanted number of groups: join the smallest neighbours, halve the largest."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gridgov.core.division.graph import IntArray
from gridgov.core.division.problem import Problem
from gridgov.core.division.rules import DivisionRules, make_rules


def rules_for_count(rules: DivisionRules, households: int, count: int) -> DivisionRules:
    """Rules whose target is the mean size of `count` groups, all costs as given.

    Parameters
    ----------
    rules : DivisionRules
        Rules to take the costs from.
    households : int
        Households to divide.
    count : int
        Wanted number of groups.

    Returns
    -------
    DivisionRules
        The same rules when their target fits; else sizes in proportion to the mean.
    """
    mean = max(round(households / max(count, 1)), 1)
    if rules.preferred_low <= mean <= rules.preferred_high:
        return rules
    sizes = make_rules(mean)
    names = ("target", "min", "max", "preferred_low", "preferred_high", "small_building")
    return replace(rules, **{name: getattr(sizes, name) for name in names})


def reach_count(problem: Problem, labels: IntArray, count: int) -> IntArray:
    """Join or halve groups until there are `count`, as far as the graph allows.

    Parameters
    ----------
    problem : Problem
        What is divided.
    labels : int array (atoms,)
        Connected groups.
    count : int
        Wanted number; never fewer than components, never more than atoms.

    Returns
    -------
    int array (atoms,)
        Connected groups numbered from 0.
    """
    labels = np.unique(labels, return_inverse=True)[1].astype(np.int64)
    groups = int(labels.max(initial=-1)) + 1
    while groups > count:
        size = np.bincount(labels, problem.size, groups)
        pairs = _touching_groups(problem, labels)
        if not len(pairs):
            break
        small, other = pairs[np.argmin(size[pairs].sum(axis=1))]
        labels[labels == other] = small
        labels = np.unique(labels, return_inverse=True)[1].astype(np.int64)
        groups -= 1
    while groups < count:
        size = np.bincount(labels, problem.size, groups) + 1e-6 * np.bincount(labels, minlength=groups)
        size[np.bincount(labels, minlength=groups) < 2] = -1
        if size.max() < 0:
            break
        labels[_half_of(problem, np.flatnonzero(labels == int(size.argmax())))] = groups
        groups += 1
    return labels


def _touching_groups(problem: Problem, labels: IntArray) -> IntArray:
    """Pairs (a < b) of groups that share a cell or a border."""
    atom = np.arange(len(labels))
    stacked = np.flatnonzero(problem.cell[1:] == problem.cell[:-1])
    cell_pairs = np.column_stack([np.repeat(np.arange(len(problem.area)), np.diff(problem.row)), problem.neighbour])
    last = problem.first_atom[1:] - 1
    ends = [
        np.column_stack([atom[stacked], atom[stacked] + 1]),
        problem.first_atom[cell_pairs],
        np.column_stack([last[cell_pairs[:, 0]], problem.first_atom[cell_pairs[:, 1]]]),
        last[cell_pairs],
    ]
    pairs = np.sort(labels[np.concatenate(ends)], axis=1)
    return np.unique(pairs[pairs[:, 0] < pairs[:, 1]], axis=0)


def _half_of(problem: Problem, atoms: IntArray) -> IntArray:
    """A connected half of the atoms of a group, by size, whose rest is connected too."""
    spot = np.full(len(problem.size), -1)
    spot[atoms] = np.arange(len(atoms))
    cells, first = np.unique(problem.cell[atoms], return_index=True)
    place = np.full(len(problem.area), -1)
    place[cells] = first
    chain = np.flatnonzero(problem.cell[atoms][1:] == problem.cell[atoms][:-1])
    left = np.repeat(np.arange(len(problem.area)), np.diff(problem.row))
    inner = (place[left] >= 0) & (place[problem.neighbour] >= 0)
    rows = np.concatenate([chain, place[left[inner]]])
    cols = np.concatenate([chain + 1, place[problem.neighbour[inner]]])
    # seldom needed, and slow to import
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import breadth_first_order

    graph = coo_matrix((np.ones(len(rows)), (rows, cols)), (len(atoms), len(atoms))).tocsr()
    order, parent = breadth_first_order(graph, 0, directed=False)
    below = problem.size[atoms].astype(float) + 1e-6
    for node in order[:0:-1]:
        below[parent[node]] += below[node]
    root = order[1:][np.argmin(np.abs(below[order[1:]] - below[order[0]] / 2))]
    inside = np.zeros(len(atoms), bool)
    inside[root] = True
    for node in order[1:]:
        inside[node] |= inside[parent[node]]
    return atoms[inside]
