"""Give neighbouring areas different colours."""

from __future__ import annotations

import numpy as np
import shapely

COLOURS = 8
"""Hues that people still tell apart on a map beside one another."""


def assign_colours(shapes: np.ndarray, rank: np.ndarray | None = None, colours: int = COLOURS) -> np.ndarray:
    """Return a colour number for each area, so that areas that touch get different ones.

    The areas with most neighbours choose first (Welsh and Powell 1967); each takes the colour that fewest around it
    have, and among those the one least used so far, so that the map does not drown in one colour. On a flat
    map eight colours leave nearly always a free one; of areas stacked in towers there may be more than there are
    colours, so `rank` says which are to be served first: those that the map shows.

    Parameters
    ----------
    shapes : numpy.ndarray of shapely geometry
        Areas, shape (n,).
    rank : numpy.ndarray of int, optional
        Areas of a lower rank choose first, shape (n,); all alike when left out.
    colours : int
        How many colours there are.

    Returns
    -------
    numpy.ndarray of int
        Colour numbers from 0 to ``colours - 1``, shape (n,).

    Examples
    --------
    >>> boxes = shapely.box([0, 1, 2], 0, [1, 2, 3], 1)
    >>> assign_colours(boxes).tolist()
    [1, 0, 2]
    """
    count = len(shapes)
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    order = np.lexsort((right, left))
    starts = np.searchsorted(left[order], np.arange(count + 1))
    neighbours = right[order]
    chosen = np.full(count, -1, dtype=np.int64)
    used = np.zeros(colours, dtype=np.int64)
    first = np.zeros(count, dtype=np.int64) if rank is None else np.asarray(rank)
    for area in np.lexsort((np.arange(count), -np.diff(starts), first)):
        around = chosen[neighbours[starts[area] : starts[area + 1]]]
        taken = np.bincount(around[around >= 0], minlength=colours)
        colour = np.lexsort((np.arange(colours), used, taken))[0]
        chosen[area] = colour
        used[colour] += 1
    return chosen
