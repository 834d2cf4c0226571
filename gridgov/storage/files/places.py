"""Shapes that a table carries in its columns: WKT or WKB, or a pair of coordinates."""

from __future__ import annotations

import re
import unicodedata

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from gridgov.core.tidying import RowFault

_SHAPES = ("wkt", "geometry", "geom", "thegeom", "shape", "wkbgeometry", "几何", "空间")
_PAIRS = (
    ("lon", "lat"),
    ("lng", "lat"),
    ("long", "lat"),
    ("longitude", "latitude"),
    ("经度", "纬度"),
    ("x", "y"),
    ("xcoord", "ycoord"),
    ("easting", "northing"),
    ("东坐标", "北坐标"),
    ("东", "北"),
    ("x坐标", "y坐标"),
)
"""East before north. Chinese survey sheets call the north x; `core.envelopes` sees that by the zone's envelope."""
_SRID = re.compile(r"^\s*SRID=\d+;", re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?")
_MARKS = str.maketrans(dict.fromkeys("°º度'", ""))


def make_places(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[RowFault]]:
    """Turn the shape or coordinate columns of a table into geometry.

    Parameters
    ----------
    frame : pandas.DataFrame
        Table as read.

    Returns
    -------
    tuple
        A GeoDataFrame without `crs` and without those columns, or the table itself when it has none; and the faults
        of cells that could not be read.
    """
    plain = {_plain(name): name for name in reversed(list(frame.columns))}
    for spelling in _SHAPES:
        if spelling in plain and frame[plain[spelling]].notna().any():
            return _from_texts(frame, plain[spelling])
    for east, north in _PAIRS:
        if east in plain and north in plain:
            return _from_pairs(frame, plain[east], plain[north])
    return frame, []


def _from_texts(frame: pd.DataFrame, name: str) -> tuple[pd.DataFrame, list[RowFault]]:
    values = frame[name].to_numpy(dtype=object)
    shapes = np.full(len(values), None, dtype=object)
    for position, value in enumerate(values):
        shapes[position] = _read_shape(value)
    given = np.array([bool(value) and not _is_missing(value) for value in values], dtype=bool)
    unread = np.flatnonzero(given & shapely.is_missing(shapes))
    fault = RowFault("unreadable-shape", "error", unread, "the shape is neither WKT nor WKB", "Write it again.", name)
    return gpd.GeoDataFrame(frame.drop(columns=name), geometry=gpd.GeoSeries(shapes, index=frame.index)), [fault]


def _read_shape(value: object) -> shapely.Geometry | None:
    if isinstance(value, bytes):
        return shapely.from_wkb(value, on_invalid="ignore")
    if not isinstance(value, str):
        return None
    text = _SRID.sub("", value).strip()
    if text[:2] in ("00", "01"):
        return shapely.from_wkb(text, on_invalid="ignore")
    return shapely.from_wkt(text, on_invalid="ignore") if text else None


def _from_pairs(frame: pd.DataFrame, east: str, north: str) -> tuple[pd.DataFrame, list[RowFault]]:
    x, x_bad = _read_numbers(frame[east])
    y, y_bad = _read_numbers(frame[north])
    known = ~(np.isnan(x) | np.isnan(y))
    shapes = np.full(len(frame), None, dtype=object)
    shapes[known] = shapely.points(x[known], y[known])
    half = np.isnan(x) != np.isnan(y)
    action = "Write both coordinates as plain numbers."
    faults = [
        RowFault(
            "unreadable-shape", "error", np.flatnonzero(x_bad | y_bad), "a coordinate is not a number", action, east
        ),
        RowFault("unreadable-shape", "error", np.flatnonzero(half & ~x_bad & ~y_bad), "one is missing", action, east),
    ]
    places = gpd.GeoDataFrame(frame.drop(columns=[east, north]), geometry=gpd.GeoSeries(shapes, index=frame.index))
    return places, faults


def _read_numbers(values: pd.Series) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    if values.dtype != object:
        return values.to_numpy(dtype=np.float64, na_value=np.nan), np.zeros(len(values), dtype=bool)
    numbers = pd.to_numeric(values, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan).copy()
    given = values.notna().to_numpy() & (values.astype(str).str.strip() != "").to_numpy()
    for position in np.flatnonzero(given & np.isnan(numbers)):
        text = unicodedata.normalize("NFKC", str(values.iloc[position])).translate(_MARKS).strip()
        if _NUMBER.fullmatch(text):
            numbers[position] = float(text)
    return numbers, given & np.isnan(numbers)


def _is_missing(value: object) -> bool:
    return value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value))


def _plain(name: object) -> str:
    return re.sub(r"[\s_\-()（）.]+|\[.*?\]", "", unicodedata.normalize("NFKC", str(name)).lower())
