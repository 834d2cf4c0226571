"""Hand back what an import found."""

from __future__ import annotations

from pathlib import Path

from gridgov.services.importing import ImportReport
from gridgov.storage.files import write_fault_workbook, write_layer_file


def write_findings(report: ImportReport, path: Path) -> Path:
    """Write the findings of an import: a workbook of the rows for their sender, or a layer of findings for a map.

    Parameters
    ----------
    report : ImportReport
        What the import did.
    path : pathlib.Path
        ``.xlsx`` for the rows with the reasons; ``.gpkg``, ``.parquet``, ``.geojson`` or ``.csv`` for the findings.

    Returns
    -------
    pathlib.Path
        `path`.

    Raises
    ------
    InputError
        When the end names no format that is written.
    """
    if path.suffix.lower() == ".xlsx":
        return write_fault_workbook(report.tidy, path)
    return write_layer_file(report.findings, path, "findings")
