"""Households of every building, so that they add up to exactly the number asked for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from gridgov.sample.footprints import USES, Footprints

DWELLINGS = tuple(USES.index(name) for name in ("self-built", "village-house", "mixed", "apartment", "tower"))


def settle_households(
    buildings: Footprints, households: int, rng: np.random.Generator
) -> tuple[Footprints, NDArray[np.int64]]:
    """Fill the dwellings until the district has exactly the households asked for.

    Parameters
    ----------
    buildings : Footprints
        All buildings of the district.
    households : int
        Number wanted.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    Footprints
        The buildings; where dwellings were too few, more on each storey.
    ndarray of int
        Households of every building, never more than its dwellings.
    """
    buildings = _with_room(buildings, households)
    dwellings = buildings.floors * buildings.units * buildings.doors
    taken = dwellings * (1 - buildings.vacancy)
    low, high = 0.0, 60.0
    for _ in range(60):
        level = (low + high) / 2
        short = np.minimum(taken * level, dwellings).sum() < households
        low, high = (level, high) if short else (low, level)
    wish = np.minimum(taken * high, dwellings)
    count = np.floor(wish + rng.random(len(wish))).astype(np.int64)
    count = np.minimum(count, dwellings)
    _meet(count, dwellings, households, rng)
    return buildings, count


def _with_room(buildings: Footprints, households: int) -> Footprints:
    """Add dwellings to each storey of houses until all households fit."""
    homes = np.isin(buildings.use, DWELLINGS)
    homes |= not homes.any()
    while (buildings.floors * buildings.units * buildings.doors).sum() < households * 1.02:
        buildings = replace(buildings, doors=np.where(homes, buildings.doors + 1, buildings.doors))
    return buildings


def _meet(count: NDArray[np.int64], dwellings: NDArray[np.int64], households: int, rng: np.random.Generator) -> None:
    """Add or take single households, spread over the district, until the sum is met; in place."""
    while (gap := households - int(count.sum())) != 0:
        room = np.flatnonzero(count < dwellings) if gap > 0 else np.flatnonzero(count > 0)
        chosen = rng.permutation(room)[: abs(gap)]
        count[chosen] += np.sign(gap)
