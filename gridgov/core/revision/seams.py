"""Seams: where cells that stay byte for byte meet cells that changed, with the same nodes on both sides."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from gridgov.core.revision.rings import ON_LINE_M, Node, find_ends, insert_nodes, move_nodes, nodes_of

Shapes = NDArray[np.object_]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

SAME_LINE_M = 0.001
"""A node lies on a line that is no farther away."""
BUILT_M2 = 0.01
"""Ground of its building that a cell may lose to rounding."""
TRIALS = 8
"""Times that other places are tried for nodes where cells are not sound."""


def fit_seams(shapes: Shapes, old: Shapes, calm: Bools, block: Shapes, footprints: Shapes) -> Shapes:
    """Fit changed cells to cells that stay as they were.

    A changed cell that ends on the seam ends at the nearest node that the seam had, so that the cells beyond stay
    byte for byte. Where that cannot be, the seam gains a node: where blocks meet (a new road ends there), and where
    a cell would not be sound or would lose ground that its building stands on.

    Parameters
    ----------
    shapes : numpy.ndarray of shapely.Polygon
        Cells now: an exact coverage.
    old : numpy.ndarray of shapely.Polygon or None
        Earlier polygon of each cell.
    calm : numpy.ndarray of bool
        Cells that are to keep their earlier polygon; it covers the same ground.
    block : numpy.ndarray of str
        Block of each cell.
    footprints : numpy.ndarray of shapely.Geometry or None
        Building of each cell.

    Returns
    -------
    numpy.ndarray of shapely.Polygon
        Cells that fit one another; those of `shapes`, where no way was found.
    """
    seam = _Seam(shapes, old, calm, block)
    for _ in range(TRIALS):
        out, touched = seam.fit()
        bad = _find_unsound(out, touched, shapes, footprints)
        if not len(bad):
            return out
        if not seam.go_on(bad):
            break
    return shapes


class _Seam:
    """The nodes of one seam and where each of them may go."""

    def __init__(self, shapes: Shapes, old: Shapes, calm: Bools, block: Shapes) -> None:
        self.shapes, self.calm = shapes, calm
        self.kept = np.where(calm, old, shapes)
        self.names, self.owner = _list_nodes(shapes)
        quiet = calm[self.owner]
        shared = np.intersect1d(self.names[quiet], self.names[~quiet])
        on_seam = np.isin(self.names, shared)
        near = np.unique(self.owner[on_seam])
        self.quiet, self.loud = near[calm[near]], near[~calm[near]]
        self.had = set().union(*(nodes_of(self.kept[k]) for k in self.quiet))
        self.ways: dict[Node, list[Node]] = {}
        self._place(set(shared.tolist()) - self.had, block)

    def _place(self, fresh: set[Node], block: Shapes) -> None:
        """List where each node that the seam did not have may go; in the end it stays where it is."""
        for node, cells in self._cells_at(fresh).items():
            lines = [find_ends(self.kept[k], node) for k in cells if self.calm[k]]
            near, far, _ = min(lines, key=lambda line: (line[2] > SAME_LINE_M, abs(line[0] - node)))
            meeting = {block[k] for k in cells if not self.calm[k]}
            at_corner = len(meeting) > 1 and abs(near - node) > ON_LINE_M
            self.ways[node] = [node] if at_corner else [near, far, node]

    def go_on(self, cells: Ints) -> bool:
        """Take the next way for the nodes at some cells, and at those beside them; False where none is left."""
        beside = np.isin(self.names, self.names[np.isin(self.owner, cells)])
        around = np.isin(self.owner, np.unique(self.owner[beside]))
        near = [node for node in set(self.names[around].tolist()) if len(self.ways.get(node, [])) > 1]
        for node in near:
            self.ways[node] = self.ways[node][1:]
        return bool(near)

    def fit(self) -> tuple[Shapes, Ints]:
        """Fit the cells on both sides; also name the cells to look at."""
        out = self.kept.copy()
        to = {node: ways[0] for node, ways in self.ways.items()}
        forced = {node for node, end in to.items() if node == end}
        for k in np.unique([k for at in self._cells_at(forced).values() for k in at if self.calm[k]]).astype(int):
            out[k] = insert_nodes(self.kept[k], forced)
        nodes = np.array(sorted(self.had | forced, key=lambda node: (node.real, node.imag)), np.complex128)
        tree = shapely.STRtree(shapely.points(nodes.real, nodes.imag))
        for k in self.loud:
            moved = move_nodes(self.shapes[k], to)
            if moved is not None:
                near = tree.query(moved, predicate="dwithin", distance=ON_LINE_M)
                moved = insert_nodes(moved, nodes[np.sort(near)].tolist())
            out[k] = moved
        beside = np.isin(self.names, self.names[np.isin(self.owner, self.loud)])
        return out, np.unique(self.owner[beside])

    def _cells_at(self, nodes: set[Node]) -> dict[Node, Ints]:
        """Cells that have each node."""
        rows = np.flatnonzero(np.isin(self.names, np.array(list(nodes), np.complex128)))
        found: dict[Node, list[int]] = {}
        for row in rows:
            found.setdefault(complex(self.names[row]), []).append(int(self.owner[row]))
        return {node: np.unique(cells) for node, cells in found.items()}


def _list_nodes(shapes: Shapes) -> tuple[NDArray[np.complex128], Ints]:
    """Every node of every cell, and the cell."""
    coordinates, owner = shapely.get_coordinates(shapes, return_index=True)
    return np.asarray(coordinates[:, 0] + 1j * coordinates[:, 1]), owner


def _find_unsound(shapes: Shapes, asked: Ints, before: Shapes, footprints: Shapes) -> Ints:
    """Cells that came to nothing, are not valid, lost ground of their building or do not fit their neighbours."""
    some = shapes[asked]
    bad = shapely.is_missing(some) | ~shapely.is_valid(some)
    sound = np.flatnonzero(~bad & ~shapely.is_missing(footprints[asked]))
    at = asked[sound]
    built = [shapely.area(shapely.intersection(cells[at], footprints[at])) for cells in (before, shapes)]
    bad[sound] = built[1] < built[0] - BUILT_M2
    if not bad.any():
        bad = _find_misfits(shapes, asked)
    return np.asarray(asked[bad], np.int64)


def _find_misfits(shapes: Shapes, asked: Ints) -> Bools:
    """Which of the cells have a border that some cell around them does not share."""
    around, _ = shapely.STRtree(shapes).query(shapes[asked], predicate="intersects")[::-1]
    around = np.unique(np.r_[around, asked])
    wrong = ~shapely.is_empty(shapely.coverage_invalid_edges(shapes[around]))
    return np.asarray(np.isin(asked, around[wrong]), np.bool_)
