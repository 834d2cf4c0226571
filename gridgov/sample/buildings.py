"""The layer of buildings, and what is left out of it so that there is something to estimate."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gridgov.sample.fabric import Town
from gridgov.sample.footprints import STOREY_M, USES

COUNTS = ("all", "some", "none")
"""How many buildings carry their number of households: all, about two thirds, or none."""


def make_buildings(
    town: Town,
    communities: gpd.GeoDataFrame,
    community: NDArray[np.int64],
    compounds: gpd.GeoDataFrame,
    compound_of_block: NDArray[np.int64],
    rng: np.random.Generator,
) -> gpd.GeoDataFrame:
    """Make the layer ``buildings`` with all its counts.

    Parameters
    ----------
    town : Town
        Blocks and buildings, in the order wanted.
    communities : geopandas.GeoDataFrame
        Layer ``communities``.
    community : ndarray of int
        Row of the community of every building.
    compounds : geopandas.GeoDataFrame
        Layer ``compounds``.
    compound_of_block : ndarray of int
        Row of the compound of every block, -1 without.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    geopandas.GeoDataFrame
        One row a building.
    """
    own = town.buildings
    count = len(own)
    compound = np.where(_inside(town, own.shapes), compound_of_block[town.block], -1)
    number = _number_within(np.where(compound >= 0, compound + len(communities), community))
    estate = np.where(compound >= 0, _at(compounds["name"], compound), "")
    name = [f"{e}{n}栋" if e else None for e, n in zip(estate.tolist(), number.tolist(), strict=True)]
    upper, lower = (communities[column].to_numpy()[community] for column in ("subdistrict", "name"))
    address = [
        f"{s}{c}{e}{n}栋" if e else f"{s}{c}{n}号"
        for s, c, e, n in zip(upper.tolist(), lower.tolist(), estate.tolist(), number.tolist(), strict=True)
    ]
    storey_m = np.array(STOREY_M)[own.use] * rng.uniform(0.97, 1.03, count)
    return gpd.GeoDataFrame(
        {
            "building_id": [f"B{k + 1:06d}" for k in range(count)],
            "households": pd.array(town.households, dtype="Int64"),
            "floors": pd.array(own.floors, dtype="Int64"),
            "height_m": np.round(own.floors * storey_m + 0.6, 1),
            "units": pd.array(own.units, dtype="Int64"),
            "use": np.array(USES, dtype=object)[own.use],
            "name": np.array(name, dtype=object),
            "address": address,
        },
        geometry=list(own.shapes),
        crs=communities.crs,
    )


def leave_out_counts(buildings: gpd.GeoDataFrame, counts: str, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Take households, storeys and heights away from some buildings, as offices' layers lack them.

    Parameters
    ----------
    buildings : geopandas.GeoDataFrame
        Layer ``buildings`` with all counts.
    counts : str
        One of `COUNTS`.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    geopandas.GeoDataFrame
        A copy; with ``"all"`` nothing is missing.
    """
    out = buildings.copy()
    if counts == "all":
        return out
    chance = rng.random((3, len(out)))
    no_count = chance[0] < (0.35 if counts == "some" else 1.0)
    no_floors = chance[1] < 0.15
    out.loc[no_count, ["households", "units"]] = pd.NA
    out.loc[no_floors, "floors"] = pd.NA
    out.loc[no_floors & (chance[2] < 0.5), "height_m"] = np.nan
    return out


def _inside(town: Town, shapes: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Whether each building stands behind the wall of its block, not in the row of shops before it."""
    return np.asarray(shapely.intersects(town.walls[town.block], shapely.centroid(shapes)))


def _number_within(group: NDArray[np.int64]) -> NDArray[np.int64]:
    """Number rows from 1 inside their group, in their order."""
    order = np.argsort(group, kind="stable")
    ordered = group[order]
    first = np.searchsorted(ordered, ordered)
    number = np.empty(len(group), dtype=np.int64)
    number[order] = np.arange(len(group)) - first + 1
    return number


def _at(column: pd.Series, rows: NDArray[np.int64]) -> NDArray[np.object_]:
    """Values at rows, the last one standing in for -1."""
    values = np.append(column.to_numpy(dtype=object), "")
    return np.asarray(values[rows])
