"""The ground a revision works on: pieces that move whole, on cells that touch."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gridgov.core.division import AtomGraph

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


class Ground(NamedTuple):
    """Nodes (an atom, or a compound that is kept together) on cells, in compressed rows; nothing here changes."""

    size: Ints
    """Households of each node."""
    home: Ints
    """Group of each node before, -1 for none."""
    frozen: Bools
    """Nodes that may not change their group."""
    node_start: Ints
    node_cells: Ints
    """Cells of each node."""
    cell_start: Ints
    cell_nodes: Ints
    """Nodes of each cell, in stacking order."""
    row: Ints
    neighbour: Ints
    length: Floats
    soft: Bools
    """Neighbours of each cell; soft across a main road."""


def make_ground(graph: AtomGraph, home: Ints, frozen: Bools, node: Ints) -> Ground:
    """Make the ground from a graph of atoms.

    Parameters
    ----------
    graph : AtomGraph
        Atoms, cells and edges.
    home : array of int, shape (nodes,)
        Group of each node before.
    frozen : array of bool, shape (nodes,)
        Nodes that stay.
    node : array of int, shape (atoms,)
        Node of each atom, 0 … nodes - 1.

    Returns
    -------
    Ground
        Ready for the search.
    """
    nodes, cells = len(home), graph.cell_count
    pair = np.unique(np.column_stack([node, graph.cell]), axis=0).reshape(-1, 2)
    place = np.arange(len(node))
    first = np.full(nodes, len(node), np.int64)
    np.minimum.at(first, node, place)
    by_cell = pair[np.lexsort((first[pair[:, 0]], pair[:, 1]))]
    left, right = graph.edge_left, graph.edge_right
    source, target = np.r_[left, right], np.r_[right, left]
    order = np.lexsort((target, source))
    return Ground(
        size=np.bincount(node, graph.size, nodes).astype(np.int64),
        home=np.asarray(home, np.int64),
        frozen=np.asarray(frozen, np.bool_),
        node_start=_rows(pair[:, 0], nodes),
        node_cells=np.ascontiguousarray(pair[:, 1]),
        cell_start=_rows(by_cell[:, 1], cells),
        cell_nodes=np.ascontiguousarray(by_cell[:, 0]),
        row=_rows(source, cells),
        neighbour=target[order].astype(np.int64),
        length=np.r_[graph.edge_length_m, graph.edge_length_m][order],
        soft=np.r_[graph.edge_kind, graph.edge_kind][order] == 2,
    )


def _rows(code: Ints, count: int) -> Ints:
    return np.asarray(np.r_[0, np.cumsum(np.bincount(code, minlength=count))], np.int64)


def make_nodes(graph: AtomGraph, home: Ints, keep: Ints | None, largest: int) -> Ints:
    """Number the nodes: every atom is one, but a compound that fits one group and was in one is one node.

    Parameters
    ----------
    graph : AtomGraph
        The graph.
    home : array of int, shape (atoms,)
        Group of each atom before, -1 for none.
    keep : array of int, shape (atoms,), optional
        Compound of each atom, -1 for none.
    largest : int
        Largest size of a group.

    Returns
    -------
    array of int, shape (atoms,)
        Node of each atom, numbered by first atom.
    """
    code = np.arange(graph.atom_count, dtype=np.int64)
    if keep is None or not (keep >= 0).any():
        return code
    inside = np.flatnonzero(keep >= 0)
    _, compound = np.unique(keep[inside], return_inverse=True)
    count = compound.max() + 1
    low, high = np.full(count, np.iinfo(np.int64).max), np.full(count, -2, np.int64)
    np.minimum.at(low, compound, home[inside])
    np.maximum.at(high, compound, home[inside])
    fits = (np.bincount(compound, graph.size[inside]) <= largest) & (low == high)
    first = np.full(count, graph.atom_count, np.int64)
    np.minimum.at(first, compound, inside)
    code[inside] = np.where(fits[compound], first[compound], inside)
    return np.asarray(np.unique(code, return_inverse=True)[1], np.int64)
