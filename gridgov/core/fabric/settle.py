"""Settling: every face of the graph gets its cell, every cell one face."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gridgov.core.fabric.graph import Graph
from gridgov.core.fabric.grow import Sites
from gridgov.core.fabric.trace import OUTSIDE, UNKNOWN, trace_rings

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def settle_faces(graph: Graph, sites: Sites, inner: Floats, block_of: Ints) -> tuple[Graph, Ints]:
    """Name faces that only touch block borders, and give broken-off parts of cells to their neighbours.

    Of several parts of one cell the one with the inner point of the building stays.

    Parameters
    ----------
    graph : Graph
        Ridges and borders, sides named as far as they are known.
    sites : Sites
        Sites from which the ridges were made.
    inner : ndarray of float, shape (n, 2)
        A point inside each building, relative like the graph.
    block_of : ndarray of int
        Block of each face.

    Returns
    -------
    graph : Graph
        One connected face per building and per empty block.
    torn : ndarray of int
        Blocks whose ridges run across their border or one another, so that faces cannot be told apart.
    """
    rings = Rings(*trace_rings(graph.x, graph.y, graph.start, graph.end, graph.left, graph.right))
    torn = _find_torn(graph, rings.walk_of, block_of)
    face = rings.face
    for r in np.flatnonzero(face <= UNKNOWN):
        face[r] = _nearest_owner(graph, int(rings.chain[rings.offsets[r]]), sites.of(int(UNKNOWN - face[r])))
    walk_face = np.full(int(rings.walk.max()) + 1 if len(face) else 0, OUTSIDE)
    walk_face[rings.walk] = face
    spare = len(inner) + len(sites.begin) - 1
    _name_parts(graph, rings, walk_face, spare, inner)
    lookup = np.r_[walk_face, OUTSIDE]
    left, right = _give_away(graph, lookup[rings.walk_of[0::2]], lookup[rings.walk_of[1::2]], spare)
    keep = left != right
    start, end, on_border = graph.start[keep], graph.end[keep], graph.on_border[keep]
    return Graph(graph.x, graph.y, start, end, left[keep], right[keep], graph.fixed, on_border), torn


class Rings(NamedTuple):
    """What `trace_rings` returns."""

    offsets: Ints
    chain: Ints
    face: Ints
    area: Floats
    walk: Ints
    walk_of: Ints


def _find_torn(graph: Graph, walk_of: Ints, block_of: Ints) -> Ints:
    """Blocks of walks whose half-edges do not agree on the block or the face."""
    mark = np.column_stack((graph.left, graph.right)).ravel()
    traced = np.flatnonzero(mark != OUTSIDE)
    mark, walk = mark[traced], walk_of[traced]
    block = np.where(mark >= 0, block_of[mark], UNKNOWN - mark)
    seen = np.full(int(walk.max()) + 1 if len(walk) else 0, OUTSIDE)
    seen[walk] = block
    wrong = seen[walk] != block
    known = mark >= 0
    seen[walk[known]] = mark[known]
    wrong[known] |= seen[walk[known]] != mark[known]
    return np.unique(block[np.isin(walk, walk[wrong])]) if wrong.any() else np.empty(0, np.int64)


def _nearest_owner(graph: Graph, node: int, sites: tuple[Floats, Floats, Ints]) -> int:
    x, y, owner = sites
    return int(owner[np.hypot(x - graph.x[node], y - graph.y[node]).argmin()])


def _name_parts(graph: Graph, rings: Rings, walk_face: Ints, spare: int, inner: Floats) -> None:
    """Give every part of a torn face but one a name of its own, from `spare` up, holes with it."""
    face, area, walk = rings.face, rings.area, rings.walk
    positive = np.flatnonzero(area > 0)
    torn = positive[pd.Series(face[positive]).duplicated(keep=False).to_numpy()]
    names, first = np.unique(face[torn], return_inverse=True)
    holes = np.flatnonzero((area < 0) & np.isin(face, names))
    for k, name in enumerate(names):
        parts = torn[first == k]
        parts = parts[np.argsort(-area[parts], kind="stable")]
        shapes = np.array([shapely.polygons(_ring(graph, rings, r)) for r in parts])
        main = parts[0]
        if name < len(inner):
            held = np.flatnonzero(shapely.contains_xy(shapes, *inner[name]))
            main = parts[held[-1]] if len(held) else main
        for r in parts[parts != main]:
            walk_face[walk[r]] = spare + r
        for h in holes[face[holes] == name]:
            around = parts[shapely.dwithin(shapes, shapely.points(*_ring(graph, rings, h)[0]), 1e-9)]
            own = around[walk[around] == walk[h]]
            around = own if len(own) else around
            walk_face[walk[h]] = walk_face[walk[around[-1] if len(around) else main]]


def _ring(graph: Graph, rings: Rings, r: int) -> Floats:
    index = rings.chain[rings.offsets[r] : rings.offsets[r + 1]]
    return np.column_stack((graph.x[index], graph.y[index]))


def _give_away(graph: Graph, left: Ints, right: Ints, spare: int) -> tuple[Ints, Ints]:
    """Join faces numbered from `spare` to the neighbour in the block with the longest common border."""
    length = np.hypot(graph.x[graph.end] - graph.x[graph.start], graph.y[graph.end] - graph.y[graph.start])
    inside = (left != OUTSIDE) & (right != OUTSIDE)
    for turn in range(20):
        if not (left >= spare).any() and not (right >= spare).any():
            break
        touch = inside & (~graph.on_border | (turn > 10)) & (left != right) & ((left >= spare) | (right >= spare))
        a, b = np.r_[left[touch], right[touch]], np.r_[right[touch], left[touch]]
        table = pd.DataFrame({"part": a, "other": b, "length": np.r_[length[touch], length[touch]]})
        table = table[(table.part >= spare) & (table.other < spare)]
        if table.empty:
            continue
        table = table.groupby(["part", "other"], as_index=False).length.sum()
        table = table.sort_values(["part", "length", "other"], ascending=[True, False, True]).drop_duplicates("part")
        to = pd.Series(table.other.to_numpy(), index=table.part.to_numpy())
        left, right = _map(left, to), _map(right, to)
    return left, right


def _map(faces: Ints, to: pd.Series) -> Ints:
    return np.asarray(pd.Series(faces).map(to).fillna(pd.Series(faces)), np.int64)
