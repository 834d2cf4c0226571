"""The built fabric of a district: blocks filled with buildings, shared out to communities."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from gridgov.sample.blocks import Blocks, make_blocks
from gridgov.sample.counts import settle_households
from gridgov.sample.fills import fill_block
from gridgov.sample.footprints import Footprints, join_footprints
from gridgov.sample.landuse import households_per_m2, plan_land_use
from gridgov.sample.network import KINDS, make_network

SMALLEST_AREA_M2 = 60_000.0


@dataclass(frozen=True)
class Town:
    """Blocks, their use and the buildings on them."""

    blocks: Blocks
    use: NDArray[np.str_]
    walls: NDArray[np.object_]
    """Ground behind the shops of each block, which a wall may go round."""
    buildings: Footprints
    block: NDArray[np.int64]
    """Block of each building."""
    households: NDArray[np.int64]
    """Households of each building."""


def make_town(households: int, rng: np.random.Generator) -> Town:
    """Build a district with exactly the households asked for.

    Parameters
    ----------
    households : int
        Households of the district.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    Town
        Blocks and buildings [EPSG:4547].
    """
    area = max(households / households_per_m2(), SMALLEST_AREA_M2)
    blocks = make_blocks(make_network(area, rng), rng)
    use = plan_land_use(blocks, households, rng)
    fronts = _main_fronts(blocks)
    parts, walls = [], []
    for k, inner in enumerate(blocks.inner):
        part, wall = fill_block(str(use[k]), inner, fronts[k], float(blocks.angles[k]), rng)
        parts.append(part)
        walls.append(wall)
    block = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    buildings, count = settle_households(join_footprints(parts), households, rng)
    return Town(blocks, use, np.array(walls, dtype=object), buildings, block, count)


def _main_fronts(blocks: Blocks) -> NDArray[np.object_]:
    """Edges of every block that are main roads."""
    at = np.flatnonzero(blocks.kinds == KINDS.index("main"))
    face = np.concatenate([blocks.left[at], blocks.right[at]])
    line = np.concatenate([at, at])[face >= 0]
    face = face[face >= 0]
    order = np.argsort(face, kind="stable")
    fronts = np.full(len(blocks.polygons), shapely.MultiLineString(), dtype=object)
    if order.size:
        touched, position = np.unique(face[order], return_inverse=True)
        fronts[touched] = shapely.multilinestrings(blocks.segments[line[order]], indices=position)
    return fronts
