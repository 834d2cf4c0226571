"""Sites: points just inside the walls of footprints, from which cells are grown."""

from __future__ import annotations

import numpy as np
import shapely
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

STEP_M = 3.0
FINEST_M = 1.0
INSET_M = 0.2
JITTER_M = 0.004


def make_sites(footprints: NDArray[np.object_], inner: Floats, step_m: float = STEP_M) -> tuple[Floats, Floats, Ints]:
    """Put sites along the walls of footprints, and one at the inner point of each.

    Where another building is nearer than `step_m` the sites stand as close as that building is near, but not closer
    than 1 m: then the border between two walls is nearly straight.

    Parameters
    ----------
    footprints : ndarray of shapely Polygon or MultiPolygon, shape (n,)
        Clean footprints [metric CRS, near 0], rings of any direction.
    inner : ndarray of float, shape (n, 2)
        A point inside each footprint.
    step_m : float
        Largest distance between sites along a wall [m].

    Returns
    -------
    x, y : ndarray of float, shape (m,)
        Sites. They are moved by a few millimetres, always the same for the same place, so that rows of equal houses
        have no four sites on one circle.
    owner : ndarray of int, shape (m,)
        Position in `footprints`.
    """
    if len(footprints) == 0:
        return np.empty(0), np.empty(0), np.empty(0, np.int64)
    oriented = shapely.orient_polygons(footprints)
    _, coords, offsets = shapely.to_ragged_array(np.r_[oriented, shapely.MultiPolygon()])
    rings, polygons, owners = (np.asarray(part, np.int64) for part in offsets)
    most = int(shapely.length(footprints).sum() / step_m * 1.5) + len(coords) + len(footprints) + 8
    ring_owner = np.repeat(np.arange(len(owners) - 1), np.diff(polygons[owners]))
    inset = np.minimum(INSET_M, 0.1 * np.sqrt(shapely.area(footprints)))
    wall, owner = _walk(coords[:, 0].copy(), coords[:, 1].copy(), rings, ring_owner, inset, step_m, most)
    gap = _find_gaps(wall, owner, step_m)
    x, y, owner = _refine(wall, owner, gap)
    x, y = np.r_[x, inner[:, 0]], np.r_[y, inner[:, 1]]
    owner = np.r_[owner, np.arange(len(inner))]
    _shake(x, y, JITTER_M)
    return x, y, owner


@njit(cache=True)
def _walk(
    x: Floats, y: Floats, rings: Ints, ring_owner: Ints, inset: Floats, step: float, most: int
) -> tuple[Floats, Ints]:
    """Equal intervals of each wall: middle x, y and extent dx, dy; short walls are passed until a step is full."""
    wall, owner = np.empty((most, 4)), np.empty(most, np.int64)
    count = 0
    for r in range(len(ring_owner)):
        depth = inset[ring_owner[r]]
        carried = step
        for i in range(rings[r], rings[r + 1] - 1):
            dx, dy = x[i + 1] - x[i], y[i + 1] - y[i]
            length = np.hypot(dx, dy)
            if length == 0.0:
                continue
            carried += length
            if carried < 0.5 * step:
                continue
            carried = 0.0
            parts = max(1, int(np.round(length / step)))
            for k in range(parts):
                f = (k + 0.5) / parts
                wall[count, 0] = x[i] + f * dx - depth * dy / length
                wall[count, 1] = y[i] + f * dy + depth * dx / length
                wall[count, 2], wall[count, 3] = dx / parts, dy / parts
                owner[count] = ring_owner[r]
                count += 1
    return wall[:count], owner[:count]


@njit(cache=True)
def _find_gaps(wall: Floats, owner: Ints, reach: float) -> Floats:
    """About how far the next wall of another building is from each interval, up to `reach`."""
    n = len(wall)
    size = reach + 1.0
    low_x, low_y = wall[:, 0].min(), wall[:, 1].min()
    columns = int((wall[:, 0].max() - low_x) / size) + 3
    key = np.empty(n, np.int64)
    for i in range(n):
        key[i] = int((wall[i, 1] - low_y) / size + 1) * columns + int((wall[i, 0] - low_x) / size + 1)
    order = np.argsort(key, kind="mergesort")
    sorted_key = key[order]
    gap = np.full(n, reach)
    for row in range(-1, 2):
        first, last = 0, 0
        for j in range(n):
            i = order[j]
            low, high = sorted_key[j] + row * columns - 1, sorted_key[j] + row * columns + 1
            while first < n and sorted_key[first] < low:
                first += 1
            last = max(last, first)
            while last < n and sorted_key[last] <= high:
                last += 1
            for m in range(first, last):
                k = order[m]
                if owner[k] != owner[i]:
                    d = (wall[k, 0] - wall[i, 0]) ** 2 + (wall[k, 1] - wall[i, 1]) ** 2
                    offset = (wall[k, 2] ** 2 + wall[k, 3] ** 2) / 4.0
                    gap[i] = min(gap[i], np.sqrt(max(0.0, d - offset)))
    return gap


@njit(cache=True)
def _refine(wall: Floats, owner: Ints, gap: Floats) -> tuple[Floats, Floats, Ints]:
    """Sites at the middle of equal parts of each interval, as close together as the gap is wide."""
    parts = np.empty(len(wall), np.int64)
    for i in range(len(wall)):
        parts[i] = max(1, int(np.round(np.hypot(wall[i, 2], wall[i, 3]) / max(gap[i], FINEST_M))))
    total = parts.sum()
    x, y, whose = np.empty(total), np.empty(total), np.empty(total, np.int64)
    count = 0
    for i in range(len(wall)):
        for k in range(parts[i]):
            f = (k + 0.5) / parts[i] - 0.5
            x[count], y[count] = wall[i, 0] + f * wall[i, 2], wall[i, 1] + f * wall[i, 3]
            whose[count] = owner[i]
            count += 1
    return x, y, whose


@njit(cache=True)
def _shake(x: Floats, y: Floats, size: float) -> None:
    """Move each site by up to `size`, by a hash of its place."""
    for i in range(len(x)):
        key = np.uint64(np.int64(np.round(x[i] * 1000.0)) * 73856093) ^ np.uint64(
            np.int64(np.round(y[i] * 1000.0)) * 19349663
        )
        for axis in range(2):
            key = key * np.uint64(6364136223846793005) + np.uint64(1442695040888963407)
            shift = size * (float(key >> np.uint64(40)) / 8388608.0 - 1.0)
            if axis == 0:
                x[i] += shift
            else:
                y[i] += shift
