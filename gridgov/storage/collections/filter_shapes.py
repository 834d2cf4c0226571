"""Shapes in filters and bounding boxes, brought into the system that is stored."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from gridgov.core.systems import STORED, System
from gridgov.errors import QueryError
from gridgov.storage.collections.conditions import Binder

Edges = tuple[float, float, float, float]
"""West, south, east, north in degrees."""

MOST_CORNERS = 10_000
_BOX_STEPS = 21
"""Points along each side of a box from a flat system: its sides are no straight lines in degrees."""
_MERCATOR, _WORLD_M = 3857, 20_037_508.342789244
"""EPSG:3857 and how far it reaches from its origin in each direction [m]."""


def bind_shape(binder: Binder, shape: BaseGeometry) -> str:
    """Return what stands in the SQL for a shape in the stored system.

    Parameters
    ----------
    binder : Binder
        Gives the names.
    shape : shapely.Geometry
        x first, EPSG:4490.

    Returns
    -------
    str
        An SQL expression.
    """
    return f"ST_GeomFromWKB({binder.bind(shapely.to_wkb(shape), 'bytea')}, {STORED.srid})"


def read_shape(literal: Any, system: System) -> BaseGeometry:
    """Return the shape of a literal of a filter.

    Parameters
    ----------
    literal : dict
        GeoJSON geometry, or ``{"bbox": [...]}``.
    system : System
        What its coordinates are in.

    Returns
    -------
    shapely.Geometry
        x first, EPSG:4490.

    Raises
    ------
    QueryError
        When it is none, is not valid, or lies outside the world.
    """
    if set(literal) == {"bbox"}:
        edges = literal["bbox"]
        if not isinstance(edges, list) or not all(isinstance(edge, (int, float)) for edge in edges):
            raise QueryError("A box in the filter has four numbers.")
        boxes = make_boxes([float(edge) for edge in edges], system)
        return shapely.union_all([box if isinstance(box, BaseGeometry) else shapely.box(*box) for box in boxes])
    try:
        shape = shapely.force_2d(shapely.geometry.shape(literal))
    except Exception:
        raise QueryError("A shape in the filter is not a geometry.") from None
    if shapely.get_num_coordinates(shape) > MOST_CORNERS:
        raise QueryError(f"A shape in the filter has more than {MOST_CORNERS} corners.")
    if shape.is_empty or not np.isfinite(shapely.get_coordinates(shape)).all():
        raise QueryError("A shape in the filter is empty or has a coordinate that is no number.")
    if not shape.is_valid:
        raise QueryError(f"A shape in the filter is not valid: {shapely.is_valid_reason(shape)}.")
    return to_stored(shape, system)


def make_boxes(edges: Sequence[float], system: System) -> list[BaseGeometry | Edges]:
    """Return the one or two boxes of a ``bbox``; two when it crosses the antimeridian.

    Parameters
    ----------
    edges : sequence of float
        Lower corner, upper corner, in the system's own order of axes; six numbers with heights, which are ignored.
    system : System
        What they are in.

    Returns
    -------
    list of tuple of float or shapely.Polygon
        x first, EPSG:4490; a polygon where the sides of the box are not straight in degrees.

    Raises
    ------
    QueryError
        When there are not four or six finite numbers, or they lie outside the world or stand the wrong way round.
    """
    if len(edges) not in (4, 6) or not all(math.isfinite(edge) for edge in edges):
        raise QueryError("bbox has four numbers (or six, with heights): lower corner, then upper corner.")
    half = len(edges) // 2
    (x1, y1), (x2, y2) = edges[:2], edges[half : half + 2]
    if system.north_first:
        x1, y1, x2, y2 = y1, x1, y2, x2
    if y1 > y2 or (x1 > x2 and system.metric):
        raise QueryError("bbox stands the wrong way round: the lower corner comes first.")
    if system.metric:
        if system.srid == _MERCATOR:
            # a map that is zoomed out shows more than the world
            x1, y1, x2, y2 = (min(max(edge, -_WORLD_M), _WORLD_M) for edge in (x1, y1, x2, y2))
        return [_transform(_draw_box(x1, y1, x2, y2, _BOX_STEPS), system)]
    if not (-180 <= x1 <= 180 and -180 <= x2 <= 180 and y1 >= -90 and y2 <= 90):
        order = "latitude before longitude" if system.north_first else "longitude before latitude"
        raise QueryError(f"bbox lies outside the world: in {system.uri} it is in degrees, {order}.")
    if x1 > x2:
        return [(x1, y1, 180.0, y2), (-180.0, y1, x2, y2)]
    return [(x1, y1, x2, y2) if x1 < x2 and y1 < y2 else _draw_box(x1, y1, x2, y2, 1)]


def to_stored(shape: BaseGeometry, system: System) -> BaseGeometry:
    """Bring a shape into the stored system.

    Parameters
    ----------
    shape : shapely.Geometry
        In `system` and its order of axes.
    system : System
        What it is in.

    Returns
    -------
    shapely.Geometry
        x first, EPSG:4490.

    Raises
    ------
    QueryError
        When it lies outside the world or where the system is not used.
    """
    if system.north_first:
        shape = shapely.transform(shape, lambda pairs: pairs[:, ::-1])
    if system.metric:
        return _transform(shape, system)
    west, south, east, north = shape.bounds
    if not (west >= -180 and east <= 180 and south >= -90 and north <= 90):
        order = "latitude before longitude" if system.north_first else "longitude before latitude"
        raise QueryError(f"The shape lies outside the world: {system.uri} is in degrees, {order}.")
    return shape


def _draw_box(x1: float, y1: float, x2: float, y2: float, steps: int) -> BaseGeometry:
    """A box with points along its sides; one without a width is a line or a point, which things can meet as well."""
    with np.errstate(all="ignore"):
        xs, ys = np.linspace(x1, x2, steps + 1), np.linspace(y1, y2, steps + 1)
    if not (np.isfinite(xs).all() and np.isfinite(ys).all()):
        raise QueryError("bbox lies outside the world.")
    if x1 == x2 or y1 == y2:
        return shapely.Point(x1, y1) if x1 == x2 and y1 == y2 else shapely.LineString(np.column_stack([xs, ys]))
    low, high, left, right = (np.full(steps, edge) for edge in (y1, y2, x1, x2))
    return shapely.Polygon(
        np.column_stack(
            [
                np.concatenate([xs[:-1], right, xs[:0:-1], left]),
                np.concatenate([low, ys[:-1], high, ys[:0:-1]]),
            ]
        )
    )


def _transform(shape: BaseGeometry, system: System) -> BaseGeometry:
    if system.srid == _MERCATOR and np.abs(shapely.get_coordinates(shape)).max(initial=0) > _WORLD_M:
        # beyond the edge it would come in again on the other side
        raise QueryError(f"The shape lies where {system.uri} is not used.")
    moved = shapely.transform(shape, _mover(system.srid).transform, interleaved=False)
    if not np.isfinite(shapely.get_coordinates(moved)).all():
        raise QueryError(f"The shape lies where {system.uri} is not used.")
    return moved


@lru_cache(maxsize=32)
def _mover(srid: int) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(srid, STORED.srid, always_xy=True)
