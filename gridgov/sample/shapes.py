"""Footprints of buildings: quadrangles from their corners and templates put in place, many at a time."""

from __future__ import annotations

from itertools import pairwise
from types import MappingProxyType

import numpy as np
import shapely
from numpy.typing import NDArray

from gridgov.sample.noise import Floats

Geometries = NDArray[np.object_]

TEMPLATES = MappingProxyType(
    {
        "bar": ((-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)),
        "ell": ((-0.5, -0.5), (0.5, -0.5), (0.5, -0.1), (-0.1, -0.1), (-0.1, 0.5), (-0.5, 0.5)),
        "you": (
            *((-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (0.25, 0.5)),
            *((0.25, -0.15), (-0.25, -0.15), (-0.25, 0.5), (-0.5, 0.5)),
        ),
        "aitch": (
            *((-0.5, -0.5), (-0.22, -0.5), (-0.22, -0.14), (0.22, -0.14), (0.22, -0.5), (0.5, -0.5)),
            *((0.5, 0.5), (0.22, 0.5), (0.22, 0.14), (-0.22, 0.14), (-0.22, 0.5), (-0.5, 0.5)),
        ),
        "cross": (
            *((-0.2, -0.5), (0.2, -0.5), (0.2, -0.2), (0.5, -0.2), (0.5, 0.2), (0.2, 0.2)),
            *((0.2, 0.5), (-0.2, 0.5), (-0.2, 0.2), (-0.5, 0.2), (-0.5, -0.2), (-0.2, -0.2)),
        ),
        "butterfly": (
            *((-0.5, -0.35), (-0.18, -0.5), (-0.1, -0.2), (0.1, -0.2), (0.18, -0.5), (0.5, -0.35)),
            *((0.34, 0.12), (0.5, 0.3), (0.2, 0.5), (-0.2, 0.5), (-0.5, 0.3), (-0.34, 0.12)),
        ),
        "tee": (
            *((-0.5, -0.3), (-0.15, -0.3), (-0.15, -0.5), (0.15, -0.5), (0.15, -0.3)),
            *((0.5, -0.3), (0.5, 0.25), (0.3, 0.25), (0.3, 0.5), (-0.3, 0.5), (-0.3, 0.25), (-0.5, 0.25)),
        ),
    }
)
"""Outlines in a box of one by one, front to the south."""


def make_shapes(name: str, centre: Floats, size: Floats, angle: Floats | float) -> Geometries:
    """Put one template in place many times.

    Parameters
    ----------
    name : str
        One of `TEMPLATES`.
    centre : ndarray, shape (n, 2)
        Middle of each building [m].
    size : ndarray, shape (n, 2)
        Width and depth of each building [m].
    angle : ndarray or float
        Turn of each building, counter-clockwise [rad].

    Returns
    -------
    ndarray of shapely.Polygon
        One footprint a row.

    Examples
    --------
    >>> make_shapes("bar", np.zeros((1, 2)), np.array([[4.0, 2.0]]), 0.0)[0].area
    8.0
    """
    return _place(np.asarray(TEMPLATES[name])[None] * size[:, None, :], centre, angle)


def make_slabs(units: NDArray[np.int64], centre: Floats, size: Floats, angle: float) -> Geometries:
    """Long residential buildings with one stairwell projecting to the north for every unit.

    Parameters
    ----------
    units : ndarray of int
        Number of units of each building.
    centre, size : ndarray, shape (n, 2)
        Middle, and width and depth [m].
    angle : float
        Turn of all [rad].

    Returns
    -------
    ndarray of shapely.Polygon
        One footprint a row.
    """
    out = np.empty(len(units), dtype=object)
    for count in np.unique(units):
        at = np.flatnonzero(units == count)
        out[at] = _place(_slab_outline(int(count))[None] * size[at, None, :], centre[at], angle)
    return out


def make_quads(corners: Floats) -> Geometries:
    """Polygons from four corners each.

    Parameters
    ----------
    corners : ndarray, shape (n, 4, 2)
        Corners in order [m].

    Returns
    -------
    ndarray of shapely.Polygon
        One footprint a row.
    """
    return np.asarray(shapely.polygons(corners.round(3)), dtype=object)


def turn(xy: Floats, angle: float) -> Floats:
    """Turn points about the origin, counter-clockwise.

    Parameters
    ----------
    xy : ndarray, shape (..., 2)
        Points [m].
    angle : float
        Angle [rad].

    Returns
    -------
    ndarray
        Turned points, same shape.
    """
    c, s = np.cos(angle), np.sin(angle)
    return np.asarray(xy @ np.array([[c, s], [-s, c]]))


def _place(outline: Floats, centre: Floats, angle: Floats | float) -> Geometries:
    a = np.broadcast_to(angle, len(centre))[:, None]
    x, y = outline[..., 0], outline[..., 1]
    turned = np.stack([x * np.cos(a) - y * np.sin(a), x * np.sin(a) + y * np.cos(a)], axis=-1)
    return np.asarray(shapely.polygons((turned + centre[:, None, :]).round(3)), dtype=object)


def _slab_outline(units: int) -> Floats:
    """Outline in a unit box; stairwells stand out of the north side."""
    edge = np.linspace(-0.5, 0.5, units + 1)
    north = []
    for left, right in pairwise(edge):
        third = (right - left) / 3
        north += [
            (left, 0.34),
            (left + third, 0.34),
            (left + third, 0.5),
            (right - third, 0.5),
            (right - third, 0.34),
        ]
    south = [(-0.5, -0.5), (0.5, -0.5), (0.5, 0.34)]
    return np.asarray(south + north[::-1])
