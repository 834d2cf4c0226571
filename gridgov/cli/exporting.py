"""`gridgov export`: a layer becomes a file."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from gridgov.bootstrap import open_platform
from gridgov.cli.language import say
from gridgov.cli.screen import Screen
from gridgov.services.features.downloading import FORMATS
from gridgov.services.features.exporting import export_layer

Format = StrEnum("Format", {name: name for name in FORMATS})  # type: ignore[misc]
"""Formats by the end of the file's name."""


def export(
    layer: Annotated[str, typer.Argument(help="Collection, e.g. buildings, clusters; docs/standards.md lists them.")],
    out: Annotated[Path, typer.Option("--out", help="The file.", show_default=False)],
    kind: Annotated[
        Format | None, typer.Option("--format", help="Format; the end of the file's name by default.")
    ] = None,
    condition: Annotated[
        str | None, typer.Option("--filter", help="CQL2 text, e.g. \"floors >= 7 AND use = 'residential'\".")
    ] = None,
    bbox: Annotated[str | None, typer.Option(help="West, south, east, north in degrees, with commas.")] = None,
    properties: Annotated[str | None, typer.Option(help="Columns, with commas; all by default.")] = None,
    plan: Annotated[str | None, typer.Option(help="Plan of clusters, sections, grids; the one in force.")] = None,
    reason: Annotated[
        str | None, typer.Option(help="What the copy is for; must be given for layers about people.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file of that name.")] = False,
) -> None:
    """Write a layer, or what of it matches, into a file: whole or not at all."""
    asked = {"filter": condition, "bbox": bbox, "properties": properties, "plan": plan}
    with open_platform() as platform:
        made = export_layer(
            platform.engine,
            layer,
            out,
            ending=None if kind is None else kind.value,
            asked={name: value for name, value in asked.items() if value is not None},
            reason=reason,
            force=force,
        )
    console = Screen()
    console.print(say("{rows:,} rows of {layer} written to {path}", rows=made.rows, layer=layer, path=made.path))
    if made.expires_on is not None:
        console.print(say("It holds rows about people: delete it by {day}.", day=made.expires_on))
