"""Households on unit and storey, and the made-up residents in them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridgov.sample.footprints import USES, Footprints

YEAR = 2026
"""The year the sample is set in."""

_LET = {
    "self-built": 0.93,
    "village-house": 0.3,
    "apartment": 0.25,
    "tower": 0.28,
    "dormitory": 1.0,
    "mixed": 0.55,
    "shop": 0.8,
}
"""Share of households that rent, by use of the building."""

_SIZES_OWN = (0.2, 0.29, 0.27, 0.15, 0.07, 0.02)
_SIZES_LET = (0.46, 0.32, 0.14, 0.07, 0.01, 0.0)
_SIZES_DORMITORY = (0.3, 0.3, 0.2, 0.2, 0.0, 0.0)


def make_households(
    buildings: Footprints, ids: NDArray[np.object_], counts: NDArray[np.int64], rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Make the layer ``households``: as many dwellings of each building as it has households.

    Parameters
    ----------
    buildings : Footprints
        Buildings with storeys, units and doors.
    ids : ndarray of str
        ``building_id`` of each.
    counts : ndarray of int
        Households of each.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    pandas.DataFrame
        Layer ``households``.
    pandas.DataFrame
        For each of its rows: ``building`` (row of `buildings`), ``let`` (whether it is rented), ``rooms``.
    """
    dwellings = buildings.floors * buildings.units * buildings.doors
    building = np.repeat(np.arange(len(buildings)), dwellings)
    slot = np.arange(len(building)) - np.repeat(np.cumsum(dwellings) - dwellings, dwellings)
    order = np.lexsort([rng.random(len(building)), building])
    rank = np.empty(len(building), dtype=np.int64)
    rank[order] = slot
    taken = rank < counts[building]
    building, slot = building[taken], slot[taken]
    doors, floors = buildings.doors[building], buildings.floors[building]
    unit, storey, door = slot // (doors * floors) + 1, slot // doors % floors + 1, slot % doors + 1
    room = [f"{s}{d:02d}" for s, d in zip(storey.tolist(), door.tolist(), strict=True)]
    owner = ids[building]
    layer = pd.DataFrame(
        {
            "household_id": [f"{b}-{u}-{r}" for b, u, r in zip(owner.tolist(), unit.tolist(), room, strict=True)],
            "building_id": owner,
            "unit": unit,
            "storey": storey,
            "room": room,
        }
    )
    chance = np.array([_LET.get(use, 0.0) for use in USES])[buildings.use[building]]
    facts = {"building": building, "let": rng.random(len(building)) < chance, "rooms": buildings.rooms[building]}
    return layer, pd.DataFrame(facts)


def make_residents(
    households: pd.DataFrame, facts: pd.DataFrame, use: NDArray[np.int64], rng: np.random.Generator
) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    """Make the layer ``residents``: codes, birth years and needs, no names.

    Parameters
    ----------
    households, facts : pandas.DataFrame
        As `make_households` returns them.
    use : ndarray of int
        Use of every building, position in `USES`.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    pandas.DataFrame
        Layer ``residents``.
    ndarray of int
        Number of residents of every household.
    """
    let = facts["let"].to_numpy()
    dormitory = use[facts["building"]] == USES.index("dormitory")
    size = _draw_sizes(let, dormitory, rng)
    home = np.repeat(np.arange(len(size)), size)
    place = np.arange(len(home)) - np.repeat(np.cumsum(size) - size, size)
    age = _draw_ages(place, let[home], size[home], rng)
    basis = np.where(
        let[home],
        rng.choice(["tenant", "other"], len(home), p=[0.97, 0.03]),
        rng.choice(["registered_here", "registered_elsewhere", "other"], len(home), p=[0.7, 0.28, 0.02]),
    )
    ids = households["household_id"].to_numpy()[home]
    layer = pd.DataFrame(
        {
            "resident_id": [f"{h}-{p + 1}" for h, p in zip(ids.tolist(), place.tolist(), strict=True)],
            "household_id": ids,
            "birth_year": YEAR - age,
            "basis": basis.astype(object),
            "older_living_alone": (size[home] == 1) & (age >= 65),
            "disability_support": rng.random(len(home)) < 0.012 + 0.02 * (age >= 65),
            "subsistence_allowance": (rng.random(len(home)) < 0.012) & ~let[home],
        }
    )
    return layer, size


def _draw_sizes(let: NDArray[np.bool_], dormitory: NDArray[np.bool_], rng: np.random.Generator) -> NDArray[np.int64]:
    chance = rng.random(len(let))
    size = np.empty(len(let), dtype=np.int64)
    for rows, shares in ((~let, _SIZES_OWN), (let & ~dormitory, _SIZES_LET), (let & dormitory, _SIZES_DORMITORY)):
        size[rows] = np.searchsorted(np.cumsum(shares)[:-1], chance[rows], side="right") + 1
    return size


def _draw_ages(
    place: NDArray[np.int64], let: NDArray[np.bool_], size: NDArray[np.int64], rng: np.random.Generator
) -> NDArray[np.int64]:
    """Ages in years: the first two of a household are adults, the others children or grandparents."""
    n = len(place)
    adult = np.where(let, rng.gamma(5.0, 3.2, n) + 18, rng.normal(47, 15, n).clip(22, 92))
    alone = (size == 1) & ~let
    adult = np.where(alone & (rng.random(n) < 0.4), rng.uniform(60, 95, n), adult)
    other = np.where(rng.random(n) < 0.72, rng.uniform(0, 18, n), rng.uniform(58, 90, n))
    return np.asarray(np.where(place < 2, adult, other), dtype=np.int64)
