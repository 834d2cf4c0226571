"""One door for every format: a file in, a table out with what the file says of itself."""

from __future__ import annotations

import re
import warnings
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow
import pyarrow.parquet
import pyogrio
import pyproj

from gridgov.core.layers import Layer, get_layer
from gridgov.errors import InputError
from gridgov.storage.files.delimited import read_delimited
from gridgov.storage.files.encodings import decode_text
from gridgov.storage.files.guard import require_readable
from gridgov.storage.files.layer_file import LayerFile
from gridgov.storage.files.places import make_places
from gridgov.storage.files.shapefiles import read_shapefile
from gridgov.storage.files.systems import clean_crs
from gridgov.storage.files.workbooks import read_workbook

_STATED = re.compile(r'"crs"\s*:\s*[{"]')
_ENDS = 4096


def read_layer_file(
    path: Path | str,
    layer: Layer | str | None = None,
    *,
    table: str | None = None,
    names: frozenset[str] = frozenset(),
) -> LayerFile:
    """Read a file of any known format as it was sent.

    Nothing is judged or converted yet: coordinates, column names and cells are those of the file. What could harm
    (other places than this disk, archives that escape or explode, disguised formats) is refused before it is parsed.

    Parameters
    ----------
    path : pathlib.Path or str
        GeoPackage, GeoParquet or Parquet, GeoJSON, Shapefile (zip), CSV or Excel.
    layer : Layer or str, optional
        What it is to become; helps to find the header row of a sheet and the table of a GeoPackage.
    table : str, optional
        Table of a GeoPackage, sheet of a workbook, Shapefile of an archive.
    names : frozenset of str
        Further column names that a header row may hold (those of the mapping).

    Returns
    -------
    LayerFile
        The rows; the index `row` numbers them as a person would in the file.

    Raises
    ------
    InputError
        When the file is refused or cannot be read.
    NotFoundError
        When there is no such file.
    """
    kind = require_readable(path)
    file, target = Path(path), get_layer(layer) if isinstance(layer, str) else layer
    if kind == "CSV":
        return read_delimited(file, target, names)
    if kind == "Excel":
        return read_workbook(file, table, target, names)
    if kind == "Shapefile":
        return _number(read_shapefile(file, table))
    try:
        if kind == "GeoParquet":
            return _number(_read_parquet(file))
        if kind == "GeoPackage":
            return _number(_read_geopackage(file, table, target))
        return _number(_read_geojson(file))
    except InputError:
        raise
    except (
        pyarrow.ArrowException,
        pyogrio.errors.DataSourceError,
        ValueError,
        TypeError,
        KeyError,
        OSError,
    ) as cause:
        raise InputError(f"{file.name} cannot be read as {kind}: {cause}", path=str(file)) from cause


def _number(read: LayerFile) -> LayerFile:
    read.frame.index = pd.RangeIndex(1, len(read.frame) + 1, name="row")
    return read


def _read_parquet(file: Path) -> LayerFile:
    metadata = pyarrow.parquet.read_schema(file).metadata or {}
    if b"geo" not in metadata:
        frame = pyarrow.parquet.read_table(file).to_pandas(integer_object_nulls=True)
        places, faults = make_places(frame.reset_index(drop=True))
        return LayerFile(places, "GeoParquet", faults=faults)
    frame = gpd.read_parquet(file, to_pandas_kwargs={"integer_object_nulls": True}).reset_index(drop=True)
    return LayerFile(_unlabel(frame), "GeoParquet", clean_crs(frame.crs))


def _read_geopackage(file: Path, table: str | None, layer: Layer | None) -> LayerFile:
    tables = [str(name) for name in pyogrio.list_layers(file)[:, 0]]
    chosen = table or (layer.name if layer is not None and layer.name in tables else None)
    if chosen is None and len(tables) != 1:
        raise InputError(f"{file.name} holds the tables {', '.join(tables) or '(none)'}. Choose one with --table.")
    if chosen is not None and chosen not in tables:
        raise InputError(f"{file.name} has no table {chosen!r}; it has {', '.join(tables)}.", path=str(file))
    frame = _read_vector(file, chosen or tables[0])
    if not isinstance(frame, gpd.GeoDataFrame):
        places, faults = make_places(frame)
        return LayerFile(places, "GeoPackage", faults=faults)
    return LayerFile(_unlabel(frame), "GeoPackage", clean_crs(frame.crs))


def _read_geojson(file: Path) -> LayerFile:
    data = file.read_bytes()
    text, encoding = decode_text(data, file.name)
    stated = _STATED.search(text[:_ENDS]) or _STATED.search(text[-_ENDS:])
    frame = _read_vector(data if encoding == "utf-8" else text.encode("utf-8"), None)
    if not isinstance(frame, gpd.GeoDataFrame):
        raise InputError(f"{file.name} holds no features with shapes.", path=str(file))
    crs = clean_crs(frame.crs) if stated else None
    return LayerFile(_unlabel(frame), "GeoJSON", crs, pyproj.CRS.from_epsg(4326), encoding)


def _read_vector(source: Path | bytes, table: str | None) -> pd.DataFrame:
    with warnings.catch_warnings():
        # a column of texts and numbers is read as text, which is what is wanted
        warnings.filterwarnings("ignore", "Could not parse column", UserWarning)
        return pyogrio.read_dataframe(
            source,
            layer=table,
            use_arrow=True,
            arrow_to_pandas_kwargs={"integer_object_nulls": True},
        )


def _unlabel(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Take the label off: what the coordinates are is decided together with the caller's declaration."""
    bare = frame if frame.geometry.name == "geometry" else frame.rename_geometry("geometry")
    return bare.set_crs(None, allow_override=True)
