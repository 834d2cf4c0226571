"""Give neighbouring areas different colours."""

from __future__ import annotations

import numpy as np
import shapely


def assign_colours(shapes: np.ndarray) -> np.ndarray:
    """Return a colour number for each area, so that areas that touch get different ones.

    The areas with most neighbours choose first (Welsh and Powell 1967); each takes the colour that is free around it
    and least used so far, so that the map does not drown in one colour.

    Parameters
    ----------
    shapes : numpy.ndarray of shapely geometry
        Areas, shape (n,).

    Returns
    -------
    numpy.ndarray of int
        Colour numbers from 0, shape (n,); maps of real areas need 4 to 7.

    Examples
    --------
    >>> boxes = shapely.box([0, 1, 2], 0, [1, 2, 3], 1)
    >>> assign_colours(boxes).tolist()
    [1, 0, 1]
    """
    count = len(shapes)
    tree = shapely.STRtree(shapes)
    left, right = tree.query(shapes, predicate="intersects")
    apart = left != right
    left, right = left[apart], right[apart]
    order = np.argsort(left, kind="stable")
    starts = np.searchsorted(left[order], np.arange(count + 1))
    neighbours = right[order]
    colours = np.full(count, -1, dtype=np.int64)
    used: list[int] = []
    for area in np.argsort(-np.diff(starts), kind="stable"):
        around = set(colours[neighbours[starts[area] : starts[area + 1]]].tolist())
        free = [colour for colour in range(len(used)) if colour not in around]
        if not free:
            free = [len(used)]
            used.append(0)
        colour = min(free, key=lambda candidate: (used[candidate], candidate))
        colours[area] = colour
        used[colour] += 1
    return colours
