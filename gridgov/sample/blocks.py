"""Street blocks: the faces between all lines, after minor streets cut the large ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import ops

from gridgov.sample.network import KINDS, Network
from gridgov.sample.noise import Floats

HALF_WIDTH_M = {"boundary": 4.0, "minor": 7.0, "main": 19.0, "railway": 17.0, "river": 34.0}
"""Ground kept free of buildings on each side of a line, by kind."""

GRID_M = 0.001


@dataclass(frozen=True)
class Blocks:
    """A partition of the district into street blocks; neighbours share their vertices."""

    polygons: NDArray[np.object_]
    inner: NDArray[np.object_]
    """What may be built on: the block without the roads, water and rails at its edge."""
    segments: NDArray[np.object_]
    """Every stretch of edge between two vertices."""
    left: NDArray[np.int64]
    """Block on one side of a segment."""
    right: NDArray[np.int64]
    """Block on the other side, -1 outside the district."""
    kinds: NDArray[np.int64]
    """Kind of line of a segment (`network.KINDS`)."""
    numbers: NDArray[np.int64]
    angles: Floats
    """Direction of the longest street front of a block [rad]."""


def make_blocks(network: Network, rng: np.random.Generator) -> Blocks:
    """Cut the district into street blocks.

    Parameters
    ----------
    network : Network
        Outline, main roads, river and railway.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    Blocks
        An exact partition of the outline.
    """
    streets = [street for face in _faces(network.lines) for street in _cut(face, rng)]
    lines = np.concatenate([network.lines, np.array(streets, dtype=object)])
    kinds = np.concatenate([network.kinds, np.full(len(streets), KINDS.index("minor"))])
    numbers = np.concatenate([network.numbers, np.arange(len(streets))])
    polygons = _faces(lines)
    ends, left, right = _match_segments(polygons)
    segments = shapely.linestrings(ends)
    source = _source_of(ends, lines)
    inner = _inner(polygons, segments, left, right, kinds[source])
    angles = _angles(ends, left, right, kinds[source], len(polygons))
    return Blocks(polygons, inner, segments, left, right, kinds[source], numbers[source], angles)


def _faces(lines: NDArray[np.object_]) -> NDArray[np.object_]:
    """Faces between the lines, in a stable order."""
    noded = shapely.union_all(lines, grid_size=GRID_M)
    faces = shapely.get_parts(shapely.polygonize([noded]))
    corner = shapely.bounds(faces)
    return np.asarray(faces[np.lexsort(corner.T[::-1])], dtype=object)


def _cut(face: shapely.Polygon, rng: np.random.Generator) -> list[shapely.LineString]:
    """Streets that halve a face until every part is the size of a street block."""
    streets, todo = [], [(face, 0)]
    largest = rng.uniform(26_000, 58_000)
    while todo:
        part, failed = todo.pop()
        if failed > 4 or (not failed and part.area < largest * rng.uniform(0.75, 1.3)):
            continue
        line = _cross_line(part, rng)
        pieces = list(ops.split(part, line).geoms)
        if len(pieces) < 2 or min(piece.area for piece in pieces) < 4000:
            todo.append((part, failed + 1))
            continue
        streets.extend(shapely.get_parts(shapely.intersection(line, part)).tolist())
        todo.extend((piece, 0) for piece in pieces)
    return streets


def _cross_line(part: shapely.Polygon, rng: np.random.Generator) -> shapely.LineString:
    """Draw a gently bent line across the longer side of a polygon."""
    box = np.asarray(shapely.oriented_envelope(part).exterior.coords)[:4]
    sides = np.roll(box, -1, axis=0) - box
    long = int(np.hypot(*sides.T)[1] > np.hypot(*sides.T)[0])
    along, across = sides[long], sides[(long + 1) % 4]
    start = box[long] + along * rng.uniform(0.36, 0.64) - across * 0.1
    tilt = along / np.hypot(*along) * np.hypot(*across) * rng.normal(0, 0.05)
    t = np.linspace(0, 1.2, 9)[:, None]
    sway = along * 0.03 * rng.normal() * np.sin(np.pi * t / 1.2)
    return shapely.linestrings(np.round(start + across * t + tilt * t + sway, 3))


def _match_segments(
    polygons: NDArray[np.object_],
) -> tuple[Floats, NDArray[np.int64], NDArray[np.int64]]:
    """Edges between two vertices with the faces on both sides."""
    rings, ring_of = shapely.get_rings(polygons, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[1:] == ring[:-1]
    start, stop, face = xy[:-1][same], xy[1:][same], ring_of[ring[:-1][same]]
    whole = np.rint(np.hstack([start, stop]) / GRID_M).astype(np.int64)
    flip = (whole[:, 0] > whole[:, 2]) | ((whole[:, 0] == whole[:, 2]) & (whole[:, 1] > whole[:, 3]))
    whole[flip] = whole[flip][:, [2, 3, 0, 1]]
    order = np.lexsort(np.column_stack([face, whole[:, ::-1]]).T)
    whole, face = whole[order], face[order]
    first = np.ones(len(whole), dtype=bool)
    first[1:] = (whole[1:] != whole[:-1]).any(axis=1)
    right = np.full(len(whole), -1)
    pair = np.flatnonzero(~first)
    right[pair - 1] = face[pair]
    ends = np.asarray((whole[first] * GRID_M).round(3).reshape(-1, 2, 2), dtype=np.float64)
    return ends, face[first], right[first]


def _source_of(ends: Floats, lines: NDArray[np.object_]) -> NDArray[np.int64]:
    """Which line each segment came from."""
    xy, line = shapely.get_coordinates(shapely.get_parts(lines), return_index=True)
    part_of = np.repeat(np.arange(len(lines)), shapely.get_num_geometries(lines))
    same = line[1:] == line[:-1]
    bits = shapely.linestrings(np.stack([xy[:-1][same], xy[1:][same]], axis=1))
    middle = shapely.points(ends.mean(axis=1))
    which, nearest = shapely.STRtree(bits).query_nearest(middle, all_matches=False)
    source = np.zeros(len(ends), dtype=np.int64)
    source[which] = part_of[line[:-1][same][nearest]]
    return source


def _inner(
    polygons: NDArray[np.object_],
    segments: NDArray[np.object_],
    left: NDArray[np.int64],
    right: NDArray[np.int64],
    kinds: NDArray[np.int64],
) -> NDArray[np.object_]:
    """Take the ground beside every line away from the blocks; the largest rest remains."""
    inner = polygons.copy()
    for number, kind in enumerate(KINDS):
        at = np.flatnonzero(kinds == number)
        face, line = np.concatenate([left[at], right[at]]), np.concatenate([at, at])
        order = np.argsort(face, kind="stable")
        face, line = face[order][face[order] >= 0], line[order][face[order] >= 0]
        if not len(face):
            continue
        touched, position = np.unique(face, return_inverse=True)
        edges = shapely.multilinestrings(segments[line], indices=position)
        strip = shapely.buffer(edges, HALF_WIDTH_M[kind], quad_segs=3)
        inner[touched] = shapely.difference(inner[touched], strip)
    parts, owner = shapely.get_parts(inner, return_index=True)
    best = np.lexsort([-shapely.area(parts), owner])
    owner, parts = owner[best], parts[best]
    keep = np.concatenate([[True], owner[1:] != owner[:-1]]) if len(owner) else np.zeros(0, bool)
    out = np.full(len(polygons), shapely.Polygon(), dtype=object)
    out[owner[keep]] = shapely.simplify(parts[keep], 0.2)
    return out


def _angles(
    ends: Floats, left: NDArray[np.int64], right: NDArray[np.int64], kinds: NDArray[np.int64], count: int
) -> Floats:
    """Mean direction of the edges of a block modulo a quarter turn, main roads counting double."""
    d = ends[:, 1] - ends[:, 0]
    weight = np.hypot(*d.T) * np.where(kinds == KINDS.index("main"), 2.0, 1.0)
    spin = weight * np.exp(4j * np.arctan2(d[:, 1], d[:, 0]))
    total = np.zeros(count, dtype=complex)
    np.add.at(total, left, spin)
    np.add.at(total, right[right >= 0], spin[right >= 0])
    return np.asarray(np.angle(total) / 4)
