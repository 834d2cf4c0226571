"""The search's memory: one table each of atoms, cells, edges and groups, laid out for compiled code."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from gridgov.core.division.graph import FloatArray, IntArray
from gridgov.core.division.problem import Problem
from gridgov.core.division.rules import DivisionRules

Table = npt.NDArray[Any]

ABOVE_MAX_COST = 50.0

SPREAD_SHARE = 0.7
"""Cost of a metre of spread as a share of that of a metre from the middle: spread is the larger of the two."""

ATOM = np.dtype(
    [(name, "i8") for name in ("size", "cell", "group", "after", "before", "tenant", "held", "coarse")]
    + [(name, "f8") for name in ("x", "y")]
)
"""`after` and `before` chain the atoms of a group. `tenant` and `held` are slots of the atom's cell: which groups
stand on the cell and with how many atoms. `coarse`: 1 for a building that is not small, or a part of one."""

CELL = np.dtype(
    [(name, "i8") for name in ("first", "past", "row", "row_past", "only", "tenants", "pieces", "spare", "mark")]
    + [(name, "f8") for name in ("area", "perimeter")]
)
"""`only`: the one group on the cell, -1 when several. `pieces`: runs of one group in the stack; `spare`: how many of
them cost nothing. `mark`: stamp of the last walk that came by."""

EDGE = np.dtype([("cell", "i8"), ("kind", "i8"), ("length", "f8")])

GROUP = np.dtype(
    [(name, "i8") for name in ("size", "atoms", "head", "coarse", "soft", "mark", "moved")]
    + [(name, "f8") for name in ("area", "perimeter", "wx", "wy", "wq", "x", "y", "far", "cost")]
)
"""`head`: first atom, -1 when the label is free. `coarse`: atoms that are. `soft`: falls apart without its edges
across main roads. `wx`, `wy`, `wq`: sums of household times x, y and x^2 + y^2. `x`, `y`: the middle, a building of
the group; `far`: distance of its households from there in sum [m]; `moved`: atoms that came or went since.
"""


class Costs(NamedTuple):
    """Weights of the cost of a group; whole numbers become fractions, for compiled code knows them apart."""

    compact: float
    compact_usual: float
    distance: float
    """Of one household [1/m]."""
    by_spread: bool
    """Whether distance is the root mean square from the centre, not the mean from the building in the middle."""
    surplus: float
    soft: float


class Tables(NamedTuple):
    """The four tables of a problem."""

    atoms: Table
    cells: Table
    edges: Table
    groups: Table


def make_tables(problem: Problem, rules: DivisionRules, group_room: int) -> Tables:
    """Lay a problem out for the search, all atoms without a group yet.

    Parameters
    ----------
    problem : Problem
        What to divide.
    rules : DivisionRules
        Sizes: a building above the target may lie in as many pieces as fit the preferred sizes.
    group_room : int
        Number of labels to hold.

    Returns
    -------
    Tables
        Atoms, cells, edges, groups.
    """
    atoms = np.zeros(len(problem.size), ATOM)
    atoms["size"], atoms["cell"] = problem.size, problem.cell
    part = problem.component[problem.cell]
    area_m2 = np.bincount(problem.component, problem.area).astype(np.float64)
    near = nearness(area_m2, np.bincount(part, problem.size, len(area_m2)), rules)[part]
    atoms["x"], atoms["y"] = _from_centre(part, problem.x) * near, _from_centre(part, problem.y) * near
    atoms["group"] = atoms["after"] = atoms["before"] = -1
    stacked = np.diff(problem.first_atom)[problem.cell] > 1
    atoms["coarse"] = (problem.size > rules.small_building) | stacked
    cells = np.zeros(len(problem.area), CELL)
    cells["first"], cells["past"] = problem.first_atom[:-1], problem.first_atom[1:]
    cells["row"], cells["row_past"] = problem.row[:-1], problem.row[1:]
    cells["area"], cells["perimeter"] = problem.area, problem.perimeter
    cells["only"] = -1
    total = np.bincount(problem.cell, problem.size, len(cells))
    cells["spare"] = np.where(total > rules.target, np.ceil(total / max(rules.preferred_high, 1)), 1)
    edges = np.zeros(len(problem.neighbour), EDGE)
    edges["cell"], edges["kind"], edges["length"] = problem.neighbour, problem.kind, problem.length
    groups = np.zeros(group_room, GROUP)
    groups["head"] = -1
    return Tables(atoms, cells, edges, groups)


def size_costs(rules: DivisionRules) -> FloatArray:
    """Cost of a group of each size.

    Parameters
    ----------
    rules : DivisionRules
        Sizes and costs.

    Returns
    -------
    float array (2, max + 2)
        Cost by size: of groups of small buildings only, then of groups with a large one. The last entry holds for
        every size above the largest and is high, for only an indivisible atom may be so large.
    """
    size = np.arange(rules.max + 1)
    unit = 2 * max(rules.target - rules.preferred_low, rules.preferred_high - rules.target, 1)
    near = np.maximum(np.maximum(rules.preferred_low - size, size - rules.preferred_high), 0)
    far = np.maximum(rules.min - size, 0)
    cost = 0.25 * (np.abs(size - rules.target) / (unit / 2)).clip(max=2.0) ** 2
    cost += 0.5 * near / unit + (far > 0) * rules.outside_allowed_cost + 2.0 * far / unit
    outside = np.array([[rules.outside_preferred_small_cost], [rules.outside_preferred_cost]])
    table = cost + (near > 0) * outside
    return np.column_stack([table, np.full(2, rules.outside_allowed_cost + ABOVE_MAX_COST)])


def close_costs(by_size: FloatArray, grain: int) -> npt.NDArray[np.float32]:
    """Costs by size as the tree cut needs them: in steps of `grain` households, the last for an oversized atom.

    Parameters
    ----------
    by_size : float array (2, max + 2)
        From `size_costs`.
    grain : int
        Households per step.

    Returns
    -------
    float32 array (2, steps)
        Cost by weight.
    """
    return np.column_stack([by_size[:, :-1:grain], by_size[:, -1]]).astype(np.float32)


def make_costs(rules: DivisionRules, eased: bool = False) -> Costs:
    """Weights of the search from the rules.

    Parameters
    ----------
    rules : DivisionRules
        Sizes and costs.
    eased : bool
        For the long annealing, which finds rounder groups where distance is smooth: a far household weighs more
        then, and no building is the middle yet.

    Returns
    -------
    Costs
        Weights; a group of usual shape costs nothing for it.
    """
    return Costs(
        compact=float(rules.compactness_cost),
        compact_usual=0.64,
        distance=(SPREAD_SHARE if eased else 1.0) * rules.distance_cost / max(rules.target, 1),
        by_spread=eased,
        surplus=float(rules.surplus_piece_cost),
        soft=float(rules.soft_crossing_cost),
    )


def nearness(area_m2: FloatArray, households: IntArray | FloatArray, rules: DivisionRules) -> FloatArray:
    """Factor of the distances of each component, so that where few people live distance does not drown sizes.

    Parameters
    ----------
    area_m2, households : arrays (components,)
        Of each component.
    rules : DivisionRules
        `wide_m` and the target size.

    Returns
    -------
    float array (components,)
        1 where a round group of target size reaches no further than `wide_m` (root mean square), less in wider ones.

    Examples
    --------
    >>> nearness(np.array([1e4, 1e6]), np.array([50, 50]), DivisionRules()).round(2).tolist()
    [1.0, 0.15]
    """
    radius_m = np.sqrt(area_m2 / np.maximum(households, 1) * rules.target / (2 * np.pi))
    wide_m = rules.wide_m * np.sqrt(rules.target / DivisionRules.target)
    factor: FloatArray = np.minimum(1.0, wide_m / np.maximum(radius_m, 1e-9))
    return factor


def component_ranges(problem: Problem) -> tuple[IntArray, IntArray]:
    """First cell and first atom of every component, plus one past the end.

    Parameters
    ----------
    problem : Problem
        Cells sorted by component.

    Returns
    -------
    cells, atoms : int arrays (components + 1,)
        Where the cells and the atoms of each component begin.
    """
    first = np.flatnonzero(np.diff(problem.component, prepend=-1))
    cells = np.append(first, len(problem.component)).astype(np.int64)
    return cells, problem.first_atom[cells]


def _from_centre(part: IntArray, values: FloatArray) -> FloatArray:
    """Coordinates from the mean of their component, so that no other component touches the rounding."""
    mean = np.bincount(part, values) / np.maximum(np.bincount(part), 1)
    return values - mean[part]
