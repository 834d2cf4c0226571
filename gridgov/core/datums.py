"""The two shifted datums of Chinese web maps, GCJ-02 and BD-09, forwards and exactly backwards.

Phones and web maps do not give true longitude and latitude: the coordinates are bent by a fixed formula (about 600 m
in Shenzhen). The usual one-step inverse leaves up to 2.45 m; here the inverse is iterated until it no longer moves.
The constants are those of the published formula (Krasovsky ellipsoid); outside a rectangle around China nothing is
bent. True means CGCS2000 or WGS 84, which agree within a few centimetres.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Shift = Callable[[Floats], Floats]

AXIS_M = 6378245.0
ECCENTRICITY2 = 0.00669342162296594323
BENT_AREA = (72.004, 0.8293, 137.8347, 55.8271)
"""West, south, east and north of the rectangle in which the formula bends coordinates."""
_BAIDU = np.pi * 3000.0 / 180.0
_STEPS = 5
_STILL = 1e-11


def to_gcj02(coordinates: Floats) -> Floats:
    """Bend true coordinates to GCJ-02.

    Parameters
    ----------
    coordinates : numpy.ndarray
        Longitude and latitude in degrees, shape (n, 2).

    Returns
    -------
    numpy.ndarray
        GCJ-02 coordinates, shape (n, 2).

    Examples
    --------
    >>> to_gcj02(np.array([[116.404, 39.915]])).round(6).tolist()
    [[116.410244, 39.916404]]
    """
    inside = _is_bent(coordinates)
    bent = np.array(coordinates, dtype=np.float64)
    bent[inside] += _gcj_offset(bent[inside])
    return bent


def from_gcj02(coordinates: Floats) -> Floats:
    """Straighten GCJ-02 coordinates.

    Parameters
    ----------
    coordinates : numpy.ndarray
        GCJ-02 longitude and latitude in degrees, shape (n, 2).

    Returns
    -------
    numpy.ndarray
        True coordinates, shape (n, 2); bending them again gives the input within 1e-11 degrees.
    """
    return _undo(to_gcj02, coordinates)


def to_bd09(coordinates: Floats) -> Floats:
    """Bend true coordinates to BD-09.

    Parameters
    ----------
    coordinates : numpy.ndarray
        Longitude and latitude in degrees, shape (n, 2).

    Returns
    -------
    numpy.ndarray
        BD-09 coordinates, shape (n, 2).

    Examples
    --------
    >>> to_bd09(np.array([[116.404, 39.915]])).round(6).tolist()
    [[116.416627, 39.9227]]
    """
    inside = _is_bent(coordinates)
    bent = np.array(coordinates, dtype=np.float64)
    bent[inside] = _baidu(to_gcj02(bent[inside]))
    return bent


def from_bd09(coordinates: Floats) -> Floats:
    """Straighten BD-09 coordinates.

    Parameters
    ----------
    coordinates : numpy.ndarray
        BD-09 longitude and latitude in degrees, shape (n, 2).

    Returns
    -------
    numpy.ndarray
        True coordinates, shape (n, 2).
    """
    inside = _is_bent(coordinates)
    true = np.array(coordinates, dtype=np.float64)
    true[inside] = from_gcj02(_undo(_baidu, true[inside]))
    return true


def _undo(bend: Shift, bent: Floats) -> Floats:
    """Find the fixed point of x = bent - (bend(x) - x); the offset varies slowly, so each step gains two digits."""
    guess = np.array(bent, dtype=np.float64)
    guess = guess - (bend(guess) - guess)
    for _ in range(_STEPS):
        miss = bend(guess) - bent
        guess = guess - miss
        if np.nanmax(np.abs(miss), initial=0.0) < _STILL:
            break
    return guess


def _is_bent(coordinates: Floats) -> npt.NDArray[np.bool_]:
    west, south, east, north = BENT_AREA
    lon, lat = coordinates[:, 0], coordinates[:, 1]
    inside: npt.NDArray[np.bool_] = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    return inside


def _baidu(gcj: Floats) -> Floats:
    lon, lat = gcj[:, 0], gcj[:, 1]
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BAIDU)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BAIDU)
    return np.column_stack([radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006])


def _gcj_offset(true: Floats) -> Floats:
    x, y = true[:, 0] - 105.0, true[:, 1] - 35.0
    ripple = 20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)
    root = np.sqrt(np.abs(x))
    north_m = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north_m += (ripple + _wave(y, 20.0, 1.0) + _wave(y, 40.0, 3.0)) * 2.0 / 3.0
    north_m += (160.0 * np.sin(y / 12.0 * np.pi) + 320.0 * np.sin(y * np.pi / 30.0)) * 2.0 / 3.0
    east_m = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east_m += (ripple + _wave(x, 20.0, 1.0) + _wave(x, 40.0, 3.0)) * 2.0 / 3.0
    east_m += (150.0 * np.sin(x / 12.0 * np.pi) + 300.0 * np.sin(x / 30.0 * np.pi)) * 2.0 / 3.0
    lat = np.radians(true[:, 1])
    magic = 1.0 - ECCENTRICITY2 * np.sin(lat) ** 2
    meridian_m = AXIS_M * (1.0 - ECCENTRICITY2) / (magic * np.sqrt(magic))
    parallel_m = AXIS_M / np.sqrt(magic) * np.cos(lat)
    return np.column_stack([np.degrees(east_m / parallel_m), np.degrees(north_m / meridian_m)])


def _wave(value: Floats, height: float, length: float) -> Floats:
    wave: Floats = height * np.sin(value / length * np.pi)
    return wave


BEND: MappingProxyType[str, Shift] = MappingProxyType({"gcj02": to_gcj02, "bd09": to_bd09})
"""How each shifted datum is made from true coordinates."""

STRAIGHTEN: MappingProxyType[str, Shift] = MappingProxyType({"gcj02": from_gcj02, "bd09": from_bd09})
"""How each shifted datum is undone."""
