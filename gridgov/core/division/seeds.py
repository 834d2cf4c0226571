"""Chance that belongs to a component: the same wherever its rows stand, whatever lies beside it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gridgov.core.division.graph import FloatArray, IntArray
from gridgov.core.division.problem import Problem

SeedArray = npt.NDArray[np.uint64]


def component_seeds(problem: Problem, first_atom: IntArray, seed: int) -> SeedArray:
    """Make a seed for every component from its own atoms, so that it is divided alike wherever it stands.

    Parameters
    ----------
    problem : Problem
        The graph to divide.
    first_atom : numpy.ndarray of int, shape (components + 1,)
        Where the atoms of each component begin, plus one past the end.
    seed : int
        The caller's seed.

    Returns
    -------
    numpy.ndarray of uint64, shape (components,)
        Seeds, none of them 0.
    """
    place = np.rint(problem.x * 1000).astype(np.int64).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    place ^= np.rint(problem.y * 1000).astype(np.int64).astype(np.uint64) * np.uint64(0xC2B2AE3D27D4EB4F)
    place += (problem.size.astype(np.uint64) + np.uint64(1)) * np.uint64(0x165667B19E3779F9)
    place = (place ^ (place >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    total = np.add.reduceat(place, first_atom[:-1])
    total ^= np.uint64((seed + 1) * 0x94D049BB133111EB % 2**64)
    seeds: SeedArray = np.where(total == 0, np.uint64(1), total)
    return seeds


def edge_chances(problem: Problem, seeds: SeedArray) -> FloatArray:
    """Draw a number per edge that depends on nothing but its component's seed and its place in it.

    Parameters
    ----------
    problem : Problem
        The graph to divide.
    seeds : numpy.ndarray of uint64, shape (components,)
        Seed of each component.

    Returns
    -------
    numpy.ndarray of float
        Numbers from 0 to 1.
    """
    part = problem.component[np.repeat(np.arange(len(problem.area)), np.diff(problem.row))]
    first = np.searchsorted(part, np.arange(len(seeds)))
    value = seeds[part] + (np.arange(len(part)) - first[part]).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    chances: FloatArray = ((value ^ (value >> np.uint64(31))) >> np.uint64(11)) / 2.0**53
    return chances
