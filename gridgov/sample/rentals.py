"""The layer of rental houses: whole houses let by the room, and single flats."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gridgov.sample.footprints import USES, Footprints
from gridgov.sample.noise import Floats

DAY = date(2026, 6, 30)
"""The day the sample is set on; visits lie before it."""

_LET_TYPES = ("hour", "day", "month", "year")
_CLASSES = ("green", "yellow", "orange", "red")
_CLASS_SHARES = (0.8, 0.145, 0.045, 0.01)
_VISIT_EVERY = np.array([21, 14, 7, 7])
"""Days between visits by class."""

_BY_FLAT = tuple(USES.index(use) for use in ("apartment", "tower"))


def make_rentals(
    households: pd.DataFrame,
    facts: pd.DataFrame,
    size: NDArray[np.int64],
    buildings: Footprints,
    ids: NDArray[np.object_],
    crs: str,
    rng: np.random.Generator,
) -> gpd.GeoDataFrame:
    """Make the layer ``rental_houses``; tenants are the people of its rented households.

    Parameters
    ----------
    households, facts : pandas.DataFrame
        As `people.make_households` returns them.
    size : ndarray of int
        People of every household.
    buildings : Footprints
        Buildings.
    ids : ndarray of str
        ``building_id`` of each.
    crs : str
        Coordinate system.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    geopandas.GeoDataFrame
        Houses with empty unit and storey, then flats.
    """
    let, building = facts["let"].to_numpy(), facts["building"].to_numpy()
    by_flat = np.isin(buildings.use[building], _BY_FLAT)
    flats = np.flatnonzero(let & by_flat)
    tenants = np.bincount(building, weights=size * (let & ~by_flat), minlength=len(buildings)).astype(np.int64)
    houses = np.flatnonzero(tenants)
    whole = buildings.take(houses)
    rooms = np.concatenate([whole.floors * whole.units * whole.doors * whole.rooms, facts["rooms"].to_numpy()[flats]])
    people = np.concatenate([tenants[houses], size[flats]])
    at = np.concatenate([houses, building[flats]])
    gone = np.full(len(houses), pd.NA, dtype=object)
    place = {
        "rental_house_id": [f"R{b}" for b in ids[houses]] + [f"R{h}" for h in households["household_id"].iloc[flats]],
        "building_id": ids[at],
        "unit": pd.array(np.concatenate([gone, households["unit"].to_numpy()[flats]]), dtype="Int64"),
        "storey": pd.array(np.concatenate([gone, households["storey"].to_numpy()[flats]]), dtype="Int64"),
    }
    points = shapely.point_on_surface(buildings.shapes)[at]
    facts_of_letting = _letting(rooms, people, np.arange(len(at)) < len(houses), rng)
    return gpd.GeoDataFrame({**place, **facts_of_letting}, geometry=list(points), crs=crs)


def _letting(
    rooms: NDArray[np.int64], tenants: NDArray[np.int64], whole: NDArray[np.bool_], rng: np.random.Generator
) -> dict[str, NDArray[np.generic]]:
    """Draw letters, terminals, registration, permits, class and last visit."""
    n = len(rooms)
    let_type = np.where(
        whole,
        rng.choice(4, n, p=[0.012, 0.03, 0.82, 0.138]),
        rng.choice(4, n, p=[0.002, 0.03, 0.55, 0.418]),
    )
    due_terminal = (let_type <= 1) | (rooms >= 20) | (tenants >= 30)
    house_class = rng.choice(4, n, p=_CLASS_SHARES)
    care = rng.beta(8, 1.2, n)
    due = rng.binomial(tenants, 0.72)
    late: Floats = rng.gamma(2.0, 0.33, n) * _VISIT_EVERY[house_class]
    return {
        "rooms": rooms,
        "tenants": tenants,
        "let_type": np.array(_LET_TYPES, dtype=object)[let_type],
        "letter_signed": rng.random(n) < 0.965,
        "terminal_installed": rng.random(n) < np.where(due_terminal, 0.93, 0.04),
        "tenants_registered": rng.binomial(tenants, np.clip(0.85 + 0.16 * care, 0, 1)),
        "permits_due": due,
        "permits_held": rng.binomial(due, np.clip(0.72 + 0.22 * care, 0, 1)),
        "house_class": np.array(_CLASSES, dtype=object)[house_class],
        "visited_on": (np.datetime64(DAY) - np.minimum(late, 120).astype("timedelta64[D]")).astype("datetime64[ms]"),
    }
