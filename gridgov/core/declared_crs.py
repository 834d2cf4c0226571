"""What a source declares its coordinates to be, held against what the file and the coordinates themselves say.

A source's system is declared, never guessed: the coordinates are only used to refuse a declaration that cannot be
true.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pyproj
import shapely

from gridgov.core.crs import STORED_CRS
from gridgov.core.datums import STRAIGHTEN
from gridgov.core.envelopes import Floats
from gridgov.errors import CrsError

ALIASES = MappingProxyType(
    {
        "gcj02": "gcj02",
        "gcj": "gcj02",
        "火星坐标": "gcj02",
        "高德": "gcj02",
        "bd09": "bd09",
        "bd09ll": "bd09",
        "百度": "bd09",
        "cgcs2000": "4490",
        "国家2000": "4490",
        "wgs84": "4326",
    }
)
"""Names by which people call a datum, without blanks, dashes and underscores."""


@dataclass(frozen=True)
class DeclaredCrs:
    """What a source says its coordinates are."""

    name: str
    crs: pyproj.CRS
    """The system the coordinates are in once a shift is undone."""
    shift: str | None = None
    """`gcj02`, `bd09` or None."""

    @property
    def approximate(self) -> bool:
        """Whether converted coordinates are only as good as the shifted source (a metre or two)."""
        return self.shift is not None


def require_declared_crs(declared: str | int | pyproj.CRS) -> DeclaredCrs:
    """Understand the declaration of a datum or coordinate system.

    Parameters
    ----------
    declared : str, int or pyproj.CRS
        ``gcj02``, ``bd09``, ``cgcs2000``, ``wgs84``, an EPSG number with or without ``EPSG:``, or anything PROJ
        reads.

    Returns
    -------
    DeclaredCrs
        The declaration.

    Raises
    ------
    CrsError
        When nobody knows such a system, or it is neither geographic nor projected.

    Examples
    --------
    >>> require_declared_crs("GCJ-02").shift
    'gcj02'
    >>> require_declared_crs("4547").name
    'EPSG:4547'
    """
    if isinstance(declared, pyproj.CRS):
        return DeclaredCrs(_name(declared), declared)
    text = str(declared).strip()
    plain = re.sub(r"[\s_\-]+", "", text.lower())
    known = ALIASES.get(plain, text)
    if known in STRAIGHTEN:
        return DeclaredCrs(known, STORED_CRS, known)
    number = re.fullmatch(r"(?:epsg\s*:+\s*)?(\d{4,6})", known, re.IGNORECASE)
    try:
        crs = pyproj.CRS.from_epsg(int(number[1])) if number else pyproj.CRS.from_user_input(known)
    except pyproj.exceptions.CRSError as cause:
        raise CrsError(
            f"There is no coordinate system {text!r}. Declare an EPSG number (4490, 4326, 4547 …), gcj02 or bd09.",
            declared=text,
        ) from cause
    if not (crs.is_geographic or crs.is_projected):
        raise CrsError(
            f"{text!r} is neither in degrees nor a flat map. Declare a system of the ground.", declared=text
        )
    return DeclaredCrs(_name(crs), crs)


def require_one_crs(
    declared: DeclaredCrs | None,
    of_file: pyproj.CRS | None,
    coordinates: Floats,
    source: str = "the file",
    *,
    believe_declared: bool = False,
) -> DeclaredCrs:
    """Choose between what the caller declares and what the file says of itself.

    The declaration wins, but two statements that put the same numbers in two places are an error: one of them is
    wrong and only a person knows which. GCJ-02 and BD-09 have no label of their own, so files in them always say WGS
    84 or CGCS2000.

    Parameters
    ----------
    declared : DeclaredCrs or None
        What the caller declares.
    of_file : pyproj.CRS or None
        What the file says of itself; None when it says nothing or only a default of its format.
    coordinates : numpy.ndarray
        Coordinates of the layer, shape (n, 2), to compare the two statements at.
    source : str
        What to call the file in the message.
    believe_declared : bool
        The caller has seen the contradiction and means it.

    Returns
    -------
    DeclaredCrs
        The system to read the coordinates in.

    Raises
    ------
    CrsError
        When neither is there, or both are and differ.
    """
    if declared is None and of_file is None:
        raise CrsError(
            f"{source} does not say which coordinate system it is in. Add --crs, for example --crs 4490, --crs 4547, "
            "--crs gcj02 or --crs bd09; ask the sender when you do not know.",
            source=source,
        )
    if declared is None:
        assert of_file is not None
        return require_declared_crs(of_file)
    if of_file is not None and not believe_declared and not _agree(declared, of_file, coordinates):
        raise CrsError(
            f"{source} says of itself that it is in {_name(of_file)}, but --crs declares {declared.name}. "
            "Leave out --crs to believe the file, or add --force-crs when the file's own label is wrong.",
            source=source,
            file=_name(of_file),
            declared=declared.name,
        )
    return declared


def straighten(frame: gpd.GeoDataFrame, declared: DeclaredCrs, *, swap: bool = False) -> gpd.GeoDataFrame:
    """Put a frame in its declared system: heights dropped, swapped axes put right, GCJ-02 or BD-09 undone.

    Parameters
    ----------
    frame : geopandas.GeoDataFrame
        Layer with coordinates as the source gave them.
    declared : DeclaredCrs
        What they are.
    swap : bool
        Whether the source gives y (north) before x (east).

    Returns
    -------
    geopandas.GeoDataFrame
        The same rows in ``declared.crs``.
    """
    geometry = shapely.force_2d(np.asarray(frame.geometry.array, dtype=object))
    if swap:
        geometry = shapely.transform(geometry, lambda pairs: pairs[:, ::-1])
    if declared.shift is not None:
        geometry = shapely.transform(geometry, STRAIGHTEN[declared.shift])
    straight = frame.copy(deep=False)
    return straight.set_geometry(gpd.GeoSeries(geometry, index=frame.index, crs=declared.crs), crs=declared.crs)


def _agree(declared: DeclaredCrs, of_file: pyproj.CRS, coordinates: Floats) -> bool:
    """Whether both statements put the middle of the layer in the same place (0.01 m)."""
    if declared.shift is not None:
        return bool(of_file.is_geographic)
    finite = coordinates[np.isfinite(coordinates).all(axis=1)]
    if declared.crs.equals(of_file, ignore_axis_order=True) or len(finite) == 0:
        return True
    x, y = np.median(finite, axis=0)
    to_declared = pyproj.Transformer.from_crs(of_file, declared.crs, always_xy=True)
    moved: npt.NDArray[np.float64] = np.abs(np.array(to_declared.transform(x, y)) - (x, y))
    return bool((moved < (1e-7 if declared.crs.is_geographic else 0.01)).all())


def _name(crs: pyproj.CRS) -> str:
    epsg = crs.to_epsg()
    return f"EPSG:{epsg}" if epsg else str(crs.name)
