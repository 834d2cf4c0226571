"""`gridgov report`: the coverage report of a plan."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from gridgov.bootstrap import open_platform
from gridgov.cli.progress import show_progress
from gridgov.cli.screen import Screen
from gridgov.reports import ReportOptions
from gridgov.services.reporting import report_stored
from gridgov.services.rules import read_rules


class Level(StrEnum):
    """What a report is about."""

    district = "district"
    subdistrict = "subdistrict"
    community = "community"


class Language(StrEnum):
    """Language of a report."""

    zh = "zh"
    en = "en"
    both = "both"


def report(
    plan_id: Annotated[str, typer.Argument(metavar="PLAN", help="Key of the plan.")],
    out: Annotated[Path, typer.Option(help="Folder for the report.")],
    level: Annotated[Level, typer.Option(help="What the report is about.")] = Level.district,
    name: Annotated[
        str | None,
        typer.Option(help="Name of the subdistrict or community; may be left out where there is only one."),
    ] = None,
    language: Annotated[Language, typer.Option(help="Language of the report.")] = Language.both,
    everything: Annotated[
        bool, typer.Option("--everything", help="Show small counts too: for the responsible office only.")
    ] = False,
    profile: Annotated[str, typer.Option(help="Rule profile, or the path of a city's own TOML file.")] = "default",
) -> None:
    """Write the coverage report of a plan: a page with maps that need no network, a workbook and a GeoPackage."""
    options = ReportOptions(language=language.value)
    if everything:
        options = ReportOptions(language=language.value, hide_below=None)
    with open_platform() as platform, show_progress() as tell:
        made = report_stored(
            platform.engine,
            plan_id,
            out,
            level=level.value,
            name=name,
            options=options,
            rules=read_rules(profile),
            progress=tell,
        )
    console = Screen()
    for part in (made.page, made.map, made.workbook, made.package):
        if part is not None:
            console.print(str(part))
