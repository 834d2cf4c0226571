"""Revise a division: mend what changed, and move as few households as possible."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from gridgov.core.division import AtomGraph
from gridgov.core.revision.ground import Bools, Floats, Ground, Ints, make_ground, make_nodes
from gridgov.core.revision.loose import attach_loose, cut_off_parts, divide_large_parts, label_parts, reconnect_parts
from gridgov.core.revision.prices import mend_at_falling_prices
from gridgov.core.revision.rules import RevisionRules
from gridgov.core.revision.state import make_state
from gridgov.core.revision.transfers import Limits, size_cost
from gridgov.errors import InputError

CAUSES = ("kept", "new", "cut-off", "size")
"""Why an atom is where it is: always there, new, cut off from its group, or moved to mend a size."""


@dataclass(frozen=True)
class RevisedLabels:
    """A revised division of atoms."""

    labels: Ints
    """Group of each atom; groups that were there keep their number, new ones follow the greatest."""
    cause: Ints
    """Position in `CAUSES`, per atom."""
    sake: Ints
    """Group for whose sake an atom moved, -1 for none."""


def revise_labels(
    graph: AtomGraph,
    previous: ArrayLike,
    rules: RevisionRules | None = None,
    *,
    previous_size: ArrayLike | None = None,
    locked: ArrayLike | None = None,
    pinned: ArrayLike | None = None,
    keep: ArrayLike | None = None,
    depth: int = 3,
    seed: int = 0,
) -> RevisedLabels:
    """Revise a division so that the fewest households change their group.

    What is new joins the best group beside it, or is divided where it is large enough for groups of its own. What
    lies no longer in one piece with its group is given away, or won back over one node between. Groups whose size
    became worse are mended by the smallest sufficient transfers, in chains of up to three; they are split, merged or
    dissolved only where that costs least. The price of a household falls where the change is so wide that many groups
    would lose their preferred size; see `mend_at_falling_prices`. All other groups stay as they are.

    Parameters
    ----------
    graph : AtomGraph
        The new ground: atoms, cells and edges; sorted by key.
    previous : array_like of int, shape (atoms,)
        Group of each atom before, -1 for new atoms.
    rules : RevisionRules, optional
        Sizes, and what a moved household costs.
    previous_size : array_like of int, shape (groups,), optional
        Households of each group before. Without it no group counts as changed by recounting.
    locked : array_like of bool, shape (atoms,), optional
        Atoms of locked groups: they stay, and nothing joins a group with any of them.
    pinned : array_like of bool, shape (atoms,), optional
        Atoms that stay in their group, put there by hand; others may come and go.
    keep : array_like of int, shape (atoms,), optional
        Compound of each atom, -1 for none; one that lay in one group moves whole.
    depth : int
        Longest chain of transfers to mend a size; 0 leaves sizes as they are.
    seed : int
        Seed for dividing what is new.

    Returns
    -------
    RevisedLabels
        Labels, and why each atom is where it is.

    Raises
    ------
    InputError
        When an array has another length than the atoms.
    """
    rules = rules or RevisionRules()
    home = np.asarray(previous, np.int64)
    compound = None if keep is None else np.asarray(keep, np.int64)
    _require_lengths(graph, previous=home, keep=compound)
    shut, pins = (_flags(graph, array) & (home >= 0) for array in (locked, pinned))
    node = make_nodes(graph, home, compound, rules.division.max)
    nodes = int(node.max(initial=-1)) + 1
    first = np.full(nodes, graph.atom_count, np.int64)
    np.minimum.at(first, node, np.arange(graph.atom_count))
    frozen = np.zeros(nodes, bool)
    frozen[node[shut | pins]] = True
    ground = make_ground(graph, home[first], frozen, node)
    groups = int(home.max(initial=-1)) + 1
    before = _sizes_before(ground, groups, previous_size)
    limits = make_limits(rules, graph)
    found = _revise(graph, ground, node, before, groups, rules, limits, seed, np.unique(node[shut]), depth)
    return RevisedLabels(*(array[node] for array in found))


def repair_labels(
    graph: AtomGraph,
    labels: ArrayLike,
    rules: RevisionRules | None = None,
    *,
    thorough: bool = False,
    locked: ArrayLike | None = None,
    seed: int = 0,
) -> RevisedLabels:
    """Repair a division made elsewhere: every group in one piece, sizes inside the allowed ones where possible.

    Parameters
    ----------
    graph : AtomGraph
        Atoms, cells and edges; sorted by key.
    labels : array_like of int, shape (atoms,)
        Group of each atom, -1 for none.
    rules : RevisionRules, optional
        Sizes, and what a moved household costs.
    thorough : bool
        Mend groups outside the preferred sizes too, not only those outside the allowed ones.
    locked : array_like of bool, shape (atoms,), optional
        Atoms that must stay.
    seed : int
        Seed for dividing what has no group.

    Returns
    -------
    RevisedLabels
        Labels, and why each atom is where it is.
    """
    rules = rules or RevisionRules()
    label = np.asarray(labels, np.int64)
    total = np.bincount(label[label >= 0], graph.size[label >= 0])
    fits = (total >= rules.division.min) & (total <= rules.division.max)
    fair = total if not thorough else np.full(len(total), rules.division.target)
    # a group that was never of a good size counts as one that was
    size = np.where(fits, fair, rules.division.target)
    fixed = replace(rules, household_cost_falls_to=1.0)
    return revise_labels(graph, label, fixed, previous_size=size, locked=locked, seed=seed)


def make_limits(rules: RevisionRules, graph: AtomGraph) -> Limits:
    """Write the rules in the form of the search; border is priced by the perimeter of a typical cell.

    Parameters
    ----------
    rules : RevisionRules
        Sizes and prices.
    graph : AtomGraph
        The ground.

    Returns
    -------
    Limits
        The same as plain numbers.
    """
    perimeter = float(np.median(graph.cell_perimeter_m)) if graph.cell_count else 1.0
    sizes = rules.division
    return Limits(
        float(sizes.min), float(sizes.preferred_low), float(sizes.preferred_high), float(sizes.max),
        rules.household_cost, rules.cell_cost, rules.border_cost / max(perimeter, 1e-9), rules.road_cost,
    )  # fmt: skip


def _flags(graph: AtomGraph, given: ArrayLike | None) -> Bools:
    flags = np.zeros(graph.atom_count, bool) if given is None else np.asarray(given, bool)
    _require_lengths(graph, locked=flags)
    return flags


def _require_lengths(graph: AtomGraph, **arrays: Ints | Bools | None) -> None:
    for name, array in arrays.items():
        if array is not None and len(array) != graph.atom_count:
            raise InputError(
                f"`{name}` has {len(array)} entries for {graph.atom_count} atoms; give one per atom.", argument=name
            )


def _sizes_before(ground: Ground, groups: int, previous_size: ArrayLike | None) -> Floats:
    known = ground.home >= 0
    now = np.bincount(ground.home[known], ground.size[known], groups).astype(np.float64)
    if previous_size is None:
        return now
    given = np.asarray(previous_size, np.float64)
    now[: len(given)] = given[:groups]
    return now


def _revise(
    graph: AtomGraph,
    ground: Ground,
    node: Ints,
    before: Floats,
    groups: int,
    rules: RevisionRules,
    limits: Limits,
    seed: int,
    shut: Ints,
    deepest: int,
) -> tuple[Ints, Ints, Ints]:
    part = label_parts(ground, ground.home)
    label = cut_off_parts(ground, ground.home, np.zeros(len(part), bool))
    room = groups + len(label) // 4 + 64
    sake = np.full(len(label), -1, np.int64)
    fair = np.zeros(room + groups)
    fair[: len(before)] = [size_cost(total, limits) for total in before]
    closed = np.zeros(len(fair), bool)
    closed[ground.home[shut]] = True
    state = make_state(ground, label, groups, fair, closed)
    reconnect_parts(ground, state, part, limits, sake)
    label, groups = divide_large_parts(graph, ground, state.label, node, rules.division, groups, seed)
    state = make_state(ground, label, groups, fair, closed)
    if attach_loose(ground, state, limits):
        label, groups = divide_large_parts(graph, ground, state.label, node, rules.division, groups, seed, every=True)
        state = make_state(ground, label, groups, fair, closed)
    placed = state.label.copy()
    mend_at_falling_prices(ground, state, before, rules, limits, deepest, sake)
    cause = np.where(ground.home < 0, 1, np.where(state.label == ground.home, 0, 3))
    cut = (ground.home >= 0) & (part >= 0) & (label != ground.home) & (placed == state.label) & (cause == 3)
    return state.label, np.where(cut & (sake < 0), 2, cause), np.where(cause == 0, -1, sake)
