"""From the graph of cells to polygons: borders made straighter where that keeps every cell sound."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely
from numpy.typing import NDArray

from gridgov.core.fabric.cells import Graph
from gridgov.core.fabric.chains import find_chains, thin_chains
from gridgov.core.fabric.trace import OUTSIDE, make_polygons, trace_rings

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Shapes = NDArray[np.object_]

STRAIGHTEN_M = 0.5
COLLINEAR_M = 1e-6


def to_polygons(graph: Graph, origin: Floats, tolerance_m: float = STRAIGHTEN_M) -> tuple[Shapes, Ints, Graph]:
    """Straighten the borders inside blocks and make the polygon of every face.

    All faces are valid and traced from one graph, so together they are an exact coverage: the winding numbers of
    their rings add up to that of the ground.

    Parameters
    ----------
    graph : Graph
        One connected face per cell.
    origin : ndarray of float, shape (2,)
        Added to the nodes.
    tolerance_m : float
        How far a border inside a block may move.

    Returns
    -------
    polygons : ndarray of shapely Polygon
        Valid, one per face.
    faces : ndarray of int
        The face of each, ascending.
    graph : Graph
        The edges that were kept.
    """
    offsets, nodes, left, right = find_chains(graph.start, graph.end, graph.left, graph.right, graph.fixed)
    tolerance = np.full(len(left), tolerance_m)
    border = np.zeros(len(graph.x), np.int64)
    np.add.at(border, graph.start[graph.on_border], 1)
    np.add.at(border, graph.end[graph.on_border], 1)
    chain_border = (border[nodes[offsets[:-1]]] > 0) & (border[nodes[offsets[:-1] + 1]] > 0)
    del chain_border
    for attempt in range(6):
        thin = _thin(graph, offsets, nodes, left, right, tolerance)
        polygons, faces, bad = _trace(thin, origin)
        if not len(bad):
            break
        again = np.isin(left, bad) | np.isin(right, bad)
        tolerance[again] = tolerance[again] / 4 if attempt < 3 else COLLINEAR_M
        if attempt == 4:
            tolerance[again] = 0.0
    return polygons, faces, thin


def _thin(graph: Graph, offsets: Ints, nodes: Ints, left: Ints, right: Ints, tolerance: Floats) -> Graph:
    keep = thin_chains(graph.x, graph.y, offsets, nodes, tolerance)
    chain = np.repeat(np.arange(len(left)), np.diff(offsets))[keep]
    kept = nodes[keep]
    same = chain[1:] == chain[:-1]
    of = chain[1:][same]
    return replace(
        graph,
        start=kept[:-1][same],
        end=kept[1:][same],
        left=left[of],
        right=right[of],
        on_border=np.zeros(len(of), bool),
    )


def _trace(graph: Graph, origin: Floats) -> tuple[Shapes, Ints, Ints]:
    """Polygons, their faces, and the faces that are not sound."""
    offsets, chain, face, area, _, _ = trace_rings(graph.x, graph.y, graph.start, graph.end, graph.left, graph.right)
    outer = np.bincount(face[area > 0], minlength=int(face.max()) + 1 if len(face) else 0)
    flat = (np.diff(offsets) < 3) | (area == 0) | (outer[face] != 1)
    bad = np.unique(face[flat])
    if len(bad):
        return np.empty(0, object), np.empty(0, np.int64), bad
    polygons, faces = make_polygons(graph.x + origin[0], graph.y + origin[1], offsets, chain, face, area)
    return polygons, faces, faces[~shapely.is_valid(polygons)]


__all__ = ["OUTSIDE", "to_polygons"]
