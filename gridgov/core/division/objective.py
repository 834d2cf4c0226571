"""What a division costs by the rules: the one number that the search makes small."""

# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-calls

from __future__ import annotations

import numpy as np
from numba import njit

from gridgov.core.division.arrays import make_costs, make_tables, size_costs
from gridgov.core.division.graph import AtomGraph, IntArray
from gridgov.core.division.groups import count_pieces, measure, seat
from gridgov.core.division.problem import make_problem
from gridgov.core.division.rules import DivisionRules


def division_cost(graph: AtomGraph, labels: IntArray, rules: DivisionRules | None = None) -> float:
    """Sum up the cost of all groups and of surplus pieces of buildings.

    Parameters
    ----------
    graph : AtomGraph
        What was divided.
    labels : int array (atoms,)
        Group of each atom, not negative.
    rules : DivisionRules, optional
        Sizes and costs; the default is the household cluster.

    Returns
    -------
    float
        Cost in units of the rules. A group of usual shape costs nothing for it, so that the sum may be negative.
    """
    rules = rules or DivisionRules()
    problem = make_problem(graph, rules.max, None, None)
    group = np.empty(len(problem.size), np.int64)
    group[problem.atom_of] = labels
    tables = make_tables(problem, rules, int(labels.max(initial=-1)) + 1)
    stack = np.zeros(3 * len(tables.cells) + 1, np.int64)
    costs, by_size = make_costs(rules), size_costs(rules)
    return float(_sum_up(*tables, costs, by_size, group, stack, np.array([1, 2], np.uint64)))


@njit(cache=True, nogil=True)
def _sum_up(atoms, cells, edges, groups, costs, by_size, group, stack, state):
    for a in range(len(atoms)):
        seat(atoms, cells, groups, a, group[a])
    total = 0.0
    for c in range(len(cells)):
        total += costs.surplus * max(0, count_pieces(atoms, cells, c) - cells[c].spare)
    for g in range(len(groups)):
        measure(atoms, cells, edges, groups, costs, by_size, g, stack, state)
        total += groups[g].cost
    return total
