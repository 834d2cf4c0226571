"""Borders: which cells touch, over what length, and what lies between them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from numba import njit
from numpy.typing import NDArray

from gridgov.core.fabric.blocks import is_near
from gridgov.core.fabric.chains import find_chains
from gridgov.core.fabric.graph import Graph

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Shapes = NDArray[np.object_]

SHORTEST_M = 0.06
NONE, MINOR, SOFT = 0, 1, 2


def find_edges(
    graph: Graph, faces: Ints, community: Ints, origin: Floats, barriers: dict[str, Shapes]
) -> pd.DataFrame:
    """Find pairs of cells of one community with a common border that is not a hard barrier.

    A border is on a barrier when its middle lies within 0.6 m of it. Of several stretches of border between the same
    two cells one on a hard barrier closes them all; else the longest decides.

    Parameters
    ----------
    graph : Graph
        Edges between faces.
    faces : ndarray of int
        Face of each cell, ascending.
    community : ndarray of int
        Community of each cell.
    origin : ndarray of float
        Added to the nodes of the graph.
    barriers : dict of str to ndarray of shapely geometry
        By kind.

    Returns
    -------
    pandas.DataFrame
        Columns left, right (positions in `faces`, left < right), length_m, kind (0 none, 1 minor, 2 soft).
    """
    nothing_fixed = np.zeros(len(graph.x), bool)
    offsets, nodes, left, right = find_chains(graph.start, graph.end, graph.left, graph.right, nothing_fixed)
    both = (left >= 0) & (right >= 0)
    length, mx, my = _middles(graph.x, graph.y, offsets, nodes)
    a, b = np.searchsorted(faces, left[both]), np.searchsorted(faces, right[both])
    length, mx, my = length[both], mx[both] + origin[0], my[both] + origin[1]
    inside = community[a] == community[b]
    a, b, length, mx, my = (v[inside] for v in (a, b, length, mx, my))
    middle = shapely.points(mx, my)
    near = {kind: is_near(middle, barriers.get(kind, np.empty(0, object))) for kind in ("minor", "soft", "hard")}
    table = pd.DataFrame({"left": np.minimum(a, b), "right": np.maximum(a, b), "length_m": length})
    table["kind"] = np.where(near["soft"], SOFT, np.where(near["minor"], MINOR, NONE)).astype(np.int8)
    table["hard"] = near["hard"]
    table = table.sort_values(["left", "right", "length_m"], ascending=[True, True, False], ignore_index=True)
    groups = table.groupby(["left", "right"], as_index=False)
    table = groups.agg(length_m=("length_m", "sum"), kind=("kind", "first"), hard=("hard", "max"))
    return table[~table.hard & (table.length_m > SHORTEST_M)].drop(columns="hard").reset_index(drop=True)


@njit(cache=True)
def _middles(x: Floats, y: Floats, offsets: Ints, nodes: Ints) -> tuple[Floats, Floats, Floats]:
    """Length and middle of each chain."""
    chains = len(offsets) - 1
    length, mx, my = np.zeros(chains), np.empty(chains), np.empty(chains)
    for c in range(chains):
        for i in range(offsets[c], offsets[c + 1] - 1):
            length[c] += np.hypot(x[nodes[i + 1]] - x[nodes[i]], y[nodes[i + 1]] - y[nodes[i]])
        left = length[c] / 2.0
        for i in range(offsets[c], offsets[c + 1] - 1):
            step = np.hypot(x[nodes[i + 1]] - x[nodes[i]], y[nodes[i + 1]] - y[nodes[i]])
            if left <= step or i == offsets[c + 1] - 2:
                f = 0.0 if step == 0.0 else left / step
                mx[c] = x[nodes[i]] + f * (x[nodes[i + 1]] - x[nodes[i]])
                my[c] = y[nodes[i]] + f * (y[nodes[i + 1]] - y[nodes[i]])
                break
            left -= step
    return length, mx, my
