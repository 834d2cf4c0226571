"""Layers as files: whole or not at all, and the same bytes for the same rows."""

from __future__ import annotations

import codecs
import datetime as dt
import os
import re
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import xlsxwriter

from gridgov.errors import InputError

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""Beginnings of a text that a spreadsheet evaluates."""

_MOST_SHEET_ROWS, _MOST_CELL_LETTERS = 1_048_576, 32_767
"""Limits of a worksheet."""
_SHEET_NAME = re.compile(r"[\[\]:*?/\\']")

_NO_CLOCK = "2000-01-01T00:00:00.000Z"
"""Written where GeoPackage wants the time of the last change, so that the same rows give the same bytes."""


def write_layer_file(frame: pd.DataFrame, path: Path, table: str | None = None, *, mark: bool = True) -> Path:
    """Write a layer as a file; the old file stays until the new one is whole.

    Parameters
    ----------
    frame : pandas.DataFrame or geopandas.GeoDataFrame
        The rows; the index is not written.
    path : pathlib.Path
        The file; its end names the format: ``.parquet`` (GeoParquet 1.1), ``.gpkg``, ``.geojson`` (always WGS 84),
        ``.fgb``, ``.csv``, ``.xlsx``.
    table : str, optional
        Name of the table in a GeoPackage; else the file's name.
    mark : bool
        Whether a CSV begins with the mark by which spreadsheets know UTF-8.

    Returns
    -------
    pathlib.Path
        `path`.

    Raises
    ------
    InputError
        When the end names no format that is written.
    """
    written = write_layers_file({table or path.stem: frame}, path)
    if not mark and path.suffix.lower() == ".csv":
        written.write_bytes(written.read_bytes().removeprefix(codecs.BOM_UTF8))
    return written


def write_layers_file(frames: Mapping[str, pd.DataFrame], path: Path) -> Path:
    """Write several tables into one GeoPackage, or one table into a file of another format.

    Parameters
    ----------
    frames : mapping of str to pandas.DataFrame
        Tables by name; more than one only for ``.gpkg``.
    path : pathlib.Path
        The file.

    Returns
    -------
    pathlib.Path
        `path`.

    Raises
    ------
    InputError
        When the end names no format that is written, or the format holds one table only.
    """
    suffix = path.suffix.lower()
    if suffix not in _WRITERS:
        raise InputError(f"{path.name}: layers are written as {', '.join(_WRITERS)}.", path=str(path))
    if len(frames) != 1 and suffix != ".gpkg":
        raise InputError(f"{path.name} can hold one table; {len(frames)} need a .gpkg.", path=str(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".write-", dir=path.parent) as folder:
        half_made = Path(folder) / path.name
        for name, frame in frames.items():
            _WRITERS[suffix](frame, half_made, name)
        with half_made.open("rb") as stream:
            os.fsync(stream.fileno())
        half_made.replace(path)
    return path


def _write_parquet(frame: pd.DataFrame, path: Path, _table: str) -> None:
    version = {"schema_version": "1.1.0"} if isinstance(frame, gpd.GeoDataFrame) else {}
    frame.to_parquet(path, compression="zstd", index=False, **version)


def _write_geopackage(frame: pd.DataFrame, path: Path, table: str) -> None:
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _NO_CLOCK})
    try:
        pyogrio.write_dataframe(_plain(frame), path, layer=table, driver="GPKG", append=path.exists())
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def _write_geojson(frame: pd.DataFrame, path: Path, table: str) -> None:
    _require_shapes(frame, table, "GeoJSON")
    options = {"RFC7946": "YES", "COORDINATE_PRECISION": "9", "WRITE_NAME": "NO"}
    world = frame if frame.crs is None else frame.to_crs(4326)
    pyogrio.write_dataframe(_plain(world), path, driver="GeoJSON", layer_options=options)


def _write_flatgeobuf(frame: pd.DataFrame, path: Path, table: str) -> None:
    _require_shapes(frame, table, "FlatGeobuf")
    pyogrio.write_dataframe(_plain(frame), path, layer=table, driver="FlatGeobuf")


def _require_shapes(frame: pd.DataFrame, table: str, form: str) -> None:
    if not isinstance(frame, gpd.GeoDataFrame):
        raise InputError(f"{table} has no shapes, and {form} is for shapes. Take csv, xlsx, parquet or gpkg.")


def _write_workbook(frame: pd.DataFrame, path: Path, table: str) -> None:
    """Texts are written as texts: no formula, no link, and no code of eighteen digits that becomes a number."""
    plain = _with_wkt(frame)
    if len(plain) >= _MOST_SHEET_ROWS:
        raise InputError(f"{path.name}: a sheet holds {_MOST_SHEET_ROWS - 1} rows; these are {len(plain)}. Take CSV.")
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "in_memory": False})
    book.set_properties({"created": dt.datetime(2000, 1, 1)})
    sheet = book.add_worksheet(_SHEET_NAME.sub("_", table)[:31] or "data")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for column, name in enumerate(plain.columns):
        sheet.write_string(0, column, str(name))
    for row, values in enumerate(plain.astype(object).itertuples(index=False), start=1):
        for column, value in enumerate(values):
            _write_cell(sheet, row, column, value, day)
    book.close()


def _write_cell(sheet: Any, row: int, column: int, value: Any, day: Any) -> None:
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and value != value):
        return
    if isinstance(value, (bool, np.bool_)):
        sheet.write_boolean(row, column, bool(value))
    elif isinstance(value, (int, float, np.number)):
        sheet.write_number(row, column, float(value))
    elif isinstance(value, pd.Timestamp):
        sheet.write_datetime(row, column, value.tz_localize(None).to_pydatetime(), day)
    else:
        text = str(value)
        if len(text) > _MOST_CELL_LETTERS:
            text = f"{text[: _MOST_CELL_LETTERS - 1]}…"
        sheet.write_string(row, column, text)


def _with_wkt(frame: pd.DataFrame) -> pd.DataFrame:
    plain = pd.DataFrame(frame)
    if isinstance(frame, gpd.GeoDataFrame):
        shapes = frame.geometry.to_wkt(rounding_precision=-1)
        plain = plain.rename(columns={frame.geometry.name: "wkt"}).assign(wkt=shapes)
    return plain


def _write_csv(frame: pd.DataFrame, path: Path, _table: str) -> None:
    """Write UTF-8 with a mark (spreadsheets need it); shapes as WKT."""
    plain = _with_wkt(frame)
    texts = {name: plain[name].map(_disarm) for name in plain.columns if plain[name].dtype == object}
    plain = plain.assign(**texts)
    plain.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")


def _disarm(cell: object) -> object:
    """Keep a spreadsheet from taking a text for a formula; `delimited` takes the mark off again."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Give nullable columns the types that the drivers know."""
    nullable = {name: "object" for name, kind in frame.dtypes.items() if str(kind) == "boolean"}
    return frame.astype(nullable) if nullable else frame


_WRITERS: MappingProxyType[str, Callable[[pd.DataFrame, Path, str], None]] = MappingProxyType(
    {
        ".parquet": _write_parquet,
        ".gpkg": _write_geopackage,
        ".geojson": _write_geojson,
        ".csv": _write_csv,
        ".fgb": _write_flatgeobuf,
        ".xlsx": _write_workbook,
    }
)
