"""Groups of small houses of bad sizes that a part makes necessary, where larger buildings stand in it too.

Small houses that hang together without larger buildings are a pocket. A group of small houses lies in one pocket;
what of the pocket is in no such group is in groups that also hold a large building beside it, and these hold no more
than fits beside one atom of that building. Whatever amount that is, the rest of the pocket has to be divided.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from benchmarks.division.measures import SMALL_HOUSE
from benchmarks.division.problem import Part
from gridgov.core.division.floors import fewest_outside

LOW, HIGH, LARGEST = 45, 55, 65


def count_forced(part: Part) -> int:
    """Fewest groups of small houses outside 45–55 that any division of a part has, if no group is above 65."""
    place = np.unique(part.xy, axis=0, return_inverse=True)[1].ravel()
    large = np.bincount(place, weights=part.size)[place] > SMALL_HOUSE
    small = np.flatnonzero(~large)
    if not len(small):
        return 0
    _, pocket = connected_components(part.ties[small][:, small], directed=False)
    fewest = fewest_outside(int(part.size[small].sum()), 0, LOW, HIGH, LARGEST)
    beside = part.ties[small].tocoo()
    forced = 0
    for number in range(int(pocket.max()) + 1):
        total = int(part.size[small[pocket == number]].sum())
        near = np.unique(place[beside.col[(pocket[beside.row] == number) & large[beside.col]]])
        room = _room(part.size[np.isin(place, near)])
        forced += int(fewest[max(total - room, 0) : total + 1].min())
    return forced


def _room(size: NDArray[np.int64]) -> int:
    """Most households of small houses that groups with these atoms can hold."""
    return int(np.maximum(LARGEST - size, 0).sum())
