"""Prices: what a household in a new group costs falls until about as many groups are of preferred size as before."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gridgov.core.components import find_components
from gridgov.core.revision.ground import Floats, Ground, Ints
from gridgov.core.revision.mend import mend_groups
from gridgov.core.revision.rules import RevisionRules
from gridgov.core.revision.state import State
from gridgov.core.revision.transfers import Limits

FIRST = 2.0
"""Price of the first round, in prices: the cheapest transfers are made before any dear one can be."""
FALL = 0.7
"""Each later price, as a share of the one before."""
MOST_LOST = 0.01
"""Groups that may lose their preferred size, as a share of all: a full run is to be no more than a point better."""
LUCK = 0.45
"""Groups that a full run has by luck more than on average, divided by the root of how many it makes.

Between a district divided before and after 3 % of edits the number of groups of preferred sizes differs by 0.21 such
roots in the standard (26 full runs on five districts of 2,750 groups); this is a little over twice that."""


def mend_at_falling_prices(
    ground: Ground, state: State, before: Floats, rules: RevisionRules, limits: Limits, depth: int, sake: Ints
) -> None:
    """Mend all groups that changed, as many of them as the sizes of all groups together ask for.

    Everything that pays at the price of the rules is done, first what pays at twice that. Where more groups have lost
    their preferred size than `count_spare` allows, the price falls by steps: so the groups that can be mended by
    moving the fewest households are mended, wherever they are, and no more.

    Parameters
    ----------
    ground : Ground
        The ground.
    state : State
        Groups; changed in place.
    before : array of float, shape (groups,)
        Households of each group before.
    rules : RevisionRules
        The price of a household, and how far it falls.
    limits : Limits
        Sizes and prices.
    depth : int
        Longest chain of transfers.
    sake : array of int, shape (nodes,)
        Filled with the group for whose sake a node was moved.
    """
    was = _count_preferred(before, limits) / max(int((before > 0).sum()), 1)
    for ratio in list_prices(rules.household_cost_falls_to):
        changed = _find_changed(ground, state, before)
        # a share of the groups there are now: the district may have grown
        least = was * int((state.total > 0).sum()) - count_spare(ground, state, changed)
        if ratio < 1 and _count_preferred(state.total, limits) >= least:
            break
        priced = limits._replace(household=limits.household * ratio)
        for longest in range(1, depth + 1):
            mend_groups(ground, state, changed, priced, longest, sake)


def list_prices(falls_to: float) -> Iterator[float]:
    """List the prices of a household, as shares of the price in the rules.

    Parameters
    ----------
    falls_to : float
        The last of them; 1 and more for a price that does not fall.

    Yields
    ------
    float
        Twice the price, the price, and so on.

    Examples
    --------
    >>> [round(ratio, 2) for ratio in list_prices(0.35)]
    [2.0, 1.0, 0.7, 0.49, 0.35]
    """
    yield FIRST
    ratio = 1.0
    while ratio > max(falls_to, 0.01):
        yield ratio
        ratio *= FALL
    yield min(falls_to, 1.0)


def count_spare(ground: Ground, state: State, changed: Ints) -> float:
    """Count how many groups may lose their preferred size.

    A full run divides anew what hangs together with a change, and may be lucky there; of the rest nothing changes. So
    what a full run would give is known well after few changes, and in a small district hardly at all.

    Parameters
    ----------
    ground : Ground
        The ground.
    state : State
        Groups.
    changed : array of int
        Groups that changed.

    Returns
    -------
    float
        One in a hundred of all groups, less what luck may give a full run.
    """
    cells = len(ground.row) - 1
    part = find_components(cells, np.repeat(np.arange(cells), np.diff(ground.row)), ground.neighbour)
    alive = np.flatnonzero(state.total > 0)
    at = part[ground.node_cells[ground.node_start[state.head[alive]]]]
    touched = np.isin(at, at[np.isin(alive, changed)]).sum()
    return max(0.0, MOST_LOST * len(alive) - LUCK * float(np.sqrt(touched)))


def _count_preferred(total: Floats | Ints, limits: Limits) -> int:
    return int(((total >= limits.low) & (total <= limits.high) & (total > 0)).sum())


def _find_changed(ground: Ground, state: State, before: Floats) -> Ints:
    """Groups that are not as they were."""
    changed = np.zeros(len(state.head), bool)
    changed[: len(before)] = state.total[: len(before)] != before
    changed[len(before) : state.groups[0]] = True
    moved = state.label != ground.home
    changed[state.label[moved & (state.label >= 0)]] = True
    return np.flatnonzero(changed & (state.held > 0)).astype(np.int64)
