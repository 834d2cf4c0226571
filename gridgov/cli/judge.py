"""`gridgov judge`: how good a plan is, whoever made it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gridgov.cli.divide import make_sources
from gridgov.cli.language import is_chinese, say
from gridgov.cli.screen import Screen, make_table, mark
from gridgov.cli.sources import ForceCrs, Swap, show_findings
from gridgov.reports.words import Speaker
from gridgov.services.judging import judge_files
from gridgov.services.rules import read_rules


def judge(
    plan: Annotated[Path, typer.Argument(help="Folder of a plan, or a file of polygons with a column 'id'.")],
    buildings: Annotated[Path, typer.Option(help="Footprints with households.")],
    communities: Annotated[Path, typer.Option(help="Community polygons.")],
    barriers: Annotated[Path | None, typer.Option(help="Lines with kind hard, soft or minor.")] = None,
    profile: Annotated[str, typer.Option(help="Rule profile, or the path of a city's own TOML file.")] = "default",
    crs: Annotated[str | None, typer.Option(help="CRS of files that do not say it.")] = None,
    maps: Annotated[list[str] | None, typer.Option("--map", help="LAYER=mapping.toml; may be repeated.")] = None,
    swap: Swap = None,
    force_crs: ForceCrs = False,
) -> None:
    """Measure a plan: sizes, contiguity, tiling, compactness, sections; ours or an imported one."""
    files = {"buildings": buildings, "communities": communities, "barriers": barriers}
    measures, problems = judge_files(plan, make_sources(files, crs, maps, swap, force_crs), rules=read_rules(profile))
    console = Screen()
    table = make_table(say("measure"), say("value"), say("unit"), say("bar"), "")
    for row in measures.itertuples():
        verdict = {True: mark(say("holds"), "green"), False: mark(say("fails"), "red")}.get(row.holds, "")
        table.add_row(_name(row.measure), _value(row.value), _name(row.unit), str(row.bar or ""), verdict)
    console.print(table)
    show_findings(console, problems)


def _value(value: object) -> str:
    """Write a value with no more digits than mean something."""
    return f"{value:.1e}" if isinstance(value, float) and 0 < abs(value) < 1e-3 else str(value)


def _name(word: str) -> str:
    """Name a measure or what it is counted in, as the reports do."""
    return Speaker("zh").label(word) if is_chinese() else word
