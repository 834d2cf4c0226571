"""Connected components, without scipy: its import costs more than most jobs spend on all their components."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def find_components(count: int, left: npt.ArrayLike, right: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Find which nodes hang together.

    Parameters
    ----------
    count : int
        Number of nodes.
    left, right : array_like of int, shape (edges,)
        Two nodes that are joined; loops and repeated pairs are allowed.

    Returns
    -------
    numpy.ndarray of int, shape (count,)
        Component of each node, numbered by its lowest node.

    Examples
    --------
    >>> find_components(5, [3, 1], [0, 4]).tolist()
    [0, 1, 2, 0, 1]
    """
    lowest = np.arange(count, dtype=np.int64)
    a, b = np.asarray(left, np.int64), np.asarray(right, np.int64)
    while True:
        a, b = lowest[a], lowest[b]
        apart = a != b
        if not apart.any():
            break
        a, b = a[apart], b[apart]
        np.minimum.at(lowest, np.maximum(a, b), np.minimum(a, b))
        _follow(lowest)
    names = np.flatnonzero(lowest == np.arange(count))
    return np.searchsorted(names, lowest).astype(np.int64)


def _follow(lowest: npt.NDArray[np.int64]) -> None:
    """Let every node point to the last of the chain it points along."""
    while True:
        further = lowest[lowest]
        if (further == lowest).all():
            return
        lowest[:] = further
