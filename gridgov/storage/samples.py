"""Layers as a folder: one GeoParquet file each and one GeoPackage with all, the same bytes for the same tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio

from gridgov.storage.together import write_together

GEOPACKAGE = "district.gpkg"
STAMP = "2026-01-01T00:00:00.000Z"
"""Written as the day of change of every GeoPackage layer, so that equal layers give equal files."""


def write_layers(layers: Mapping[str, pd.DataFrame], folder: Path, geopackage: str = GEOPACKAGE) -> list[Path]:
    """Write layers; all files appear together or none does.

    Parameters
    ----------
    layers : mapping of str to DataFrame or GeoDataFrame
        Tables by name.
    folder : pathlib.Path
        Where the files go; made when missing, same names are replaced.
    geopackage : str
        Name of the file that holds all layers.

    Returns
    -------
    list of pathlib.Path
        The files written, by name.
    """

    def write(half_made: Path) -> None:
        for name, layer in layers.items():
            layer.to_parquet(half_made / f"{name}.parquet", compression="zstd", index=False)
        with _fixed_stamp():
            for name, layer in layers.items():
                _add_to_geopackage(layer, half_made / geopackage, name)

    return write_together(folder, write)


def _add_to_geopackage(layer: pd.DataFrame, path: Path, name: str) -> None:
    kind = "Unknown" if isinstance(layer, gpd.GeoDataFrame) and layer.geom_type.nunique() > 1 else None
    pyogrio.write_dataframe(layer, path, layer=name, driver="GPKG", append=path.exists(), geometry_type=kind)


@contextmanager
def _fixed_stamp() -> Iterator[None]:
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": STAMP})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})
