"""Sites: points just inside the walls of footprints, from which cells are grown."""

from __future__ import annotations

import numpy as np
import shapely
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

STEP_M = 2.5
INSET_M = 0.2
JITTER_M = 0.004


def make_sites(footprints: NDArray[np.object_], inner: Floats, step_m: float = STEP_M) -> tuple[Floats, Floats, Ints]:
    """Put sites along the walls of footprints, and one at the inner point of each.

    Parameters
    ----------
    footprints : ndarray of shapely Polygon or MultiPolygon, shape (n,)
        Clean footprints [metric CRS], rings of any direction.
    inner : ndarray of float, shape (n, 2)
        A point inside each footprint.
    step_m : float
        Distance between sites along a wall [m].

    Returns
    -------
    x, y : ndarray of float, shape (m,)
        Sites. They are moved by a few millimetres, always the same for the same place, so that rows of equal houses
        have no four sites on one circle.
    owner : ndarray of int, shape (m,)
        Position in `footprints`.
    """
    oriented = shapely.orient_polygons(footprints)
    _, coords, offsets = shapely.to_ragged_array(np.r_[oriented, shapely.MultiPolygon()])
    rings, polygons, owners = (np.asarray(part, np.int64) for part in offsets)
    most = int(shapely.length(footprints).sum() / step_m) + 2 * len(coords) + len(footprints) + 8
    ring_owner = np.repeat(np.arange(len(owners) - 1), np.diff(polygons[owners]))
    inset = np.minimum(INSET_M, 0.1 * np.sqrt(shapely.area(footprints)))
    x, y, owner, count = _walk(coords[:, 0].copy(), coords[:, 1].copy(), rings, ring_owner, inset, step_m, most)
    x, y = np.r_[x[:count], inner[:, 0]], np.r_[y[:count], inner[:, 1]]
    owner = np.r_[owner[:count], np.arange(len(inner))]
    _shake(x, y, JITTER_M)
    return x, y, owner


@njit(cache=True)
def _walk(
    x: Floats, y: Floats, rings: Ints, ring_owner: Ints, inset: Floats, step: float, most: int
) -> tuple[Floats, Floats, Ints, int]:
    """Sites at the middle of equal intervals of each wall; short walls are passed until a step is full."""
    sx, sy, owner = np.empty(most), np.empty(most), np.empty(most, np.int64)
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
                sx[count] = x[i] + f * dx - depth * dy / length
                sy[count] = y[i] + f * dy + depth * dx / length
                owner[count] = ring_owner[r]
                count += 1
    return sx, sy, owner, count


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
