"""A plan as a folder: one GeoParquet file a table for programs, one GeoPackage with all of them for QGIS."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio

from gridgov.core.plans import FRAMES, Plan
from gridgov.errors import NotFoundError
from gridgov.storage.together import write_together


def write_plan(plan: Plan, folder: Path) -> list[Path]:
    """Write every table of a plan; all files appear together or none does.

    Parameters
    ----------
    plan : Plan
        The plan.
    folder : pathlib.Path
        Where the files go; made when missing, same names are replaced.

    Returns
    -------
    list of pathlib.Path
        The files written: ``cells.parquet`` … ``findings.parquet`` and ``plan.gpkg``.
    """

    def write(half_made: Path) -> None:
        for name in FRAMES:
            getattr(plan, name).to_parquet(half_made / f"{name}.parquet", compression="zstd", index=False)
        _write_geopackage(plan, half_made / "plan.gpkg")

    return write_together(folder, write)


def read_plan(folder: Path) -> Plan:
    """Read a plan that `write_plan` wrote.

    Parameters
    ----------
    folder : pathlib.Path
        The plan's folder.

    Returns
    -------
    Plan
        The plan.

    Raises
    ------
    NotFoundError
        When a table is missing.
    """
    missing = [f"{name}.parquet" for name in FRAMES if not (folder / f"{name}.parquet").is_file()]
    if missing:
        raise NotFoundError(
            f"{folder} is no plan folder: {', '.join(missing)} missing. Give a folder that `gridgov divide` wrote.",
            missing=missing,
        )
    tables = {
        name: (pd.read_parquet if name == "atoms" else gpd.read_parquet)(folder / f"{name}.parquet")
        for name in FRAMES
    }
    return Plan(**tables)


def _write_geopackage(plan: Plan, path: Path) -> None:
    # the file is nobody's until it is whole and moved to its place, so the disk need not confirm each table
    pyogrio.set_gdal_config_options({"OGR_SQLITE_SYNCHRONOUS": "OFF"})
    try:
        for name in FRAMES:
            table = getattr(plan, name)
            pyogrio.write_dataframe(table, path, layer=name, driver="GPKG", append=path.exists(), use_arrow=True)
    finally:
        pyogrio.set_gdal_config_options({"OGR_SQLITE_SYNCHRONOUS": None})
