"""Which cells share a border, how long it is and what runs along it: read from the polygons alone."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gridgov.core.given import take_layer

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

LEAST_BORDER_M = 0.05
"""A shorter common border does not join two cells."""
ALONG_M = 0.6
"""A border runs along a barrier when its middle lies within this distance of it."""


@dataclass(frozen=True)
class CellEdges:
    """Pairs of cells (positions) with a common border."""

    left: Ints
    right: Ints
    length_m: Floats
    hard: Bools
    soft: Bools
    valid: bool
    """Whether the cells are a valid coverage."""

    @property
    def joins(self) -> Bools:
        """Whether the border is long enough to join two cells."""
        return self.length_m > LEAST_BORDER_M


def make_cell_edges(cells: gpd.GeoSeries, barriers: gpd.GeoDataFrame | None = None) -> CellEdges:
    """Find the common borders of cells, and mark those along a barrier.

    In a valid coverage common borders match coordinate by coordinate, so equal segments are counted; otherwise every
    pair that touches is intersected, which is much slower.

    Parameters
    ----------
    cells : geopandas.GeoSeries
        Polygons [metric CRS].
    barriers : geopandas.GeoDataFrame, optional
        Lines or polygons with `kind` (hard, soft, minor) [any CRS].

    Returns
    -------
    CellEdges
        One row per pair, left < right.
    """
    polygons = cells.to_numpy()
    valid = bool(shapely.coverage_is_valid(polygons))
    if valid:
        left, right, length, border = _match_segments(polygons)
    else:
        left, right, length, border = _intersect(polygons)
    hard, soft = np.zeros(len(left), bool), np.zeros(len(left), bool)
    if barriers is not None and len(left):
        barriers = take_layer(barriers, "barriers", cells.crs)
        for kind, mark in (("hard", hard), ("soft", soft)):
            _mark_along(border, barriers.geometry[(barriers["kind"] == kind).to_numpy()].to_numpy(), mark)
    return CellEdges(left, right, length, hard, soft, valid)


def _match_segments(polygons: NDArray[np.object_]) -> tuple[Ints, Ints, Floats, NDArray[np.object_]]:
    """Common borders of a valid coverage: segments that two polygons have."""
    start, end, cell = _list_segments(polygons)
    order = np.argsort(_hash_rows(start, end), kind="stable")
    start, end, cell = start[order], end[order], cell[order]
    twin = np.flatnonzero((start[1:] == start[:-1]).all(axis=1) & (end[1:] == end[:-1]).all(axis=1))
    twin = twin[cell[twin] != cell[twin + 1]]
    pair = np.sort(np.column_stack([cell[twin], cell[twin + 1]]), axis=1)
    key = pair[:, 0] * max(len(polygons), 1) + pair[:, 1]
    order = np.argsort(key, kind="stable")
    key, twin = key[order], twin[order]
    unique, group = np.unique(key, return_inverse=True)
    length: Floats = np.bincount(group, np.hypot(*(end[twin] - start[twin]).T), len(unique)).astype(np.float64)
    points = np.stack([start[twin], end[twin]], axis=1)
    border = (
        shapely.multilinestrings(shapely.linestrings(points), indices=group) if len(twin) else np.empty(0, object)
    )
    n = max(len(polygons), 1)
    return unique // n, unique % n, length, border


def _list_segments(polygons: NDArray[np.object_]) -> tuple[Floats, Floats, Ints]:
    """All boundary segments, each from its lesser to its greater end, with the polygon they belong to."""
    parts, of_part = shapely.get_parts(polygons, return_index=True)
    rings, of_ring = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    inner = ring[1:] == ring[:-1]
    a, b, cell = xy[:-1][inner], xy[1:][inner], of_part[of_ring[ring[:-1][inner]]]
    swap = (a[:, 0] > b[:, 0]) | ((a[:, 0] == b[:, 0]) & (a[:, 1] > b[:, 1]))
    return np.where(swap[:, None], b, a), np.where(swap[:, None], a, b), cell.astype(np.int64)


def _hash_rows(start: Floats, end: Floats) -> NDArray[np.uint64]:
    """One number per segment; equal segments have equal numbers, others hardly ever."""
    # adding zero turns -0.0 into 0.0
    bits = np.ascontiguousarray(np.column_stack([start, end]) + 0.0).view(np.uint64)
    mixed = np.zeros(len(bits), np.uint64)
    with np.errstate(over="ignore"):
        for k in range(4):
            mixed = (mixed ^ bits[:, k]) * np.uint64(0x9E3779B97F4A7C15)
            mixed ^= mixed >> np.uint64(29)
    return mixed


def _intersect(polygons: NDArray[np.object_]) -> tuple[Ints, Ints, Floats, NDArray[np.object_]]:
    """Common borders of polygons that do not match, or overlap."""
    polygons = shapely.make_valid(polygons)
    left, right = shapely.STRtree(polygons).query(polygons, predicate="intersects")
    keep = left < right
    left, right = left[keep].astype(np.int64), right[keep].astype(np.int64)
    border = shapely.intersection(polygons[left], polygons[right])
    length = shapely.length(border)
    keep = length > 0
    return left[keep], right[keep], length[keep], border[keep]


def _mark_along(border: NDArray[np.object_], barriers: NDArray[np.object_], mark: Bools) -> None:
    """Mark the borders whose middle lies on a barrier."""
    if not len(barriers):
        return
    tree = shapely.STRtree(barriers)
    near = np.unique(tree.query(border, predicate="dwithin", distance=ALONG_M)[0])
    if not len(near):
        return
    middle = shapely.line_interpolate_point(shapely.line_merge(border[near]), 0.5, normalized=True)
    middle = np.where(shapely.is_empty(middle), shapely.centroid(border[near]), middle)
    along, _ = tree.query(middle, predicate="dwithin", distance=ALONG_M)
    mark[near[np.unique(along)]] = True


def count_pieces(cell: Ints, group: pd.Series, edges: CellEdges, keep: Bools) -> pd.Series:
    """Count the connected pieces of every group of cells.

    Parameters
    ----------
    cell : array of int
        Position of the cell of each (cell, group) pair; pairs are unique.
    group : pandas.Series
        Group of each pair.
    edges : CellEdges
        Borders of the cells.
    keep : array of bool
        Borders that join.

    Returns
    -------
    pandas.Series
        Pieces by group, sorted by group.
    """
    label = label_pieces(cell, group, edges, keep)
    return pd.Series(label).groupby(group.to_numpy()).nunique()


def label_pieces(cell: Ints, group: pd.Series, edges: CellEdges, keep: Bools) -> Ints:
    """Label the connected pieces of groups of cells.

    Parameters
    ----------
    cell : numpy.ndarray of int
        Cell of each pair of cell and group.
    group : pandas.Series
        Group of each pair.
    edges : CellEdges
        Borders of the cells.
    keep : numpy.ndarray of bool
        Borders that join.

    Returns
    -------
    numpy.ndarray of int
        Piece of each pair.
    """
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    code, _ = pd.factorize(group)
    held = pd.DataFrame({"cell": cell, "group": code, "pair": np.arange(len(cell))})
    links = pd.DataFrame({"cell": edges.left[keep], "other": edges.right[keep]})
    links = links.merge(held, on="cell")
    far = held.rename(columns={"cell": "other", "pair": "far"})
    links = links.merge(far, on=["other", "group"])
    ends = (links["pair"].to_numpy(), links["far"].to_numpy())
    graph = coo_matrix((np.ones(len(links)), ends), (len(cell), len(cell)))
    return np.asarray(connected_components(graph, directed=False)[1], np.int64)
