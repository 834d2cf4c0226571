"""Blocks: the ground cut by community borders and barriers, before any building is looked at."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gridgov.core.components import find_components
from gridgov.core.fabric.trace import OUTSIDE, make_polygons, trace_rings

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Shapes = NDArray[np.object_]

SMALL_M2 = 40.0
THIN_M = 1.5
ON_LINE_M = 0.6
REACH_M = 0.3
"""A barrier that ends so near to a border or another barrier meets it."""
KINDS = ("minor", "soft", "hard")


@dataclass(frozen=True)
class Blocks:
    """Blocks as a planar graph and as polygons.

    `x`, `y` are nodes relative to `origin`; edge k runs from `start` to `end` with block `left` and `right`
    (`OUTSIDE` where there is none). `community` is the position of the community of each block.
    """

    origin: Floats
    x: Floats
    y: Floats
    start: Ints
    end: Ints
    left: Ints
    right: Ints
    polygons: Shapes
    community: Ints


def make_blocks(communities: Shapes, barriers: dict[str, Shapes]) -> Blocks:
    """Cut communities by barriers into blocks; ends of lines that close no block are dropped.

    A line that ends within `REACH_M` of a border or another line meets it.

    Pieces below 40 m2, or thinner than 1.5 m, go to the neighbour with the longest common border in the same
    community, not across a hard barrier while there is another.

    Parameters
    ----------
    communities : ndarray of shapely Polygon or MultiPolygon
        In order of precedence: ground in two of them belongs to the first.
    barriers : dict of str to ndarray of shapely geometry
        Lines or polygons (their boundary counts) by kind: hard, soft, minor.

    Returns
    -------
    Blocks
        Sorted by community, then west to east.
    """
    faces, community = _faces(communities, barriers)
    origin = np.floor(shapely.total_bounds(faces)[:2]) if len(faces) else np.zeros(2)
    x, y, start, end, left, right = _graph(faces, origin)
    group = _join_small(faces, community, x + origin[0], y + origin[1], start, end, left, right, barriers)
    first = np.unique(group, return_index=True)[1]
    lookup = np.r_[np.unique(group, return_inverse=True)[1], OUTSIDE]
    left, right = lookup[left], lookup[right]
    keep = left != right
    start, end, left, right = start[keep], end[keep], left[keep], right[keep]
    offsets, chain, face, area, _, _ = trace_rings(x, y, start, end, left, right)
    polygons, _ = make_polygons(x + origin[0], y + origin[1], offsets, chain, face, area)
    return Blocks(origin, x, y, start, end, left, right, polygons, community[group[first]])


def _faces(communities: Shapes, barriers: dict[str, Shapes]) -> tuple[Shapes, Ints]:
    lines = [shapely.boundary(communities)]
    tree = shapely.STRtree(communities)
    for kind in KINDS:
        given = barriers.get(kind, np.empty(0, object))
        if len(given):
            near = np.unique(tree.query(given, predicate="intersects")[0])
            lines.append(as_lines(given[near]))
    lines = [lines[0], *_reach_out(lines)]
    noded = shapely.unary_union(np.concatenate(lines))
    faces = shapely.get_parts(shapely.polygonize([noded]))
    inner = shapely.point_on_surface(faces)
    face, of = tree.query(inner, predicate="intersects")
    community = np.full(len(faces), len(communities))
    np.minimum.at(community, face, of)
    inside = community < len(communities)
    faces, community, inner = faces[inside], community[inside], inner[inside]
    order = np.lexsort((shapely.get_y(inner), shapely.get_x(inner), community))
    return shapely.orient_polygons(faces[order]), community[order]


def _reach_out(lines: list[Shapes]) -> list[Shapes]:
    """Barriers, drawn on a little where they end just before a line: one cut off at the border must still part."""
    if len(lines) == 1:
        return []
    borders, given = shapely.get_parts(lines[0]), shapely.get_parts(np.concatenate(lines[1:]))
    everything = np.concatenate([borders, given])
    of = np.tile(np.arange(len(given)), 2)
    ends = np.concatenate([shapely.get_point(given, 0), shapely.get_point(given, -1)])
    end, other = shapely.STRtree(everything).query(ends, predicate="dwithin", distance=REACH_M)
    near = np.zeros(len(ends), bool)
    near[end[other != of[end] + len(borders)]] = True
    points = shapely.get_coordinates(everything) @ np.array([1, 1j])
    places, count = np.unique(points, return_counts=True)
    met = count[np.searchsorted(places, shapely.get_coordinates(ends) @ np.array([1, 1j]))] > 1
    short = near & ~met & ~np.tile(shapely.is_closed(given), 2)
    for row in np.flatnonzero(short):
        given[of[row]] = _longer(given[of[row]], at_end=bool(row >= len(given)))
    return [given]


def _longer(line: shapely.LineString, *, at_end: bool) -> shapely.LineString:
    points = shapely.get_coordinates(line)
    points = points if at_end else points[::-1]
    step = points[-1] - points[-2]
    length = np.hypot(*step)
    beyond = points[-1] + step * (2 * REACH_M / length) if length > 0 else points[-1]
    longer = np.vstack([points, beyond])
    return shapely.LineString(longer if at_end else longer[::-1])


def as_lines(shapes: Shapes) -> Shapes:
    """Replace polygons by their boundary.

    Parameters
    ----------
    shapes : ndarray of shapely geometry
        Lines and polygons.

    Returns
    -------
    ndarray of shapely geometry
        Lines.
    """
    area = shapely.get_dimensions(shapes) == 2
    return np.where(area, shapely.boundary(shapes), shapes)


def _graph(faces: Shapes, origin: Floats) -> tuple[Floats, Floats, Ints, Ints, Ints, Ints]:
    """Nodes and edges of polygons that share their vertices, with the polygon on each side."""
    coords, ring = shapely.get_coordinates(shapely.get_rings(faces), return_index=True)
    owner = np.repeat(np.arange(len(faces)), shapely.get_num_interior_rings(faces) + 1)[ring]
    coords = coords - origin
    unique, node = np.unique(coords[:, 0] + 1j * coords[:, 1], return_inverse=True)
    same = ring[1:] == ring[:-1]
    a, b, face = node[:-1][same], node[1:][same], owner[1:][same]
    low, high = np.minimum(a, b), np.maximum(a, b)
    key, edge = np.unique(low * len(unique) + high, return_inverse=True)
    left, right = np.full(len(key), OUTSIDE), np.full(len(key), OUTSIDE)
    forward = a == low
    left[edge[forward]], right[edge[~forward]] = face[forward], face[~forward]
    return unique.real.copy(), unique.imag.copy(), key // len(unique), key % len(unique), left, right


def _join_small(
    faces: Shapes,
    community: Ints,
    x: Floats,
    y: Floats,
    start: Ints,
    end: Ints,
    left: Ints,
    right: Ints,
    barriers: dict[str, Shapes],
) -> Ints:
    """Group of each face, after small and thin ones have joined a neighbour."""
    group = np.arange(len(faces))
    area, around = shapely.area(faces), shapely.length(faces)
    inner = (left != OUTSIDE) & (right != OUTSIDE)
    inner[inner] = community[left[inner]] == community[right[inner]]
    left, right, start, end = left[inner], right[inner], start[inner], end[inner]
    length = np.hypot(x[end] - x[start], y[end] - y[start])
    middle = shapely.points((x[end] + x[start]) / 2, (y[end] + y[start]) / 2)
    hard = is_near(middle, barriers.get("hard", np.empty(0, object)))
    for crossing in (False, True):
        for _ in range(30):
            total, border = np.bincount(group, area, len(faces)), np.bincount(group, around, len(faces))
            a, b = group[left], group[right]
            inside = a == b
            border -= 2 * np.bincount(a[inside], length[inside], len(faces))
            small = (total < SMALL_M2) | (2 * total < THIN_M * border)
            if crossing:
                small &= (total < 5.0) | (2 * total < 0.3 * border)
            open_edge = ~inside & (crossing | ~hard)
            table = pd.DataFrame(
                {
                    "small": np.r_[a[open_edge], b[open_edge]],
                    "other": np.r_[b[open_edge], a[open_edge]],
                    "length": np.r_[length[open_edge], length[open_edge]],
                }
            )
            table = table[small[table.small.to_numpy()]].groupby(["small", "other"], as_index=False).length.sum()
            if table.empty:
                break
            best = table.sort_values(["small", "length", "other"], ascending=[True, False, True])
            best = best.drop_duplicates("small")
            group = _unite(group, best.small.to_numpy(), best.other.to_numpy())
    return group


def _unite(group: Ints, a: Ints, b: Ints) -> Ints:
    n = len(group)
    label = find_components(n, np.r_[a, np.arange(n)], np.r_[b, group])
    first = np.full(label.max() + 1, n)
    np.minimum.at(first, label, np.arange(n))
    return np.asarray(first[label])


def is_near(points: Shapes, lines: Shapes) -> NDArray[np.bool_]:
    """Find the points that lie within 0.6 m of any of the lines.

    Parameters
    ----------
    points : ndarray of shapely Point
        Places asked for.
    lines : ndarray of shapely geometry
        Lines or polygons.

    Returns
    -------
    ndarray of bool
        One per point.
    """
    near = np.zeros(len(points), bool)
    if len(lines) and len(points):
        _, hit = shapely.STRtree(points).query(lines, predicate="dwithin", distance=ON_LINE_M)
        near[hit] = True
    return near


def from_barriers(barriers: gpd.GeoDataFrame | None) -> dict[str, Shapes]:
    """Sort barriers by kind and by place; empty and missing geometry is left out.

    Parameters
    ----------
    barriers : geopandas.GeoDataFrame or None
        Lines or polygons with kind.

    Returns
    -------
    dict of str to ndarray of shapely geometry
        By kind.
    """
    if barriers is None or len(barriers) == 0:
        return {}
    shapes = barriers.geometry.to_numpy()
    usable = ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes) & np.isfinite(shapely.bounds(shapes)).all(axis=1)
    shapes, kind = shapes[usable], barriers["kind"].to_numpy()[usable]
    broken = ~shapely.is_valid(shapes) & (shapely.get_dimensions(shapes) == 2)
    shapes = np.where(broken, shapely.make_valid(shapes), shapes)
    bounds = shapely.bounds(shapes)
    order = np.lexsort((*bounds.T, shapely.length(shapes)))
    return {name: shapes[order][kind[order] == name] for name in KINDS}
