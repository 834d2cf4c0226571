"""`gridgov import`: a file becomes a layer."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from gridgov.bootstrap import open_platform
from gridgov.cli.language import say, say_detail, say_rule, translate
from gridgov.cli.progress import show_progress
from gridgov.cli.screen import Screen, make_table, mark
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
    console = Screen()
    run, merged = report.run, report.merged
    title = say("{layer} from the file {file}", layer=run.layer, file=run.file_name) + (
        f" ({run.crs})" if run.crs else ""
    )
    table = make_table(say("rows"), say("count"), title=title, right=[1])
    for name, count in (
        (say("read"), run.read),
        ("  " + say("accepted"), run.accepted),
        ("    " + say("new"), merged.inserted),
        ("    " + say("changed"), merged.updated),
        ("    " + say("as before"), merged.unchanged),
        ("  " + say("rejected"), run.rejected),
        ("  " + say("duplicate"), run.duplicate),
    ):
        table.add_row(name, f"{count:,}")
    console.print(table)
    rules = report.findings.groupby(["severity", "rule"], sort=False).agg(
        rows=("detail", "size"), seen=("detail", "first")
    )
    for (severity, rule), row in rules.head(_SHOWN_RULES).iterrows():
        seen = f"{say_rule(rule)} × {row['rows']:,}: {say_detail(row['seen'])}"
        console.print(mark(translate(severity), "bold"), seen)
    if report.estimated:
        said = say("{count:,} buildings have estimated households or floors, marked as such.", count=report.estimated)
        console.print(said)
    if report.relinked:
        console.print(say("{count:,} buildings got their community.", count=report.relinked))
    if run.rejected and findings is None:
        console.print(say("Add --findings rows.xlsx to get the rejected rows with the reasons for the sender."))
    elif findings is not None:
        console.print(say("Written to {out}.", out=findings))
    if not report.stored:
        console.print(say("Nothing was stored (--dry-run)."))
