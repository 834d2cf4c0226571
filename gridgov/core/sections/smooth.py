"""Clusters and sections shaped together: the borders of finished clusters are moved, the sections joined again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from gridgov.core.division.arrays import component_ranges, make_costs, make_tables, size_costs
from gridgov.core.division.graph import AtomGraph
from gridgov.core.division.problem import Problem, make_problem
from gridgov.core.division.rules import DivisionRules
from gridgov.core.division.search import number_by_component
from gridgov.core.division.seeds import component_seeds
from gridgov.core.sections.borders import smooth

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Smoothing:
    """How borders are smoothed; costs in units of one cluster outside the preferred sizes, as in `DivisionRules`."""

    turns: int = 1
    """Times the sections are joined again."""
    rounds: int = 20
    """Flips tried per atom in a turn."""
    hot: float = 0.5
    cold: float = 0.1
    weight: float = 16.0
    """For one unit of Polsby-Popper compactness of a section."""
    strictness: float = 2.0
    """Factor on the cost of sizes outside the preferred and the allowed ones: sizes are hardly given up for shape."""


SMOOTHING = MappingProxyType(
    {"default": Smoothing(), "quality": Smoothing(turns=5, rounds=40, hot=1.0, weight=24.0, strictness=3.0)}
)
"""By the effort of the division."""


def smooth_borders(
    graph: AtomGraph,
    cluster: npt.ArrayLike,
    join: Callable[[Ints], Ints],
    rules: DivisionRules | None = None,
    *,
    keep: Ints | None = None,
    smoothing: Smoothing | None = None,
    seed: int = 0,
) -> tuple[Ints, Ints]:
    """Move atoms between clusters so that clusters and sections become rounder, and join the sections again.

    No cluster or section is made disconnected, none appears or vanishes, and sizes are kept as good as they are.
    Parts of the graph that no edge joins do not influence each other.

    Parameters
    ----------
    graph : AtomGraph
        What was divided.
    cluster : array_like of int, shape (atoms,)
        Cluster of each atom.
    join : callable
        Gives the section of each atom for the cluster of each atom.
    rules : DivisionRules, optional
        Those of the division.
    keep : numpy.ndarray of int, shape (atoms,), optional
        Compounds that were kept together, as for `divide_graph`.
    smoothing : Smoothing, optional
        How long and how strictly.
    seed : int
        Same seed, same borders.

    Returns
    -------
    cluster, section : numpy.ndarray of int, shape (atoms,)
        The new groups of each atom.
    """
    rules, way = rules or DivisionRules(), smoothing or Smoothing()
    label = np.asarray(cluster, np.int64)
    section = np.asarray(join(label), np.int64)
    problem = make_problem(graph, rules.max, keep, None)
    if not len(problem.size):
        return label, section
    for turn in range(way.turns):
        label = _smooth_once(problem, label, section, rules, way, seed + turn)
        section = np.asarray(join(label), np.int64)
    return label, section


def _smooth_once(
    problem: Problem, cluster: Ints, section: Ints, rules: DivisionRules, way: Smoothing, seed: int
) -> Ints:
    """Move borders with the sections of the clusters held fixed; returns the cluster of each atom of the graph."""
    first_cell, first_atom = component_ranges(problem)
    here = np.zeros(len(problem.size), np.int64)
    here[problem.atom_of] = cluster
    start, first_group = number_by_component(here, first_atom)
    section_of = np.zeros(int(first_group[-1]), np.int64)
    section_of[start[problem.atom_of]] = np.unique(section, return_inverse=True)[1]
    name_of = np.zeros(int(first_group[-1]), np.int64)
    name_of[start] = here
    tables = make_tables(problem, rules, int(first_group[-1]))
    strict = replace(
        rules,
        outside_preferred_cost=way.strictness * rules.outside_preferred_cost,
        outside_allowed_cost=way.strictness * rules.outside_allowed_cost,
    )
    common = (*tables, make_costs(rules), size_costs(strict))
    area, around = np.zeros(len(section_of)), np.zeros(len(section_of))
    stack = np.zeros(max(3 * len(tables.cells), 1000), np.int64)
    seeds = component_seeds(problem, first_atom, seed)
    for i in range(len(first_atom) - 1):
        part = (
            first_atom[i],
            first_atom[i + 1],
            first_cell[i],
            first_cell[i + 1],
            first_group[i],
            first_group[i + 1],
        )
        state = np.array([seeds[i], 2], np.uint64)
        smooth(
            *common, start, section_of, area, around, way.weight, part, way.rounds, way.hot, way.cold, stack, state
        )
    moved: Ints = name_of[tables.atoms["group"][problem.atom_of]]
    return moved
