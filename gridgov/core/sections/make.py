"""Clusters into sections of two or three: set partitioning by exact re-partition of small neighbourhoods."""

from __future__ import annotations

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
from gridgov.core.sections.graph import ClusterGraph
from gridgov.core.sections.rules import SectionRules
from gridgov.core.sections.search import Ground, Wish, search_sections

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def make_sections(
    graph: ClusterGraph,
    rules: SectionRules | None = None,
    *,
    previous: ArrayLike | None = None,
    start: ArrayLike | None = None,
    seed: int = 0,
) -> Ints:
    """Group clusters into sections of two or three adjacent ones.

    Every component of the graph is partitioned on its own, so one community never changes another. A component with
    one cluster is a section of one. What cannot be paired (the rays of a star) joins a section of three as a fourth,
    or stays alone; `explain_sections` names both. Clusters without households are sections of their own.

    Parameters
    ----------
    graph : ClusterGraph
        Clusters and their borders; hard barriers are no edges.
    rules : SectionRules, optional
        Clusters a section, costs and length of the search.
    previous : array_like of int, shape (clusters,), optional
        Earlier section of each cluster, -1 for none; only what no longer fits is changed.
    start : array_like of int, shape (clusters,), optional
        Section of each cluster to begin the search with, -1 for none; nothing is kept for its own sake.
    seed : int
        Seed of the search; the same seed and rows give the same sections.

    Returns
    -------
    numpy.ndarray of int64, shape (clusters,)
        Section of each cluster, numbered from 0 in order of their first cluster.

    Examples
    --------
    >>> from gridgov.core.sections import make_cluster_graph
    >>> row = make_cluster_graph(range(4), [50] * 4, range(4), [100] * 4, [40] * 4, [0, 1, 2], [1, 2, 3], [10.0] * 3)
    >>> make_sections(row).tolist()
    [0, 0, 1, 1]
    """
    rules = rules or SectionRules()
    links = _Links(graph)
    candidates = _make_candidates(graph, links, rules)
    wanted = _apportion(links.clusters_in, rules, links.live_component)
    chosen, active = np.arange(len(graph.sizes)), np.ones(len(graph.sizes), bool)
    if previous is not None:
        before = np.asarray(previous, np.int64)
        same = _choose_again(candidates, before, chosen)
        candidates.cost[same] -= rules.costs.keep
        active, wanted = ~same[chosen], _wanted_before(links, before, wanted, rules.per_section)
    elif start is not None:
        _choose_again(candidates, np.asarray(start, np.int64), chosen)
    ground = Ground(links.start, links.other, links.component, links.clusters_in)
    wish = Wish(wanted, rules.costs.count, start is None, rules.passes)
    chosen = search_sections(candidates, ground, wish, chosen, active, seed + 1)
    return _number(_join_leftovers(candidates.members[chosen, 0], graph.sizes, links, rules))


class _Links:
    """Sorted neighbour lists without self-loops and without clusters that nobody lives in."""

    def __init__(self, graph: ClusterGraph) -> None:
        a, b, size = graph.left, graph.right, graph.sizes
        n = len(size)
        keep = (a != b) & (size[a] > 0) & (size[b] > 0)
        self.length = graph.length_m
        self.soft = graph.kind == 2
        self.shared = np.column_stack([graph.overlap_m2, graph.overlap_m])
        edge = np.flatnonzero(keep)
        source, target, edge = np.r_[a[edge], b[edge]], np.r_[b[edge], a[edge]], np.r_[edge, edge]
        order = np.lexsort((target, source))
        self.other, self.edge = target[order], edge[order]
        self.start = np.r_[0, np.cumsum(np.bincount(source, minlength=n))].astype(np.int64)
        self.component = find_components(n, a[keep], b[keep])
        self.clusters_in = np.bincount(self.component)
        self.live_component = np.bincount(self.component, size) > 0


def _make_candidates(graph: ClusterGraph, links: _Links, rules: SectionRules) -> Candidates:
    """Cost every single, pair and triple."""
    pairs, joints = _list_pairs(links, rules)
    triples, more = _list_triples(graph, links, rules)
    n = len(graph.sizes)
    single = np.full((n, 3), -1, np.int64)
    single[:, 0] = np.arange(n)
    members = np.concatenate([single, pairs, triples])
    link = np.concatenate([np.zeros((n, 4)), joints, more])
    return index_candidates(members, _cost(graph, members, link, rules), n)


def _list_pairs(links: _Links, rules: SectionRules) -> tuple[Ints, Floats]:
    """All adjacent pairs, and of each the border, the area they share, 0, and whether a main road lies between."""
    source = np.repeat(np.arange(len(links.start) - 1), np.diff(links.start))
    pair = np.flatnonzero((source < links.other) & (rules.maximum >= 2))
    edge = links.edge[pair]
    members = np.column_stack([source[pair], links.other[pair], np.full(len(pair), -1, np.int64)])
    joints = [links.length[edge], links.shared[edge, 0], np.zeros(len(edge)), links.soft[edge]]
    return members, np.column_stack(joints)


def _list_triples(graph: ClusterGraph, links: _Links, rules: SectionRules) -> tuple[Ints, Floats]:
    """All connected triples, and of each the border, the area and perimeter they share, and roads to cross."""
    if rules.maximum < 3:
        return np.empty((0, 3), np.int64), np.empty((0, 4))
    triples = list_triples(links.start, links.other)
    joints = shape_triples(triples, links.start, links.other, links.edge, links.length, links.soft, links.shared)
    if graph.cells is not None:
        stacked = np.flatnonzero(joints[:, 4] > 0)
        some = triples[stacked]
        united = measure_unions(some, *graph.cells)
        joints[stacked, 1] = graph.area_m2[some].sum(axis=1) - united[:, 0]
        joints[stacked, 2] = united[:, 1] - graph.perimeter_m[some].sum(axis=1) + 2 * joints[stacked, 0]
    return np.sort(triples, axis=1), joints[:, :4]


def _cost(graph: ClusterGraph, members: Ints, link: Floats, rules: SectionRules) -> Floats:
    """Cost of each candidate from what its members share."""
    held = members >= 0
    total = np.where(held, graph.area_m2[members], 0.0).sum(axis=1) - link[:, 1]
    around = np.where(held, graph.perimeter_m[members], 0.0).sum(axis=1) - 2 * link[:, 0] + link[:, 2]
    roundness = np.clip(4 * np.pi * total / np.maximum(around, 1e-9) ** 2, 0.0, 1.0)
    count, costs = held.sum(axis=1), rules.costs
    cost = 1 - roundness + costs.crossing * link[:, 3] + costs.balance * (count / rules.per_section - 1) ** 2
    cost += costs.alone * np.maximum(rules.minimum - count, 0)
    return np.asarray(cost)


def _apportion(clusters: Ints, rules: SectionRules, live: NDArray[np.bool_]) -> Ints:
    """Wanted sections of each component: rounded on its own, evened out only when the whole is off by 0.5 %."""
    least = -(-clusters // rules.maximum)
    most = np.maximum(clusters // rules.minimum, 1)
    exact = clusters / rules.per_section
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


def _choose_again(candidates: Candidates, section: Ints, chosen: Ints) -> NDArray[np.bool_]:
    """Choose the sections given that are still possible; return which candidates these are."""
    count = np.bincount(section[section >= 0], minlength=section.max(initial=0) + 1)
    first = np.where(candidates.members >= 0, section[candidates.members], section[candidates.members[:, [0]]])
    same = (first == first[:, [0]]).all(axis=1) & (first[:, 0] >= 0)
    held = (candidates.members >= 0).sum(axis=1)
    same &= held == count[np.maximum(first[:, 0], 0)]
    row, place = np.nonzero(same[:, None] & (candidates.members >= 0))
    chosen[candidates.members[row, place]] = row
    return np.asarray(same, np.bool_)


def _wanted_before(links: _Links, previous: Ints, wanted: Ints, per_section: float) -> Ints:
    """Keep the count of sections of before, with more for new clusters, where that is possible."""
    count = len(wanted)
    seen = np.unique(np.column_stack([links.component, previous])[previous >= 0], axis=0)
    held = np.bincount(seen[:, 0], minlength=count)
    fresh = np.bincount(links.component[previous < 0], minlength=count)
    held = held + np.rint(fresh / per_section).astype(np.int64)
    possible = (held >= -(-links.clusters_in // 3)) & (held <= np.maximum(links.clusters_in // 2, 1))
    return np.where(possible, held, wanted)


def _join_leftovers(section: Ints, size: Ints, links: _Links, rules: SectionRules) -> Ints:
    """Let a cluster that is left alone beside full sections be the one too many of a section."""
    section = section.copy()
    count = np.bincount(section, minlength=len(section))
    for v in np.flatnonzero((count[section] < rules.minimum) & (size > 0)):
        if count[section[v]] >= rules.minimum:
            continue
        near = links.other[links.start[v] : links.start[v + 1]]
        near = near[count[section[near]] <= rules.maximum]
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
