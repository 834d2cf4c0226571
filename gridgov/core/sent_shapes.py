"""A shape that somebody sends to be stored: refused with the reason when it cannot be meant."""

from __future__ import annotations

import math
from collections.abc import Iterator
from types import MappingProxyType
from typing import Any

import numpy as np
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from gridgov.core.envelopes import find_axis_fault, find_outside
from gridgov.core.systems import STORED, System
from gridgov.errors import InputError

Box = tuple[float, float, float, float]

MOST_CORNERS = 20_000
"""Corners of one shape; a community line with a corner every two metres has fewer."""

KINDS = MappingProxyType(
    {
        "point": ("Point",),
        "polygon": ("Polygon", "MultiPolygon"),
        "barrier": ("LineString", "MultiLineString", "Polygon", "MultiPolygon"),
    }
)
"""Geometry types that are stored, by kind of layer."""
_DEPTH = MappingProxyType(
    {"Point": 0, "LineString": 1, "Polygon": 2, "MultiLineString": 2, "MultiPolygon": 3, "MultiPoint": 1}
)


def require_shape(sent: Any, kind: str, system: System, near: Box | None = None) -> BaseGeometry:
    """Return a shape as it is stored, or refuse it.

    Parameters
    ----------
    sent : dict
        GeoJSON geometry; heights are dropped.
    kind : {"point", "polygon", "barrier"}
        What the layer holds.
    system : System
        What its coordinates are in, in that system's order of axes.
    near : tuple of float, optional
        West, south, east, north of the district in degrees; a shape more than a degree away is refused.

    Returns
    -------
    shapely.Geometry
        Valid, x first, EPSG:4490.

    Raises
    ------
    InputError
        Naming what is wrong: no geometry, wrong type, empty, not finite, too many corners, axes swapped, metres
        called degrees, outside the system, across the antimeridian, crossing itself, far from the district.

    Examples
    --------
    >>> from gridgov.core.systems import get_system
    >>> require_shape({"type": "Point", "coordinates": [114.03, 22.62]}, "point", get_system(None)).wkt
    'POINT (114.03 22.62)'
    >>> require_shape({"type": "Point", "coordinates": [22.62, 114.03]}, "point", get_system(None))
    Traceback (most recent call last):
        ...
    gridgov.errors.InputError: The geometry cannot be meant: x and y are swapped ...
    """
    shape = _build(sent, KINDS[kind])
    if system.north_first:
        shape = shapely.transform(shape, lambda pairs: pairs[:, ::-1])
    _require_place(shape, system)
    if not shape.is_valid:
        raise InputError(
            f"The geometry is not valid: {shapely.is_valid_reason(shape)}. Draw it so that no line crosses itself."
        )
    stored = _to_stored(shape, system)
    _require_near(stored, near)
    return stored


def _build(sent: Any, allowed: tuple[str, ...]) -> BaseGeometry:
    wanted = " or ".join(allowed)
    if not isinstance(sent, dict):
        raise InputError(f"There is no geometry: this layer needs a {wanted}.")
    if sent.get("type") not in allowed:
        raise InputError(f"The geometry is a {str(sent.get('type'))[:40]!r}; this layer holds {wanted}.")
    coordinates, corners = sent.get("coordinates"), 0
    for corner in _walk(coordinates, _DEPTH[sent["type"]]):
        corners += 1
        if corners > MOST_CORNERS:
            raise InputError(f"The geometry has more than {MOST_CORNERS} corners. Simplify it.")
        if not (isinstance(corner, list) and len(corner) in (2, 3) and all(_is_number(one) for one in corner)):
            raise InputError("The geometry has a coordinate that is not two or three numbers.")
        if not all(math.isfinite(one) for one in corner):
            raise InputError("The geometry has a coordinate that is not a number or infinite.")
    try:
        shape = shapely.force_2d(shapely.geometry.shape({"type": sent["type"], "coordinates": coordinates}))
    except Exception as error:
        raise InputError(f"The geometry cannot be read: {str(error)[:200]}.") from None
    if corners == 0 or shape.is_empty:
        raise InputError(f"The geometry is empty: this layer needs a {wanted}.")
    return shape


def _walk(coordinates: Any, depth: int) -> Iterator[Any]:
    """Give the corners of a list nested so deep, and no deeper."""
    if depth == 0:
        yield coordinates
        return
    if not isinstance(coordinates, list):
        raise InputError("The geometry's coordinates are not nested as its type says.")
    for one in coordinates:
        yield from _walk(one, depth - 1)


def _is_number(one: Any) -> bool:
    return isinstance(one, (int, float)) and not isinstance(one, bool) and abs(one) < 1e300


def _require_place(shape: BaseGeometry, system: System) -> None:
    corners = shapely.get_coordinates(shape)
    outside = find_outside(corners, system.crs)
    if not outside.any():
        west, _, east, _ = shape.bounds
        if not system.metric and east - west > 180:
            raise InputError("The geometry crosses the 180th meridian. Cut it there and send both parts.")
        return
    fault = find_axis_fault(corners, system.crs)
    if fault is not None:
        raise InputError(f"The geometry cannot be meant: {fault.detail}. {fault.action}", rule=fault.rule)
    x, y = corners[np.flatnonzero(outside)[0]]
    raise InputError(f"The geometry has a corner at {x:.6g}, {y:.6g}, outside where {system.uri} is used.")


def _to_stored(shape: BaseGeometry, system: System) -> BaseGeometry:
    if not system.metric:
        return shape
    mover = pyproj.Transformer.from_crs(system.srid, STORED.srid, always_xy=True)
    moved = shapely.transform(shape, mover.transform, interleaved=False)
    if not np.isfinite(shapely.get_coordinates(moved)).all() or not moved.is_valid:
        raise InputError(f"The geometry cannot be brought from {system.uri} into the stored system.")
    return moved


def _require_near(shape: BaseGeometry, near: Box | None) -> None:
    if near is None:
        return
    west, south, east, north = near
    left, bottom, right, top = shape.bounds
    if left < west - 1 or bottom < south - 1 or right > east + 1 or top > north + 1:
        boxes = [", ".join(f"{edge:.5g}" for edge in box) for box in (shape.bounds, near)]
        raise InputError(
            f"The geometry lies far from the district: its box is {boxes[0]}, that of the district {boxes[1]}. "
            "Look at the order of axes and the system."
        )
