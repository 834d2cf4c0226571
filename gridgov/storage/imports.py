"""The record of imports: which file, how many rows, and what was found."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import geopandas as gpd
import pandas as pd
from sqlalchemy import Connection, Row, select

from gridgov.errors import NotFoundError
from gridgov.storage.frames import read_frame, write_frame
from gridgov.storage.tables import import_finding, import_run


@dataclass(frozen=True)
class ImportRun:
    """One import: read = accepted + rejected + duplicate, always."""

    import_id: UUID
    layer: str
    file_name: str
    sha256: str
    crs: str | None
    read: int
    accepted: int
    rejected: int
    duplicate: int
    at: datetime


def write_import(connection: Connection, run: ImportRun, findings: gpd.GeoDataFrame | None = None) -> None:
    """Write the record of an import and what was found in it.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        The database; the caller commits.
    run : ImportRun
        The import.
    findings : geopandas.GeoDataFrame, optional
        Findings table, see `gridgov.core.findings`.

    Raises
    ------
    InputError
        When the counts do not add up.
    """
    write_frame(connection, import_run, pd.DataFrame([asdict(run)]))
    if findings is not None and len(findings):
        write_frame(connection, import_finding, findings.assign(import_id=str(run.import_id)))


def list_imports(connection: Connection, layer: str | None = None, limit: int = 100) -> list[ImportRun]:
    """List imports, the newest first.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        The database.
    layer : str, optional
        Only of this layer.
    limit : int
        Most imports to list.

    Returns
    -------
    list of ImportRun
        The imports.
    """
    query = select(import_run).order_by(import_run.c.at.desc(), import_run.c.import_id).limit(limit)
    if layer is not None:
        query = query.where(import_run.c.layer == layer)
    return [_run(row) for row in connection.execute(query)]


def read_import(connection: Connection, import_id: UUID) -> tuple[ImportRun, gpd.GeoDataFrame]:
    """Read one import and its findings.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        The database.
    import_id : uuid.UUID
        Key of the import.

    Returns
    -------
    tuple of ImportRun and geopandas.GeoDataFrame
        The import, and its findings in the order they were written, in EPSG:4490.

    Raises
    ------
    NotFoundError
        When there is no such import.
    """
    row = connection.execute(select(import_run).where(import_run.c.import_id == import_id)).first()
    if row is None:
        raise NotFoundError(f"There is no import {import_id}.", import_id=str(import_id))
    hidden = ("import_id", "import_finding_id")
    columns = [column for column in import_finding.columns if column.name not in hidden]
    query = select(*columns).where(import_finding.c.import_id == import_id)
    return _run(row), read_frame(connection, query.order_by(import_finding.c.import_finding_id))


def _run(row: Row[Any]) -> ImportRun:
    return ImportRun(**row._mapping)
