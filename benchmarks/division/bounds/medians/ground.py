"""A part as the p-median problem sees it: buildings, kinds of equal atoms in them, and who can share a group."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra

from benchmarks.division.problem import Part
from gridgov.core.division import AtomGraph

LARGEST = 65
"""Most households of a group; a larger atom counts as so many."""
EPSILON = 1e-6

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Ground:
    """Buildings with households; a kind is the atoms of one building that have the same size."""

    size: Ints
    """Households of an atom of each kind."""
    amount: Ints
    """Atoms of each kind."""
    first: Ints
    """Per building, plus one past the end: where its kinds start."""
    start: Ints
    """Per building, plus one past the end: where the buildings that can share its group start, itself first."""
    near: Ints
    far: Floats
    """Distance to each of them [m]."""

    @property
    def atoms(self) -> Ints:
        """Atoms of each building: so many groups can have their middle there."""
        return np.add.reduceat(self.amount, self.first[:-1])

    @property
    def households(self) -> int:
        """All households."""
        return int((self.size * self.amount).sum())


def make_ground(graph: AtomGraph, part: Part, *, reach: bool = True) -> Ground:
    """Sum up a part; with `reach`, two buildings share a group only where one of 65 could hold a way between them."""
    lived = part.size > 0
    size = np.minimum(part.size[lived], LARGEST)
    cell, of = np.unique(graph.cell[part.atoms[lived]], return_inverse=True)
    kind, amount = np.unique(of * (LARGEST + 1) + size, return_counts=True)
    place = np.empty((len(cell), 2))
    place[of] = part.xy[lived]
    far = np.hypot(*(place[:, None] - place[None]).transpose(2, 0, 1))
    shared = _households_between(graph, part, cell) <= LARGEST if reach else np.ones_like(far, dtype=bool)
    np.fill_diagonal(shared, val=True)
    order = np.argsort(np.where(shared, far, np.inf) - np.eye(len(cell)), axis=1, kind="stable")
    count = shared.sum(axis=1)
    near = np.concatenate([row[:some] for row, some in zip(order, count, strict=True)])
    owner = np.repeat(np.arange(len(cell)), count)
    return Ground(
        size=kind % (LARGEST + 1),
        amount=amount.astype(np.int64),
        first=np.searchsorted(kind // (LARGEST + 1), np.arange(len(cell) + 1)).astype(np.int64),
        start=np.r_[0, np.cumsum(count)].astype(np.int64),
        near=near.astype(np.int64),
        far=far[owner, near],
    )


def _households_between(graph: AtomGraph, part: Part, lived: Ints) -> Floats:
    """Fewest households of a connected group that holds both cells, for cells that are lived on.

    A way takes the smallest atom of every cell that it goes through, none where a cell has an empty one.
    """
    cells = np.unique(graph.cell[part.atoms])
    spot = np.full(graph.cell_count, -1)
    spot[cells] = np.arange(len(cells))
    least = np.full(len(cells), np.inf)
    np.minimum.at(least, spot[graph.cell[part.atoms]], part.size)
    left, right = spot[graph.edge_left], spot[graph.edge_right]
    inside = (left >= 0) & (right >= 0)
    a, b = np.r_[left[inside], right[inside]], np.r_[right[inside], left[inside]]
    pair = np.unique(a * len(cells) + b)
    a, b = pair // len(cells), pair % len(cells)
    # an edge of weight 0 would be none: every step weighs a little more
    steps = coo_matrix((least[b] + EPSILON, (a, b)), (len(cells), len(cells))).tocsr()
    ends = spot[lived]
    way = dijkstra(steps, indices=ends, limit=LARGEST + 0.5)[:, ends]
    return np.asarray(np.floor(way + least[ends][:, None]))
