"""Growing cells: the ridges of every block, found block by block."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from gridgov.core.fabric.blocks import Blocks
from gridgov.core.fabric.graph import Part
from gridgov.core.fabric.ridges import cut_block
from gridgov.core.fabric.trace import UNKNOWN

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Sites:
    """Points from which cells grow, sorted by block and along a curve: those of block b from `begin[b]` on."""

    x: Floats
    y: Floats
    owner: Ints
    begin: Ints

    def of(self, block: int) -> tuple[Floats, Floats, Ints]:
        """Return x, y and owner of the sites of a block.

        Parameters
        ----------
        block : int
            Position of the block.

        Returns
        -------
        tuple of ndarray
            Their x, y and owner.
        """
        part = slice(self.begin[block], self.begin[block + 1])
        return self.x[part], self.y[part], self.owner[part]


def sort_sites(x: Floats, y: Floats, owner: Ints, block: Ints, blocks: int) -> Sites:
    """Sort sites by block, and there so that neighbours in the order are near on the ground.

    Parameters
    ----------
    x, y : ndarray of float
        Sites [m].
    owner, block : ndarray of int
        Building and block of each site.
    blocks : int
        Number of blocks.

    Returns
    -------
    Sites
        The same sites.
    """
    order = np.lexsort((_along_curve(x, y), block))
    return Sites(x[order], y[order], owner[order], np.searchsorted(block[order], np.arange(blocks + 1)))


def name_blocks(sites: Sites, buildings: int) -> Ints:
    """Find the face of each block that is one cell as a whole.

    Parameters
    ----------
    sites : Sites
        All sites.
    buildings : int
        Number of buildings; face k below it is the cell of building k.

    Returns
    -------
    ndarray of int
        The only building of a block; `buildings` + b for a block b without; `UNKNOWN` - b for a block with several.
    """
    count = len(sites.begin) - 1
    low, high = np.full(count, np.iinfo(np.int64).max), np.full(count, -1)
    block = np.repeat(np.arange(count), np.diff(sites.begin))
    np.minimum.at(low, block, sites.owner)
    np.maximum.at(high, block, sites.owner)
    rank = np.arange(count)
    return np.where(high < 0, buildings + rank, np.where(low == high, high, UNKNOWN - rank))


def grow_ridges(
    blocks: Blocks,
    sites: Sites,
    which: Ints,
    turn: int,
    tolerance_m: float,
    progress: Callable[[float], None] | None = None,
) -> list[Part]:
    """Share the ground of some blocks among their buildings, each point to the nearest site.

    Parameters
    ----------
    blocks : Blocks
        The ground.
    sites : Sites
        All sites, relative to the origin of `blocks`.
    which : ndarray of int
        Blocks to do, each with two buildings or more.
    turn : int
        How often these blocks were cut before; sites are moved by a few millimetres from the third time on.
    tolerance_m : float
        How far borders may move to become straighter.
    progress : callable, optional
        Told the share done.

    Returns
    -------
    list of Part
        The ridges of each block.
    """
    order, begin = _sort_pieces(blocks)
    parts = []
    for k, b in enumerate(which):
        if progress is not None and k % 64 == 0:
            progress(k / len(which))
        parts.append(_cut(blocks, *sites.of(b), order[begin[b] : begin[b + 1]], max(0, turn - 2), tolerance_m))
    return parts


def _sort_pieces(blocks: Blocks) -> tuple[Ints, Ints]:
    """Half-edges sorted by block: 2 e where the block is on the left of edge e, 2 e + 1 on the right."""
    half_block = np.column_stack((blocks.left, blocks.right)).ravel()
    order = np.argsort(half_block, kind="stable")
    return order, np.searchsorted(half_block[order], np.arange(len(blocks.polygons) + 1))


def _cut(blocks: Blocks, x: Floats, y: Floats, owner: Ints, pieces: Ints, first: int, tolerance_m: float) -> Part:
    edge, against = pieces >> 1, pieces & 1 == 1
    a = np.where(against, blocks.end[edge], blocks.start[edge])
    b = np.where(against, blocks.start[edge], blocks.end[edge])
    mx, my = x.mean(), y.mean()
    outline = blocks.x[a] - mx, blocks.y[a] - my, blocks.x[b] - mx, blocks.y[b] - my
    for attempt in range(first, first + 8):
        shift = attempt * 0.003
        moved = x - mx + shift * np.sin(97.0 * x), y - my + shift * np.cos(89.0 * y)
        nodes, ridges, on, along, sound = cut_block(*moved, owner, *outline, tolerance_m)
        if sound:
            break
    crossing = on >= 0
    along = np.where(crossing, np.where(against[on], 1.0 - along, along), 0.0)
    return nodes + np.array([mx, my]), ridges, np.where(crossing, edge[on], -1), along


@njit(cache=True)
def _along_curve(x: Floats, y: Floats) -> Ints:
    """Position of each point on a Z-curve with 2 m cells."""
    key = np.empty(len(x), np.int64)
    if len(x) == 0:
        return key
    low_x, low_y = x.min(), y.min()
    for i in range(len(x)):
        a, b, code = np.int64((x[i] - low_x) / 2.0), np.int64((y[i] - low_y) / 2.0), np.int64(0)
        for bit in range(20):
            code |= ((a >> bit) & 1) << (2 * bit)
            code |= ((b >> bit) & 1) << (2 * bit + 1)
        key[i] = code
    return key
