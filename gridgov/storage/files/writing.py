"""Layers as files: whole or not at all, and the same bytes for the same rows."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

import geopandas as gpd
import pandas as pd
import pyogrio

from gridgov.errors import InputError

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""Beginnings of a text that a spreadsheet evaluates."""

_NO_CLOCK = "2000-01-01T00:00:00.000Z"
"""Written where GeoPackage wants the time of the last change, so that the same rows give the same bytes."""


def write_layer_file(frame: pd.DataFrame, path: Path, table: str | None = None) -> Path:
    """Write a layer as GeoParquet, GeoPackage, GeoJSON or CSV; the old file stays until the new one is whole.

    Parameters
    ----------
    frame : pandas.DataFrame or geopandas.GeoDataFrame
        The rows; the index is not written.
    path : pathlib.Path
        The file; its end names the format: ``.parquet``, ``.gpkg``, ``.geojson`` (always WGS 84), ``.csv``.
    table : str, optional
        Name of the table in a GeoPackage; else the file's name.

    Returns
    -------
    pathlib.Path
        `path`.

    Raises
    ------
    InputError
        When the end names no format that is written.
    """
    return write_layers_file({table or path.stem: frame}, path)


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
    frame.to_parquet(path, compression="zstd", index=False)


def _write_geopackage(frame: pd.DataFrame, path: Path, table: str) -> None:
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _NO_CLOCK})
    try:
        pyogrio.write_dataframe(_plain(frame), path, layer=table, driver="GPKG", append=path.exists())
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def _write_geojson(frame: pd.DataFrame, path: Path, _table: str) -> None:
    if not isinstance(frame, gpd.GeoDataFrame):
        raise InputError(f"{path.name}: a table without shapes cannot be GeoJSON.", path=str(path))
    options = {"RFC7946": "YES", "COORDINATE_PRECISION": "9", "WRITE_NAME": "NO"}
    world = frame if frame.crs is None else frame.to_crs(4326)
    pyogrio.write_dataframe(_plain(world), path, driver="GeoJSON", layer_options=options)


def _write_csv(frame: pd.DataFrame, path: Path, _table: str) -> None:
    """Write UTF-8 with a mark (spreadsheets need it); shapes as WKT."""
    plain = pd.DataFrame(frame)
    if isinstance(frame, gpd.GeoDataFrame):
        shapes = frame.geometry.to_wkt(rounding_precision=-1)
        plain = plain.rename(columns={frame.geometry.name: "wkt"}).assign(wkt=shapes)
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
    }
)
