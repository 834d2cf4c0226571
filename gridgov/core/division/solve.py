"""The compiled search of one component: anneal, then repair and anneal in turns, then repair small-house groups."""

# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-calls

from __future__ import annotations

from typing import NamedTuple

from numba import njit

from gridgov.core.division.flips import anneal
from gridgov.core.division.groups import count_pieces, measure, next_below, seat
from gridgov.core.division.regroup import Regrouping, regroup

SMALL_ATOMS, SMALL_LOOPS = 100, 20
"""A component of so few atoms is worth so many more loops: they cost next to nothing there."""


class Part(NamedTuple):
    """Where a component's atoms, cells and labels begin, and one past their end."""

    first_atom: int
    past_atom: int
    first_cell: int
    past_cell: int
    first_group: int
    past_group: int


class Sizes(NamedTuple):
    """The sizes the search must know by number."""

    min: int
    preferred_low: int
    preferred_high: int
    grain: int


@njit(cache=True, nogil=True)
def solve(
    atoms, cells, edges, groups, costs, by_size, strict, close, nodes, best, choice, labels,
    start, part, sizes, effort, fixed, stack, state
):  # fmt: skip
    """Search one component from the labels `start`; `strict` are the costs by size during repairs."""
    a0, a1, low, high = part.first_atom, part.past_atom, sizes.preferred_low, sizes.preferred_high
    for a in range(a0, a1):
        seat(atoms, cells, groups, a, start[a])
    for c in range(part.first_cell, part.past_cell):
        cells[c].pieces = count_pieces(atoms, cells, c)
    _measure_all(atoms, cells, edges, groups, costs, by_size, part, stack, state)
    anneal(
        atoms, cells, edges, groups, costs, by_size, a0, a1, effort.rounds, effort.hot, effort.cold, fixed,
        stack, state,
    )  # fmt: skip
    _measure_all(atoms, cells, edges, groups, costs, strict, part, stack, state)
    loops = effort.loops + (SMALL_LOOPS if a1 - a0 <= SMALL_ATOMS else 0)
    for loop in range(loops + effort.last_loops):
        last = loop >= loops
        way = Regrouping(
            low, high, sizes.grain, effort.polish, fixed, effort.repair_heat, effort.polish_heat, effort.noise,
            effort.press if last else 0.0,
        )  # fmt: skip
        _list_free(groups, part.first_group, part.past_group, labels)
        for g in range(part.first_group, part.past_group):
            for n in range(effort.last_tries if last else effort.tries + effort.far_tries):
                if not _wants_repair(atoms, cells, groups, g, low, high, last):
                    break
                if n >= effort.tries and not last and groups[g].size >= sizes.min:
                    break
                want = 2 + next_below(state, effort.most - 1)
                regroup(
                    atoms, cells, edges, groups, costs, strict, close, nodes, best, choice, labels, way, g, want,
                    stack, state,
                )  # fmt: skip
        if not last:
            anneal(
                atoms, cells, edges, groups, costs, strict, a0, a1, effort.short_rounds, effort.short_hot,
                effort.short_cold, fixed, stack, state,
            )  # fmt: skip


@njit(cache=True, nogil=True)
def _measure_all(atoms, cells, edges, groups, costs, by_size, part, stack, state):
    for g in range(part.first_group, part.past_group):
        if groups[g].head >= 0:
            measure(atoms, cells, edges, groups, costs, by_size, g, stack, state)


@njit(cache=True, nogil=True)
def _list_free(groups, first, past, labels):
    """List the labels no group has: their number, then the labels, the lowest last."""
    labels[0] = 0
    for g in range(past - 1, first - 1, -1):
        if groups[g].head < 0:
            labels[0] += 1
            labels[labels[0]] = g


@njit(cache=True, nogil=True)
def _wants_repair(atoms, cells, groups, g, low, high, small_only):
    """Tell whether group g is outside the preferred sizes; with `small_only`, only where all its atoms are small and
    none is stacked, so that its size is a matter of drawing the line."""
    if groups[g].head < 0 or low <= groups[g].size <= high:
        return False
    a = groups[g].head
    while small_only and a >= 0:
        c = atoms[a].cell
        if atoms[a].size > 2 * (high - low) or cells[c].past - cells[c].first > 1:
            return False
        a = atoms[a].after
    return True
