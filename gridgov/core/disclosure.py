"""Small cells are hidden, and with them so many others that no subtraction brings them back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from gridgov.errors import InputError

HIDE_BELOW = 10
"""Cells of 1 to 9 are hidden by default outside the responsible office [rule: statistics hide small cells]."""

ROOT = -1


def hide_small_cells(
    leaves: pd.DataFrame, levels: Sequence[str], columns: Sequence[str], *, hide_below: int = HIDE_BELOW
) -> pd.DataFrame:
    """Make a table with totals by level in which no small count can be worked out.

    Parameters
    ----------
    leaves : pandas.DataFrame
        One row per smallest division: the columns `levels` from the whole to the smallest, and counts (whole, >= 0).
    levels : sequence of str
        Key columns, e.g. ``["district", "subdistrict", "community_id"]``; the last one has no repeats.
    columns : sequence of str
        Count columns; each is protected by itself.
    hide_below : int
        Counts from 1 to one below this are hidden; 0 is shown.

    Returns
    -------
    pandas.DataFrame
        One row per division of each level, whole first: `level`, `division_id`, the `levels` above it, and each
        count, missing where hidden [Int64], with ``<column>_hidden``.

    Raises
    ------
    InputError
        When a count is negative or missing, or the last level repeats.

    Examples
    --------
    >>> counts = pd.DataFrame({"district": ["D"] * 3, "community": ["a", "b", "c"], "alone": [4, 30, 25]})
    >>> hide_small_cells(counts, ["district", "community"], ["alone"])[["division_id", "alone"]].values.tolist()
    [['D', 59], ['a', <NA>], ['b', 30], ['c', <NA>]]
    """
    _require_counts(leaves, levels, columns)
    nodes, parent, holder = _make_nodes(leaves, list(levels))
    for column in columns:
        value = leaves[column].to_numpy(dtype=np.int64)
        total = sum(np.bincount(holder[:, at], weights=value, minlength=len(nodes)) for at in range(len(levels)))
        counts = np.rint(np.asarray(total)).astype(np.int64)
        hidden = find_hidden(counts, parent, hide_below=hide_below)
        nodes[column] = pd.Series(counts, dtype="Int64").mask(hidden)
        nodes[f"{column}_hidden"] = hidden
    return nodes


def find_hidden(value: np.ndarray, parent: np.ndarray, *, hide_below: int = HIDE_BELOW) -> np.ndarray:
    """Find the cells to hide in a tree of counts whose every total is the sum of its parts.

    Besides the small counts themselves, further cells are hidden until whoever knows all shown cells, that hidden
    cells are at least 1, and how to subtract, is left with a range at least `hide_below` wide for every small count.

    Parameters
    ----------
    value : numpy.ndarray
        Count of each node [n; whole, >= 0]; that of a node with children is their sum.
    parent : numpy.ndarray
        Position of each node's parent [n], `ROOT` for a total that is part of nothing.
    hide_below : int
        Counts from 1 to one below this are small.

    Returns
    -------
    numpy.ndarray
        Whether each node is hidden [n].
    """
    small = (value > 0) & (value < hide_below)
    hidden = small.copy()
    tree = _make_tree(parent)
    while True:
        low, high = find_ranges(value, parent, hidden, tree=tree)
        open_cells = np.flatnonzero(small & (high - low < hide_below))
        more = {_next_to_hide(int(cell), value, hidden, tree) for cell in open_cells} - {ROOT}
        if not more:
            return hidden
        hidden[list(more)] = True


def find_ranges(
    value: np.ndarray, parent: np.ndarray, hidden: np.ndarray, *, tree: Tree | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Find what a reader can work out about every cell: the range in which it must lie.

    Parameters
    ----------
    value : numpy.ndarray
        Count of each node [n].
    parent : numpy.ndarray
        Position of each node's parent [n], `ROOT` for none.
    hidden : numpy.ndarray
        Whether each node is hidden [n]; the reader knows that hidden cells are at least 1.
    tree : Tree, optional
        The same tree indexed; worked out where not given.

    Returns
    -------
    numpy.ndarray
        Smallest possible count of each node [n].
    numpy.ndarray
        Largest possible count of each node [n], infinite where nothing bounds it.
    """
    tree = tree or _make_tree(parent)
    low = np.where(hidden, 1.0, value)
    high = np.where(hidden, np.inf, value)
    for nodes in tree.levels[:0:-1]:
        above = np.unique(parent[nodes])
        low[above] = np.maximum(low[above], np.bincount(parent[nodes], low[nodes], len(value))[above])
        high[above] = np.minimum(high[above], np.bincount(parent[nodes], high[nodes], len(value))[above])
    up_low, up_high = low.copy(), high.copy()
    for nodes in tree.levels[1:]:
        above = parent[nodes]
        low[nodes] = np.maximum(low[nodes], low[above] - _sum_of_others(up_high[nodes], above, len(value)))
        high[nodes] = np.minimum(high[nodes], high[above] - _sum_of_others(up_low[nodes], above, len(value)))
    return low, high


@dataclass(frozen=True)
class Tree:
    """A tree of cells, indexed."""

    parent: np.ndarray
    levels: tuple[np.ndarray, ...]
    """Nodes by depth, the tops first."""
    by_parent: np.ndarray
    """Nodes sorted by their parents."""
    sorted_parents: np.ndarray

    def children(self, node: int) -> np.ndarray:
        """Return the nodes right below one.

        Parameters
        ----------
        node : int
            Position of the node.

        Returns
        -------
        numpy.ndarray
            Positions of its children.
        """
        start, end = np.searchsorted(self.sorted_parents, [node, node + 1])
        return self.by_parent[start:end]


def _make_tree(parent: np.ndarray) -> Tree:
    depth = np.zeros(len(parent), dtype=np.int64)
    above = parent.copy()
    while (above != ROOT).any():
        depth += above != ROOT
        above = np.where(above == ROOT, ROOT, parent[above])
    levels = tuple(np.flatnonzero(depth == at) for at in range(int(depth.max(initial=0)) + 1))
    by_parent = np.argsort(parent, kind="stable")
    return Tree(parent, levels, by_parent, parent[by_parent])


def _sum_of_others(values: np.ndarray, above: np.ndarray, count: int) -> np.ndarray:
    """Sum over the siblings of each node; infinite where one of them is."""
    endless = np.isinf(values)
    finite = np.where(endless, 0.0, values)
    others = np.bincount(above, finite, count)[above] - finite
    return np.where(np.bincount(above, endless, count)[above] - endless > 0, np.inf, others)


def _next_to_hide(cell: int, value: np.ndarray, hidden: np.ndarray, tree: Tree) -> int:
    """Find the smallest shown count that shares a sum with the cell, or with hidden cells linked to it.

    The totals that the cell is part of are kept as long as anything else can be hidden.
    """
    totals = _totals_above(cell, tree.parent)
    seen, ring = {cell}, [cell]
    while ring:
        near = {int(other) for one in ring for other in _in_one_sum(one, tree)} - seen
        shown = [other for other in near if not hidden[other] and value[other] > 0 and other not in totals]
        if shown:
            return min(shown, key=lambda other: (value[other], other))
        ring = sorted(other for other in near if hidden[other])
        seen |= near
    return next((total for total in totals if not hidden[total]), ROOT)


def _totals_above(cell: int, parent: np.ndarray) -> list[int]:
    totals = []
    while parent[cell] != ROOT:
        cell = int(parent[cell])
        totals.append(cell)
    return totals


def _in_one_sum(cell: int, tree: Tree) -> np.ndarray:
    above = int(tree.parent[cell])
    siblings = np.append(tree.children(above), above) if above != ROOT else np.zeros(0, dtype=np.int64)
    return np.concatenate([siblings, tree.children(cell)])


def _make_nodes(leaves: pd.DataFrame, levels: list[str]) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Make one row per division of each level, its parent, and the row of each leaf at each level."""
    tables, parents, holders = [], [], []
    start, above = 0, np.full(len(leaves), ROOT)
    for at, level in enumerate(levels):
        keys = leaves[levels[: at + 1]]
        own = keys.drop_duplicates().sort_values(levels[: at + 1], kind="stable", ignore_index=True)
        holder = start + pd.MultiIndex.from_frame(own).get_indexer(pd.MultiIndex.from_frame(keys))
        up = np.full(len(own), ROOT)
        up[holder - start] = above
        tables.append(own.assign(level=level, division_id=own[level]))
        parents.append(up)
        holders.append(holder)
        start, above = start + len(own), holder
    nodes = pd.concat(tables, ignore_index=True)
    nodes = nodes[["level", "division_id", *levels]].astype(object)
    return nodes, np.concatenate(parents), np.column_stack(holders)


def _require_counts(leaves: pd.DataFrame, levels: Sequence[str], columns: Sequence[str]) -> None:
    if leaves[levels[-1]].duplicated().any():
        twice = leaves.loc[leaves[levels[-1]].duplicated(), levels[-1]].iloc[0]
        raise InputError(f"Division {twice!r} of level {levels[-1]!r} comes twice. Sum it up first.", division=twice)
    if leaves[list(levels)].isna().any().any():
        raise InputError("A row does not say the division of every level. Fill it in first.", levels=list(levels))
    for column in columns:
        if leaves[column].isna().any() or (leaves[column] < 0).any():
            raise InputError(
                f"Column {column!r} has a missing or negative count. Only counts can be hidden.", column=column
            )
