"""Limits by sizes alone: the best that packing the atoms of each part into groups could give, wherever they lie.

The packing is relaxed to flows: each group is a path from 0 to its size over arcs as long as its atoms. Groups may be
fractions (for the deviation only in large parts), and paths may share atoms. What the relaxation cannot reach, no
division can.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_matrix

from benchmarks.division.bounds.pockets import count_forced
from benchmarks.division.measures import SMALL_HOUSE
from benchmarks.division.problem import Part, Problem
from gridgov.core.division.floors import FAR, fewest_outside

LARGEST = 65
STEPS = 5
SECONDS_A_PART = 1.0
WHOLE_UP_TO = 700
"""In parts with more households groups may be fractions: there it hardly matters, and it is much faster."""


def size_rows(problem: Problem, figures: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Limits of the shares and of the deviation, for plans with no group above 65."""
    parts = [part for part in problem.parts if part.size.sum() > 0]
    rows = []
    for what, key, low, high in (
        ("limit: 45–55 households, %", "pct_preferred", 45, 55),
        ("limit: 35–65 households, %", "pct_allowed", 35, 65),
    ):
        limit = 100 * most_share(parts, low, high)
        rows += [_row(f"{setting}, {what}", row[key], limit, "≤ limit") for setting, row in figures.items()]
    rows += _floor_rows(parts, figures)
    for what, limit in (
        ("limit: Σ|size − 50|, households divisible", float(least_deviation(parts))),
        ("limit: Σ|size − 50|, atoms whole", least_packed_deviation(parts)),
    ):
        rows += [
            _row(f"{setting}, {what}", row["sum_deviation"], limit, "≥ limit") for setting, row in figures.items()
        ]
    return rows


def _floor_rows(parts: list[Part], figures: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Groups of bad sizes that the households of a part make necessary, over our number of groups.

    A part's count is that of its divisions with the fewest groups outside 35–65, which come before 45–55; among small
    houses beside larger buildings (`count_forced`) it is that of any division.
    """
    total = np.array([int(part.size.sum()) for part in parts])
    bad = fewest_outside(int(total.max()), 35, 45, 55, LARGEST)[total]
    small = np.array([_is_small(part) for part in parts])
    forced = bad // FAR + bad % FAR
    in_pockets = sum(count_forced(part) for part, pure in zip(parts, small, strict=True) if not pure)
    rows = []
    for setting, row in figures.items():
        for what, key, count, groups in (
            ("45–55", "pct_preferred", forced.sum(), row["clusters"]),
            ("35–65", "pct_allowed", (bad // FAR).sum(), row["clusters"]),
            ("45–55 on small houses", "small_pct_preferred", forced[small].sum() + in_pockets, row["small_clusters"]),
        ):
            limit = 100 * (1 - float(count) / max(float(groups), 1.0))
            label = f"{setting}, limit: {what} by parts too small or uneven ({count} groups), %"
            rows.append(_row(label, row[key], limit, "≤ limit"))
    return rows


def _is_small(part: Part) -> bool:
    """Tell whether all its buildings have at most 20 households."""
    places = np.unique(part.xy, axis=0, return_inverse=True)[1].ravel()
    return bool(np.bincount(places, weights=part.size).max() <= SMALL_HOUSE)


def least_deviation(parts: list[Part]) -> int:
    """Least Σ|size − 50| were households divisible: each part in the better of two numbers of groups."""
    total = np.array([int(part.size.sum()) for part in parts])
    fewer = np.maximum(total // 50, 1)
    return int(np.minimum(np.abs(total - 50 * fewer), np.abs(total - 50 * (fewer + 1))).sum())


def least_packed_deviation(parts: list[Part]) -> float:
    """Least Σ|size − 50| with atoms whole, by the relaxed packing."""
    return sum(_pack(part, lambda size: np.abs(size - 50.0), WHOLE_UP_TO)[0] for part in parts)


def most_share(parts: list[Part], low: int, high: int) -> float:
    """Largest share of groups of `low` to `high` households, by the relaxed packing (Dinkelbach's method).

    For every packing, share × groups − good groups is at least the dual bound at the last share, and there are at
    least households / 65 groups: hence no packing has more than that share plus what the dual bound falls short of 0.
    """
    share = 1.0
    fewest = sum(int(part.size.sum()) for part in parts) / LARGEST
    for _ in range(STEPS):
        prices = partial(_share_prices, share=share, low=low, high=high)
        packed = [_pack(part, prices) for part in parts]
        slack = sum(bound for bound, _ in packed)
        good = sum(float(closed[low : high + 1].sum()) for _, closed in packed)
        better = good / sum(float(closed.sum()) for _, closed in packed)
        if abs(better - share) < 1e-4:
            break
        share = better
    return min(1.0, share - min(slack, 0.0) / fewest)


def _share_prices(size: NDArray[np.float64], *, share: float, low: int, high: int) -> NDArray[np.float64]:
    return np.asarray(share - ((size >= low) & (size <= high)), dtype=float)


def _pack(
    part: Part, cost_of: Callable[[NDArray[np.float64]], NDArray[Any]], whole_up_to: int = 0
) -> tuple[float, NDArray[np.float64]]:
    """Pack a part's atoms at least cost; return the cost and how many groups of each size were closed."""
    sizes, counts = np.unique(part.size[(part.size > 0) & (part.size <= LARGEST)], return_counts=True)
    alone = part.size[part.size > LARGEST].astype(float)
    closed = np.zeros(int(max(alone.max(initial=0), LARGEST)) + 1)
    np.add.at(closed, alone.astype(int), 1.0)
    fixed = float(np.asarray(cost_of(alone), dtype=float).sum())
    if not len(sizes):
        return fixed, closed
    item, start = np.nonzero(np.arange(LARGEST + 1)[None, :] + sizes[:, None] <= LARGEST)
    end = start + sizes[item]
    arcs, levels = len(item), LARGEST
    column = np.concatenate([np.arange(arcs), np.arange(arcs), np.arange(arcs), arcs + np.arange(levels)])
    # conservation at levels 1 … 65, then the number of atoms of each size
    row = np.concatenate([end - 1, np.where(start > 0, start - 1, 0), levels + item, np.arange(levels)])
    value = np.concatenate([np.ones(arcs), np.where(start > 0, -1.0, 0.0), np.ones(arcs), -np.ones(levels)])
    table = csr_matrix((value, (row, column)), (levels + len(sizes), arcs + levels))
    price = np.concatenate([np.zeros(arcs), np.asarray(cost_of(np.arange(1.0, levels + 1)), dtype=float)])
    wanted = np.concatenate([np.zeros(levels), counts])
    some = int(part.size.sum()) <= whole_up_to
    whole = np.concatenate([np.zeros(arcs), np.full(levels, some)])
    found = milp(
        price,
        constraints=LinearConstraint(table, wanted, wanted),
        integrality=whole,
        bounds=Bounds(0, np.inf),
        options={"time_limit": SECONDS_A_PART, "mip_rel_gap": 1e-3},
    )
    if found.x is None:
        found = linprog(price, A_eq=table, b_eq=wanted, method="highs")
    closed[1 : levels + 1] += found.x[arcs:]
    bound = found.get("mip_dual_bound")
    return float(found.fun if bound is None else bound) + fixed, closed


def _row(what: str, us: float, limit: float, bar: str) -> dict[str, Any]:
    holds = us <= limit + 1e-6 if bar.startswith("≤") else us >= limit - 1e-6
    return {
        "what": what,
        "us": float(us),
        "peer": limit,
        "peer_name": "proven limit",
        "ratio": float(us) / limit if limit else None,
        "bar": bar,
        "holds": bool(holds),
    }
