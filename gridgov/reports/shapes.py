"""Polygons made light enough to print and to send."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely


def simplify_shapes(shapes: np.ndarray, tolerance_m: float) -> np.ndarray:
    """Simplify areas so that neighbours keep the same border.

    Areas that lie over one another (clusters stacked in a tower, and whoever shares its ground) stay as they are, and
    so does every border between them and the rest.

    Parameters
    ----------
    shapes : numpy.ndarray
        Polygons [n; metric CRS].
    tolerance_m : float
        About how far a border may move; 0 leaves everything as it is.

    Returns
    -------
    numpy.ndarray
        Polygons [n].
    """
    light = np.array(shapes, dtype=object)
    if tolerance_m <= 0 or not len(shapes):
        return light
    clear = np.flatnonzero(shapely.is_empty(shapely.coverage_invalid_edges(light)))
    if len(clear) < len(light):
        light[clear] = shapely.coverage_simplify(light[clear], tolerance_m, simplify_boundary=False)
    else:
        light = shapely.coverage_simplify(light, tolerance_m)
    return light


def to_degrees(frame: gpd.GeoDataFrame, digits: int) -> gpd.GeoDataFrame:
    """Return a frame in longitude and latitude with rounded coordinates.

    Parameters
    ----------
    frame : geopandas.GeoDataFrame
        Any frame with a CRS; without one it is taken to be in degrees already.
    digits : int
        Decimals; 5 are about 1 m, 6 about 0.1 m.

    Returns
    -------
    geopandas.GeoDataFrame
        The frame in EPSG:4326.
    """
    out = frame.to_crs(4326) if frame.crs is not None else frame.copy()
    rounded = shapely.transform(out.geometry.to_numpy(), lambda xy: np.round(xy, digits))
    return out.set_geometry(gpd.GeoSeries(rounded, index=out.index, crs=out.crs))
