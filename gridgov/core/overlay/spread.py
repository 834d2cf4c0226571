"""Rows of a group are spread over the group's parts in proportion to what each part may hold."""

from __future__ import annotations

import numpy as np
import pandas as pd


def spread_rows(row_group: np.ndarray, part_group: np.ndarray, part_room: np.ndarray) -> np.ndarray:
    """Spread rows over the parts of their group, in order and in proportion.

    Row number `i` of the `n` rows of a group stands at ``(i + 1/2) / n`` of the way through it and goes to the part
    that covers this place, so equal counts of rows and room are matched exactly and nothing is random.

    Parameters
    ----------
    row_group : numpy.ndarray
        Group of each row [n], whole numbers; rows of one group in the order in which they should fill the parts.
    part_group : numpy.ndarray
        Group of each part [m], sorted; each group of a row must occur.
    part_room : numpy.ndarray
        What each part may hold [m], >= 0; a group with no room at all is shared out evenly.

    Returns
    -------
    numpy.ndarray
        Position of the part of each row [n].

    Examples
    --------
    >>> spread_rows(np.array([7, 7, 7]), np.array([7, 7]), np.array([2, 1])).tolist()
    [0, 0, 1]
    """
    if not len(row_group):
        return np.zeros(0, dtype=np.int64)
    groups, part_code = np.unique(part_group, return_inverse=True)
    room = np.maximum(part_room.astype(float), 0.0)
    whole = np.bincount(part_code, weights=room, minlength=len(groups))
    room = np.where(whole[part_code] > 0, room, 1.0)
    whole = np.bincount(part_code, weights=room, minlength=len(groups))
    filled = np.cumsum(room)
    start = np.concatenate([[0.0], np.cumsum(whole)[:-1]])
    code = np.searchsorted(groups, row_group)
    number = pd.Series(code).groupby(code).cumcount().to_numpy()
    count = np.bincount(code, minlength=len(groups))
    place = start[code] + (number + 0.5) / count[code] * whole[code]
    return np.asarray(np.searchsorted(filled, place, side="right"), dtype=np.int64)
