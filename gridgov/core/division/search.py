"""The search: for every component, anneal, divide bad neighbourhoods anew, anneal again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from numba import njit

from gridgov.core.division.arrays import close_costs, component_ranges, make_costs, make_tables, size_costs
from gridgov.core.division.flips import anneal
from gridgov.core.division.graph import IntArray
from gridgov.core.division.groups import count_pieces, measure, next_below, seat
from gridgov.core.division.problem import Problem
from gridgov.core.division.regroup import make_room, regroup
from gridgov.core.division.rules import DivisionRules
from gridgov.core.division.start import start_labels


@dataclass(frozen=True)
class Effort:
    """How long and how warm to search; temperatures in units of cost."""

    rounds: int
    """Flips tried per atom in the long annealing."""
    hot: float
    cold: float
    loops: int
    """Repairs, each followed by a short annealing."""
    tries: int
    """New divisions tried around each group outside the preferred sizes, per repair."""
    most: int
    """Most groups divided anew together."""
    short_rounds: int
    short_hot: float
    short_cold: float
    repair_heat: float
    strictness: float = 2.5
    """Factor on the cost of sizes outside the preferred ones during repairs."""
    far_tries: int = 25
    """More of them around each group outside the allowed sizes."""
    last_tries: int = 150
    """New divisions tried in the end around each group of small atoms outside the preferred sizes."""
    polish: int = 20
    """Flips tried per atom of a new division before it is judged."""
    polish_heat: float = 0.0
    press: float = 20.0
    """In the last repair, extra cost of each group outside the preferred sizes near groups of small atoms."""
    noise: float = 0.3
    """Random cost of a cut, so that equally good divisions take turns."""


EFFORTS = MappingProxyType(
    {
        "default": Effort(110, 1.2, 0.1, 2, 25, 8, 6, 0.1, 0.05, 0.3, 4.0, last_tries=60),
        "quality": Effort(1000, 1.2, 0.08, 5, 100, 8, 30, 0.15, 0.05, 0.3, 4.0, last_tries=200),
    }
)
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
    strict = size_costs(
        replace(
            rules,
            outside_preferred_cost=effort.strictness * rules.outside_preferred_cost,
            outside_allowed_cost=effort.strictness * rules.outside_allowed_cost,
        )
    )
    close = close_costs(strict, grain)
    fixed = start is not None
    if start is None:
        start = start_labels(problem, close, grain, edge_chances(problem, seeds))
    start, first_group = number_by_component(start, first_atom)
    tables = make_tables(problem, rules, int(first_group[-1]))
    common = (*tables, make_costs(rules), by_size)
    room = make_room(MOST_NODES, len(close))
    stack = np.zeros(max(3 * len(tables.cells), 1000), np.int64)
    labels = np.zeros(int(np.diff(first_group).max()) + 1, np.int64)
    heat = tuple(
        float(x)
        for x in (
            effort.hot,
            effort.cold,
            effort.short_hot,
            effort.short_cold,
            effort.repair_heat,
            effort.polish_heat,
            effort.press,
        )
    )
    pains = (
        effort.rounds,
        effort.loops,
        effort.tries,
        effort.most,
        effort.short_rounds,
        effort.polish,
        effort.far_tries,
        effort.last_tries,
    )
    band = (rules.preferred_low, rules.preferred_high, rules.min, grain)
    for i in range(len(seeds)):
        part = (
            first_atom[i],
            first_atom[i + 1],
            first_cell[i],
            first_cell[i + 1],
            first_group[i],
            first_group[i + 1],
        )
        state = np.array([seeds[i], 2], np.uint64)
        _solve(
            *common, strict, close, *room, labels, start, part, pains, heat, effort.noise, band, fixed, stack, state
        )
        if progress is not None:
            progress(float(first_atom[i + 1] / first_atom[-1]))
    return tables.atoms["group"].copy()


def component_seeds(problem: Problem, first_atom: IntArray, seed: int) -> np.ndarray:
    """A seed for every component from its own atoms, so that it is divided alike wherever it stands in the table."""
    place = np.rint(problem.x * 1000).astype(np.int64).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    place ^= np.rint(problem.y * 1000).astype(np.int64).astype(np.uint64) * np.uint64(0xC2B2AE3D27D4EB4F)
    place += (problem.size.astype(np.uint64) + np.uint64(1)) * np.uint64(0x165667B19E3779F9)
    place = (place ^ (place >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    total = np.add.reduceat(place, first_atom[:-1])
    total ^= np.uint64((seed + 1) * 0x94D049BB133111EB % 2**64)
    return np.where(total == 0, np.uint64(1), total)


def edge_chances(problem: Problem, seeds: np.ndarray) -> np.ndarray:
    """A random number per edge that depends on nothing but its component's seed and its place in it."""
    part = problem.component[np.repeat(np.arange(len(problem.area)), np.diff(problem.row))]
    first = np.searchsorted(part, np.arange(len(seeds)))
    value = seeds[part] + (np.arange(len(part)) - first[part]).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return ((value ^ (value >> np.uint64(31))) >> np.uint64(11)) / 2.0**53


def number_by_component(labels: IntArray, first_atom: IntArray) -> tuple[IntArray, IntArray]:
    """Renumber groups so that each component has a range of its own with room to spare.

    Returns the new labels and where each component's range begins, plus one past the end.
    """
    component = np.repeat(np.arange(len(first_atom) - 1), np.diff(first_atom))
    key, code = np.unique(component * (labels.max() + 1) + labels, return_inverse=True)
    owner = key // (labels.max() + 1)
    used = np.bincount(owner, minlength=len(first_atom) - 1)
    first_group = np.append(0, np.cumsum(used + used // 4 + 4))
    place = np.arange(len(key)) - (np.cumsum(used) - used)[owner]
    return (first_group[owner] + place)[code], first_group


@njit(cache=True, nogil=True)
def _solve(
    atoms,
    cells,
    edges,
    groups,
    costs,
    by_size,
    strict,
    close,
    nodes,
    best,
    choice,
    labels,
    start,
    part,
    pains,
    heat,
    noise,
    band,
    fixed,
    stack,
    state,
):  # type: ignore[no-untyped-def]
    """Search one component: `part` holds its ranges of atoms, cells and groups."""
    a0, a1, c0, c1, g0, g1 = part
    rounds, loops, tries, most, short_rounds, polish, far_tries, last_tries = pains
    hot, cold, short_hot, short_cold, repair_heat, polish_heat, press = heat
    low, high, least, grain = band
    for a in range(a0, a1):
        seat(atoms, cells, groups, a, start[a])
    for c in range(c0, c1):
        cells[c].pieces = count_pieces(atoms, cells, c)
    for g in range(g0, g1):
        if groups[g].head >= 0:
            measure(atoms, cells, edges, groups, costs, by_size, g, stack, state)
    anneal(atoms, cells, edges, groups, costs, by_size, a0, a1, rounds, hot, cold, fixed, stack, state)
    for g in range(g0, g1):
        if groups[g].head >= 0:
            measure(atoms, cells, edges, groups, costs, strict, g, stack, state)
    by_size = strict
    for loop in range(loops + 1):
        _list_free(groups, g0, g1, labels)
        last = loop == loops
        for g in range(g0, g1):
            if last and not _is_fine(atoms, cells, groups, g, 2 * (high - low)):
                continue
            for n in range(last_tries if last else tries + far_tries):
                if (
                    groups[g].head < 0
                    or low <= groups[g].size <= high
                    or (n >= tries and not last and groups[g].size >= least)
                ):
                    break
                want = 2 + next_below(state, most - 1)
                regroup(
                    atoms,
                    cells,
                    edges,
                    groups,
                    costs,
                    by_size,
                    close,
                    nodes,
                    best,
                    choice,
                    labels,
                    g,
                    want,
                    grain,
                    repair_heat,
                    noise,
                    polish,
                    polish_heat,
                    press if last else 0.0,
                    low,
                    high,
                    fixed,
                    stack,
                    state,
                )
        if not last:
            anneal(
                atoms,
                cells,
                edges,
                groups,
                costs,
                by_size,
                a0,
                a1,
                short_rounds,
                short_hot,
                short_cold,
                fixed,
                stack,
                state,
            )


@njit(cache=True, nogil=True)
def _is_fine(atoms, cells, groups, g, grain):  # type: ignore[no-untyped-def]
    """Tell whether group g has small atoms and none stacked, so that its size is a matter of drawing the line."""
    a = groups[g].head
    while a >= 0:
        c = atoms[a].cell
        if atoms[a].size > grain or cells[c].past - cells[c].first > 1:
            return False
        a = atoms[a].after
    return True


@njit(cache=True, nogil=True)
def _list_free(groups, g0, g1, labels):  # type: ignore[no-untyped-def]
    """List the labels no group has: their number, then the labels, the lowest last."""
    labels[0] = 0
    for g in range(g1 - 1, g0 - 1, -1):
        if groups[g].head < 0:
            labels[0] += 1
            labels[labels[0]] = g
