"""Import a file as a layer: the whole file in one transaction, and the same file again changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

import geopandas as gpd
from sqlalchemy import Connection, Engine

from gridgov.core.crs import STORED_CRS
from gridgov.core.households import EstimationRules
from gridgov.core.tidying import TidyResult
from gridgov.services.estimating import estimate_stored
from gridgov.services.linking import link_rows, relink_buildings
from gridgov.services.reading import LayerSource, ReadLayer, read_layer
from gridgov.services.rules import read_rules
from gridgov.storage.audit import write_audit
from gridgov.storage.frames import Merged
from gridgov.storage.imports import ImportRun, write_import
from gridgov.storage.layers import write_layer

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class ImportReport:
    """What an import did. Always ``read == accepted + rejected + duplicate``."""

    run: ImportRun
    tidy: TidyResult
    merged: Merged
    """Rows inserted, updated, unchanged."""
    approximate: bool
    """Whether the coordinates were converted from GCJ-02 or BD-09."""
    stored: bool
    """False after a dry run."""
    relinked: int = 0
    """Stored buildings that got another community because communities were imported."""
    estimated: int = 0
    """Stored buildings whose households or floors were estimated because buildings were imported."""

    @property
    def findings(self) -> gpd.GeoDataFrame:
        """What was found, in EPSG:4490."""
        return self.tidy.findings


def import_layer(
    engine: Engine,
    layer: str,
    source: LayerSource,
    *,
    dry_run: bool = False,
    actor: str = "gridgov",
    at: datetime | None = None,
    rules: EstimationRules | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Read a file, tidy it, join it to what is stored and merge it, all or nothing.

    Rows are merged by key: new ones inserted, changed ones updated, equal ones left alone. Columns that the file has
    not keep what is stored. The import, its findings and an audit row are written in the same transaction.

    Parameters
    ----------
    engine : sqlalchemy.Engine
        The database.
    layer : str
        Name of the layer.
    source : LayerSource
        The file and how it is to be read.
    dry_run : bool
        Whether to take everything back at the end.
    actor : str
        Who imports, for the audit.
    at : datetime.datetime, optional
        When; now by default.
    rules : EstimationRules, optional
        How missing households of buildings are estimated; those of the default profile unless given.
    progress : callable, optional
        Told the step and the share of it done.

    Returns
    -------
    ImportReport
        Counts, findings and the rows with a fault.

    Raises
    ------
    InputError
        When the file is refused as a whole; nothing is stored then.
    NotFoundError
        When the layer or the file is not there.
    """
    tell = progress or (lambda step, share: None)
    tell("read", 0.0)
    read = read_layer(source, layer)
    with engine.connect() as connection, connection.begin() as transaction:
        tell("Joining to what is stored", 0.0)
        tidy = link_rows(connection, read.layer.name, read.tidy)
        tell("save", 0.0)
        merged = write_layer(connection, read.layer.name, tidy.accepted) if len(tidy.accepted) else Merged(0, 0, 0)
        changed = merged.inserted + merged.updated
        relinked = relink_buildings(connection) if layer == "communities" and changed else 0
        estimated = _estimate(connection, rules, tell) if layer == "buildings" and changed else 0
        run = _make_run(read, tidy, at or datetime.now(UTC))
        _record(connection, run, tidy, merged, actor)
        if dry_run:
            transaction.rollback()
    tell("save", 1.0)
    approximate = read.declared is not None and read.declared.approximate
    return ImportReport(run, tidy, merged, approximate, not dry_run, relinked, estimated)


def _estimate(connection: Connection, rules: EstimationRules | None, tell: Progress) -> int:
    tell("Estimating missing households", 0.0)
    return estimate_stored(connection, rules or read_rules().plan.estimation)


def _make_run(read: ReadLayer, tidy: TidyResult, at: datetime) -> ImportRun:
    return ImportRun(
        import_id=uuid4(),
        layer=read.layer.name,
        file_name=read.file_name,
        sha256=read.sha256,
        crs=None if read.declared is None else read.declared.name,
        read=tidy.read,
        accepted=tidy.accepted_count,
        rejected=tidy.rejected,
        duplicate=tidy.duplicate,
        at=at,
    )


def _record(connection: Connection, run: ImportRun, tidy: TidyResult, merged: Merged, actor: str) -> None:
    findings = tidy.findings
    if findings.crs is None:
        findings = findings.set_crs(STORED_CRS)
    write_import(connection, run, findings)
    facts = {
        "import_id": str(run.import_id),
        "file_name": run.file_name,
        "sha256": run.sha256,
        "read": run.read,
        "accepted": run.accepted,
        "rejected": run.rejected,
        "duplicate": run.duplicate,
        "inserted": merged.inserted,
        "updated": merged.updated,
        "unchanged": merged.unchanged,
    }
    write_audit(connection, actor, "import", f"layer:{run.layer}", facts)
