"""`gridgov revise` and `gridgov adopt`: from a plan to the nearest plan that fits the district."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from gridgov.cli.divide import make_sources
from gridgov.cli.language import say, translate
from gridgov.cli.progress import show_progress
from gridgov.cli.screen import Screen, make_table
from gridgov.cli.sources import ForceCrs, Swap, show_findings
from gridgov.core.revision import Revision
from gridgov.services.revising_files import adopt_files, revise_files
from gridgov.services.rules import read_rules

Buildings = Annotated[Path, typer.Option(help="Footprints as they are now.")]
Communities = Annotated[Path, typer.Option(help="Community polygons as they are now.")]
Barriers = Annotated[Path | None, typer.Option(help="Lines with kind hard, soft or minor.")]
Compounds = Annotated[Path | None, typer.Option(help="Walled estates and special areas.")]
Out = Annotated[Path, typer.Option(help="Folder for the new plan, steps.json and moved.xlsx.")]
ProfileName = Annotated[str, typer.Option(help="Rule profile, or the path of a city's own TOML file.")]
Seed = Annotated[int, typer.Option(help="For dividing what is new.")]
Crs = Annotated[str | None, typer.Option(help="CRS of files that do not say it.")]
Maps = Annotated[list[str] | None, typer.Option("--map", help="LAYER=mapping.toml; may be repeated.")]


class Mend(StrEnum):
    """How far an adopted plan is mended."""

    contiguity = "contiguity"
    allowed = "allowed"
    preferred = "preferred"


def revise(
    plan: Annotated[Path, typer.Argument(help="Folder of the earlier plan.")],
    buildings: Buildings,
    communities: Communities,
    out: Out,
    barriers: Barriers = None,
    compounds: Compounds = None,
    lock: Annotated[list[str] | None, typer.Option(help="Cluster that may not change; may be repeated.")] = None,
    move: Annotated[
        list[str] | None, typer.Option(help="BUILDING=CLUSTER: put a building into a cluster; may be repeated.")
    ] = None,
    profile: ProfileName = "default",
    seed: Seed = 0,
    crs: Crs = None,
    maps: Maps = None,
    swap: Swap = None,
    force_crs: ForceCrs = False,
) -> None:
    """Revise a plan after buildings, communities or barriers changed: the fewest households change their cluster."""
    files = {"buildings": buildings, "communities": communities, "barriers": barriers, "compounds": compounds}
    with show_progress() as tell:
        made = revise_files(
            plan,
            make_sources(files, crs, maps, swap, force_crs),
            out,
            locked=lock or [],
            moves=read_moves(move or []),
            rules=read_rules(profile),
            seed=seed,
            progress=tell,
        )
    show_revision(made)
    console = Screen()
    console.print(say("Written to {out}: moved.xlsx says who moved and why, steps.json holds every step.", out=out))


def adopt(
    polygons: Annotated[Path, typer.Argument(help="Clusters drawn elsewhere: polygons with a column 'id'.")],
    buildings: Buildings,
    communities: Communities,
    out: Out,
    barriers: Barriers = None,
    compounds: Compounds = None,
    mend: Annotated[Mend, typer.Option(help="Mend contiguity only, or sizes to the allowed or preferred range.")] = (
        Mend.allowed
    ),
    profile: ProfileName = "default",
    seed: Seed = 0,
    crs: Crs = None,
    maps: Maps = None,
    swap: Swap = None,
    force_crs: ForceCrs = False,
) -> None:
    """Make a plan from clusters drawn elsewhere, mended as far as wanted; cluster ids are kept."""
    files = {"buildings": buildings, "communities": communities, "barriers": barriers, "compounds": compounds}
    with show_progress() as tell:
        made = adopt_files(
            polygons,
            make_sources(files, crs, maps, swap, force_crs),
            out,
            mend=mend.value,
            rules=read_rules(profile),
            seed=seed,
            progress=tell,
        )
    show_revision(made)
    console = Screen()
    console.print(say("Written to {out}: moved.xlsx says who moved and why, steps.json holds every step.", out=out))


def read_moves(options: list[str]) -> dict[str, str]:
    """Read what was dragged by hand.

    Parameters
    ----------
    options : list of str
        `BUILDING=CLUSTER` each.

    Returns
    -------
    dict of str to str
        Cluster by building.
    """
    pairs = [option.partition("=") for option in options]
    wrong = [thing + sign + cluster for thing, sign, cluster in pairs if not (thing and cluster)]
    if wrong:
        raise typer.BadParameter(f"{wrong[0]!r} is not BUILDING=CLUSTER, e.g. B0012=C0003-L004")
    return {thing: cluster for thing, _, cluster in pairs}


def show_revision(made: Revision) -> None:
    """Show what a revision kept, who moved and why, and what was found.

    Parameters
    ----------
    made : Revision
        What was made.
    """
    console = Screen()
    table = make_table(say("measure"), say("value"), title=say("Revision"))
    for name, value in made.summary.items():
        table.add_row(translate(name.replace("_", " ")), f"{value:.2%}" if name.endswith("ratio") else f"{value:,}")
    console.print(table)
    if len(made.moved):
        # "to mend the size of C1-L007" and its like are one reason
        reason = made.moved["why"].str.replace(r" of \S+$", " of a cluster", regex=True)
        reasons = made.moved.groupby(reason)["households"].sum().sort_values(ascending=False)
        for why, households in reasons.items():
            console.print(
                "  " + say("{households:,} households: {why}", households=households, why=translate(str(why)))
            )
    show_findings(console, made.plan.findings)
