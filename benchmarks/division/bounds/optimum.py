"""Exact optima of small parts: every connected group is listed, and the cheapest exact cover of the atoms chosen.

The cost is the engine's own (`DivisionRules`): sizes, compactness, distance, main roads, surplus pieces of buildings.
A piece is counted once for each group in a building, so that the optimum is never overstated.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csc_matrix, hstack, identity

from benchmarks.division.problem import Part, Problem, make_problem
from benchmarks.division.running import Run
from gridgov.core.division import AtomGraph, DivisionRules, divide_graph
from gridgov.core.division.arrays import make_costs, size_costs
from gridgov.core.division.groups import cost_of
from gridgov.sample import make_district

HOUSEHOLDS = 139_000
"""Size of the other samples."""

MOST_ATOMS = 46
LEAST, MOST = 30, 70
MOST_GROUPS = 40_000
MOST_STEPS = 600_000
BAR = 0.005


class SmallPart:
    """One part with what a group's cost needs, atoms numbered from 0."""

    def __init__(self, graph: AtomGraph, part: Part) -> None:
        self.rules = DivisionRules()
        self.weights = make_costs(self.rules)
        self.by_size = size_costs(self.rules)
        self.size, self.xy = part.size, part.xy - part.xy.mean(axis=0)
        cells, self.cell = np.unique(graph.cell[part.atoms], return_inverse=True)
        self.area, self.perimeter = graph.cell_area_m2[cells], graph.cell_perimeter_m[cells]
        place = {cell: k for k, cell in enumerate(cells.tolist())}
        self.links: dict[tuple[int, int], tuple[float, int]] = {}
        inside = np.isin(graph.edge_left, cells) & np.isin(graph.edge_right, cells)
        for edge in np.flatnonzero(inside).tolist():
            pair = sorted((place[int(graph.edge_left[edge])], place[int(graph.edge_right[edge])]))
            before = self.links.get((pair[0], pair[1]), (0.0, 9))
            kind = min(before[1], int(graph.edge_kind[edge]))
            self.links[pair[0], pair[1]] = (before[0] + float(graph.edge_length_m[edge]), kind)
        of_cell = [[a for a in range(len(self.size)) if self.cell[a] == c] for c in range(len(cells))]
        self.near = [0] * len(self.size)
        for a in range(len(self.size)):
            touching = {int(self.cell[a])} | {d for pair in self.links if self.cell[a] in pair for d in pair}
            self.near[a] = sum(1 << b for c in touching for b in of_cell[c] if b != a)
        total = np.bincount(self.cell, self.size)
        stacked = np.bincount(self.cell)[self.cell] > 1
        self.coarse = (self.size > self.rules.small_building) | stacked
        self.spare = np.where(total > self.rules.target, np.ceil(total / self.rules.preferred_high), 1)

    def cost(self, members: int) -> float:
        """Cost of a group as the engine counts it, without surplus pieces."""
        atoms = [a for a in range(len(self.size)) if members >> a & 1]
        cells = sorted(set(self.cell[atoms].tolist()))
        inner = [(pair, link) for pair, link in self.links.items() if pair[0] in cells and pair[1] in cells]
        around = float(self.perimeter[cells].sum()) - 2 * sum(link[0] for _, link in inner)
        weight = self.size[atoms]
        xy = self.xy[atoms]
        wx, wy = (float(v) for v in weight @ xy)
        wq = float(weight @ (xy**2).sum(axis=1))
        area, soft = float(self.area[cells].sum()), self._needs_main_road(cells, inner)
        return float(
            cost_of(
                self.weights,
                self.by_size,
                bool(self.coarse[atoms].any()),
                int(weight.sum()),
                area,
                around,
                wx,
                wy,
                wq,
                soft,
            )
        )

    def _needs_main_road(self, cells: list[int], inner: list[tuple[tuple[int, int], tuple[float, int]]]) -> bool:
        if all(link[1] < 2 for _, link in inner):
            return False
        root = {cell: cell for cell in cells}
        for (a, b), (_, kind) in inner:
            if kind < 2:
                old, new = root[a], root[b]
                root = {cell: new if found == old else found for cell, found in root.items()}
        return len(set(root.values())) > 1


def optimum_rows(problem: Problem, runs: dict[str, Run], more_seeds: list[int]) -> list[dict[str, Any]]:
    """Our cost over the exact optimum on every part that is small enough, of this district and of other samples."""
    gaps: dict[str, list[tuple[float, float, float]]] = {setting: [] for setting in runs}
    for setting, run in runs.items():
        gaps[setting] += measure_gaps(problem, run.labels)
    for seed in more_seeds:
        layers = make_district(HOUSEHOLDS, seed)
        other = make_problem(layers["buildings"], layers["communities"], layers["barriers"])
        for setting in runs:
            labels = divide_graph(other.graph, effort="quality" if setting == "quality" else "default")
            gaps[setting] += measure_gaps(other, labels)
    return [row for setting, found in gaps.items() if found for row in _gap_rows(setting, found)]


def measure_gaps(problem: Problem, labels: NDArray[np.int64]) -> list[tuple[float, float, float]]:
    """Our cost, the least, and the least without the allowance for a usual shape, of every part solved."""
    found = []
    for part in problem.parts:
        if 2 <= len(part.atoms) <= MOST_ATOMS and part.size.sum() >= 2 * LEAST:
            one = _solve(problem.graph, part, labels)
            if one:
                found.append(one)
    return found


def _gap_rows(setting: str, found: list[tuple[float, float, float]]) -> list[dict[str, Any]]:
    """The gap of all parts together, and its distribution over them."""
    ours, best, scale = np.array(found).T
    each = 100 * (ours - best) / scale
    spread = "/".join(f"{value:.2f}" for value in np.quantile(each, [0.5, 0.9, 1.0]))
    gap = float((ours - best).sum() / scale.sum())
    return [
        {
            "what": f"{setting}: cost above the optimum, {len(found)} parts (median/90 %/worst {spread}), %",
            "us": 100 * gap,
            "peer": 0.0,
            "peer_name": "exact optimum",
            "ratio": 1 + gap,
            "bar": f"≤ {100 * BAR:g}",
            "holds": bool(gap <= BAR),
        }
    ]


def _solve(graph: AtomGraph, part: Part, labels: NDArray[np.int64]) -> tuple[float, float, float] | None:
    """Our cost, the least, and the least without the allowance for a usual shape; None when groups are too many."""
    small = SmallPart(graph, part)
    own = [sum(1 << int(a) for a in np.flatnonzero(labels[part.atoms] == g)) for g in set(labels[part.atoms])]
    members = _list_groups(small)
    if members is None:
        return None
    members = sorted(set(members) | set(own))
    costs = np.array([small.cost(group) for group in members])
    at = {group: k for k, group in enumerate(members)}
    table = _membership(members, len(small.size))
    tall = np.flatnonzero(np.bincount(small.cell) > 1)
    touch = csc_matrix(_touching(table, small.cell, tall))
    ours = float(costs[[at[group] for group in own]].sum())
    pieces = touch[:, [at[group] for group in own]].sum(axis=1).A1 - small.spare[tall]
    ours += small.rules.surplus_piece_cost * float(np.maximum(pieces, 0).sum())
    best, chosen = _cover(table, touch, costs, small.spare[tall], small.rules.surplus_piece_cost, ours)
    usual = small.weights.compact * (1 - small.weights.compact_usual)
    return ours, best, best + usual * chosen


def _list_groups(small: SmallPart) -> list[int] | None:
    """Every connected set of atoms with 30 to 70 households, each found once from its lowest atom."""
    found: list[int] = []
    size, steps = small.size.tolist(), 0
    for start in range(len(size)):
        banned = (1 << start) - 1
        todo = [(1 << start, small.near[start] & ~banned, banned, size[start])]
        while todo:
            members, front, out, weight = todo.pop()
            steps += 1
            if weight > MOST:
                continue
            if weight >= LEAST:
                found.append(members)
            if len(found) > MOST_GROUPS or steps > MOST_STEPS:
                return None
            while front:
                lowest = front & -front
                front ^= lowest
                atom = lowest.bit_length() - 1
                reach = (front | small.near[atom]) & ~members & ~out & ~lowest
                todo.append((members | lowest, reach, out, weight + size[atom]))
                out |= lowest
    return found


def _membership(members: list[int], atoms: int) -> csc_matrix:
    bits = np.array([[group >> a & 1 for a in range(atoms)] for group in members], dtype=np.int8)
    return csc_matrix(bits.T.astype(float))


def _touching(table: csc_matrix, cell: NDArray[np.int64], tall: NDArray[np.int64]) -> NDArray[np.float64]:
    """Which group has an atom in which building of several atoms."""
    rows = [np.asarray(table[np.flatnonzero(cell == c)].sum(axis=0) > 0, dtype=float).ravel() for c in tall]
    return np.array(rows).reshape(len(tall), table.shape[1])


def _cover(
    table: csc_matrix,
    touch: csc_matrix,
    costs: NDArray[np.float64],
    spare: NDArray[np.float64],
    extra: float,
    ours: float,
) -> tuple[float, int]:
    """Least cost of an exact cover and its number of groups; columns the relaxation rules out are dropped first."""
    more = identity(len(spare), format="csc")
    equal = hstack([table, csc_matrix((table.shape[0], len(spare)))], format="csc")
    above = hstack([touch, -more], format="csc")
    price = np.concatenate([costs, np.full(len(spare), extra)])
    relaxed = linprog(
        price,
        A_eq=equal,
        b_eq=np.ones(table.shape[0]),
        A_ub=above if len(spare) else None,
        b_ub=spare if len(spare) else None,
        method="highs",
    )
    reduced = relaxed.lower.marginals
    keep = np.flatnonzero(reduced <= ours - relaxed.fun + 1e-6)
    whole = np.where(keep < len(costs), 1, 0)
    limits = [LinearConstraint(equal[:, keep], 1, 1)]
    if len(spare):
        limits.append(LinearConstraint(above[:, keep], -np.inf, spare))
    upper = np.where(keep < len(costs), 1.0, np.inf)
    found = milp(price[keep], constraints=limits, integrality=whole, bounds=Bounds(0, upper))
    if found.x is None:
        return float(relaxed.fun), round(float(relaxed.x[: len(costs)].sum()))
    return float(found.fun), round(float(found.x[keep < len(costs)].sum()))
