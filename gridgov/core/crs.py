"""The two coordinate systems gridgov works in: stored is CGCS2000 in degrees (EPSG:4490), computed is in metres.

The metric system is the local 3-degree zone. `x` is always east or longitude.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pyproj

from gridgov.core.envelopes import BOX_CHINA
from gridgov.errors import CrsError, InputError

STORED_CRS = pyproj.CRS.from_epsg(4490)
"""CGCS2000 longitude and latitude: what the database holds."""


def to_stored(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Convert to EPSG:4490; WGS 84 keeps its numbers exactly (a null shift).

    Parameters
    ----------
    frame : geopandas.GeoDataFrame
        Layer in any system.

    Returns
    -------
    geopandas.GeoDataFrame
        The same rows in EPSG:4490.
    """
    if frame.crs is not None and frame.crs.to_epsg() in (4326, 4490):
        return frame.set_crs(STORED_CRS, allow_override=True)
    return frame.to_crs(STORED_CRS)


def to_metric(frame: gpd.GeoDataFrame, crs: pyproj.CRS | None = None) -> gpd.GeoDataFrame:
    """Convert to the local metric system.

    Parameters
    ----------
    frame : geopandas.GeoDataFrame
        Layer in any system.
    crs : pyproj.CRS, optional
        Target, so that several layers share one; else `choose_metric_crs`.

    Returns
    -------
    geopandas.GeoDataFrame
        The same rows, in metres.
    """
    target = crs or choose_metric_crs(frame)
    return frame if frame.crs == target else frame.to_crs(target)


def choose_metric_crs(frame: gpd.GeoDataFrame) -> pyproj.CRS:
    """Choose the flat system in metres for a layer: its 3-degree CGCS2000 zone, or its UTM zone outside China.

    The middle row decides (median longitude and latitude), so a few misplaced rows do not.

    Parameters
    ----------
    frame : geopandas.GeoDataFrame
        Layer with a coordinate system.

    Returns
    -------
    pyproj.CRS
        EPSG:4534 to 4554 (no zone number in the easting) or EPSG:326xx / 327xx.

    Raises
    ------
    CrsError
        When the layer has no coordinate system.
    InputError
        When it has no coordinates.

    Examples
    --------
    >>> shenzhen = gpd.GeoDataFrame(geometry=gpd.points_from_xy([113.93], [22.75]), crs=4490)
    >>> choose_metric_crs(shenzhen).to_epsg()
    4547
    """
    if frame.crs is None:
        raise CrsError("The layer does not say which coordinate system it is in; declare one first.")
    bounds = frame.geometry.bounds.to_numpy(dtype=float)
    bounds = bounds[np.isfinite(bounds).all(axis=1)]
    if len(bounds) == 0:
        raise InputError("The layer has no geometry, so no metric coordinate system can be chosen for it.")
    x, y = np.median((bounds[:, 0] + bounds[:, 2]) / 2), np.median((bounds[:, 1] + bounds[:, 3]) / 2)
    lon, lat = pyproj.Transformer.from_crs(frame.crs, 4326, always_xy=True).transform(x, y)
    west, south, east, north = BOX_CHINA
    if west <= lon <= east and south <= lat <= north:
        return pyproj.CRS.from_epsg(4534 + min(max(round(lon / 3), 25), 45) - 25)
    zone = min(max(int((lon + 180) // 6) + 1, 1), 60)
    return pyproj.CRS.from_epsg((32600 if lat >= 0 else 32700) + zone)


def find_stretch(frame: gpd.GeoDataFrame) -> float | None:
    """Find how long a metre of ground is in the coordinate system of a layer.

    Parameters
    ----------
    frame : geopandas.GeoDataFrame
        Layer with a coordinate system and some extent.

    Returns
    -------
    float or None
        Length in the middle of the layer; the one farther from 1 where it depends on the direction. None for a system
        that is not in metres, or not made for the place.

    Examples
    --------
    >>> mercator = gpd.GeoDataFrame(geometry=gpd.points_from_xy([113.93], [22.75]), crs=4490).to_crs(3857)
    >>> round(find_stretch(mercator), 2)
    1.09
    """
    crs = pyproj.CRS(frame.crs)
    if not crs.is_projected or not crs.axis_info or crs.axis_info[0].unit_name != "metre":
        return None
    west, south, east, north = frame.total_bounds
    # the transformation, not the factors of the projection: Web Mercator is one of the ellipsoid for PROJ
    back = pyproj.Transformer.from_crs(crs, 4326, always_xy=True)
    x, y = (west + east) / 2, (south + north) / 2
    lon, lat = back.transform([x, x + 50, x - 50, x, x], [y, y, y, y + 50, y - 50])
    if not np.isfinite([*lon, *lat]).all():
        return None
    _, _, ground_m = pyproj.Geod(ellps="WGS84").inv(
        [lon[1], lon[3]], [lat[1], lat[3]], [lon[2], lon[4]], [lat[2], lat[4]]
    )
    ratios = [100.0 / max(float(one), 1e-9) for one in ground_m]
    return max(ratios, key=lambda one: abs(one - 1))


def split_by_zone(frame: gpd.GeoDataFrame) -> list[gpd.GeoDataFrame]:
    """Cut a layer that may span several places into one metric layer a zone.

    Parameters
    ----------
    frame : geopandas.GeoDataFrame
        Layer with a coordinate system, every row with a geometry.

    Returns
    -------
    list of geopandas.GeoDataFrame
        Together all rows with their index, each part in the system that `choose_metric_crs` names for its places.
    """
    if len(frame) == 0:
        return []
    bounds = to_stored(frame).geometry.bounds.to_numpy(dtype=float)
    lon, lat = (bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2
    west, south, east, north = BOX_CHINA
    inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    zone = np.where(inside, np.round(lon / 3), 1000 + np.floor(lon / 6) * np.where(lat >= 0, 1, -1))
    return [to_metric(part) for _, part in frame.groupby(zone, sort=True)]
