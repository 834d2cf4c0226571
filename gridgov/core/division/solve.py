"""The compiled search of one component: anneal, then repair and anneal in turns, then repair small-house groups."""

# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-calls

from __future__ import annotations

from typing import NamedTuple

from numba import njit

from gridgov.core.division.exact import MOST_PLACES
from gridgov.core.division.flips import anneal
from gridgov.core.division.floors import at_floor
from gridgov.core.division.groups import count_pieces, measure, next_below, seat, settle
from gridgov.core.division.patches import Limits, divide_all, divide_patches
from gridgov.core.division.regroup import Regrouping, regroup
from gridgov.core.division.stacks import recut

SMALL_ATOMS = 100
"""A component of so few atoms is worth more repairs: they cost next to nothing there."""


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
    max: int
    grain: int
    least: int
    """Smallest group looked at where patches are divided exactly."""


@njit(cache=True, nogil=True)
def solve(
    atoms, cells, edges, groups, costs, easy, easy_sizes, by_size, close, nodes, best, choice, labels,
    start, part, sizes, effort, floor, fixed, patch, cover, stack, state
):  # fmt: skip
    """Search one component from the labels `start`; the first annealing goes by `easy` costs."""
    a0, a1 = part.first_atom, part.past_atom
    for a in range(a0, a1):
        seat(atoms, cells, groups, a, start[a])
    for c in range(part.first_cell, part.past_cell):
        cells[c].pieces = count_pieces(atoms, cells, c)
    _measure_all(atoms, cells, edges, groups, easy, easy_sizes, part, stack, state)
    anneal(
        atoms, cells, edges, groups, easy, easy_sizes, a0, a1, effort.rounds, effort.hot, effort.cold, fixed, stack,
        state,
    )  # fmt: skip
    _measure_all(atoms, cells, edges, groups, costs, by_size, part, stack, state)
    whole = Limits(sizes.least, effort.whole_sets, MOST_PLACES)
    some = Limits(sizes.least, effort.patch_sets, effort.patch_places)
    _list_free(groups, part.first_group, part.past_group, labels)
    if not fixed and divide_all(
        atoms, cells, edges, groups, costs, by_size, nodes, labels, patch, cover, whole, part, stack, state
    ):  # fmt: skip
        _recut_all(atoms, cells, edges, groups, costs, by_size, part, stack, state)
        return
    way = Regrouping(sizes.grain, effort.polish, fixed, effort.repair_heat, effort.polish_heat, effort.noise)
    loops = effort.loops + (effort.small_loops if a1 - a0 <= SMALL_ATOMS else 0)
    for loop in range(loops + effort.last_loops):
        last = loop >= loops
        _list_free(groups, part.first_group, part.past_group, labels)
        if not fixed and not last:
            divide_patches(
                atoms, cells, edges, groups, costs, by_size, nodes, labels, patch, cover, some, part, stack,
                state,
            )  # fmt: skip
        if not at_floor(groups, part.first_group, part.past_group, sizes, floor):
            _repair(
                atoms, cells, edges, groups, costs, by_size, close, nodes, best, choice, labels, part, sizes, effort,
                way, last, stack, state,
            )  # fmt: skip
        elif last:
            break
        if not last:
            anneal(
                atoms, cells, edges, groups, costs, by_size, a0, a1, effort.short_rounds, effort.short_hot,
                effort.short_cold, fixed, stack, state,
            )  # fmt: skip
            for g in range(part.first_group, part.past_group):
                settle(atoms, groups, costs, g)
    _list_free(groups, part.first_group, part.past_group, labels)
    for _ in range(0 if fixed else effort.patch_sweeps):
        if not divide_patches(
            atoms, cells, edges, groups, costs, by_size, nodes, labels, patch, cover, some, part, stack, state
        ):  # fmt: skip
            break
    _recut_all(atoms, cells, edges, groups, costs, by_size, part, stack, state)


@njit(cache=True, nogil=True)
def _recut_all(atoms, cells, edges, groups, costs, by_size, part, stack, state):
    """Cut all stacks anew until none gets cheaper."""
    again = True
    while again:
        again = False
        for c in range(part.first_cell, part.past_cell):
            if cells[c].pieces > 1:
                again |= recut(atoms, cells, edges, groups, costs, by_size, c, stack, state)


@njit(cache=True, nogil=True)
def _repair(
    atoms, cells, edges, groups, costs, by_size, close, nodes, best, choice, labels, part, sizes, effort, way, last,
    stack, state
):  # fmt: skip
    """Divide the surroundings of groups of bad sizes anew, each a few times; in the `last` rounds of small ones."""
    for g in range(part.first_group, part.past_group):
        tries = effort.last_tries if last else effort.tries
        more = 0 if last else effort.far_tries
        for n in range(tries + more):
            size = groups[g].size
            if groups[g].head < 0 or sizes.preferred_low <= size <= sizes.preferred_high:
                break
            if (last and groups[g].coarse) or (n >= tries and size >= sizes.min):
                break
            want = 2 + next_below(state, effort.most - 1)
            regroup(
                atoms, cells, edges, groups, costs, by_size, close, nodes, best, choice, labels, way, g, want,
                stack, state,
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
