"""The coordinate systems spoken with other programs: the names the standards give them, and the order of axes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

import pyproj

from gridgov.errors import QueryError

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
"""WGS 84, longitude before latitude: what GeoJSON is in when nothing else was agreed [RFC 7946, section 4]."""
_EPSG = "http://www.opengis.net/def/crs/EPSG/0/{}"
_SHORT = re.compile(r"\[?EPSG:(\d{4,5})\]?", re.ASCII)
_ZONES = range(4534, 4555)
"""CGCS2000 3-degree zones 75°E to 135°E without the zone number in the easting; 4547 is 114°E, 4549 is 120°E."""


@dataclass(frozen=True, eq=False)
class System:
    """One coordinate system as the standards name it."""

    uri: str
    srid: int
    """Number in the database; 4490 for all that differ from what is stored by nothing but the order of axes."""
    north_first: bool
    """Whether the system's own order is latitude or northing before longitude or easting."""
    metric: bool

    @property
    def crs(self) -> pyproj.CRS:
        """The system as pyproj knows it; coordinates are given and taken x first (``always_xy``).

        Returns
        -------
        pyproj.CRS
            The system.
        """
        return _crs(self.srid)

    @property
    def digits(self) -> int:
        """Decimal places that are worth writing: a tenth of a millimetre.

        Returns
        -------
        int
            9 for degrees, 4 for metres.
        """
        return 4 if self.metric else 9


def get_system(name: str | None) -> System:
    """Return a system by its URI or as ``EPSG:4547``.

    Parameters
    ----------
    name : str, optional
        The name; CRS84 when left out.

    Returns
    -------
    System
        The system.

    Raises
    ------
    QueryError
        When it is not one of `SYSTEMS`.

    Examples
    --------
    >>> get_system(None).north_first, get_system("EPSG:4326").north_first
    (False, True)
    """
    if name is None:
        return SYSTEMS[CRS84]
    short = _SHORT.fullmatch(name)
    found = SYSTEMS.get(_EPSG.format(short[1]) if short else name)
    if found is None:
        raise QueryError(
            f"The coordinate system {name[:100]!r} is not offered. Take one of the list `crs` in /ogc/collections, "
            f"for example {_EPSG.format(4490)}."
        )
    return found


@lru_cache(maxsize=32)
def _crs(srid: int) -> pyproj.CRS:
    return pyproj.CRS.from_epsg(srid)


SYSTEMS: MappingProxyType[str, System] = MappingProxyType(
    {
        system.uri: system
        for system in (
            System(CRS84, 4490, north_first=False, metric=False),
            # WGS 84 and CGCS2000 differ by nothing in PROJ: a null shift, the same numbers
            System(_EPSG.format(4326), 4490, north_first=True, metric=False),
            System(_EPSG.format(4490), 4490, north_first=True, metric=False),
            System(_EPSG.format(3857), 3857, north_first=False, metric=True),
            *(System(_EPSG.format(code), code, north_first=True, metric=True) for code in _ZONES),
        )
    }
)
"""Every system offered, by its URI."""

STORED = SYSTEMS[_EPSG.format(4490)]
"""What the database holds."""
