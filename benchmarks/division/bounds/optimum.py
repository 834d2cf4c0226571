"""Exact optima of small parts: every connected group is listed, and the cheapest exact cover of all floors chosen.

The cost is the engine's own (`DivisionRules`): sizes, compactness, distance, main roads, surplus pieces of buildings.
A piece is counted once for each group in a building, and runs of floors may lie in any order, so that the optimum is
never overstated.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csc_matrix, hstack, identity, vstack

from benchmarks.division.bounds.smallpart import LEAST, Groups, SmallPart
from benchmarks.division.problem import Part, Problem, make_problem
from benchmarks.division.running import Run
from gridgov.core.division import AtomGraph, divide_graph
from gridgov.sample import make_district

HOUSEHOLDS = 139_000
"""Size of the other samples."""

MOST_CELLS = 60
SECONDS_A_PART = 30.0
BAR = 0.005


@dataclass(frozen=True)
class Optimum:
    """One part solved."""

    ours: dict[str, float]
    """Our cost by setting."""
    best: float
    """The least cost."""
    scale: float
    """The least cost without the allowance for a usual shape."""
    tall: bool
    """Whether it has buildings that are divided inside."""


def optimum_rows(problem: Problem, runs: dict[str, Run], more_seeds: list[int]) -> list[dict[str, Any]]:
    """Our cost over the exact optimum on every part that is small enough, of this district and of other samples."""
    found = find_optima(problem, {setting: run.labels for setting, run in runs.items()})
    for seed in more_seeds:
        layers = make_district(HOUSEHOLDS, seed)
        other = make_problem(layers["buildings"], layers["communities"], layers["barriers"])
        found += find_optima(
            other,
            {
                setting: divide_graph(other.graph, effort="quality" if setting == "quality" else "default")
                for setting in runs
            },
        )
    return [row for setting in runs if found for row in _gap_rows(setting, found)]


def find_optima(problem: Problem, labels: dict[str, NDArray[np.int64]]) -> list[Optimum]:
    """Solve every part of a district that can be, beside our divisions of it."""
    found = []
    for part in problem.parts:
        cells = len(np.unique(problem.graph.cell[part.atoms]))
        if len(part.atoms) > 1 and cells <= MOST_CELLS and part.size.sum() >= 2 * LEAST:
            one = solve_part(problem.graph, part, {setting: of[part.atoms] for setting, of in labels.items()})
            if one:
                found.append(one)
    return found


def _gap_rows(setting: str, found: list[Optimum]) -> list[dict[str, Any]]:
    """The gap of all parts together, and of the worst."""
    gap = np.array([one.ours[setting] - one.best for one in found])
    scale = np.array([one.scale for one in found])
    tall = sum(one.tall for one in found)
    exact = int((gap / scale < 1e-6).sum())
    what = f"{setting}: cost above the optimum, {len(found)} parts, {tall} with towers ({exact} optimal)"
    rows = []
    for name, value in (("all", float(gap.sum() / scale.sum())), ("worst", float((gap / scale).max()))):
        rows.append(
            {
                "what": f"{what}, {name}, %",
                "us": 100 * value,
                "peer": 0.0,
                "peer_name": "exact optimum",
                "ratio": 1 + value,
                "bar": f"≤ {100 * BAR:g}",
                "holds": bool(value <= BAR),
            }
        )
    return rows


def solve_part(graph: AtomGraph, part: Part, labels: dict[str, NDArray[np.int64]]) -> Optimum | None:
    """Find the least cost of a part beside our divisions of it; None when that takes too long."""
    small = SmallPart(graph, part)
    choices = small.list_groups()
    if choices is None:
        return None
    ours = {}
    for setting, of in labels.items():
        own = small.own_groups(of)
        ours[setting] = float(small.price(own).cost.sum()) + small.surplus(of)
        choices += own
    solved = _cover(small, small.price(choices), min(ours.values()))
    if solved is None:
        return None
    best, count = solved
    usual = small.weights.compact * (1 - small.weights.compact_usual)
    return Optimum(ours, best, best + usual * count, bool(len(small.tall)))


def _cover(small: SmallPart, groups: Groups, ours: float) -> tuple[float, int] | None:
    """Least cost of an exact cover and its number of groups; None when it takes too long.

    Columns that the relaxation rules out are dropped first.
    """
    tall, extra = small.tall, small.rules.surplus_piece_cost
    rows = [groups.floors.T, groups.households.T[tall]]
    wanted = np.concatenate([small.floors, small.total[tall]])
    equal = hstack([csc_matrix(np.vstack(rows).astype(float)), csc_matrix((len(wanted), len(tall)))], format="csc")
    touch = csc_matrix((groups.floors.T[tall] > 0).astype(float))
    above = hstack([touch, -identity(len(tall))], format="csc")
    price = np.concatenate([groups.cost, np.full(len(tall), extra)])
    spare = small.spare[tall]
    relaxed = linprog(
        price,
        A_eq=equal,
        b_eq=wanted,
        A_ub=above if len(tall) else None,
        b_ub=spare if len(tall) else None,
        method="highs",
    )
    keep = np.flatnonzero(relaxed.lower.marginals <= ours - relaxed.fun + 1e-6)
    group = keep < len(groups.cost)
    found = milp(
        price[keep],
        constraints=LinearConstraint(
            vstack([equal, above], format="csc")[:, keep],
            np.concatenate([wanted, np.full(len(tall), -np.inf)]),
            np.concatenate([wanted, spare]),
        ),
        integrality=group.astype(int),
        bounds=Bounds(0, np.inf),
        options={"time_limit": SECONDS_A_PART, "mip_rel_gap": 1e-6},
    )
    if found.status != 0:
        return None
    return float(found.fun), round(float(found.x[group].sum()))
