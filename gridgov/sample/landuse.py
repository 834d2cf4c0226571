"""What each street block is used for: correlated in space, in the shares of a dense southern district."""

from __future__ import annotations

from types import MappingProxyType

import numpy as np
import shapely
from numpy.typing import NDArray

from gridgov.sample.blocks import Blocks
from gridgov.sample.network import KINDS, ORIGIN_M
from gridgov.sample.noise import Floats, make_field

SHARES = MappingProxyType(
    {
        "urban-village": 0.19,
        "old-village": 0.15,
        "old-streets": 0.07,
        "slabs": 0.22,
        "towers": 0.10,
        "industry": 0.12,
        "offices": 0.06,
        "park": 0.09,
    }
)
"""Share of the ground under each use, before single blocks go to schools, hospitals and markets."""

HOUSEHOLDS_PER_M2 = MappingProxyType(
    {
        "urban-village": 0.0560,
        "old-village": 0.0090,
        "old-streets": 0.0145,
        "slabs": 0.0180,
        "towers": 0.0340,
        "industry": 0.0022,
    }
)
"""Households on a square metre of ground that may be built on, as the fills turn out on the mean."""

GROUND_SHARE = 0.73
"""Share of the district's area that may be built on."""

_SINGLE = (("hospital", 60_000, 24_000), ("market", 25_000, 16_000), ("campus", 4_800, 15_000))
"""Use, households for each block of it, and the area it looks for [m²]."""

_LADDER = ("park", "old-village", "old-streets", "slabs", "urban-village", "towers")
"""Uses from empty to dense, for bringing the sum of households near the wish."""


def households_per_m2() -> float:
    """Return the mean number of households on a square metre of a district.

    Returns
    -------
    float
        Households per m² of the whole district.
    """
    return GROUND_SHARE * sum(share * HOUSEHOLDS_PER_M2.get(use, 0.0) for use, share in SHARES.items())


def plan_land_use(blocks: Blocks, households: int, rng: np.random.Generator) -> NDArray[np.str_]:
    """Choose a use for every block.

    Parameters
    ----------
    blocks : Blocks
        Street blocks.
    households : int
        Households that the district shall hold, met within a tenth where blocks allow.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    ndarray of str
        One key of `fills.FILLS` for every block.
    """
    ground = shapely.area(blocks.inner)
    use = np.array(list(SHARES))[_pick(blocks, ground, rng)]
    use[ground < 1500] = "park"
    _set_single_blocks(use, ground, households, rng)
    _meet_households(use, ground, households, rng)
    if not np.isin(use, _LADDER[1:]).any():
        use[int(ground.argmax())] = "urban-village"
    return np.asarray(use)


def _pick(blocks: Blocks, ground: Floats, rng: np.random.Generator) -> NDArray[np.int64]:
    """Give each block the use with the highest score; levels are turned until the shares are met."""
    xy = shapely.get_coordinates(shapely.centroid(blocks.polygons)) - ORIGIN_M
    score = np.column_stack([make_field(rng, (380.0, 1500.0), 14).at(xy) for _ in SHARES])
    score += 0.28 * rng.normal(size=score.shape) + _setting(blocks, xy)
    wish = np.array(list(SHARES.values()))
    level = np.log(wish) * 0.6
    weight = ground / max(ground.sum(), 1.0)
    for _ in range(80):
        got = np.bincount((score + level).argmax(axis=1), weights=weight, minlength=wish.size)
        level += 0.25 * (wish - got) / np.maximum(wish, 0.05)
    return np.asarray((score + level).argmax(axis=1))


def _setting(blocks: Blocks, xy: Floats) -> Floats:
    """Offices and towers towards the middle, villages and works outside, parks by the river, works by the railway."""
    far = np.hypot(*xy.T)
    far = far / max(far.max(), 1.0)
    water, rails = (_touches(blocks, kind) for kind in ("river", "railway"))
    table = {
        "urban-village": -0.3 * np.exp(-((far / 0.25) ** 2)),
        "old-village": 1.1 * far - 0.5,
        "old-streets": 0.6 * np.exp(-((far / 0.5) ** 2)),
        "slabs": 0.2 * (1 - far),
        "towers": 0.7 * (1 - far),
        "industry": 0.9 * far + 0.8 * rails,
        "offices": 1.6 * np.exp(-((far / 0.3) ** 2)) - 0.3,
        "park": 1.0 * water,
    }
    return np.column_stack([table[use] for use in SHARES])


def _touches(blocks: Blocks, kind: str) -> NDArray[np.bool_]:
    at = blocks.kinds == KINDS.index(kind)
    out = np.zeros(len(blocks.polygons), dtype=bool)
    out[blocks.left[at]] = True
    out[blocks.right[at][blocks.right[at] >= 0]] = True
    return out


def _set_single_blocks(use: NDArray[np.str_], ground: Floats, households: int, rng: np.random.Generator) -> None:
    """Turn some blocks of a fitting size into schools, markets and hospitals, in place."""
    for name, each, size in _SINGLE:
        count = min(round(households / each), len(use) // 6)
        misfit = np.abs(np.log(np.maximum(ground, 1.0) / size)) + 0.5 * rng.random(len(use))
        misfit[~np.isin(use, list(SHARES)) | (use == "park")] = np.inf
        best = np.argsort(misfit, kind="stable")[: max(3 * count, 1)]
        chosen = rng.permutation(best[np.isfinite(misfit[best])])[:count]
        use[chosen] = name


def _meet_households(use: NDArray[np.str_], ground: Floats, households: int, rng: np.random.Generator) -> None:
    """Move blocks up or down the ladder of density until the expected sum is near the wish, in place."""
    density = np.array([HOUSEHOLDS_PER_M2.get(name, 0.0) for name in _LADDER])
    expected = float(sum(HOUSEHOLDS_PER_M2.get(name, 0.0) * ground[use == name].sum() for name in SHARES))
    usable = np.flatnonzero(np.isin(use, _LADDER) & (ground > 1500))
    for block in np.concatenate([rng.permutation(usable) for _ in range(3)]) if usable.size else []:
        gap = households - expected
        if abs(gap) < 0.04 * households:
            return
        now = _LADDER.index(str(use[block]))
        change = (density - density[now]) * ground[block]
        change[np.sign(change) != np.sign(gap)] = 0
        change[np.abs(change) > 1.2 * abs(gap)] = 0
        best = int(np.abs(change).argmax())
        if change[best]:
            use[block] = _LADDER[best]
            expected += change[best]
