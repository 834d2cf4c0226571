"""How far: pairs of places within reach of one another, and the nearest of a kind."""

from __future__ import annotations

import numpy as np
import shapely

from gridgov.core.overlay.points import as_points


def find_pairs_within(left_xy: np.ndarray, right_xy: np.ndarray, radius_m: float) -> tuple[np.ndarray, ...]:
    """Find every pair of a left and a right place at most `radius_m` apart, as the crow flies.

    Parameters
    ----------
    left_xy : numpy.ndarray
        Coordinates [n, 2; m]; rows with NaN reach nothing.
    right_xy : numpy.ndarray
        Coordinates [k, 2; m]; rows with NaN are not reached.
    radius_m : float
        Reach in metres, inclusive.

    Returns
    -------
    tuple of numpy.ndarray
        Positions left, positions right and distance in metres of each pair, sorted by left, then right.

    Examples
    --------
    >>> left, right, distance_m = find_pairs_within(np.array([[0, 0]]), np.array([[3, 4], [9, 9]]), 5)
    >>> left.tolist(), right.tolist(), distance_m.tolist()
    ([0], [0], [5.0])
    """
    lefts, rights = _known(left_xy), _known(right_xy)
    if not len(lefts) or not len(rights):
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0)
    from scipy.spatial import cKDTree  # slow to import

    near = cKDTree(right_xy[rights]).query_ball_point(left_xy[lefts], radius_m * (1 + 1e-12), return_sorted=True)
    count = np.fromiter((len(one) for one in near), dtype=np.int64, count=len(near))
    left = np.repeat(lefts, count)
    right = rights[np.fromiter((one for some in near for one in some), dtype=np.int64, count=int(count.sum()))]
    distance_m = np.hypot(*(left_xy[left] - right_xy[right]).T)
    return left, right, distance_m


def find_nearest(left_xy: np.ndarray, right_xy: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Find the nearest right place of each left place.

    Parameters
    ----------
    left_xy : numpy.ndarray
        Coordinates [n, 2; m]; NaN where unknown.
    right_xy : numpy.ndarray
        Coordinates [k, 2; m]; NaN where unknown.

    Returns
    -------
    numpy.ndarray
        Position of the nearest right place [n], -1 where there is none.
    numpy.ndarray
        Distance in metres [n], infinite where there is none.
    """
    nearest = np.full(len(left_xy), -1, dtype=np.int64)
    distance_m = np.full(len(left_xy), np.inf)
    lefts, rights = _known(left_xy), _known(right_xy)
    if len(lefts) and len(rights):
        from scipy.spatial import cKDTree  # slow to import

        distance_m[lefts], found = cKDTree(right_xy[rights]).query(left_xy[lefts])
        nearest[lefts] = rights[found]
    return nearest, distance_m


def to_xy(geometry: object) -> np.ndarray:
    """Return a point inside each shape as coordinates.

    Parameters
    ----------
    geometry : array-like of shapely geometry
        Shapes [n; metric CRS], missing allowed.

    Returns
    -------
    numpy.ndarray
        Coordinates [n, 2; m], NaN where the shape is missing or empty.
    """
    points = as_points(np.asarray(geometry, dtype=object))
    return np.column_stack([shapely.get_x(points), shapely.get_y(points)])


def _known(xy: np.ndarray) -> np.ndarray:
    return np.flatnonzero(np.isfinite(xy).all(axis=1)) if len(xy) else np.zeros(0, dtype=np.int64)
