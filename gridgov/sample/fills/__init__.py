"""How a street block is built up, one function for each kind of land use."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

import numpy as np
import shapely

from gridgov.sample.fills.civic import fill_campus, fill_hospital, fill_market, fill_park
from gridgov.sample.fills.estates import fill_slabs, fill_towers
from gridgov.sample.fills.shops import line_with_shops
from gridgov.sample.fills.villages import fill_old_streets, fill_old_village, fill_urban_village
from gridgov.sample.fills.works import fill_industry, fill_offices
from gridgov.sample.footprints import Footprints, join_footprints

__all__ = ["COMPOUND_KINDS", "FILLS", "fill_block"]

Fill = Callable[[shapely.Polygon, float, np.random.Generator], Footprints]

FILLS: MappingProxyType[str, Fill] = MappingProxyType(
    {
        "urban-village": fill_urban_village,
        "old-village": fill_old_village,
        "old-streets": fill_old_streets,
        "slabs": fill_slabs,
        "towers": fill_towers,
        "industry": fill_industry,
        "offices": fill_offices,
        "campus": fill_campus,
        "hospital": fill_hospital,
        "market": fill_market,
        "park": fill_park,
    }
)
"""The fill of each land use."""

COMPOUND_KINDS: MappingProxyType[str, str] = MappingProxyType(
    {
        "slabs": "residential",
        "towers": "residential",
        "industry": "industrial",
        "campus": "campus",
        "hospital": "hospital",
        "market": "market",
    }
)
"""Kind of the walled compound that a land use makes."""

_SHOP_FRONTS = MappingProxyType(
    {"urban-village": 0.6, "old-village": 0.3, "old-streets": 0.45, "slabs": 0.5, "towers": 0.5, "industry": 0.12}
)
"""Share of blocks on a main road that have a row of shops there."""


def fill_block(
    use: str,
    inner: shapely.Polygon,
    front: shapely.MultiLineString,
    angle: float,
    rng: np.random.Generator,
) -> tuple[Footprints, shapely.Polygon]:
    """Build up one block.

    Parameters
    ----------
    use : str
        One of `FILLS`.
    inner : shapely.Polygon
        Ground that may be built on.
    front : shapely.MultiLineString
        Edges of the block that are main roads, may be empty.
    angle : float
        Direction of its streets [rad].
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    Footprints
        The buildings; none overlap, all inside `inner`.
    shapely.Polygon
        The ground behind the shops, which a compound's wall goes round; empty where there is none.
    """
    if inner.area < 350:
        return join_footprints([]), shapely.Polygon()
    shops, rest = join_footprints([]), inner
    if not front.is_empty and rng.random() < _SHOP_FRONTS.get(use, 0.0):
        shops, rest = line_with_shops(inner, front, rng)
    if rest.area < 350:
        return shops, shapely.Polygon()
    return join_footprints([shops, FILLS[use](rest, angle, rng)]), rest
