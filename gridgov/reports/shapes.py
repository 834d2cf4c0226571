"""Polygons made light enough to print and to send."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely


def simplify_shapes(shapes: np.ndarray, tolerance_m: float) -> np.ndarray:
    """Simplify areas so that all who share a border keep the same one, also areas that lie over one another.

    The borders of all areas are cut into lines at every corner where more than two meet; each line is simplified by
    itself, once, and every area keeps of its corners only those that are left. For drawing: an area may touch itself.

    Parameters
    ----------
    shapes : numpy.ndarray
        Polygons and multipolygons [n; metric CRS].
    tolerance_m : float
        How far a border may move; 0 leaves everything as it is.

    Returns
    -------
    numpy.ndarray
        Polygons and multipolygons [n].
    """
    if tolerance_m <= 0 or not len(shapes):
        return np.array(shapes, dtype=object)
    parts, owner = shapely.get_parts(shapes, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    corner, own = np.unique(xy, axis=0, return_inverse=True)
    own = own.ravel()
    kept = _find_kept(corner, own, ring, tolerance_m)
    starts = np.flatnonzero(np.diff(ring, prepend=-1) != 0)
    kept[own[starts]] = True  # a ring that starts in the middle of a line must still close
    thin = np.bincount(ring[kept[own]], minlength=len(rings)) < 4
    kept[own[thin[ring]]] = True
    left = kept[own]
    light = shapely.linearrings(xy[left], indices=ring[left])
    polygons = _assemble(light, part, len(parts))
    out = np.array(shapes, dtype=object)
    single = np.bincount(owner, minlength=len(shapes)) == 1
    out[single] = polygons[single[owner]]
    for at in np.unique(owner[~single[owner]]):
        out[at] = shapely.multipolygons(polygons[owner == at])
    return out


def _assemble(rings: np.ndarray, part: np.ndarray, count: int) -> np.ndarray:
    """Put the rings of each part together, the outer one first."""
    first = np.searchsorted(part, np.arange(count))
    polygons = shapely.polygons(rings[first])
    holes = np.bincount(part, minlength=count) > 1
    for at in np.flatnonzero(holes):
        own = rings[part == at]
        polygons[at] = shapely.polygons(own[0], holes=own[1:])
    return np.asarray(polygons)


def _find_kept(corner: np.ndarray, own: np.ndarray, ring: np.ndarray, tolerance_m: float) -> np.ndarray:
    """Say which corners are left when each line between junctions is simplified."""
    inside = ring[:-1] == ring[1:]
    pairs = np.sort(np.column_stack([own[:-1][inside], own[1:][inside]]), axis=1)
    edges = np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0)
    lines = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(shapely.linestrings(corner[edges]))))
    left = shapely.get_coordinates(shapely.simplify(lines, tolerance_m, preserve_topology=False))
    known = np.concatenate([corner, left])
    _, code = np.unique(known, axis=0, return_inverse=True)
    kept = np.zeros(len(corner), dtype=bool)
    kept[np.isin(code.ravel()[: len(corner)], code.ravel()[len(corner) :])] = True
    return kept


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
