"""Clusters into sections of two or three: set partitioning by exact re-partition of small neighbourhoods."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gridgov.core.components import find_components
from gridgov.core.sections.candidates import (
    Candidates,
    index_candidates,
    list_triples,
    measure_unions,
    shape_triples,
)
from gridgov.core.sections.graph import ClusterCells
from gridgov.core.sections.search import search_sections
from gridgov.errors import InputError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class SectionCosts:
    """What a section costs beside its shape (1 - Polsby–Popper of its union)."""

    crossing: float = 0.15
    """For every main road that must be crossed inside."""
    balance: float = 0.05
    """For the squared relative distance of its households from the mean section."""
    alone: float = 8.0
    """For a section below the smallest size."""
    count: float = 2.0
    """For one section more or less than wanted in a component."""
    keep: float = 1.0
    """Gain of a section that was one before."""


def make_sections(
    sizes: ArrayLike,
    left: ArrayLike,
    right: ArrayLike,
    length_m: ArrayLike,
    area_m2: ArrayLike,
    perimeter_m: ArrayLike,
    kind: ArrayLike | None = None,
    *,
    minimum: int = 2,
    maximum: int = 3,
    per_section: float = 2.356,
    overlap_m2: ArrayLike | None = None,
    overlap_m: ArrayLike | None = None,
    cells: ClusterCells | None = None,
    previous: ArrayLike | None = None,
    costs: SectionCosts | None = None,
    seed: int = 0,
    passes: int = 12,
    progress: Callable[[float], None] | None = None,
) -> Ints:
    """Group clusters into sections of two or three adjacent ones.

    Every component of the graph is partitioned on its own, so one community never changes another. A component with
    one cluster is a section of one. What cannot be paired (the rays of a star) joins a section of three as a fourth,
    or stays alone; `explain_sections` names both. Clusters without households are sections of their own.

    Parameters
    ----------
    sizes : array_like of int, shape (clusters,)
        Households of each cluster.
    left, right : array_like of int, shape (edges,)
        Adjacent clusters; each pair once, in any order. Hard barriers are no edges.
    length_m : array_like of float, shape (edges,)
        Common border, so that the perimeter of a union is the sum of both less twice this length.
    area_m2, perimeter_m : array_like of float, shape (clusters,)
        Area and perimeter of each cluster.
    kind : array_like of int, shape (edges,), optional
        2 where the border is a main road.
    minimum, maximum : int
        Allowed clusters of a section; 1 ≤ minimum ≤ maximum ≤ 3.
    per_section : float
        Wanted mean of clusters to a section. The city whose figures are known has 2,780 clusters in 1,180 sections.
    overlap_m2, overlap_m : array_like of float, shape (edges,), optional
        Area and perimeter of the ground that both clusters occupy, one above the other.
    cells : ClusterCells, optional
        Cells of the clusters: without them, three clusters of which two are stacked are taken for rounder than they
        are, because a border of the third with both counts twice.
    previous : array_like of int, shape (clusters,), optional
        Earlier section of each cluster, -1 for none; only what no longer fits is changed.
    costs : SectionCosts, optional
        Weights of the rules against one another.
    seed : int
        Seed of the search; the same seed and rows give the same sections.
    passes : int
        Most passes over all clusters.
    progress : callable, optional
        Called with the share done, 0 … 1.

    Returns
    -------
    numpy.ndarray of int64, shape (clusters,)
        Section of each cluster, numbered from 0 in order of their first cluster.

    Raises
    ------
    InputError
        When the limits make no sense.

    Examples
    --------
    >>> make_sections([50] * 4, [0, 1, 2], [1, 2, 3], [10.0] * 3, [100.0] * 4, [40.0] * 4).tolist()
    [0, 0, 1, 1]
    """
    if not 1 <= minimum <= maximum <= 3:
        raise InputError(
            f"Sections of {minimum} to {maximum} clusters cannot be made: 1 ≤ minimum ≤ maximum ≤ 3 is needed.",
            minimum=minimum,
            maximum=maximum,
        )
    costs = costs or SectionCosts()
    size = np.asarray(sizes, np.int64)
    graph = _Graph(size, left, right, length_m, kind, overlap_m2, overlap_m)
    area, perimeter = np.asarray(area_m2, float), np.asarray(perimeter_m, float)
    candidates = _make_candidates(graph, area, perimeter, (minimum, maximum, per_section), costs, cells)
    wanted = _apportion(graph.clusters_in, minimum, maximum, per_section, graph.live_component)
    before = None if previous is None else np.asarray(previous, np.int64)
    chosen, active = _start(candidates, before, costs)
    if before is not None:
        wanted = _wanted_before(graph, before, wanted, per_section)
    chosen = search_sections(
        candidates.members, candidates.cost, candidates.start, candidates.of_cluster, graph.start, graph.other,
        graph.component, graph.clusters_in, wanted, chosen, active, costs.count, passes, seed + 1,
    )  # fmt: skip
    if progress:
        progress(1.0)
    return _number(_join_leftovers(candidates.members[chosen, 0], size, graph, minimum, maximum))


class _Graph:
    """Sorted neighbour lists without self-loops and without clusters that nobody lives in."""

    def __init__(
        self,
        size: Ints,
        left: ArrayLike,
        right: ArrayLike,
        length_m: ArrayLike,
        kind: ArrayLike | None,
        overlap_m2: ArrayLike | None,
        overlap_m: ArrayLike | None,
    ) -> None:
        a, b = np.asarray(left, np.int64), np.asarray(right, np.int64)
        n, zero = len(size), np.zeros(len(a))
        keep = (a != b) & (size[a] > 0) & (size[b] > 0)
        self.length = np.asarray(length_m, float)
        self.soft = np.zeros(len(a), bool) if kind is None else np.asarray(kind) == 2
        shared = [zero if overlap is None else np.asarray(overlap, float) for overlap in (overlap_m2, overlap_m)]
        self.shared = np.column_stack(shared)
        edge = np.flatnonzero(keep)
        source, target, edge = np.r_[a[edge], b[edge]], np.r_[b[edge], a[edge]], np.r_[edge, edge]
        order = np.lexsort((target, source))
        self.other, self.edge = target[order], edge[order]
        self.start = np.r_[0, np.cumsum(np.bincount(source, minlength=n))].astype(np.int64)
        self.component = find_components(n, a[keep], b[keep])
        self.clusters_in = np.bincount(self.component)
        self.live_component = np.bincount(self.component, size) > 0


def _make_candidates(
    graph: _Graph,
    area: Floats,
    perimeter: Floats,
    limits: tuple[int, int, float],
    costs: SectionCosts,
    cells: ClusterCells | None,
) -> Candidates:
    """Cost every single, pair and triple."""
    minimum, maximum, per_section = limits
    n = len(area)
    pair = np.flatnonzero(np.repeat(np.arange(n), np.diff(graph.start)) < graph.other)
    ends = np.column_stack([np.repeat(np.arange(n), np.diff(graph.start))[pair], graph.other[pair]])
    edge = graph.edge[pair]
    links = np.column_stack([graph.length[edge], graph.shared[edge, 0], np.zeros(len(edge)), graph.soft[edge]])
    triples = list_triples(graph.start, graph.other) if maximum >= 3 else np.empty((0, 3), np.int64)
    more = shape_triples(triples, graph.start, graph.other, graph.edge, graph.length, graph.soft, graph.shared)
    if cells is not None:
        stacked = np.flatnonzero(more[:, 4] > 0)
        united = measure_unions(triples[stacked], *cells)
        more[stacked, 1] = area[triples[stacked]].sum(axis=1) - united[:, 0]
        more[stacked, 2] = united[:, 1] - perimeter[triples[stacked]].sum(axis=1) + 2 * more[stacked, 0]
    single = np.full((n, 3), -1, np.int64)
    single[:, 0] = np.arange(n)
    pairs = np.column_stack([ends, np.full(len(ends), -1, np.int64)]) if maximum >= 2 else np.empty((0, 3), np.int64)
    members = np.concatenate([single, pairs, np.sort(triples, axis=1)])
    link = np.concatenate([np.zeros((n, 4)), links[: len(pairs)], more[:, :4]])
    held = members >= 0
    total = np.where(held, area[members], 0.0).sum(axis=1) - link[:, 1]
    around = np.where(held, perimeter[members], 0.0).sum(axis=1) - 2 * link[:, 0] + link[:, 2]
    roundness = np.clip(4 * np.pi * total / np.maximum(around, 1e-9) ** 2, 0.0, 1.0)
    count = held.sum(axis=1)
    cost = 1 - roundness + costs.crossing * link[:, 3] + costs.balance * (count / per_section - 1) ** 2
    cost += costs.alone * np.maximum(minimum - count, 0)
    return index_candidates(members, cost, n)


def _apportion(clusters: Ints, minimum: int, maximum: int, per_section: float, live: NDArray[np.bool_]) -> Ints:
    """Wanted sections of each component: rounded on its own, evened out only when the whole is off by 0.5 %."""
    least = -(-clusters // maximum)
    most = np.maximum(clusters // minimum, 1)
    exact = clusters / per_section
    wanted = np.clip(np.rint(exact).astype(np.int64), np.minimum(least, most), most)
    aim = exact[live].sum()
    off = float(wanted[live].sum() - aim)
    while abs(off) > max(0.5, 0.005 * aim):
        step = -1 if off > 0 else 1
        room = live & (wanted + step >= least) & (wanted + step <= most)
        if not room.any():
            break
        slack = np.where(room, np.abs(wanted + step - exact) / clusters, np.inf)
        wanted[np.argmin(slack)] += step
        off += step
    return wanted


def _start(candidates: Candidates, previous: Ints | None, costs: SectionCosts) -> tuple[Ints, NDArray[np.bool_]]:
    """Start from single clusters, or from the sections of before that are still possible."""
    n = len(candidates.start) - 1
    chosen = np.arange(n)
    if previous is None:
        return chosen, np.ones(n, bool)
    count = np.bincount(previous[previous >= 0], minlength=previous.max(initial=0) + 1)
    first = np.where(candidates.members >= 0, previous[candidates.members], previous[candidates.members[:, [0]]])
    same = (first == first[:, [0]]).all(axis=1) & (first[:, 0] >= 0)
    held = (candidates.members >= 0).sum(axis=1)
    same &= held == count[np.maximum(first[:, 0], 0)]
    candidates.cost[same] -= costs.keep
    for column in np.flatnonzero(same):
        members = candidates.members[column]
        chosen[members[members >= 0]] = column
    return chosen, ~same[chosen]


def _wanted_before(graph: _Graph, previous: Ints, wanted: Ints, per_section: float) -> Ints:
    """Keep the count of sections of before, with more for new clusters, where that is possible."""
    count = len(wanted)
    seen = np.unique(np.column_stack([graph.component, previous])[previous >= 0], axis=0)
    held = np.bincount(seen[:, 0], minlength=count)
    fresh = np.bincount(graph.component[previous < 0], minlength=count)
    held = held + np.rint(fresh / per_section).astype(np.int64)
    possible = (held >= -(-graph.clusters_in // 3)) & (held <= np.maximum(graph.clusters_in // 2, 1))
    return np.where(possible, held, wanted)


def _join_leftovers(section: Ints, size: Ints, graph: _Graph, minimum: int, maximum: int) -> Ints:
    """Let a cluster that is left alone beside full sections be the one too many of a section."""
    section = section.copy()
    count = np.bincount(section, minlength=len(section))
    for v in np.flatnonzero((count[section] < minimum) & (size > 0)):
        if count[section[v]] >= minimum:
            continue
        near = graph.other[graph.start[v] : graph.start[v + 1]]
        near = near[count[section[near]] <= maximum]
        if len(near):
            best = near[np.argmin(count[section[near]] + 1e-6 * size[near])]
            moved = section == section[v]
            count[section[best]] += moved.sum()
            count[section[v]] = 0
            section[moved] = section[best]
    return section


def _number(section: Ints) -> Ints:
    _, first, label = np.unique(section, return_index=True, return_inverse=True)
    rank = np.empty(len(first), np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return np.asarray(rank[label], np.int64)
