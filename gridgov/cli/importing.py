"""`gridgov import`: a file becomes a layer."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from gridgov.bootstrap import open_platform
from gridgov.cli.progress import show_progress
from gridgov.core.layers import LAYERS
from gridgov.services.findings_out import write_findings
from gridgov.services.importing import ImportReport
from gridgov.services.importing import import_layer as import_into
from gridgov.services.reading import LayerSource

LayerName = StrEnum("LayerName", {name: name for name in LAYERS})  # type: ignore[misc]
"""The layers there are."""

_SHOWN_RULES = 12


def import_layer(
    layer: Annotated[LayerName, typer.Argument(help="What the file is to become.", show_choices=True)],
    file: Annotated[
        Path,
        typer.Argument(help="GeoPackage, GeoParquet, GeoJSON, Shapefile (zip), CSV or Excel.", show_default=False),
    ],
    crs: Annotated[
        str | None,
        typer.Option("--crs", help="Datum of the coordinates: 4490, 4326, gcj02, bd09, 4547 …", show_default=False),
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option("--map", help="Mapping of columns and words, see data/README.md.", show_default=False),
    ] = None,
    table: Annotated[
        str | None, typer.Option("--table", help="Table, sheet or Shapefile within the file.", show_default=False)
    ] = None,
    swap: Annotated[bool, typer.Option("--swap", help="The file gives north (y) before east (x).")] = False,
    force_crs: Annotated[
        bool, typer.Option("--force-crs", help="--crs counts although the file says other.")
    ] = False,
    findings: Annotated[
        Path | None,
        typer.Option(
            help="Write what was found: .xlsx (rows for the sender), .gpkg, .geojson, .csv.", show_default=False
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything, store nothing.")] = False,
) -> None:
    """Import a file as a layer: the whole file or nothing; the same file again changes nothing."""
    source = LayerSource(file, crs=crs, mapping=mapping, table=table, swap=swap, force_crs=force_crs)
    with open_platform() as platform, show_progress() as tell:
        report = import_into(platform.engine, layer.value, source, dry_run=dry_run, actor="cli", progress=tell)
    if findings is not None:
        write_findings(report, findings)
    _show(report, findings)


def _show(report: ImportReport, findings: Path | None) -> None:
    console = Console(highlight=False, soft_wrap=True)
    run, merged = report.run, report.merged
    title = f"{run.layer} from {run.file_name}" + (f" ({run.crs})" if run.crs else "")
    table = Table("rows", "count", title=title, title_justify="left")
    table.columns[1].justify = "right"
    for name, count in (
        ("read", run.read),
        ("  accepted", run.accepted),
        ("    new", merged.inserted),
        ("    changed", merged.updated),
        ("    as before", merged.unchanged),
        ("  rejected", run.rejected),
        ("  duplicate", run.duplicate),
    ):
        table.add_row(name, f"{count:,}")
    console.print(table)
    rules = report.findings.groupby(["severity", "rule"], sort=False).agg(
        rows=("detail", "size"), seen=("detail", "first")
    )
    for (severity, rule), row in rules.head(_SHOWN_RULES).iterrows():
        console.print(f"[bold]{severity}[/] {rule} × {row['rows']:,}: {row['seen']}", soft_wrap=True)
    if report.estimated:
        console.print(f"{report.estimated:,} buildings have estimated households or floors, marked as such.")
    if report.relinked:
        console.print(f"{report.relinked:,} buildings got their community.")
    if run.rejected and findings is None:
        console.print("Add --findings rows.xlsx to get the rejected rows with the reasons for the sender.")
    elif findings is not None:
        console.print(f"Written to {findings}")
    if not report.stored:
        console.print("Nothing was stored (--dry-run).")
