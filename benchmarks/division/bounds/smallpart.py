"""A part small enough to be solved: its cells, the stacks on them, and every connected group with its cost.

Of a stack a group takes a run of floors; which floors they are does not matter to its cost, only their number and
their households do. All runs that the stack has are listed, so that no division with one run for each group and
building is left out, and none is counted dearer than it is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from benchmarks.division.problem import Part
from gridgov.core.division import AtomGraph, DivisionRules
from gridgov.core.division.arrays import make_costs, nearness, size_costs
from gridgov.core.division.groups import cost_of

LEAST, MOST = 30, 70
MOST_GROUPS = 40_000
MOST_STEPS = 400_000

Choice = tuple[tuple[int, int, int], ...]
"""A group: cell, floors and households, for each of its cells."""


@dataclass(frozen=True)
class Groups:
    """Groups of a part, one a row; one column a cell."""

    floors: NDArray[np.int64]
    households: NDArray[np.int64]
    cost: NDArray[np.float64]
    """Cost as the engine counts it, without surplus pieces of buildings."""


class SmallPart:
    """One part with what a group's cost needs, cells numbered from 0."""

    def __init__(self, graph: AtomGraph, part: Part) -> None:
        self.rules = DivisionRules()
        self.weights = make_costs(self.rules)
        self.by_size = size_costs(self.rules)
        cells, first, self.cell = np.unique(graph.cell[part.atoms], return_index=True, return_inverse=True)
        self.area, self.perimeter = graph.cell_area_m2[cells], graph.cell_perimeter_m[cells]
        self.size = part.size
        near = nearness(self.area.sum(keepdims=True), part.size.sum(keepdims=True), self.rules)
        self.xy = (part.xy[first] - part.xy.mean(axis=0)) * near
        self.floors, self.total = np.bincount(self.cell), np.bincount(self.cell, self.size).astype(np.int64)
        self.tall = np.flatnonzero(self.floors > 1)
        self.coarse = (self.total > self.rules.small_building) | (self.floors > 1)
        self.spare = np.where(self.total > self.rules.target, np.ceil(self.total / self.rules.preferred_high), 1)
        self.runs = [self._runs_of(self.size[self.cell == c]) for c in range(len(cells))]
        self.links = self._links_of(graph, cells)
        self.near = [0] * len(cells)
        for a, b in self.links:
            self.near[a] |= 1 << b
            self.near[b] |= 1 << a

    @staticmethod
    def _runs_of(size: NDArray[np.int64]) -> list[tuple[int, int]]:
        """Numbers of floors and households that a run of floors may have, in order."""
        ends = np.concatenate([[0], np.cumsum(size)])
        return sorted(
            {(n, int(w)) for n in range(1, len(size) + 1) for w in ends[n:] - ends[:-n] if w <= MOST or n == 1}
        )

    @staticmethod
    def _links_of(graph: AtomGraph, cells: NDArray[np.int64]) -> dict[tuple[int, int], tuple[float, int]]:
        """Length of the common border and least kind of its edges, for each pair of cells."""
        place = {cell: k for k, cell in enumerate(cells.tolist())}
        links: dict[tuple[int, int], tuple[float, int]] = {}
        inside = np.isin(graph.edge_left, cells) & np.isin(graph.edge_right, cells)
        for edge in np.flatnonzero(inside).tolist():
            pair = sorted((place[int(graph.edge_left[edge])], place[int(graph.edge_right[edge])]))
            before = links.get((pair[0], pair[1]), (0.0, 9))
            links[pair[0], pair[1]] = (
                before[0] + float(graph.edge_length_m[edge]),
                min(before[1], int(graph.edge_kind[edge])),
            )
        return links

    def list_groups(self) -> list[Choice] | None:
        """Every connected group with 30 to 70 households, each found once from its lowest cell; None if too many."""
        found: list[Choice] = []
        steps = 0
        for start in range(len(self.runs)):
            banned = (1 << (start + 1)) - 1
            todo: list[tuple[Choice, int, int, int, int]] = [
                (((start, n, w),), 1 << start, self.near[start] & ~banned, banned, w) for n, w in self.runs[start]
            ]
            while todo:
                chosen, members, front, out, weight = todo.pop()
                steps += 1
                if weight > MOST:
                    continue
                if weight >= LEAST:
                    found.append(chosen)
                if len(found) > MOST_GROUPS or steps > MOST_STEPS:
                    return None
                while front:
                    lowest = front & -front
                    front ^= lowest
                    out |= lowest
                    cell = lowest.bit_length() - 1
                    reach = (front | self.near[cell]) & ~members & ~out
                    for n, w in self.runs[cell]:
                        if weight + w > MOST:
                            break
                        todo.append(((*chosen, (cell, n, w)), members | lowest, reach, out, weight + w))
        return found

    def own_groups(self, labels: NDArray[np.int64]) -> list[Choice]:
        """The groups of a division of the part's atoms."""
        own = []
        for group in np.unique(labels):
            inside = labels == group
            floors = np.bincount(self.cell[inside], minlength=len(self.floors))
            households = np.bincount(self.cell[inside], self.size[inside], len(self.floors)).astype(int)
            own.append(tuple((int(c), int(floors[c]), int(households[c])) for c in np.flatnonzero(floors)))
        return own

    def surplus(self, labels: NDArray[np.int64]) -> float:
        """Cost of surplus pieces, which are runs of floors of one group."""
        cut = (self.cell[1:] == self.cell[:-1]) & (labels[1:] != labels[:-1])
        pieces = 1 + np.bincount(self.cell[1:][cut], minlength=len(self.floors))
        return float(self.rules.surplus_piece_cost * np.maximum(pieces - self.spare, 0)[self.tall].sum())

    def price(self, choices: list[Choice]) -> Groups:
        """Work out what groups cost."""
        floors = np.zeros((len(choices), len(self.floors)), np.int64)
        households = np.zeros_like(floors)
        for row, choice in enumerate(choices):
            for cell, n, w in choice:
                floors[row, cell], households[row, cell] = n, w
        member = floors > 0
        around = member @ self.perimeter
        soft = np.zeros(len(choices), bool)
        for (a, b), (length, kind) in self.links.items():
            both = member[:, a] & member[:, b]
            around -= 2 * length * both
            soft |= both & (kind >= 2)
        for row in np.flatnonzero(soft):
            soft[row] = self._needs_main_road([cell for cell, _, _ in choices[row]])
        from_each = households @ cdist(self.xy, self.xy)
        far = np.where(households > 0, from_each, np.inf).min(axis=1)
        far[households.sum(axis=1) == 0] = 0.0
        area, coarse, size = member @ self.area, (member & self.coarse).any(axis=1), households.sum(axis=1)
        rows = zip(coarse, size, area, around, far, soft, strict=True)
        return Groups(floors, households, np.array([cost_of(self.weights, self.by_size, *row) for row in rows]))

    def _needs_main_road(self, cells: list[int]) -> bool:
        inside, reached, todo = set(cells), {cells[0]}, [cells[0]]
        while todo:
            here = todo.pop()
            for (a, b), (_, kind) in self.links.items():
                there = b if a == here else a if b == here else -1
                if kind < 2 and there in inside and there not in reached:
                    reached.add(there)
                    todo.append(there)
        return len(reached) < len(inside)
