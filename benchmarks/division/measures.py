"""Figures of one division, by the definitions of `gridgov.core.quality`."""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.division.problem import Problem
from benchmarks.division.running import Run
from gridgov.core.quality import CellEdges, judge_plan

SMALL_HOUSE = 20
"""Most households of a building in a cluster of small houses."""

COLUMNS = {
    "cpu_s": "CPU s",
    "pct_preferred": "45–55 %",
    "pct_allowed": "35–65 %",
    "disconnected": "disconn.",
    "needless_splits": "needless",
    "surplus_pieces": "surplus",
    "polsby_popper": "PP",
    "medoid_m": "medoid m",
    "only_across_main_pct": "main %",
    "small_pct_preferred": "small 45–55 %",
    "sum_deviation": "Σ|n−50|",
    "clusters": "clusters",
    "memory_mb": "MB",
    "done": "parts",
    "failures": "failed",
}
"""Figures of the table and their headings."""


def measure_run(problem: Problem, run: Run, edges: CellEdges) -> dict[str, float | str]:
    """Measure what a method divided; parts it failed on are left out of every figure."""
    solved = run.labels >= 0
    atoms = problem.atoms[solved].assign(cluster_id=run.labels[solved])
    row: dict[str, float | str] = {
        "method": run.name,
        "cpu_s": run.cpu_s,
        "memory_mb": run.memory_mb,
        "done": f"{run.done}/{run.parts}",
        "complete": run.done == run.parts,
        "households_share": float(atoms["households"].sum() / problem.atoms["households"].sum()),
        "failures": ", ".join(f"{count} {reason}" for reason, count in run.failures.items()),
    }
    if not len(atoms):
        return row
    table = judge_plan(
        problem.fabric.cells, atoms, problem.buildings, problem.communities, problem.barriers, edges=edges
    )
    row |= dict(zip(table["measure"], table["value"], strict=True))
    return row | measure_by_fabric(atoms)


def measure_by_fabric(atoms: pd.DataFrame) -> dict[str, float]:
    """Share of clusters of 45–55 by the largest building in them: up to 20 households, up to 50, above."""
    whole = atoms.groupby("building_id")["households"].sum()
    of_atom = whole.reindex(atoms["building_id"]).fillna(0).to_numpy()
    largest = pd.Series(of_atom).groupby(atoms["cluster_id"].to_numpy()).max()
    size = atoms.groupby("cluster_id")["households"].sum()
    good = size.between(45, 55)
    live = size > 0
    out = {}
    for name, low, high in (("small", 0, SMALL_HOUSE), ("medium", SMALL_HOUSE, 50), ("large", 50, np.inf)):
        some = live & (largest > low) & (largest <= high)
        out[f"{name}_pct_preferred"] = 100 * float(good[some].mean()) if some.any() else float("nan")
        out[f"{name}_clusters"] = int(some.sum())
    return out
