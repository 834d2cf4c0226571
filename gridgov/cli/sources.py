"""What the commands on files have in common: how a layer is read, and how what was found is shown."""

from __future__ import annotations

from typing import Annotated

import pandas as pd
import typer

from gridgov.cli.language import say_rule
from gridgov.cli.screen import Screen

Swap = Annotated[
    list[str] | None,
    typer.Option("--swap", help="LAYER whose file gives north (y) before east (x). May be repeated."),
]
ForceCrs = Annotated[bool, typer.Option("--force-crs", help="--crs counts although the file says other.")]

SHOWN = 15
"""Rules that are listed."""
NAMED = 3
"""Rows of a rule that are named."""


def show_findings(console: Screen, findings: pd.DataFrame) -> None:
    """List what was found by rule, rows that were refused first, each with its first rows.

    Parameters
    ----------
    console : Screen
        Where to.
    findings : pandas.DataFrame
        Findings.
    """
    worst = findings.assign(rank=findings["severity"].map(_RANK).fillna(len(_RANK)))
    rules = worst.groupby("rule", sort=True).agg(rank=("rank", "min"), count=("rule", "size"))
    rules = rules.sort_values(["rank", "count"], ascending=[True, False], kind="stable")
    for rule, count in rules["count"].head(SHOWN).items():
        rows = findings.loc[findings["rule"] == rule, "row_id"].head(NAMED).tolist()
        more = ", …" if count > len(rows) else ""
        console.print(f"  {count:,} × {say_rule(str(rule))}: {', '.join(map(str, rows))}{more}")


_RANK = {"error": 0, "warning": 1, "note": 2}
