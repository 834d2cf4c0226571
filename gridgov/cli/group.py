"""`gridgov group`: groups of any scheme of the rule profile, on files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gridgov.cli.divide import Effort, make_sources
from gridgov.cli.language import say
from gridgov.cli.progress import show_progress
from gridgov.cli.screen import Screen
from gridgov.cli.sources import ForceCrs, Swap, show_findings
from gridgov.services.grouping_files import RENTALS, Wishes, group_files
from gridgov.services.rules import read_rules


def group(
    scheme: Annotated[str, typer.Argument(help="A scheme of the profile, e.g. grid, manager_buildings.")],
    buildings: Annotated[Path, typer.Option(help="Footprints; households, floors, units, use where known.")],
    communities: Annotated[Path, typer.Option(help="Community polygons with community_id and name.")],
    out: Annotated[Path, typer.Option(help="GeoPackage for the groups and the findings.")],
    barriers: Annotated[Path | None, typer.Option(help="Lines with kind hard, soft or minor.")] = None,
    compounds: Annotated[Path | None, typer.Option(help="Walled estates and special areas.")] = None,
    rentals: Annotated[Path | None, typer.Option(help="Rental houses: rooms by building_id.")] = None,
    count: Annotated[int | None, typer.Option(min=1, help="Number of groups made of what is not locked.")] = None,
    lock: Annotated[Path | None, typer.Option(help="Polygons with a column 'id': groups that stay.")] = None,
    around: Annotated[
        list[str] | None, typer.Option(help="Building that a group is formed around; may be repeated.")
    ] = None,
    not_around: Annotated[
        list[str] | None, typer.Option(help="Building that no group is formed around; may be repeated.")
    ] = None,
    profile: Annotated[str, typer.Option(help="Rule profile, or the path of a city's own TOML file.")] = "default",
    effort: Annotated[Effort, typer.Option(help="How long to search for better groups.")] = Effort.default,
    seed: Annotated[int, typer.Option(help="Same files and seed, same groups.")] = 0,
    crs: Annotated[str | None, typer.Option(help="CRS of files that do not say it.")] = None,
    maps: Annotated[list[str] | None, typer.Option("--map", help="LAYER=mapping.toml; may be repeated.")] = None,
    swap: Swap = None,
    force_crs: ForceCrs = False,
) -> None:
    """Make groups of any kind: what they count, how large they are and what is not cut is a scheme of the profile."""
    files = {"buildings": buildings, "communities": communities, "barriers": barriers, "compounds": compounds}
    files[RENTALS] = rentals
    wishes = Wishes(count, lock, tuple(around or ()), tuple(not_around or ()))
    with show_progress() as tell:
        groups, findings = group_files(
            scheme,
            make_sources(files, crs, maps, swap, force_crs),
            out,
            rules=read_rules(profile),
            wishes=wishes,
            effort=effort.value,
            seed=seed,
            progress=tell,
        )
    console = Screen()
    size = groups.loc[groups["size"] > 0, "size"]
    if len(size):
        facts = {"count": len(size), "least": size.min(), "most": size.max(), "median": size.median()}
        console.print(say("{count:,} groups of {least:,} to {most:,}, median {median:,.0f}.", **facts))
    show_findings(console, findings)
    console.print(say("Written to {out}.", out=out))
