"""Shapes of a layer: refused, repaired or taken as they are; and the key that a shape gives to a row without one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pyproj
import shapely

from gridgov.core.crs import STORED_CRS
from gridgov.core.layers import GEOMETRIES, Layer
from gridgov.core.tidying.faults import RowFault

Shapes = npt.NDArray[np.object_]
Mask = npt.NDArray[np.bool_]

_KEY_DECIMALS = 7
"""Degrees are rounded to 1e-7 (about 1 cm) before a key is made from them."""
_AGAIN = "Draw the shape again and send the row again."


@dataclass(frozen=True)
class TidyShapes:
    """Shapes after tidying."""

    shapes: Shapes
    """Valid shapes of the layer's kind; None where there is none."""
    refused: Mask
    faults: list[RowFault]


def tidy_shapes(shapes: Shapes, layer: Layer, *, geographic: bool = True) -> TidyShapes:
    """Check each shape against a layer and repair what can be repaired.

    Parameters
    ----------
    shapes : numpy.ndarray
        Shapely geometries or None, any coordinate system.
    layer : Layer
        A layer with a geometry.
    geographic : bool
        Whether coordinates are in degrees, so that a shape wider than 180 crosses the antimeridian.

    Returns
    -------
    TidyShapes
        For a polygon layer valid (multi)polygons, for a point layer points, for barriers valid lines or polygons.
    """
    shapes = shapely.force_2d(shapes)
    refused = np.zeros(len(shapes), dtype=bool)
    faults: list[RowFault] = []

    def refuse(mask: Mask, rule: str, detail: str | list[str], action: str, severity: str = "error") -> None:
        positions = np.flatnonzero(mask)
        faults.append(RowFault(rule, severity, positions, detail, action))
        if severity == "error":
            refused[positions] = True
        shapes[positions] = None

    missing = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    severity = "error" if layer.geometry_required else "note"
    refuse(missing, "no-geometry", "there is no shape", "Add the shape and send the row again.", severity)
    present = ~shapely.is_missing(shapes)
    bounds = shapely.bounds(shapes)
    finite = np.isfinite(bounds).all(axis=1) & ~_has_nan(shapes, present)
    refuse(present & ~finite, "not-finite", "a coordinate is not a number or infinite", _AGAIN)
    if geographic:
        width = np.subtract(bounds[:, 2], bounds[:, 0], out=np.zeros(len(shapes)), where=finite)
        wide = present & (width > 180)
        refuse(
            wide, "antimeridian", "the shape crosses the 180th meridian", "Cut the shape there and send both parts."
        )
    _refuse_kinds(shapes, layer, refuse)
    faults += _repair(shapes, refuse)
    if layer.geometry == "point":
        shapes = shapely.point_on_surface(shapes)
    return TidyShapes(shapes, refused, faults)


def make_keys(shapes: Shapes, crs: pyproj.CRS | None, prefix: str) -> npt.NDArray[np.object_]:
    """Make a stable key from each shape: the same ground gives the same key, whatever the ring's start or direction.

    Parameters
    ----------
    shapes : numpy.ndarray
        Valid geometries.
    crs : pyproj.CRS or None
        Their system; keys are made from EPSG:4490 so that they do not depend on the system the file came in.
    prefix : str
        First letters of the key.

    Returns
    -------
    numpy.ndarray
        `str` keys like ``b-8f2c6a0d91e4b7c3``.
    """
    if crs is not None and not crs.is_geographic:
        shapes = np.asarray(gpd.GeoSeries(shapes, crs=crs).to_crs(STORED_CRS).array, dtype=object)
    rounded = shapely.transform(shapes, lambda pairs: np.round(pairs, _KEY_DECIMALS) + 0.0)
    binary = shapely.to_wkb(shapely.normalize(rounded), byte_order=1)
    keys = np.empty(len(binary), dtype=object)
    keys[:] = [f"{prefix}-{hashlib.blake2b(data, digest_size=8).hexdigest()}" for data in binary]
    return keys


def _has_nan(shapes: Shapes, present: Mask) -> Mask:
    """Find shapes with NaN coordinates, which bounds pass over."""
    found = np.zeros(len(shapes), dtype=bool)
    positions = np.flatnonzero(present)
    coordinates, owner = shapely.get_coordinates(shapes[positions], return_index=True)
    found[positions[owner[~np.isfinite(coordinates).all(axis=1)]]] = True
    return found


def _refuse_kinds(shapes: Shapes, layer: Layer, refuse: object) -> None:
    """Take the parts of the layer's kind out of collections and refuse other kinds."""
    kinds = GEOMETRIES[str(layer.geometry)]
    collections = np.flatnonzero(shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION)
    for position in collections:
        shapes[position] = _take_parts(shapes[position], kinds)
    rings = np.flatnonzero(shapely.get_type_id(shapes) == shapely.GeometryType.LINEARRING)
    shapes[rings] = [shapely.LineString(ring.coords) for ring in shapes[rings]]
    names = _type_names(shapes)
    wrong = ~shapely.is_missing(shapes) & ~np.isin(names, kinds)
    wrong[collections] |= shapely.is_missing(shapes[collections])
    seen = [f"{name or 'a collection'} in a layer of {', '.join(kinds)}" for name in names[wrong]]
    refuse(wrong, "wrong-geometry", seen, "Send the right kind of shape.")  # type: ignore[operator]


def _repair(shapes: Shapes, refuse: object) -> list[RowFault]:
    """Make invalid shapes valid in place; refuse those of which nothing is left."""
    broken = np.flatnonzero(~shapely.is_missing(shapes) & ~shapely.is_valid(shapes))
    if len(broken) == 0:
        return []
    before = shapes[broken]
    reasons = shapely.is_valid_reason(before)
    mended = shapely.make_valid(before, method="structure", keep_collapsed=False)
    polygonal = shapely.get_dimensions(before) == 2
    mended = np.array([_take_parts(shape, _KINDS_OF[area]) for shape, area in zip(mended, polygonal, strict=True)])
    lost = shapely.is_missing(mended) | shapely.is_empty(mended) | (polygonal & (shapely.area(mended) <= 0))
    shapes[broken] = mended
    gone = np.zeros(len(shapes), dtype=bool)
    gone[broken[lost]] = True
    refuse(gone, "no-area", "nothing is left of the shape when it is made valid", _AGAIN)  # type: ignore[operator]
    kept = ~lost
    detail = [f"{reason}; repaired" for reason in reasons[kept]]
    return [RowFault("repaired", "warning", broken[kept], detail, "Look at the repaired shape on the map.")]


_KINDS_OF = {True: ("Polygon", "MultiPolygon"), False: ("LineString", "MultiLineString", "Point", "MultiPoint")}


def _take_parts(shape: shapely.Geometry | None, kinds: tuple[str, ...]) -> shapely.Geometry | None:
    """Return the parts of some kinds of a collection as one shape, or None."""
    if shape is None or shape.geom_type in kinds:
        return shape
    parts = [part for part in _flatten(shape) if part.geom_type in kinds]
    if not parts:
        return None
    highest = max(shapely.get_dimensions(part) for part in parts)
    top = [part for part in parts if shapely.get_dimensions(part) == highest]
    return shapely.union_all(top) if len(top) > 1 else top[0]


def _flatten(shape: shapely.Geometry) -> list[shapely.Geometry]:
    if shape.geom_type != "GeometryCollection":
        return [shape]
    return [part for inner in shape.geoms for part in _flatten(inner)]


def _type_names(shapes: Shapes) -> Shapes:
    ids = shapely.get_type_id(shapes)
    names = np.array([kind.name for kind in sorted(shapely.GeometryType) if kind >= 0], dtype=object)
    pretty = np.array([_PRETTY.get(name, name.title()) for name in names] + [""], dtype=object)
    named: Shapes = pretty[ids]
    return named


_PRETTY = {
    "LINESTRING": "LineString",
    "LINEARRING": "LinearRing",
    "MULTIPOINT": "MultiPoint",
    "MULTILINESTRING": "MultiLineString",
    "MULTIPOLYGON": "MultiPolygon",
    "GEOMETRYCOLLECTION": "GeometryCollection",
}
