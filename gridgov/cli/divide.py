"""`gridgov divide`: the main job on files, with no database."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from gridgov.cli.language import say, translate
from gridgov.cli.progress import show_progress
from gridgov.cli.screen import Screen, make_table
from gridgov.cli.sources import ForceCrs, Swap, show_findings
from gridgov.services.dividing_files import divide_files
from gridgov.services.reading import LayerSource
from gridgov.services.rules import read_rules


class Effort(StrEnum):
    """How long to search."""

    default = "default"
    quality = "quality"


def divide(
    communities: Annotated[Path, typer.Option(help="Community polygons with community_id and name.")],
    out: Annotated[Path, typer.Option(help="Folder for the plan; made when missing.")],
    buildings: Annotated[
        Path | None, typer.Option(help="Footprints; households, floors, units, use where known.")
    ] = None,
    barriers: Annotated[Path | None, typer.Option(help="Lines with kind hard, soft or minor.")] = None,
    compounds: Annotated[Path | None, typer.Option(help="Walled estates and special areas.")] = None,
    target: Annotated[int | None, typer.Option(min=1, help="Households of a cluster; the profile's (50).")] = None,
    least: Annotated[int | None, typer.Option("--min", min=0, help="Smallest cluster; the profile's (35).")] = None,
    most: Annotated[int | None, typer.Option("--max", min=1, help="Largest cluster; the profile's (65).")] = None,
    profile: Annotated[str, typer.Option(help="Rule profile, or the path of a city's own TOML file.")] = "default",
    effort: Annotated[Effort, typer.Option(help="How long to search for better clusters.")] = Effort.default,
    seed: Annotated[int, typer.Option(help="Same files and seed, same plan.")] = 0,
    crs: Annotated[
        str | None, typer.Option(help="CRS of files that do not say it: EPSG:4490, gcj02, bd09, EPSG:4547 …")
    ] = None,
    maps: Annotated[
        list[str] | None,
        typer.Option("--map", help="LAYER=mapping.toml: how the columns of a file are to be read. May be repeated."),
    ] = None,
    swap: Swap = None,
    force_crs: ForceCrs = False,
) -> None:
    """Divide communities into clusters, sections and grids, from files to files.

    Writes cells, atoms, clusters, sections, grids and findings as GeoParquet, and plan.gpkg with all of them.
    """
    files = {"buildings": buildings, "communities": communities, "barriers": barriers, "compounds": compounds}
    sources = make_sources(files, crs, maps, swap, force_crs)
    rules = read_rules(profile, target=target, least=least, most=most)
    with show_progress() as tell:
        made = divide_files(sources, out, rules=rules, effort=effort.value, seed=seed, progress=tell)
    console = Screen()
    table = make_table(say("measure"), say("value"), title=say("Plan"))
    for name, value in made.summary.items():
        table.add_row(translate(name), translate(value))
    console.print(table)
    if len(made.plan.findings):
        console.print(say("{count:,} findings, see findings.parquet:", count=len(made.plan.findings)))
        show_findings(console, made.plan.findings)
    console.print(say("Written to {out}: plan.gpkg opens in QGIS.", out=out))


def make_sources(
    files: dict[str, Path | None],
    crs: str | None,
    maps: list[str] | None,
    swap: list[str] | None = None,
    force_crs: bool = False,
) -> dict[str, LayerSource]:
    """Join the files given with their `LAYER=FILE` mappings.

    Parameters
    ----------
    files : dict of str to pathlib.Path or None
        File of each layer, None where not given.
    crs : str or None
        Declared CRS.
    maps : list of str or None
        What `--map` was given.
    swap : list of str or None
        Layers whose file gives north before east.
    force_crs : bool
        Whether `crs` counts although a file says something else.

    Returns
    -------
    dict of str to LayerSource
        Layers that were given.
    """
    pairs = [option.partition("=") for option in maps or []]
    wrong = [name + sign + file for name, sign, file in pairs if not (file and name in files)]
    if wrong:
        example = "buildings=data/mappings/sz_buildings_osm.toml"
        raise typer.BadParameter(f"{wrong[0]!r} is not LAYER=FILE with a layer of {', '.join(files)}, e.g. {example}")
    lost = [name for name in swap or [] if files.get(name) is None]
    if lost:
        given = ", ".join(name for name, path in files.items() if path is not None)
        raise typer.BadParameter(f"--swap {lost[0]}: no such layer is given; given are {given}")
    mappings = {name: Path(file) for name, _, file in pairs}
    return {
        name: LayerSource(path, crs=crs, mapping=mappings.get(name), swap=name in (swap or []), force_crs=force_crs)
        for name, path in files.items()
        if path is not None
    }
