"""The graph of clusters: what joins, how long the common border is, and what two clusters of one tower share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MANY, NEAR = 24, 4
"""In a building with more clusters than `MANY` only those within `NEAR` places of each other in the stack can be one
section: all pairs of hundreds would be millions of possible sections."""


class ClusterCells(NamedTuple):
    """The cells of each cluster and the borders of each cell, in compressed rows."""

    start: Ints
    """Per cluster, plus one past the end: where its cells begin."""
    cell: Ints
    area_m2: Floats
    perimeter_m: Floats
    """Per cell."""
    row: Ints
    """Per cell, plus one past the end: where its neighbours begin."""
    neighbour: Ints
    length_m: Floats


@dataclass(frozen=True)
class ClusterGraph:
    """Clusters as nodes, common borders as edges; lengths in m, areas in m².

    The perimeter of the union of two clusters is exactly ``perimeter[left] + perimeter[right] - 2 * length_m``, and
    its area ``area[left] + area[right] - overlap_m2``, also when they are stacked in one building.
    """

    sizes: Ints
    """Households of each cluster."""
    area_m2: Floats
    perimeter_m: Floats
    left: Ints
    right: Ints
    length_m: Floats
    kind: Ints
    """What most of the border runs along: 0 nothing, 1 minor road, 2 main road."""
    overlap_m2: Floats
    """Area of the cells that both clusters occupy (on different storeys)."""
    overlap_m: Floats
    """Perimeter of those cells."""
    cells: ClusterCells | None = None
    """To measure three clusters of which two are stacked: their borders with the third are partly the same."""


def make_cluster_graph(
    cluster: ArrayLike,
    households: ArrayLike,
    cell: ArrayLike,
    cell_area_m2: ArrayLike,
    cell_perimeter_m: ArrayLike,
    left: ArrayLike,
    right: ArrayLike,
    length_m: ArrayLike,
    kind: ArrayLike | None = None,
) -> ClusterGraph:
    """Make the graph of clusters from atoms and the edges of their cells.

    Parameters
    ----------
    cluster : array_like of int, shape (atoms,)
        Cluster of each atom, 0 … clusters - 1.
    households : array_like of int, shape (atoms,)
        Households of each atom.
    cell : array_like of int, shape (atoms,)
        Position of each atom's cell.
    cell_area_m2, cell_perimeter_m : array_like of float, shape (cells,)
        Area and perimeter of each cell.
    left, right : array_like of int, shape (edges,)
        Positions of two cells that share a border which may be crossed.
    length_m : array_like of float, shape (edges,)
        Length of that border.
    kind : array_like of int, shape (edges,), optional
        0 nothing, 1 minor road, 2 main road along the border; all 0 when not given.

    Returns
    -------
    ClusterGraph
        One node per cluster.

    Examples
    --------
    Two squares of 10 m side by side, and a third cluster above the second:

    >>> g = make_cluster_graph([0, 1, 2], [50, 40, 45], [0, 1, 1], [100, 100], [40, 40], [0], [1], [10.0])
    >>> list(zip(g.left.tolist(), g.right.tolist(), g.length_m.tolist(), g.overlap_m2.tolist()))
    [(0, 1, 10.0, 0.0), (0, 2, 10.0, 0.0), (1, 2, 20.0, 100.0)]
    """
    cluster, cell = np.asarray(cluster, np.int64), np.asarray(cell, np.int64)
    area: Floats = np.asarray(cell_area_m2, np.float64)
    perimeter: Floats = np.asarray(cell_perimeter_m, np.float64)
    left, right = np.asarray(left, np.int64), np.asarray(right, np.int64)
    length = np.asarray(length_m, float)
    kinds = np.zeros(len(left), np.int64) if kind is None else np.asarray(kind, np.int64)
    count = int(cluster.max(initial=-1)) + 1
    held = pd.DataFrame({"cell": cell, "cluster": cluster}).drop_duplicates()
    both = _border_pairs(held, pd.DataFrame({"cell": left, "other": right, "length": length, "kind": kinds}))
    pairs, road = _join_pairs(both, held, area, perimeter)
    inside = both[both.cluster == both.far]
    own_perimeter = np.bincount(held.cluster, perimeter[held.cell], count).astype(np.float64)
    return ClusterGraph(
        sizes=np.bincount(cluster, np.asarray(households, float), count).astype(np.int64),
        area_m2=np.bincount(held.cluster, area[held.cell], count).astype(np.float64),
        perimeter_m=own_perimeter - 2 * np.bincount(inside.cluster, inside.length, count),
        left=pairs.index.get_level_values("a").to_numpy(np.int64),
        right=pairs.index.get_level_values("b").to_numpy(np.int64),
        length_m=pairs.length.to_numpy() + pairs.around.to_numpy() / 2,
        kind=road,
        overlap_m2=pairs.overlap.to_numpy(),
        overlap_m=pairs.around.to_numpy(),
        cells=_list_cells(held, area, perimeter, left, right, length),
    )


def _border_pairs(held: pd.DataFrame, edges: pd.DataFrame) -> pd.DataFrame:
    """For every border of two cells each pair of clusters on its sides: cluster and far.

    Between two tall stacks only clusters at about the same height are paired.
    """
    stack = np.bincount(held.cell, minlength=int(edges[["cell", "other"]].max(axis=None)) + 1 if len(edges) else 1)
    tall = (stack[edges.cell] * stack[edges.other] > MANY**2) if len(edges) else np.zeros(0, bool)
    on_left = edges[~tall].merge(held, on="cell")
    both = on_left.merge(held.rename(columns={"cell": "other", "cluster": "far"}), on="other")
    return pd.concat([both, _tall_pairs(held, edges[tall], stack)], ignore_index=True) if tall.any() else both


def _tall_pairs(held: pd.DataFrame, edges: pd.DataFrame, stack: Ints) -> pd.DataFrame:
    """Pairs of clusters on both sides of the borders of tall stacks: those near in height, and each with itself."""
    sorted_held = held.sort_values("cell", kind="stable")
    first, member = np.searchsorted(sorted_held.cell, np.arange(len(stack))), sorted_held.cluster.to_numpy()
    # the stack with more clusters asks, so that every cluster of both is paired
    turned = stack[edges.cell] < stack[edges.other]
    own = np.where(turned, edges.other, edges.cell)
    count = stack[own]
    of = np.repeat(np.arange(len(edges)), count)
    rank = np.arange(len(of)) - np.repeat(np.cumsum(count) - count, count)
    across = np.where(turned, edges.cell, edges.other)[of]
    level = rank * stack[across] // count[of]
    tables = []
    for step in range(-NEAR, NEAR + 1):
        fits = (level + step >= 0) & (level + step < stack[across])
        one, other = member[first[own[of]] + rank][fits], member[first[across] + level + step * fits][fits]
        flip = turned[of][fits]
        row = edges.iloc[of[fits]]
        tables.append(row.assign(cluster=np.where(flip, other, one), far=np.where(flip, one, other)))
    same = edges.merge(held, on="cell").merge(held.rename(columns={"cell": "other"}), on=["other", "cluster"])
    pairs = pd.concat([*tables, same.assign(far=same.cluster)], ignore_index=True)
    return pairs.drop_duplicates(["cell", "other", "cluster", "far"])


def _join_pairs(both: pd.DataFrame, held: pd.DataFrame, area: Floats, perimeter: Floats) -> tuple[pd.DataFrame, Ints]:
    """Sums over all borders and shared cells of each pair of clusters, and what most of their border runs along."""
    borders = _borders(both[both.cluster != both.far], held, len(area))
    shared = _shared_cells(held, area, perimeter)
    pairs = pd.concat([borders, shared], ignore_index=True).groupby(["a", "b"], sort=True).sum()
    # along the border of a shared cell there is nothing to cross
    road = pairs[["k0", "k1", "k2"]].to_numpy()
    road[pairs.overlap.to_numpy() > 0] = (1.0, 0.0, 0.0)
    return pairs, road.argmax(axis=1).astype(np.int64)


def _list_cells(
    held: pd.DataFrame, area: Floats, perimeter: Floats, left: Ints, right: Ints, length: Floats
) -> ClusterCells:
    """Cells by cluster, neighbours by cell."""
    order = np.argsort(held.cluster.to_numpy(), kind="stable")
    source, target = np.r_[left, right], np.r_[right, left]
    by_cell = np.argsort(source, kind="stable")
    return ClusterCells(
        start=np.r_[0, np.cumsum(np.bincount(held.cluster))].astype(np.int64),
        cell=held.cell.to_numpy()[order],
        area_m2=area,
        perimeter_m=perimeter,
        row=np.r_[0, np.cumsum(np.bincount(source, minlength=len(area)))].astype(np.int64),
        neighbour=target[by_cell],
        length_m=np.r_[length, length][by_cell],
    )


def _borders(both: pd.DataFrame, held: pd.DataFrame, cells: int) -> pd.DataFrame:
    """Borders between two clusters, without those inside a cell that both occupy."""
    keys = np.sort(held.cluster.to_numpy() * cells + held.cell.to_numpy())
    inner = np.isin(both.far.to_numpy() * cells + both.cell.to_numpy(), keys)
    inner |= np.isin(both.cluster.to_numpy() * cells + both.other.to_numpy(), keys)
    both = both[~inner]
    pair = np.sort(both[["cluster", "far"]].to_numpy(), axis=1).reshape(-1, 2)
    length, kind = both.length.to_numpy(), both.kind.to_numpy()
    by_kind = {f"k{k}": np.where(np.clip(kind, 0, 2) == k, length, 0.0) for k in range(3)}
    zero = np.zeros(len(both))
    return pd.DataFrame(
        {"a": pair[:, 0], "b": pair[:, 1], "length": length, "overlap": zero, "around": zero, **by_kind}
    )


def _shared_cells(held: pd.DataFrame, area: Floats, perimeter: Floats) -> pd.DataFrame:
    """Area and perimeter of the cells that two clusters both occupy."""
    several = held[held.duplicated("cell", keep=False)]
    tall = several.groupby("cell").cluster.transform("size") > MANY
    pairs = several[~tall].merge(several[~tall], on="cell")
    if tall.any():
        stacks = several[tall].sort_values("cell", kind="stable")
        near = [_shifted(stacks, step) for step in range(1, NEAR + 1)]
        pairs = pd.concat([pairs, *near], ignore_index=True)
    pairs = pairs[pairs.cluster_x < pairs.cluster_y]
    zero = np.zeros(len(pairs))
    cell = pairs.cell.to_numpy()
    return pd.DataFrame(
        {"a": pairs.cluster_x.to_numpy(), "b": pairs.cluster_y.to_numpy(), "length": zero, "overlap": area[cell]}
        | {"around": perimeter[cell], "k0": zero, "k1": zero, "k2": zero}
    )


def _shifted(stacks: pd.DataFrame, step: int) -> pd.DataFrame:
    """Each cluster of a stack with the one so many places above it, the lesser first."""
    cell, cluster = stacks.cell.to_numpy(), stacks.cluster.to_numpy()
    same = cell[step:] == cell[:-step]
    low, high = np.minimum(cluster[step:], cluster[:-step]), np.maximum(cluster[step:], cluster[:-step])
    return pd.DataFrame({"cell": cell[step:][same], "cluster_x": low[same], "cluster_y": high[same]})
