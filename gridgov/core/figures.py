"""Counts by area for those who may not see the rows: small ones are hidden so that none can be worked out."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from gridgov.core.disclosure import HIDE_BELOW, hide_small_cells

TREE = ("community", "section", "cluster")
"""Areas that lie in one another; a grid may cut across sections and clusters."""


def make_figures(
    pieces: pd.DataFrame, open_figures: Sequence[str], hidden_figures: Sequence[str], *, hide_below: int = HIDE_BELOW
) -> pd.DataFrame:
    """Sum counts up by community, section, cluster and grid, and hide the small ones.

    Grids cut across the tree of the other areas: a reader could subtract one from the other. So the grids of a
    community are shown only where nothing of that figure is hidden in the community and no grid of it is small.

    Parameters
    ----------
    pieces : pandas.DataFrame
        One row per piece of ground: `community`, `section`, `cluster`, `grid` (missing where it lies in none) and the
        counts (whole, >= 0).
    open_figures : sequence of str
        Counts of things: shown as they are.
    hidden_figures : sequence of str
        Counts of people and of what is done by them: small ones are hidden.
    hide_below : int
        Counts from 1 to one below this are hidden.

    Returns
    -------
    pandas.DataFrame
        `level`, `group_id`, `figure`, `value` [Int64; missing where hidden], in this order of keys. An area without
        a row counts 0.

    Examples
    --------
    >>> pieces = pd.DataFrame({"community": ["A", "A"], "section": ["s", "s"], "cluster": ["c", "d"],
    ...                        "grid": ["g", "g"], "houses": [3, 4], "tenants": [6, 40]})
    >>> make_figures(pieces, ["houses"], ["tenants"]).query("level == 'cluster'")["value"].tolist()
    [3, 4, <NA>, <NA>]
    """
    figures = [*open_figures, *hidden_figures]
    if pieces.empty:
        return pd.DataFrame({"level": [], "group_id": [], "figure": [], "value": pd.array([], dtype="Int64")})
    leaves = pieces.groupby(list(TREE), as_index=False)[figures].sum()
    tree = hide_small_cells(leaves, TREE, hidden_figures, hide_below=hide_below)
    counts = hide_small_cells(leaves, TREE, open_figures, hide_below=1)
    tree[list(open_figures)] = counts[list(open_figures)].to_numpy()
    parts = [tree[["level", "division_id", *figures]], _make_grids(pieces, tree, figures, hidden_figures, hide_below)]
    wide = pd.concat(parts).rename(columns={"division_id": "group_id"})
    long = wide.melt(["level", "group_id"], figures, "figure", "value").astype({"value": "Int64"})
    return long.sort_values(["figure", "level", "group_id"], kind="stable", ignore_index=True)


def _make_grids(
    pieces: pd.DataFrame, tree: pd.DataFrame, figures: list[str], hidden_figures: Sequence[str], hide_below: int
) -> pd.DataFrame:
    grids = pieces.dropna(subset="grid").groupby("grid")[figures].sum().astype("Int64")
    places = pieces.dropna(subset="grid")[["grid", "community"]].drop_duplicates()
    for figure in hidden_figures:
        small = grids.index[(grids[figure] > 0) & (grids[figure] < hide_below)]
        closed = set(tree.loc[tree[f"{figure}_hidden"], "community"])
        closed |= set(places.loc[places["grid"].isin(small), "community"])
        hidden = places.loc[places["community"].isin(closed), "grid"]
        grids.loc[grids.index.isin(hidden), figure] = pd.NA
    return grids.rename_axis("division_id").reset_index().assign(level="grid")
