"""Our mean distance to the medoid beside its limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.division.bounds.medians.ascent import raise_limit
from benchmarks.division.bounds.medians.ground import LARGEST, Floats, make_ground
from benchmarks.division.bounds.medians.linear import solve_linear
from benchmarks.division.bounds.medians.pricing import price_groups
from benchmarks.division.problem import Part, Problem
from benchmarks.division.running import Run
from gridgov.core.quality.medoids import measure_medoids

BAR = 1.20
SAMPLE, SAMPLE_SEED = 12, 0
"""Parts for the plain linear program: so many, drawn with this seed."""
SAMPLE_GROUPS, SAMPLE_BUILDINGS = 3, 350
"""They have at least so many groups of 50, and whole buildings only, at most so many."""


@dataclass(frozen=True)
class _Groups:
    """What a method made of a part."""

    distance: float
    """Σ households × distance to the medoid."""
    sizes: NDArray[np.int64]

    @property
    def count(self) -> int:
        """Number of groups."""
        return len(self.sizes)

    def budget(self, even: bool) -> list[int]:
        """Groups below 35 and, where `even`, outside 45–55."""
        small = int((self.sizes < 35).sum())
        uneven = int(((self.sizes < 45) | (self.sizes > 55)).sum())
        return [small, uneven] if even else [small]


def median_rows(problem: Problem, runs: dict[str, Run], others: dict[str, Run]) -> list[dict[str, Any]]:
    """Work out three limits: of all parts, the same for sizes as good as ours, and the linear program on a sample.

    Parameters
    ----------
    problem : Problem
        The district.
    runs : dict of Run
        Our divisions by setting.
    others : dict of Run
        Divisions of other tools, set beside the linear program too.

    Returns
    -------
    list of dict
        One line for each figure.
    """
    known: dict[tuple[int, ...], float] = {}
    rows = []
    for setting, run in runs.items():
        if np.bincount(run.labels[run.labels >= 0], problem.graph.size[run.labels >= 0]).max() > LARGEST:
            continue  # the limit of all parts is one of groups up to 65
        for label, even in (("", False), (", sizes as good", True)):
            ours, limit, households = _add_parts(problem, run, even, known)
            rows.append(
                _row(f"{setting}: medoid distance over its limit, all parts{label}, m", ours, limit, households)
            )
    sample = _draw_parts(problem)
    lines: dict[tuple[int, ...], float] = {}
    for setting, run in (runs | others).items():
        if sample and all((run.labels[part.atoms] >= 0).all() for part in sample):
            ours, limit, households = _add_sample(problem, sample, run, lines)
            what = f"{setting}: medoid distance over the linear program, {len(sample)} parts, m"
            rows.append(_row(what, ours, limit, households))
    return rows


def _add_parts(
    problem: Problem, run: Run, even: bool, known: dict[tuple[int, ...], float]
) -> tuple[float, float, float]:
    """Our distance, the limit and the households of all parts.

    The limit holds for every plan with as many groups in each part, no more of them below 35 and, where `even`, no
    more outside 45–55 than ours.
    """
    ours = limit = households = 0.0
    for number, part in enumerate(problem.parts):
        if part.size.sum() == 0:
            continue
        groups = _groups_of(part, run)
        key = (number, groups.count, *groups.budget(even))
        if key not in known:
            known[key] = _whole_limit(problem, part, groups, even)
        ours += groups.distance
        limit += known[key]
        households += float(part.size.sum())
    return ours, limit, households


def _whole_limit(problem: Problem, part: Part, groups: _Groups, even: bool) -> float:
    """Limit with whole atoms, in reach of one another."""
    ground = make_ground(problem.graph, part)
    size = np.arange(LARGEST + 1)
    pays = np.column_stack([size < 35, (size < 45) | (size > 55)])[:, : 2 if even else 1].astype(float)

    def price(prices: Floats, tolls: Floats) -> tuple[Floats, Floats, Floats]:
        value, households, served = price_groups(ground, pays @ tolls, prices)
        return value, served, pays[households]

    return max(0.0, raise_limit(ground, price, groups.count, groups.distance, groups.budget(even)))


def _add_sample(
    problem: Problem, sample: list[Part], run: Run, known: dict[tuple[int, ...], float]
) -> tuple[float, float, float]:
    """Return the same over the sample, by the linear program with groups no smaller and no larger than the plan's."""
    ours = limit = households = 0.0
    for number, part in enumerate(sample):
        groups = _groups_of(part, run)
        key = (number, groups.count, min(35, int(groups.sizes.min())), max(LARGEST, int(groups.sizes.max())))
        if key not in known:
            known[key] = solve_linear(make_ground(problem.graph, part, reach=False), *key[1:])
        ours += groups.distance
        limit += known[key]
        households += float(part.size.sum())
    return ours, limit, households


def _draw_parts(problem: Problem) -> list[Part]:
    """Draw the sample among parts of whole buildings, each as likely."""
    able = [
        part
        for part in problem.parts
        if len(np.unique(problem.graph.cell[part.atoms[part.size > 0]])) == (part.size > 0).sum()
        and part.size.sum() >= SAMPLE_GROUPS * 50
        and (part.size > 0).sum() <= SAMPLE_BUILDINGS
    ]
    chosen = np.random.default_rng(SAMPLE_SEED).permutation(len(able))[:SAMPLE]
    return [able[k] for k in sorted(chosen.tolist())]


def _groups_of(part: Part, run: Run) -> _Groups:
    lived = part.size > 0
    _, group = np.unique(run.labels[part.atoms][lived], return_inverse=True)
    x, y = part.xy[lived].T
    distance, _ = measure_medoids(x.copy(), y.copy(), part.size[lived].astype(float), group.astype(np.int64))
    return _Groups(distance, np.bincount(group, weights=part.size[lived]).astype(np.int64))


def _row(what: str, ours: float, limit: float, households: float) -> dict[str, Any]:
    return {
        "what": what,
        "us": ours / households,
        "peer": limit / households,
        "peer_name": "limit of the capacitated p-median",
        "ratio": ours / limit,
        "bar": f"ratio ≤ {BAR:.2f}",
        "holds": bool(ours / limit <= BAR),
    }
