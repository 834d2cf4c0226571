"""What no division can pass: limits by sizes alone, by distance, and exact optima of small parts."""

from __future__ import annotations

from typing import Any

from benchmarks.division.bounds.medians import median_rows
from benchmarks.division.bounds.optimum import optimum_rows
from benchmarks.division.bounds.sizes import size_rows
from benchmarks.division.problem import Problem
from benchmarks.division.running import Run

__all__ = ["bound_rows"]


def bound_rows(
    problem: Problem,
    runs: dict[str, Run],
    figures: dict[str, dict[str, Any]],
    more_seeds: list[int],
    others: dict[str, Run] | None = None,
) -> list[dict[str, Any]]:
    """Work out every limit and set our figures beside it; small parts of samples of other seeds are solved too.

    `others` are divisions of other tools, for the linear program of distances.
    """
    rows = size_rows(problem, figures)
    rows += median_rows(problem, runs, others or {})
    rows += optimum_rows(problem, runs, more_seeds)
    return [row for row in rows if row["peer"] is not None]
