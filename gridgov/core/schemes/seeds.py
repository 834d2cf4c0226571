"""Seeds: buildings that groups are formed around, and those that no group is formed around."""

from __future__ import annotations

import heapq
from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from gridgov.core.division import AtomGraph
from gridgov.core.findings import join_findings, make_findings

Ints = npt.NDArray[np.int64]
Names = npt.NDArray[np.object_]


def place_seeds(building: Names, wanted: Sequence[str]) -> tuple[Ints, list[str]]:
    """Find the nodes of the buildings wanted as seeds.

    Parameters
    ----------
    building : numpy.ndarray of str or None
        Building of each node.
    wanted : sequence of str
        Ids; of a building with several nodes the first is the seed.

    Returns
    -------
    nodes : numpy.ndarray of int
        Nodes, in order.
    unknown : list of str
        Ids that are not there.
    """
    names = pd.Index(building)
    first = pd.Series(np.arange(len(names)), names)[~names.duplicated()]
    ids = list(dict.fromkeys(wanted))
    known = [one for one in ids if one in first.index]
    return np.sort(first.reindex(known).to_numpy(np.int64)), [one for one in ids if one not in first.index]


def grow_seeds(graph: AtomGraph, seeds: Ints, locked: Ints, target: int, keep: Ints) -> Ints:
    """Give each seed the nearest free nodes that hang together with it, up to the target.

    Parameters
    ----------
    graph : AtomGraph
        The ground.
    seeds : numpy.ndarray of int
        Free nodes.
    locked : numpy.ndarray of int, shape (nodes,)
        Fixed groups, -1 for free nodes.
    target : int
        Size of a group.
    keep : numpy.ndarray of int, shape (nodes,)
        Compound of each node, -1 for none; a seed does not reach over the wall of one.

    Returns
    -------
    numpy.ndarray of int, shape (nodes,)
        `locked` with a further group for each seed.
    """
    group = locked.copy()
    base = int(locked.max(initial=-1)) + 1
    group[seeds] = base + np.arange(len(seeds))
    near = _list_neighbours(graph)
    for k, s in enumerate(seeds.tolist()):
        size, heap, seen = int(graph.size[s]), [(0.0, s)], {s}
        while heap:
            _, here = heapq.heappop(heap)
            if here != s:
                if size + graph.size[here] > target:
                    continue
                group[here] = base + k
                size += int(graph.size[here])
            for other in near(here):
                if other not in seen and group[other] < 0 and keep[other] == keep[s]:
                    seen.add(other)
                    far_m = float(np.hypot(graph.x[other] - graph.x[s], graph.y[other] - graph.y[s]))
                    heapq.heappush(heap, (far_m, other))
    return group


def find_seed_faults(
    label: Ints, seeds: Ints, building: Names, unknown: list[str], seed_of: Names, graph: AtomGraph
) -> gpd.GeoDataFrame:
    """Name wishes for seeds that could not be met.

    Parameters
    ----------
    label : numpy.ndarray of int, shape (nodes,)
        Groups.
    seeds : numpy.ndarray of int
        Nodes of the preferred seeds.
    building : numpy.ndarray of str or None
        Building of each node.
    unknown : list of str
        Ids that are not there.
    seed_of : numpy.ndarray of str or None
        Seed of each group.
    graph : AtomGraph
        Sizes.

    Returns
    -------
    geopandas.GeoDataFrame
        Findings `seed-unknown`, `seeds-together` and `no-seed`.
    """
    again = pd.Series(label[seeds]).duplicated(keep=False).to_numpy()
    lived_in = np.bincount(label, graph.size) > 0
    empty = np.flatnonzero(lived_in & np.array([one is None for one in seed_of]))
    return join_findings(
        [
            make_findings("buildings", unknown, "seed-unknown", "warning", "no such building", "Correct the id."),
            make_findings(
                "buildings", building[seeds[again]], "seeds-together", "warning",
                "in one group with another preferred seed", "They lie too close for groups of their own.",
            ),
            make_findings(
                "groups", empty, "no-seed", "warning", "every building of the group is forbidden as a seed",
                "Allow one of them.",
            ),
        ]
    )  # fmt: skip


def _list_neighbours(graph: AtomGraph):  # type: ignore[no-untyped-def]
    """Return a function that lists the nodes touching a node: in its stack and on the cells beside."""
    source = np.r_[graph.edge_left, graph.edge_right]
    order = np.argsort(source, kind="stable")
    beside = np.r_[graph.edge_right, graph.edge_left][order]
    start = np.r_[0, np.cumsum(np.bincount(source, minlength=graph.cell_count))]
    by_cell = np.argsort(graph.cell, kind="stable")
    first = np.r_[0, np.cumsum(np.bincount(graph.cell, minlength=graph.cell_count))]

    def near(node: int) -> list[int]:
        cell = int(graph.cell[node])
        cells = [cell, *beside[start[cell] : start[cell + 1]].tolist()]
        return [int(n) for c in cells for n in by_cell[first[c] : first[c + 1]] if n != node]

    return near
