"""Numbers inside a community: row by row from north to south, west to east within a row."""

from __future__ import annotations

import numpy as np
import pandas as pd


def make_numbers(
    community: pd.Series, x: np.ndarray, y: np.ndarray, area_m2: np.ndarray, tie: np.ndarray | None = None
) -> pd.Series:
    """Number groups inside their community as one reads a page.

    Two independent city standards number west to east, then north to south. Groups do not stand in straight rows,
    so the community is cut into rows as high as its typical group is wide.

    Parameters
    ----------
    community : pandas.Series
        Community of each group.
    x, y : numpy.ndarray
        Inner point of each group [m; metric CRS].
    area_m2 : numpy.ndarray
        Area of each group; its median gives the height of a row.
    tie : numpy.ndarray, optional
        Orders groups at the same point (storeys of one tower, from the ground up).

    Returns
    -------
    pandas.Series
        1, 2, 3 … inside each community, same index as `community`.

    Examples
    --------
    >>> where = pd.Series(["A", "A", "A"])
    >>> make_numbers(where, np.array([9.0, 0, 0]), np.array([9.0, 9, 0]), np.full(3, 16.0)).tolist()
    [2, 1, 3]
    """
    frame = pd.DataFrame({"community": community.to_numpy(), "x": x, "y": y, "side": np.sqrt(area_m2)})
    frame["tie"] = np.zeros(len(frame)) if tie is None else tie
    grouped = frame.groupby("community", sort=False)
    height = grouped.side.transform("median").clip(lower=1e-6)
    frame["row"] = np.floor((grouped.y.transform("max") - frame.y) / height + 0.5)
    order = frame.sort_values(["community", "row", "x", "tie", "y"], kind="stable").index
    number = frame.loc[order].groupby("community", sort=False).cumcount() + 1
    return pd.Series(number.sort_index().to_numpy(), index=community.index, name="number")
