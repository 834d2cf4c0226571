"""`gridgov sample`: a made-up district as files."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from gridgov.cli.language import say
from gridgov.cli.screen import Screen, make_table
from gridgov.services.sampling import make_sample


class Counts(StrEnum):
    """How many buildings carry their number of households."""

    all = "all"
    some = "some"
    none = "none"


def sample(
    out: Annotated[Path, typer.Option("--out", help="Folder for the layers; made when missing.")],
    households: Annotated[int, typer.Option("--households", min=200, help="Exact number of households.")] = 20_000,
    seed: Annotated[int, typer.Option("--seed", help="Same seed, same bytes.")] = 0,
    counts: Annotated[
        Counts, typer.Option("--counts", help="Give the number of households on all buildings, on some or on none.")
    ] = Counts.all,
) -> None:
    """Make a believable district with all its layers, as GeoParquet and GeoPackage.

    Parameters
    ----------
    out : pathlib.Path
        Folder for the layers.
    households : int
        Exact number of households.
    seed : int
        Same seed, same bytes.
    counts : Counts
        On how many buildings the number of households is given.
    """
    rows = make_sample(households, seed, out, counts.value)
    table = make_table(say("layer"), say("rows"), title=say("Sample district, seed {seed}", seed=seed))
    for name, count in rows.items():
        table.add_row(name, f"{count:,}")
    console = Screen()
    console.print(table)
    console.print(say("Written to {out}.", out=out))
