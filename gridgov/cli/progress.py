"""Progress bars on long work; quiet where nobody watches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from gridgov.cli.language import translate

STEPS = {
    "sample": "Making a sample district",
    "import": "Importing layers",
    "read": "Reading layers",
    "cells": "Cells around buildings",
    "clusters": "Clusters of households",
    "sections": "Sections of clusters",
    "grids": "Building-manager grids",
    "groups": "Polygons, numbers and codes",
    "judge": "Judging the plan",
    "assign": "Assigning people and sites",
    "save": "Saving",
    "report": "Writing the report",
}
"""Step of the work and what to call it."""


@contextmanager
def show_progress(console: Console | None = None) -> Iterator[Callable[[str, float], None]]:
    """Show one bar per step while the work runs.

    Parameters
    ----------
    console : rich.console.Console, optional
        Where to draw; standard error by default.

    Yields
    ------
    callable
        Takes the step and the share of it done; a new step completes the one before.
    """
    console = console or Console(stderr=True)
    bars = Progress(
        SpinnerColumn(finished_text="✓"),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal,
    )
    tasks: dict[str, TaskID] = {}

    def tell(step: str, share: float) -> None:
        if step not in tasks:
            _complete(bars, tasks)
            called = translate(STEPS.get(step, step))
            tasks[step] = bars.add_task(called, total=1.0)
            if not console.is_terminal:
                console.print(f"{called} …")
        bars.update(tasks[step], completed=min(share, 1.0))

    with bars:
        yield tell
        _complete(bars, tasks)


def _complete(bars: Progress, tasks: dict[str, TaskID]) -> None:
    for task in tasks.values():
        bars.update(task, completed=1.0)
