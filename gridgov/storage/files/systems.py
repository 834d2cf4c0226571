"""The coordinate system a file states, under its usual name."""

from __future__ import annotations

import pyproj


def clean_crs(crs: object) -> pyproj.CRS | None:
    """Return a file's system as the EPSG entry it means, where there is one.

    Parameters
    ----------
    crs : object
        What a reader found: a pyproj CRS, WKT, or None.

    Returns
    -------
    pyproj.CRS or None
        The EPSG entry, the system as stated, or None when nothing usable is stated.

    Examples
    --------
    >>> clean_crs("OGC:CRS84").to_epsg()
    4326
    """
    if crs is None:
        return None
    try:
        system = pyproj.CRS.from_user_input(crs)
    except pyproj.exceptions.CRSError:
        return None
    if system.to_authority() == ("OGC", "CRS84"):
        return pyproj.CRS.from_epsg(4326)
    if not (system.is_geographic or system.is_projected):
        return None
    epsg = system.to_epsg()
    return pyproj.CRS.from_epsg(epsg) if epsg else system
