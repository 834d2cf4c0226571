"""Where the coordinates of a system can lie, and what is wrong with a layer that lies elsewhere.

Swapped axes, metres called degrees, a zone number in the easting or a missing one all leave the envelope of the
declared system; for each the message names the fix. In China longitude (73 to 135) is never a valid latitude, so a
swap is always seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyproj

from gridgov.errors import CrsError

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Box = tuple[float, float, float, float]

BOX_CHINA: Box = (73.0, 3.0, 136.0, 54.0)
"""West, south, east, north of China in degrees, the southern sea included."""
_BOX_WORLD: Box = (-180.0, -90.0, 180.0, 90.0)
_BOX_ANY: Box = (-np.inf, -np.inf, np.inf, np.inf)
_NEAR_DEGREES = 3.0
"""A city may lie over the edge of its zone; one zone further is still taken."""
_ZONES = range(25, 46)
_LEAST_ROWS = 10
_FAR_DEGREES, _FAR_M = 1.0, 100_000.0
_FIRST_PREFIXED, _FIRST_PLAIN = 4513, 4534


@dataclass(frozen=True)
class AxisFault:
    """What is wrong with the coordinates of a whole layer."""

    rule: str
    detail: str
    action: str


def find_outside(coordinates: Floats, crs: pyproj.CRS) -> Mask:
    """Find coordinates that cannot be in a system.

    Parameters
    ----------
    coordinates : numpy.ndarray
        x (east) and y (north), shape (n, 2).
    crs : pyproj.CRS
        The system they are declared in.

    Returns
    -------
    numpy.ndarray
        True where not finite, at 0, outside the envelope of the system, or plainly longitude given as latitude.
    """
    west, south, east, north = get_envelope(crs)
    x, y = coordinates[:, 0], coordinates[:, 1]
    inside = (x >= west) & (x <= east) & (y >= south) & (y <= north) & ((x != 0) | (y != 0))
    if crs.is_geographic:
        # an exact 0 is a missing coordinate, and a latitude of 73 to 90 over Svalbard is China's longitude
        inside &= (x != 0) & (y != 0) & ~(_in_box(coordinates[:, ::-1], BOX_CHINA) & (y >= BOX_CHINA[0]))
    outside: Mask = ~inside
    return outside


def find_far_off(coordinates: Floats, crs: pyproj.CRS) -> Mask:
    """Find rows absurdly far from the rest of their layer: a digit lost or a decimal point moved.

    Parameters
    ----------
    coordinates : numpy.ndarray
        One x, y per row, shape (n, 2).
    crs : pyproj.CRS
        Their system.

    Returns
    -------
    numpy.ndarray
        True where the distance to the middle of the layer is over ten times that of nine rows in ten, and over
        1 degree or 100 km.
    """
    finite = np.isfinite(coordinates).all(axis=1)
    far = np.zeros(len(coordinates), dtype=bool)
    if finite.sum() < _LEAST_ROWS:
        return far
    away = np.abs(coordinates[finite] - np.median(coordinates[finite], axis=0)).max(axis=1)
    reach = _FAR_DEGREES if crs.is_geographic else _FAR_M
    far[finite] = away > max(10 * float(np.quantile(away, 0.9)), reach)
    return far


def find_axis_fault(coordinates: Floats, crs: pyproj.CRS) -> AxisFault | None:
    """Say what is wrong when most coordinates of a layer are outside the declared system.

    Parameters
    ----------
    coordinates : numpy.ndarray
        One x, y per row of the layer, shape (n, 2); rows that are not finite do not count.
    crs : pyproj.CRS
        The system they are declared in.

    Returns
    -------
    AxisFault or None
        None when at least half lie where they can.

    Examples
    --------
    >>> find_axis_fault(np.array([[22.75, 113.93]]), pyproj.CRS(4490)).rule
    'axes-swapped'
    """
    points = coordinates[np.isfinite(coordinates).all(axis=1)]
    points = points[(points != 0).any(axis=1)]
    if len(points) == 0 or find_outside(points, crs).mean() <= 0.5:
        return None
    middle = np.median(points, axis=0)
    seen = f"their middle is {middle[0]:.6g}, {middle[1]:.8g}"
    if find_outside(points[:, ::-1], crs).mean() <= 0.5:
        return AxisFault("axes-swapped", f"x and y are swapped ({seen})", "Add --swap, or exchange the columns.")
    better = _guess_zone(middle, crs)
    if better is not None:
        name, swapped = better
        also = " and --swap" if swapped else ""
        return AxisFault("other-system", f"the coordinates look like {name} ({seen})", f"Declare --crs {name}{also}.")
    if crs.is_geographic and np.abs(middle).max() > 360:
        what = f"these are metres, not degrees ({seen})"
        return AxisFault("metres-as-degrees", what, "Declare the projected system, e.g. --crs 4547 for Shenzhen.")
    if crs.is_projected and np.abs(middle).max() <= 180:
        what = f"these are degrees, not metres ({seen})"
        return AxisFault("degrees-as-metres", what, "Declare --crs 4490, 4326, gcj02 or bd09, whichever it is.")
    box = ", ".join(f"{edge:.6g}" for edge in get_envelope(crs))
    return AxisFault("outside-system", f"{seen}, but the system is used within {box}", "Declare the right --crs.")


def require_axes(
    coordinates: Floats, crs: pyproj.CRS, name: str, source: str = "the file", *, swap: bool = False
) -> None:
    """Refuse a layer whose coordinates contradict its declared system.

    Parameters
    ----------
    coordinates : numpy.ndarray
        One x, y per row as the source gives them, shape (n, 2).
    crs : pyproj.CRS
        The declared system.
    name : str
        How the system was declared.
    source : str
        What to call the file in the message.
    swap : bool
        Whether the caller says that y comes before x.

    Raises
    ------
    CrsError
        Naming the fault and the fix.
    """
    fault = find_axis_fault(coordinates[:, ::-1] if swap else coordinates, crs)
    if fault is None:
        return
    if swap and find_axis_fault(coordinates, crs) is None:
        raise CrsError(f"{source} gives x before y already; leave out --swap.", source=source, declared=name)
    raise CrsError(
        f"{source} is declared as {name}, but {fault.detail}. {fault.action}",
        source=source,
        declared=name,
        rule=fault.rule,
    )


@lru_cache(maxsize=64)
def get_envelope(crs: pyproj.CRS) -> Box:
    """Return where coordinates of a system can lie: its area of use and one zone around it.

    Parameters
    ----------
    crs : pyproj.CRS
        Geographic or projected system.

    Returns
    -------
    tuple of float
        Least x, least y, greatest x, greatest y in the units of the system.
    """
    if crs.is_geographic:
        return _BOX_WORLD
    epsg, area = crs.to_epsg(min_confidence=20), crs.area_of_use
    if area is None and epsg is not None:
        area = pyproj.CRS.from_epsg(epsg).area_of_use
    if area is None:
        return _BOX_ANY
    south, north = (3.0, 54.0) if _is_zone(epsg) else (area.south - _NEAR_DEGREES, area.north + _NEAR_DEGREES)
    box = (
        max(area.west - _NEAR_DEGREES, -180.0),
        max(south, -89.0),
        min(area.east + _NEAR_DEGREES, 180.0),
        min(north, 89.0),
    )
    try:
        return pyproj.Transformer.from_crs(4326, crs, always_xy=True).transform_bounds(*box)
    except pyproj.exceptions.ProjError:
        return _BOX_ANY


def _is_zone(epsg: int | None) -> bool:
    return epsg is not None and _FIRST_PREFIXED <= epsg <= _FIRST_PLAIN + len(_ZONES) - 1


def _guess_zone(middle: Floats, crs: pyproj.CRS) -> tuple[str, bool] | None:
    """Name the 3-degree zone whose number the easting carries; without one only the declared can be meant."""
    declared = crs.to_epsg(min_confidence=20)
    for swapped, (x, y) in ((False, middle), (True, middle[::-1])):
        zone = int(x // 1_000_000)
        if not (300_000 <= y <= 6_000_000 and 150_000 <= x - zone * 1_000_000 <= 850_000):
            continue
        if zone in _ZONES:
            return f"EPSG:{_FIRST_PREFIXED + zone - _ZONES[0]}", swapped
        if zone == 0 and declared is not None and _FIRST_PREFIXED <= declared < _FIRST_PLAIN:
            return f"EPSG:{declared - _FIRST_PREFIXED + _FIRST_PLAIN}", swapped
    return None


def _in_box(coordinates: Floats, box: Box) -> Mask:
    west, south, east, north = box
    x, y = coordinates[:, 0], coordinates[:, 1]
    inside: Mask = (x >= west) & (x <= east) & (y >= south) & (y <= north)
    return inside
