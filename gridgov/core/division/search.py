"""The search: for every component, anneal, divide bad neighbourhoods anew, anneal again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from gridgov.core.division.arrays import close_costs, component_ranges, make_costs, make_tables, size_costs
from gridgov.core.division.cover import make_cover
from gridgov.core.division.efforts import Effort
from gridgov.core.division.exact import MOST_PLACES, make_patch
from gridgov.core.division.floors import fewest_outside
from gridgov.core.division.graph import IntArray
from gridgov.core.division.problem import Problem
from gridgov.core.division.region import make_room
from gridgov.core.division.rules import DivisionRules
from gridgov.core.division.seeds import component_seeds, edge_chances
from gridgov.core.division.solve import Part, Sizes, solve
from gridgov.core.division.start import start_labels

MOST_STATES = 130
MOST_NODES = 4000


def search_labels(
    problem: Problem,
    rules: DivisionRules,
    effort: Effort,
    seed: int,
    progress: Callable[[float], None] | None = None,
    start: IntArray | None = None,
) -> IntArray:
    """Divide every component on its own; a component's result does not depend on the others.

    Parameters
    ----------
    problem : Problem
        What to divide.
    rules : DivisionRules
        Sizes and costs.
    effort : Effort
        How long to search.
    seed : int
        Same seed, same groups.
    progress : callable, optional
        Called with the share done.
    start : int array (atoms,), optional
        Groups to begin with; their number is then kept.

    Returns
    -------
    int array (atoms,)
        Group of each atom.
    """
    if not len(problem.size):
        return np.zeros(0, np.int64)
    first_cell, first_atom = component_ranges(problem)
    seeds = component_seeds(problem, first_atom, seed)
    grain = -(-rules.max // MOST_STATES)
    by_size = size_costs(rules)
    close = close_costs(by_size, grain)
    fixed = start is not None
    households = np.add.reduceat(problem.size, first_atom[:-1])
    floor = fewest_outside(int(households.max()), rules.min, rules.preferred_low, rules.preferred_high, rules.max)
    if start is None:
        start = start_labels(problem, close[1], grain, edge_chances(problem, seeds))
    start, first_group = number_by_component(start, first_atom)
    tables = make_tables(problem, rules, int(first_group[-1]))
    easy = (make_costs(rules, eased=True), size_costs(_ease(rules, effort.ease)))
    common = (*tables, make_costs(rules), *easy, by_size, close)
    region = make_room(MOST_NODES, close.shape[1])
    stack = np.zeros(max(3 * len(tables.cells), 1000), np.int64)
    labels = np.zeros(int(np.diff(first_group).max()) + 1, np.int64)
    sizes = Sizes(rules.min, rules.preferred_low, rules.preferred_high, rules.max, grain, 6 * rules.min // 7)
    most_sets = max(effort.whole_sets, effort.patch_sets)
    patch = make_patch(len(tables.atoms), most_sets)
    cover = make_cover(MOST_PLACES, most_sets, most_sets)
    bounds = np.column_stack(
        [firsts[side] for firsts in (first_atom, first_cell, first_group) for side in (slice(-1), slice(1, None))]
    )
    for i, bound in enumerate(bounds.tolist()):
        state = np.array([seeds[i], 2], np.uint64)
        room = (*region, labels, start, Part(*bound), sizes, effort, floor, fixed, patch, cover, stack, state)
        solve(*common, *room)
        if progress is not None:
            progress(bound[1] / int(first_atom[-1]))
    return tables.atoms["group"].copy()


def _ease(rules: DivisionRules, share: float) -> DivisionRules:
    """Let bad sizes cost a share of what they do, of small buildings no more than of others."""
    return replace(
        rules,
        outside_preferred_cost=share * rules.outside_preferred_cost,
        outside_preferred_small_cost=share * rules.outside_preferred_cost,
        outside_allowed_cost=share * rules.outside_allowed_cost,
    )


def number_by_component(labels: IntArray, first_atom: IntArray) -> tuple[IntArray, IntArray]:
    """Renumber groups so that each component has a range of its own with room to spare.

    Parameters
    ----------
    labels : numpy.ndarray of int, shape (atoms,)
        Group of each atom.
    first_atom : numpy.ndarray of int, shape (components + 1,)
        Where the atoms of each component begin, plus one past the end.

    Returns
    -------
    tuple of numpy.ndarray of int
        The new labels, and where each component's range begins, plus one past the end.
    """
    component = np.repeat(np.arange(len(first_atom) - 1), np.diff(first_atom))
    key, code = np.unique(component * (labels.max() + 1) + labels, return_inverse=True)
    owner = key // (labels.max() + 1)
    used = np.bincount(owner, minlength=len(first_atom) - 1)
    first_group = np.append(0, np.cumsum(used + used // 4 + 4))
    place = np.arange(len(key)) - (np.cumsum(used) - used)[owner]
    return (first_group[owner] + place)[code], first_group
