"""Counts by area for those who may not see the rows: small ones are hidden so that none can be worked out."""

from __future__ import annotations

import pandas as pd

from gridgov.core.disclosure import HIDE_BELOW
from gridgov.core.indicators.measures import AREA_LEVELS, WHOLE, find_hidden_areas, sum_areas

OF = ":of"
"""Ending of a figure's name that says what its count is out of."""


def make_figures(
    leaves: pd.DataFrame, name: str, *, open_to_all: bool = False, hide_below: int = HIDE_BELOW
) -> pd.DataFrame:
    """Sum one measure up by area and hide the small counts.

    Parameters
    ----------
    leaves : pandas.DataFrame
        As `gridgov.core.indicators.measures.sum_areas` takes it: counts ``n`` out of ``of`` by piece of ground.
    name : str
        Name of the measure.
    open_to_all : bool
        Whether it counts things, not people, and nothing is hidden.
    hide_below : int
        Counts from 1 to one below this are hidden.

    Returns
    -------
    pandas.DataFrame
        `level`, `group_id`, `figure` (the name, and the name with `OF`), `value` [Int64; missing where hidden].

    Examples
    --------
    >>> place = {"community": "A", "grid": "g", "section": "s", "cluster": ["c", "d", "e"]}
    >>> leaves = pd.DataFrame({**place, "n": [6, 40, 50], "of": [6, 40, 50]})
    >>> make_figures(leaves, "tenants").query("level == 'cluster' and figure == 'tenants'")["value"].tolist()
    [<NA>, <NA>, 50]
    """
    secret = {} if open_to_all else find_hidden_areas(leaves, hide_below=hide_below)
    whole = leaves[["n", "of"]].sum().to_frame().T.set_axis([""])
    parts = []
    for level, sums in ((WHOLE, whole), *((level, sum_areas(leaves, level)) for level in AREA_LEVELS)):
        hidden = sums.index.isin({""} if level == WHOLE and secret.get(WHOLE) else secret.get(level, frozenset()))
        for column, figure in (("n", name), ("of", name + OF)):
            value = sums[column].round().astype("Int64").mask(hidden)
            rows = pd.DataFrame({"level": level, "group_id": sums.index, "figure": figure, "value": value.array})
            parts.append(rows)
    return pd.concat(parts, ignore_index=True)
