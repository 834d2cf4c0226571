"""Cells: ridges of all blocks put into one planar graph with the block borders, one face per building."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numba import njit
from numpy.typing import NDArray

from gridgov.core.fabric.blocks import Blocks
from gridgov.core.fabric.ridges import find_ridges
from gridgov.core.fabric.trace import OUTSIDE, UNKNOWN, trace_rings

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SNAP_M = 0.01


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


def grow_cells(
    blocks: Blocks,
    x: Floats,
    y: Floats,
    owner: Ints,
    block: Ints,
    buildings: int,
    progress: Callable[[int, int], None] | None = None,
) -> Graph:
    """Share the ground of every block among its buildings, each point to the nearest site.

    Parameters
    ----------
    blocks : Blocks
        The ground.
    x, y : ndarray of float
        Sites, relative to the origin of `blocks` [m].
    owner, block : ndarray of int
        Building and block of each site.
    buildings : int
        How many buildings there are. Face k below it is the cell of building k; face `buildings` + b is the ground
        of block b where it has no building.
    progress : callable, optional
        Told blocks done and blocks in all.

    Returns
    -------
    Graph
        One connected face per building and per empty block.
    """
    order = np.lexsort((_along_curve(x, y), block))
    x, y, owner, block = x[order], y[order], owner[order], block[order]
    begin = np.searchsorted(block, np.arange(len(blocks.polygons) + 1))
    face_of_block = _single_faces(blocks, owner, begin, buildings)
    parts = []
    piece_order, piece_begin = _pieces(blocks)
    many = np.flatnonzero(face_of_block == UNKNOWN)
    for done, b in enumerate(many):
        if progress is not None and done % 64 == 0:
            progress(done, len(many))
        sites = slice(begin[b], begin[b + 1])
        pieces = piece_order[piece_begin[b] : piece_begin[b + 1]]
        parts.append(_cut_block(blocks, x[sites], y[sites], owner[sites], pieces, int(b)))
    graph = _assemble(blocks, face_of_block, parts)
    return _settle_faces(graph, x, y, owner, begin, face_of_block, blocks, buildings)


@njit(cache=True)
def _along_curve(x: Floats, y: Floats) -> Ints:
    """Position of each point on a Z-curve with 2 m cells."""
    key = np.empty(len(x), np.int64)
    if len(x) == 0:
        return key
    low_x, low_y = x.min(), y.min()
    for i in range(len(x)):
        a, b, code = np.int64((x[i] - low_x) / 2.0), np.int64((y[i] - low_y) / 2.0), np.int64(0)
        for bit in range(20):
            code |= ((a >> bit) & 1) << (2 * bit)
            code |= ((b >> bit) & 1) << (2 * bit + 1)
        key[i] = code
    return key


def _single_faces(blocks: Blocks, owner: Ints, begin: Ints, buildings: int) -> Ints:
    """Face of each block that is one cell as a whole; `UNKNOWN` for the others."""
    count = len(blocks.polygons)
    low, high = np.full(count, np.iinfo(np.int64).max), np.full(count, -1)
    block = np.repeat(np.arange(count), np.diff(begin))
    np.minimum.at(low, block, owner)
    np.maximum.at(high, block, owner)
    return np.where(high < 0, buildings + np.arange(count), np.where(low == high, high, UNKNOWN))


def _pieces(blocks: Blocks) -> tuple[Ints, Ints]:
    """Half-edges of every block, sorted by block: 2 e where the block is on the left, 2 e + 1 on the right."""
    half_block = np.column_stack((blocks.left, blocks.right)).ravel()
    order = np.argsort(half_block, kind="stable")
    return order, np.searchsorted(half_block[order], np.arange(len(blocks.polygons) + 1))


def _cut_block(
    blocks: Blocks, x: Floats, y: Floats, owner: Ints, pieces: Ints, block: int
) -> tuple[Floats, Ints, Ints, Floats]:
    edge, against = pieces >> 1, pieces & 1 == 1
    a = np.where(against, blocks.end[edge], blocks.start[edge])
    b = np.where(against, blocks.start[edge], blocks.end[edge])
    mx, my = x.mean(), y.mean()
    for attempt in range(8):
        shift = attempt * 0.003
        nodes, ridges, on, along, sound = find_ridges(
            x - mx + shift * np.sin(97.0 * x),
            y - my + shift * np.cos(89.0 * y),
            owner,
            blocks.x[a] - mx,
            blocks.y[a] - my,
            blocks.x[b] - mx,
            blocks.y[b] - my,
        )
        if sound:
            break
    crossing = on >= 0
    along = np.where(crossing, np.where(against[on], 1.0 - along, along), 0.0)
    on = np.where(crossing, edge[on], -1)
    return nodes + np.array([mx, my]), ridges, on, along


def _assemble(blocks: Blocks, face_of_block: Ints, parts: list[tuple[Floats, Ints, Ints, Floats]]) -> Graph:
    """Put ridges and borders into one graph; a node on a border is the same for the blocks on both sides."""
    if not parts:
        empty = np.empty((0, 2))
        parts = [(empty, np.empty((0, 4), np.int64), np.empty(0, np.int64), np.empty(0))]
    base = len(blocks.x) + np.cumsum([0] + [len(p[0]) for p in parts])
    nodes, on, along = (np.concatenate([p[i] for p in parts]) for i in (0, 2, 3))
    ridges = np.concatenate([p[1] + np.array([at, at, 0, 0]) for p, at in zip(parts, base, strict=False)])
    x, y = np.r_[blocks.x, nodes[:, 0]], np.r_[blocks.y, nodes[:, 1]]
    to = np.arange(len(x))
    cut = np.flatnonzero(on >= 0)
    edge = on[cut]
    length = np.hypot(blocks.x[blocks.end] - blocks.x[blocks.start], blocks.y[blocks.end] - blocks.y[blocks.start])
    meter = np.clip(along[cut], 0, 1) * length[edge]
    order = np.lexsort((meter, edge))
    cut, edge, meter = cut[order], edge[order], meter[order]
    fresh = np.r_[True, (edge[1:] != edge[:-1]) | (np.diff(meter) > SNAP_M)][: len(cut)]
    leader = np.flatnonzero(fresh)[np.cumsum(fresh) - 1] if len(cut) else cut
    meter = meter[leader]
    f = meter / length[edge]
    node = len(blocks.x) + cut[leader]
    at_start, at_end = meter < SNAP_M, length[edge] - meter < SNAP_M
    node = np.where(at_start, blocks.start[edge], np.where(at_end, blocks.end[edge], node))
    inner = ~(at_start | at_end)
    s, e = blocks.start[edge], blocks.end[edge]
    px, py = blocks.x[s] + f * (blocks.x[e] - blocks.x[s]), blocks.y[s] + f * (blocks.y[e] - blocks.y[s])
    x[node[inner]], y[node[inner]] = px[inner], py[inner]
    to[len(blocks.x) + cut] = node
    fresh &= inner
    b_start, b_end, b_edge = _split_border(blocks, edge[fresh], node[fresh])
    side = np.r_[face_of_block, OUTSIDE]
    start, end = np.r_[b_start, to[ridges[:, 0]]], np.r_[b_end, to[ridges[:, 1]]]
    left = np.r_[side[blocks.left[b_edge]], ridges[:, 2]]
    right = np.r_[side[blocks.right[b_edge]], ridges[:, 3]]
    fixed = np.zeros(len(x), bool)
    fixed[: len(blocks.x)] = True
    return _contract(Graph(x, y, start, end, left, right, fixed, np.arange(len(start)) < len(b_start)))


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


def _settle_faces(
    graph: Graph,
    x: Floats,
    y: Floats,
    owner: Ints,
    begin: Ints,
    face_of_block: Ints,
    blocks: Blocks,
    buildings: int,
) -> Graph:
    """Name faces that only touch block borders, and give broken-off parts of cells to their neighbours."""
    offsets, chain, face, area, walk, walk_of = trace_rings(
        graph.x, graph.y, graph.start, graph.end, graph.left, graph.right
    )
    for r in np.flatnonzero(face == UNKNOWN):
        face[r] = _nearest_owner(graph, chain[offsets[r]], walk[r], walk_of, x, y, owner, begin, blocks)
    positive = np.flatnonzero(area > 0)
    outer = pd.Series(face[positive])
    torn = positive[outer.duplicated(keep=False).to_numpy()]
    walk_face = np.full(int(walk.max()) + 1 if len(walk) else 0, OUTSIDE)
    walk_face[walk] = face
    spare = buildings + len(blocks.polygons)
    if len(torn):
        _name_parts(graph, offsets, chain, face, area, walk, walk_face, torn, spare, x, y, owner, begin)
    lookup = np.r_[walk_face, OUTSIDE]
    left, right = lookup[walk_of[0::2]], lookup[walk_of[1::2]]
    left, right = _give_away(graph, left, right, spare)
    keep = left != right
    return Graph(
        graph.x,
        graph.y,
        graph.start[keep],
        graph.end[keep],
        left[keep],
        right[keep],
        graph.fixed,
        graph.on_border[keep],
    )


def _nearest_owner(
    graph: Graph, node: int, walk: int, walk_of: Ints, x: Floats, y: Floats, owner: Ints, begin: Ints, blocks: Blocks
) -> int:
    inner = shapely.points(graph.x[node] + blocks.origin[0], graph.y[node] + blocks.origin[1])
    best, face = np.inf, OUTSIDE
    for b in np.flatnonzero(shapely.dwithin(blocks.polygons, inner, 1e-6)):
        s = slice(begin[b], begin[b + 1])
        if len(x[s]):
            d = np.hypot(x[s] - graph.x[node], y[s] - graph.y[node])
            if d.min() < best:
                best, face = d.min(), int(owner[s][d.argmin()])
    return face


def _name_parts(
    graph: Graph,
    offsets: Ints,
    chain: Ints,
    face: Ints,
    area: Floats,
    walk: Ints,
    walk_face: Ints,
    torn: Ints,
    spare: int,
    x: Floats,
    y: Floats,
    owner: Ints,
    begin: Ints,
) -> None:
    """Give every part of a torn face but its largest a name of its own, holes with it."""
    for name in np.unique(face[torn]):
        rings = torn[face[torn] == name]
        rings = rings[np.argsort(-area[rings], kind="stable")]
        shapes = [shapely.polygons(_ring(graph, offsets, chain, r)) for r in rings]
        for r in rings[1:]:
            walk_face[walk[r]] = spare + r
        for h in np.flatnonzero((face == name) & (area < 0)):
            point = shapely.points(*_ring(graph, offsets, chain, h)[0])
            inside = [r for r, s in zip(rings, shapes, strict=True) if shapely.dwithin(s, point, 1e-9)]
            inside = [r for r in inside if walk[r] == walk[h]] or inside
            smallest = min(inside, key=lambda r: area[r]) if inside else rings[0]
            walk_face[walk[h]] = walk_face[walk[smallest]]


def _ring(graph: Graph, offsets: Ints, chain: Ints, r: int) -> Floats:
    index = chain[offsets[r] : offsets[r + 1]]
    return np.column_stack((graph.x[index], graph.y[index]))


def _give_away(graph: Graph, left: Ints, right: Ints, spare: int) -> tuple[Ints, Ints]:
    """Join faces numbered from `spare` to the neighbour in the block with the longest common border."""
    length = np.hypot(graph.x[graph.end] - graph.x[graph.start], graph.y[graph.end] - graph.y[graph.start])
    inner = ~graph.on_border & (left != OUTSIDE) & (right != OUTSIDE)
    for _ in range(20):
        touch = inner & (left != right) & ((left >= spare) | (right >= spare))
        if not touch.any():
            break
        a, b = np.r_[left[touch], right[touch]], np.r_[right[touch], left[touch]]
        table = pd.DataFrame({"part": a, "other": b, "length": np.r_[length[touch], length[touch]]})
        table = table[(table.part >= spare) & (table.other < spare)]
        if table.empty:
            break
        table = table.groupby(["part", "other"], as_index=False).length.sum()
        table = table.sort_values(["part", "length", "other"], ascending=[True, False, True]).drop_duplicates("part")
        to = pd.Series(table.other.to_numpy(), index=table.part.to_numpy())
        left, right = _map(left, to), _map(right, to)
    return left, right


def _map(faces: Ints, to: pd.Series) -> Ints:
    return pd.Series(faces).map(to).fillna(pd.Series(faces)).to_numpy(np.int64)
