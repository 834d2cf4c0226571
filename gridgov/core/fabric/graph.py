"""The graph: ridges of all blocks and the block borders put together, with common nodes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gridgov.core.fabric.blocks import Blocks
from gridgov.core.fabric.trace import OUTSIDE

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SNAP_M = 0.01

Part = tuple[Floats, Ints, Ints, Floats]
"""Ridges of one block: nodes, edges, block edge on which a node lies or -1, and where along it (0 to 1)."""


@dataclass(frozen=True)
class Graph:
    """A planar graph: nodes, edges with a face on each side.

    `fixed` marks nodes that may not go; `on_border` marks edges that lie on a block border.
    """

    x: Floats
    y: Floats
    start: Ints
    end: Ints
    left: Ints
    right: Ints
    fixed: NDArray[np.bool_]
    on_border: NDArray[np.bool_]


def join_parts(blocks: Blocks, face_of_block: Ints, parts: list[Part]) -> Graph:
    """Put ridges and borders into one graph; a node on a border is the same for the blocks on both sides.

    Parameters
    ----------
    blocks : Blocks
        The ground.
    face_of_block : ndarray of int
        Face of each block that is one cell, or a mark that it is not.
    parts : list of Part
        Ridges of the other blocks.

    Returns
    -------
    Graph
        Border edges first.
    """
    nothing = (np.empty((0, 2)), np.empty((0, 4), np.int64), np.empty(0, np.int64), np.empty(0))
    parts = parts or [nothing]
    base = len(blocks.x) + np.cumsum([0] + [len(part[0]) for part in parts])
    nodes, on, along = (np.concatenate([part[i] for part in parts]) for i in (0, 2, 3))
    ridges = np.concatenate([part[1] + np.array([at, at, 0, 0]) for part, at in zip(parts, base, strict=False)])
    x, y = np.r_[blocks.x, nodes[:, 0]], np.r_[blocks.y, nodes[:, 1]]
    to = np.arange(len(x))
    cut = np.flatnonzero(on >= 0)
    cut, edge, node, meter, fresh = _snap(blocks, cut, on[cut], along[cut])
    to[len(blocks.x) + cut] = node
    x[node[fresh]], y[node[fresh]] = _place(blocks, edge[fresh], meter[fresh])
    b_start, b_end, b_edge = _split_border(blocks, edge[fresh], node[fresh])
    side = np.r_[face_of_block, OUTSIDE]
    start, end = np.r_[b_start, to[ridges[:, 0]]], np.r_[b_end, to[ridges[:, 1]]]
    left = np.r_[side[blocks.left[b_edge]], ridges[:, 2]]
    right = np.r_[side[blocks.right[b_edge]], ridges[:, 3]]
    fixed = np.arange(len(x)) < len(blocks.x)
    return _contract(Graph(x, y, start, end, left, right, fixed, np.arange(len(start)) < len(b_start)))


def _snap(blocks: Blocks, cut: Ints, edge: Ints, along: Floats) -> tuple[Ints, Ints, Ints, Floats, NDArray[np.bool_]]:
    """Crossings sorted along border edges, the node each becomes, and which of them are new nodes.

    Crossings within 1 cm of an end of the edge become that end, and those within 1 cm of the one before become it.
    """
    length = _lengths(blocks)
    meter = np.clip(along, 0, 1) * length[edge]
    order = np.lexsort((meter, edge))
    cut, edge, meter = cut[order], edge[order], meter[order]
    fresh = np.ones(len(cut), bool)
    fresh[1:] = (edge[1:] != edge[:-1]) | (np.diff(meter) > SNAP_M)
    leader = np.flatnonzero(fresh)[np.cumsum(fresh) - 1]
    meter = meter[leader]
    at_start, at_end = meter < SNAP_M, length[edge] - meter < SNAP_M
    node = np.where(at_end, blocks.end[edge], len(blocks.x) + cut[leader])
    node = np.where(at_start, blocks.start[edge], node)
    return cut, edge, node, meter, fresh & ~at_start & ~at_end


def _lengths(blocks: Blocks) -> Floats:
    across, up = blocks.x[blocks.end] - blocks.x[blocks.start], blocks.y[blocks.end] - blocks.y[blocks.start]
    return np.asarray(np.hypot(across, up))


def _place(blocks: Blocks, edge: Ints, meter: Floats) -> tuple[Floats, Floats]:
    s, e, f = blocks.start[edge], blocks.end[edge], meter / _lengths(blocks)[edge]
    return blocks.x[s] + f * (blocks.x[e] - blocks.x[s]), blocks.y[s] + f * (blocks.y[e] - blocks.y[s])


def _split_border(blocks: Blocks, edge: Ints, node: Ints) -> tuple[Ints, Ints, Ints]:
    """Border edges cut at the nodes given (sorted along each edge): start, end and the edge they come from."""
    pieces = np.bincount(edge, minlength=len(blocks.start)) + 1
    of = np.repeat(np.arange(len(blocks.start)), pieces)
    begin = np.cumsum(pieces) - pieces
    start, end = np.empty(len(of), np.int64), np.empty(len(of), np.int64)
    is_first = np.zeros(len(of), bool)
    is_first[begin] = True
    is_last = np.zeros(len(of), bool)
    is_last[begin + pieces - 1] = True
    start[is_first], start[~is_first] = blocks.start, node
    end[is_last], end[~is_last] = blocks.end, node
    return start, end, of


def _contract(graph: Graph) -> Graph:
    """Take out ridges that snapping has made empty, and join ridges that now run between the same two nodes."""
    keep = graph.start != graph.end
    start, end, left, right = (a[keep] for a in (graph.start, graph.end, graph.left, graph.right))
    on_border = graph.on_border[keep]
    border = int(on_border.sum())
    low, high = np.minimum(start, end), np.maximum(start, end)
    key = low * len(graph.x) + high
    unique, count = np.unique(key, return_counts=True)
    for twice in unique[count > 1]:
        same = np.flatnonzero(key == twice)
        _join_parallel(same, border, start, end, left, right)
    keep = left != right
    keep[:border] = True
    return Graph(graph.x, graph.y, start[keep], end[keep], left[keep], right[keep], graph.fixed, on_border[keep])


def _join_parallel(same: Ints, border: int, start: Ints, end: Ints, left: Ints, right: Ints) -> None:
    """Edges between the same nodes enclose nothing: keep the first, with the faces that are left over."""
    first = same[0]
    faces: dict[int, int] = {}
    for e in same:
        forward = start[e] == start[first]
        a, b = (left[e], right[e]) if forward else (right[e], left[e])
        faces[int(a)] = faces.get(int(a), 0) + 1
        faces[int(b)] = faces.get(int(b), 0) - 1
    for e in same[1:]:
        left[e] = right[e] = OUTSIDE
    if first >= border:
        plus, minus = [f for f, n in faces.items() if n > 0], [f for f, n in faces.items() if n < 0]
        left[first], right[first] = (plus[0], minus[0]) if plus and minus else (OUTSIDE, OUTSIDE)
