"""Communities and subdistricts: connected unions of street blocks that follow main roads, river and rails."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from gridgov.sample.blocks import Blocks
from gridgov.sample.names import COUNTY_BASE, make_place_names
from gridgov.sample.network import KINDS
from gridgov.sample.noise import Floats
from gridgov.sample.regions import grow_regions

HOUSEHOLDS_A_COMMUNITY = 1494.6
"""139,000 households in 93 communities."""

COMMUNITIES_A_SUBDISTRICT = 13.3
SUBDISTRICTS_A_DISTRICT = 20

_CROSSING_M = {"minor": 0.0, "main": 260.0, "railway": 900.0, "river": 1500.0}
"""Extra distance for joining blocks across a line."""


@dataclass(frozen=True)
class Places:
    """The communities of a district and which block belongs to which."""

    communities: gpd.GeoDataFrame
    of_block: NDArray[np.int64]
    """Row of `communities` of every block."""


def count_places(households: int) -> tuple[int, int]:
    """Return how many communities and subdistricts a district has.

    Parameters
    ----------
    households : int
        Households of the district.

    Returns
    -------
    tuple of int
        Communities, subdistricts.

    Examples
    --------
    >>> count_places(139_000)
    (93, 7)
    """
    communities = max(1, round(households / HOUSEHOLDS_A_COMMUNITY), min(5, households // 500))
    subdistricts = max(1, round(communities / COMMUNITIES_A_SUBDISTRICT), min(2, communities // 4))
    return communities, subdistricts


def make_places(blocks: Blocks, households: NDArray[np.int64], crs: str, rng: np.random.Generator) -> Places:
    """Join street blocks to communities and these to subdistricts.

    Parameters
    ----------
    blocks : Blocks
        Street blocks.
    households : ndarray of int
        Households of every block.
    crs : str
        Coordinate system of the blocks.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    Places
        Communities, numbered by subdistrict and then from west to east.
    """
    count, upper = count_places(int(households.sum()))
    count = min(count, len(blocks.polygons))
    xy = shapely.get_coordinates(shapely.centroid(blocks.polygons))
    pairs, costs = _block_graph(blocks)
    targets: Floats = np.clip(rng.lognormal(0, 0.32, count), 0.5, 1.9).astype(np.float64)
    targets[rng.permutation(count)[: count // 18]] = 0.12
    of_block = grow_regions(xy, households.astype(float), pairs, costs, targets, rng)
    polygons = np.array([_union(blocks.polygons[of_block == k]) for k in range(count)], dtype=object)
    load = np.bincount(of_block, weights=households, minlength=count).astype(np.float64)
    inside = of_block[pairs]
    crossing = np.unique(np.sort(inside[inside[:, 0] != inside[:, 1]], axis=1), axis=0)
    centre = shapely.get_coordinates(shapely.centroid(polygons))
    of_upper = grow_regions(centre, load, crossing, np.zeros(len(crossing)), np.ones(min(upper, count)), rng)
    of_upper = _west_first(of_upper, centre)
    order = np.lexsort([centre[:, 1], centre[:, 0], of_upper])
    rank = np.empty(count, dtype=np.int64)
    rank[order] = np.arange(count)
    frame = _frame(polygons[order], of_upper[order], load[order] / shapely.area(polygons[order]), crs, rng)
    return Places(frame, rank[of_block])


def _block_graph(blocks: Blocks) -> tuple[NDArray[np.int64], Floats]:
    """Neighbouring blocks with the dearest line between them."""
    price = np.array([_CROSSING_M.get(kind, 0.0) for kind in KINDS])[blocks.kinds]
    both = blocks.right >= 0
    pairs = np.sort(np.column_stack([blocks.left, blocks.right])[both], axis=1)
    unique, of = np.unique(pairs, axis=0, return_inverse=True)
    costs = np.zeros(len(unique))
    np.maximum.at(costs, of.ravel(), price[both])
    return unique, costs


def _union(polygons: NDArray[np.object_]) -> shapely.Polygon:
    return shapely.normalize(shapely.coverage_union_all(polygons))


def _west_first(region: NDArray[np.int64], centre: Floats) -> NDArray[np.int64]:
    """Number regions again by the place of their westmost part."""
    west = np.array([centre[region == k, 0].mean() for k in range(region.max() + 1)])
    rank = np.empty(len(west), dtype=np.int64)
    rank[np.argsort(west, kind="stable")] = np.arange(len(west))
    return rank[region]


def _frame(
    polygons: NDArray[np.object_], upper: NDArray[np.int64], density: Floats, crs: str, rng: np.random.Generator
) -> gpd.GeoDataFrame:
    count = len(polygons)
    uppers = int(upper.max()) + 1
    names = make_place_names(count + uppers + uppers // SUBDISTRICTS_A_DISTRICT + 1, rng)
    sequence = np.arange(count) - np.searchsorted(upper, upper) + 1
    county = upper // SUBDISTRICTS_A_DISTRICT
    code = [
        f"{COUNTY_BASE + 1 + c}{u % SUBDISTRICTS_A_DISTRICT + 1:03d}{s:03d}"
        for c, u, s in zip(county.tolist(), upper.tolist(), sequence.tolist(), strict=True)
    ]
    rural = (density < np.quantile(density, 0.12)) & (count > 5)
    suffix = np.where(rural, "村", "社区")
    return gpd.GeoDataFrame(
        {
            "community_id": code,
            "name": [f"{name}{end}" for name, end in zip(names[:count], suffix, strict=True)],
            "subdistrict": [f"{names[count + u]}街道" for u in upper.tolist()],
            "district": [f"{names[count + uppers + c]}区" for c in county.tolist()],
            "division_code": code,
            "kind": np.where(rural, "rural", "urban"),
            "population": 0,
        },
        geometry=list(polygons),
        crs=crs,
    )
