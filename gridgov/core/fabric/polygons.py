"""Polygons of the cells, from the graph; blocks in which a cell is not sound are cut once more, less straightened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import shapely
from numpy.typing import NDArray

from gridgov.core.fabric.blocks import Blocks
from gridgov.core.fabric.chains import find_chains, thin_chains
from gridgov.core.fabric.graph import Graph, join_parts
from gridgov.core.fabric.grow import Sites, grow_ridges, name_blocks
from gridgov.core.fabric.settle import settle_faces
from gridgov.core.fabric.trace import UNKNOWN, make_polygons, trace_rings

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Shapes = NDArray[np.object_]

STRAIGHTEN_M = (0.4, 0.1, 0.02, 0.0, 0.0, 0.0)
"""How far borders inside blocks may move, for each time a block is cut."""
COLLINEAR_M = 1e-7


def grow_polygons(
    blocks: Blocks,
    sites: Sites,
    inner: Floats,
    block: Ints,
    width_m: Floats,
    progress: Callable[[float], None] | None = None,
) -> tuple[Shapes, Ints, Graph]:
    """Grow the cell of every building and make its polygon.

    Where footprints are so thin and so close that a block cannot be cut, buildings are left out until it can; they
    have no face.

    When all faces traced from one planar graph are valid polygons they are an exact coverage: the winding numbers of
    their rings add up to that of the ground.

    Parameters
    ----------
    blocks : Blocks
        The ground.
    sites : Sites
        Points on the walls of buildings.
    inner : ndarray of float, shape (n, 2)
        A point inside each building, relative like the sites.
    block : ndarray of int, shape (n,)
        Block of each building.
    width_m : ndarray of float, shape (n,)
        How wide each building is: the thinnest go first.
    progress : callable, optional
        Told the share done.

    Returns
    -------
    polygons : ndarray of shapely Polygon
        One per face.
    faces : ndarray of int
        Building k, or n + b for the ground of block b; ascending.
    graph : Graph
        The edges of the polygons.
    """
    while True:
        polygons, faces, graph, torn, bad = _grow(blocks, sites, inner, block, progress)
        if not len(torn):
            return polygons, faces, graph
        sites = _leave_out(sites, torn, bad, width_m)


def _grow(
    blocks: Blocks, sites: Sites, inner: Floats, block: Ints, progress: Callable[[float], None] | None
) -> tuple[Shapes, Ints, Graph, Ints, Ints]:
    """Polygons, faces and graph; the blocks that cannot be cut however often, and the faces not sound in them."""
    named = name_blocks(sites, len(inner))
    which = np.flatnonzero(named <= UNKNOWN)
    parts = grow_ridges(blocks, sites, which, 0, STRAIGHTEN_M[0], progress)
    block_of = np.r_[block, np.arange(len(blocks.polygons))]
    wanted = np.unique(sites.owner)
    for again in range(1, len(STRAIGHTEN_M) + 1):
        graph, torn = settle_faces(join_parts(blocks, named, parts), sites, inner, block_of)
        graph = _without_spare_nodes(graph)
        polygons, faces, bad = _trace(graph, blocks.origin)
        lost = np.setdiff1d(wanted, np.r_[faces, bad])
        spare = _blocks_of_spare(graph, blocks, len(block_of))
        bad = np.r_[bad[bad < len(block_of)], lost]
        torn = np.unique(np.r_[torn, spare, block_of[bad]])
        redo = np.flatnonzero(np.isin(which, torn))
        if not len(redo) or again == len(STRAIGHTEN_M):
            break
        fresh = grow_ridges(blocks, sites, which[redo], again - 1, STRAIGHTEN_M[again])
        for k, part in zip(redo, fresh, strict=True):
            parts[k] = part
    return polygons, faces, graph, which[redo], bad


def _blocks_of_spare(graph: Graph, blocks: Blocks, spare: int) -> Ints:
    """Blocks with a part of a cell that no neighbour could take."""
    edge = np.flatnonzero((graph.left >= spare) | (graph.right >= spare))
    if not len(edge):
        return np.empty(0, np.int64)
    x, y = graph.x[graph.start[edge]] + blocks.origin[0], graph.y[graph.start[edge]] + blocks.origin[1]
    _, found = shapely.STRtree(blocks.polygons).query(shapely.points(x, y), predicate="dwithin", distance=1e-6)
    return np.unique(found)


def _leave_out(sites: Sites, torn: Ints, bad: Ints, width_m: Floats) -> Sites:
    """Take buildings out of blocks that cannot be cut: those whose cells are not sound, else the thinner half."""
    gone: list[Ints] = []
    for b in torn:
        owners = np.unique(sites.of(int(b))[2])
        known = np.intersect1d(owners, bad)
        if not 0 < len(known) < len(owners):
            known = owners[np.argsort(width_m[owners], kind="stable")][: (len(owners) + 1) // 2]
        gone.append(known)
    keep = ~np.isin(sites.owner, np.concatenate(gone))
    block = np.repeat(np.arange(len(sites.begin) - 1), np.diff(sites.begin))[keep]
    begin = np.searchsorted(block, np.arange(len(sites.begin)))
    return Sites(sites.x[keep], sites.y[keep], sites.owner[keep], begin)


def _without_spare_nodes(graph: Graph) -> Graph:
    """Take out nodes on straight borders at which nothing ends any more."""
    offsets, nodes, left, right = find_chains(graph.start, graph.end, graph.left, graph.right, graph.fixed)
    keep = thin_chains(graph.x, graph.y, offsets, nodes, graph.fixed, np.full(len(left), COLLINEAR_M))
    chain = np.repeat(np.arange(len(left)), np.diff(offsets))[keep]
    kept = nodes[keep]
    same = chain[1:] == chain[:-1]
    of = chain[1:][same]
    start, end = kept[:-1][same], kept[1:][same]
    return replace(graph, start=start, end=end, left=left[of], right=right[of], on_border=np.zeros(len(of), bool))


def _trace(graph: Graph, origin: Floats) -> tuple[Shapes, Ints, Ints]:
    """Polygons, their faces, and the faces that are not sound."""
    offsets, chain, face, area, _, _ = trace_rings(graph.x, graph.y, graph.start, graph.end, graph.left, graph.right)
    outer = np.bincount(face[area > 0], minlength=int(face.max()) + 1 if len(face) else 0)
    flat = (np.diff(offsets) < 3) | (area == 0) | (outer[face] != 1)
    bad = np.unique(face[flat])
    if len(bad):
        return np.empty(0, object), np.unique(face), bad
    polygons, faces = make_polygons(graph.x + origin[0], graph.y + origin[1], offsets, chain, face, area)
    return polygons, faces, faces[~shapely.is_valid(polygons)]
