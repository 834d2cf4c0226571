"""From a graph with compounds and locks to the plain problem that the search works on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gridgov.core.components import find_components
from gridgov.core.division.graph import AtomGraph, FloatArray, IntArray


@dataclass(frozen=True)
class Problem:
    """Free atoms sorted by cell, cells joined in compressed rows; a compound that fits is one cell with one atom."""

    size: IntArray
    x: FloatArray
    y: FloatArray
    cell: IntArray
    """Per atom."""
    first_atom: IntArray
    """Per cell, plus one past the end: atoms `first_atom[c]` to `first_atom[c + 1]` are stacked on cell c."""
    area: FloatArray
    perimeter: FloatArray
    row: IntArray
    """Per cell, plus one past the end: where its neighbours start."""
    neighbour: IntArray
    length: FloatArray
    kind: npt.NDArray[np.int8]
    component: IntArray
    """Per cell, rising: cells of one component lie together."""
    atom_of: IntArray
    """Per atom of the graph: its atom here, -1 when locked."""


def make_problem(graph: AtomGraph, max_size: int, keep: IntArray | None, locked: IntArray | None) -> Problem:
    """Contract compounds that fit, cut off those that do not, take out locked atoms, and sort.

    Parameters
    ----------
    graph : AtomGraph
        The graph to divide.
    max_size : int
        Largest size of a group: a compound up to it is kept in one piece.
    keep : int array (atoms,) or None
        Compound of each atom, -1 for none.
    locked : int array (atoms,) or None
        Fixed group of each atom, -1 for free.

    Returns
    -------
    Problem
        Ready for the search.
    """
    free = np.ones(graph.atom_count, bool) if locked is None else locked < 0
    compound = _compound_of_cells(graph, keep)
    fits = _compounds_that_fit(graph, compound, free, max_size)
    used = np.zeros(graph.cell_count, bool)
    used[graph.cell[free]] = True
    left, right, length, kind = _usable_edges(graph, used, compound, fits)
    merged = (compound[left] >= 0) & (compound[left] == compound[right]) & fits[left]
    spot, component = _merge_cells(graph.cell_count, left, right, merged, used)
    cells = len(component)
    area = _sum(spot[used], graph.cell_area_m2[used], cells)
    outline = _sum(spot[used], graph.cell_perimeter_m[used], cells)
    perimeter = outline - 2 * _sum(spot[left[merged]], length[merged], cells)
    atom_of, size, x, y, cell = _merge_atoms(graph, free, spot, fits)
    row, neighbour, joint, crossing = _compress(cells, spot[left], spot[right], length, kind)
    return Problem(
        size=size,
        x=x,
        y=y,
        cell=cell,
        first_atom=np.searchsorted(cell, np.arange(cells + 1)).astype(np.int64),
        area=area,
        perimeter=perimeter,
        row=row,
        neighbour=neighbour,
        length=joint,
        kind=crossing,
        component=component,
        atom_of=atom_of,
    )


def _compound_of_cells(graph: AtomGraph, keep: IntArray | None) -> IntArray:
    compound = np.full(graph.cell_count, -1, np.int64)
    if keep is not None:
        np.maximum.at(compound, graph.cell, np.asarray(keep, np.int64))
    return compound


def _compounds_that_fit(
    graph: AtomGraph, compound: IntArray, free: npt.NDArray[np.bool_], max_size: int
) -> npt.NDArray[np.bool_]:
    """Per cell: whether its compound's free households make at most one group."""
    of_atom = compound[graph.cell]
    inside = (of_atom >= 0) & free
    total = np.bincount(of_atom[inside], graph.size[inside], compound.max(initial=-1) + 1)
    return np.where(compound >= 0, np.append(total, np.inf)[compound], np.inf) <= max_size


def _usable_edges(
    graph: AtomGraph, used: npt.NDArray[np.bool_], compound: IntArray, fits: npt.NDArray[np.bool_]
) -> tuple[IntArray, IntArray, FloatArray, npt.NDArray[np.int8]]:
    """Edges between used cells; a compound too large for one group has none to the outside."""
    left, right = graph.edge_left, graph.edge_right
    walled = (compound >= 0) & ~fits
    apart = (compound[left] != compound[right]) & (walled[left] | walled[right])
    ok = used[left] & used[right] & (left != right) & ~apart
    return left[ok], right[ok], graph.edge_length_m[ok], graph.edge_kind[ok]


def _merge_cells(
    count: int, left: IntArray, right: IntArray, merged: npt.NDArray[np.bool_], used: npt.NDArray[np.bool_]
) -> tuple[IntArray, IntArray]:
    """Number the used cells, component by component, those joined by merged edges alike; -1 for unused.

    Returns the numbers and the component of each new cell.
    """
    group = find_components(count, left[merged], right[merged])
    component = find_components(count, left, right)
    cell = np.flatnonzero(used)
    first_of_group, first_of_component = np.full(count, count), np.full(count, count)
    np.minimum.at(first_of_group, group[cell], cell)
    np.minimum.at(first_of_component, component[cell], cell)
    key = first_of_component[component[cell]] * count + first_of_group[group[cell]]
    names, code = np.unique(key, return_inverse=True)
    spot = np.full(count, -1, np.int64)
    spot[cell] = code
    _, part = np.unique(names // max(count, 1), return_inverse=True)
    return spot, part.astype(np.int64)


def _merge_atoms(
    graph: AtomGraph, free: npt.NDArray[np.bool_], spot: IntArray, fits: npt.NDArray[np.bool_]
) -> tuple[IntArray, IntArray, FloatArray, FloatArray, IntArray]:
    """Atoms sorted by cell; those of a compound that fits become one."""
    atom = np.flatnonzero(free)
    atom = atom[np.argsort(spot[graph.cell[atom]], kind="stable")]
    cell = spot[graph.cell[atom]]
    new = np.ones(len(atom), bool)
    new[1:] = (cell[1:] != cell[:-1]) | ~fits[graph.cell[atom[1:]]]
    code = np.cumsum(new) - 1
    count = int(new.sum())
    atom_of = np.full(graph.atom_count, -1, np.int64)
    atom_of[atom] = code
    weight = graph.size[atom] + 1e-9
    total = np.bincount(code, weight, count)
    x = np.bincount(code, weight * graph.x[atom], count) / total
    y = np.bincount(code, weight * graph.y[atom], count) / total
    size = np.rint(np.bincount(code, graph.size[atom], count)).astype(np.int64)
    return atom_of, size, x, y, cell[new]


def _compress(
    cells: int, left: IntArray, right: IntArray, length: FloatArray, kind: npt.NDArray[np.int8]
) -> tuple[IntArray, IntArray, FloatArray, npt.NDArray[np.int8]]:
    """Both directions of every edge in compressed rows; several edges of one pair become one, of the least kind."""
    outer = left != right
    left, right, length, kind = left[outer], right[outer], length[outer], kind[outer]
    key = np.concatenate([left * cells + right, right * cells + left])
    pair, code = np.unique(key, return_inverse=True)
    joint = _sum(code, np.concatenate([length, length]), len(pair))
    crossing = np.full(len(pair), 127, np.int8)
    np.minimum.at(crossing, code, np.concatenate([kind, kind]))
    start, end = (pair // cells, pair % cells) if cells else (pair, pair)
    row = np.searchsorted(start, np.arange(cells + 1)).astype(np.int64)
    return row, end.astype(np.int64), joint, crossing


def _sum(code: IntArray, values: FloatArray, count: int) -> FloatArray:
    return np.bincount(code, values, count).astype(np.float64)
