"""Divide a graph into groups."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np

from gridgov.core.division.counts import reach_count, rules_for_count
from gridgov.core.division.efforts import EFFORTS
from gridgov.core.division.graph import AtomGraph, IntArray
from gridgov.core.division.problem import make_problem
from gridgov.core.division.rules import DivisionRules
from gridgov.core.division.search import search_labels
from gridgov.errors import InputError


def divide_graph(
    graph: AtomGraph,
    rules: DivisionRules | None = None,
    *,
    effort: Literal["quick", "default", "quality"] = "default",
    seed: int = 0,
    keep: IntArray | None = None,
    locked: IntArray | None = None,
    count: int | None = None,
    progress: Callable[[float], None] | None = None,
) -> IntArray:
    """Divide the atoms of a graph into connected groups of even size and compact shape.

    Parts of the graph that no edge joins (hard barriers, community lines) are divided independently; what cannot
    reach the least size there stays as a smaller group.

    Parameters
    ----------
    graph : AtomGraph
        Atoms, cells and edges; sort them by key first, for the division depends on their order.
    rules : DivisionRules, optional
        Sizes and costs; the default is the household cluster.
    effort : {"quick", "default", "quality"}
        How long to search; quick is a third of default, for groups that are drawn beside others.
    seed : int
        Same seed, same division.
    keep : int array (atoms,), optional
        Compound to keep together, -1 for none. One that fits the largest size stays in one group; a larger one is
        divided only within itself.
    locked : int array (atoms,), optional
        Groups that are fixed, -1 for free atoms.
    count : int, optional
        Wanted number of groups made from the free atoms; free when not given. Kept as far as the graph allows: there
        are never fewer groups than parts of the graph that no edge joins.
    progress : callable, optional
        Called with the share done, 0 to 1.

    Returns
    -------
    int array (atoms,)
        Group of each atom. Locked atoms keep their labels; the others are numbered on from the largest of these.

    Raises
    ------
    InputError
        When `keep` or `locked` have another length than the atoms.
    """
    rules = rules or DivisionRules()
    for name, given in (("keep", keep), ("locked", locked)):
        if given is not None and len(given) != graph.atom_count:
            raise InputError(
                f"`{name}` has {len(given)} entries for {graph.atom_count} atoms; give one per atom, -1 for none.",
                argument=name,
            )
    problem = make_problem(graph, rules.max, keep, locked)
    if count is not None:
        rules = rules_for_count(rules, int(problem.size.sum()), count)
    labels = search_labels(problem, rules, EFFORTS[effort], seed, progress)
    if count is not None and len(np.unique(labels)) != count:
        labels = reach_count(problem, labels, count)
        labels = search_labels(problem, rules, EFFORTS[effort], seed, progress, start=labels)
    return _to_graph(problem.atom_of, labels, locked)


def _to_graph(atom_of: IntArray, labels: IntArray, locked: IntArray | None) -> IntArray:
    """Labels of the graph's atoms: locked ones as given, the others numbered after them by first appearance."""
    out = np.full(len(atom_of), -1, np.int64) if locked is None else np.array(locked, np.int64)
    base = int(out.max(initial=-1)) + 1
    free = atom_of >= 0
    _, first, code = np.unique(labels[atom_of[free]], return_index=True, return_inverse=True)
    rank = np.empty(len(first), np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    out[free] = base + rank[code]
    return out
