"""Dividing a few groups of whole buildings in the best way there is: every connected set is listed and priced."""

# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-calls

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from gridgov.core.division.groups import PLAIN_ROADS, cost_of

MOST_PLACES = 60
"""Most atoms of a patch: a set of them is the bits of one number."""

PLACE = np.dtype(
    [(name, "u8") for name in ("near", "plain")]
    + [(name, "i8") for name in ("atom", "size", "coarse")]
    + [(name, "f8") for name in ("x", "y", "area", "perimeter")]
)
"""An atom of a patch: which others it touches, and which of these not only across a main road, as bits."""

SET = np.dtype([("members", "u8"), ("cost", "f8")])

STEP = np.dtype(
    [(name, "u8") for name in ("members", "front", "out")]
    + [("size", "i8"), ("coarse", "i8")]
    + [(name, "f8") for name in ("area", "perimeter", "wx", "wy", "wq")]
)
"""A set on the way: its `front` may still join it, what is `out` may not."""


class Patch(NamedTuple):
    """Room for one patch and its connected sets."""

    places: npt.NDArray[Any]
    border: npt.NDArray[np.float64]
    """Common border of two places [m]."""
    spot: npt.NDArray[np.int64]
    """Place of each atom of the whole problem; valid for the atoms of the patch only."""
    sets: npt.NDArray[Any]
    first: npt.NDArray[np.int64]
    """Where the sets with each lowest place begin."""
    steps: npt.NDArray[Any]


def make_patch(atoms: int, most_sets: int) -> Patch:
    """Make room for patches.

    Parameters
    ----------
    atoms : int
        Atoms of the whole problem.
    most_sets : int
        Most connected sets of a patch.

    Returns
    -------
    Patch
        Empty room.
    """
    return Patch(
        np.zeros(MOST_PLACES, PLACE),
        np.zeros((MOST_PLACES, MOST_PLACES)),
        np.zeros(atoms, np.int64),
        np.zeros(most_sets, SET),
        np.zeros(MOST_PLACES + 1, np.int64),
        np.zeros(MOST_PLACES + 2, STEP),
    )


@njit(cache=True, nogil=True)
def lay_patch(atoms, cells, edges, groups, nodes, regions, patch):
    """Lay out the atoms of the listed groups along the longer side of their extent; returns their number.

    -1 when there are too many, or when one stands on a cell with others.
    """
    places, spot = patch.places, patch.spot
    count = 0
    for j in range(regions):
        a = groups[nodes[j].list].head
        while a >= 0:
            c = atoms[a].cell
            if count == len(places) or cells[c].past - cells[c].first > 1:
                return -1
            places[count].atom = a
            count += 1
            a = atoms[a].after
    _sort_places(atoms, places, count)
    for i in range(count):
        spot[places[i].atom] = i
    for i in range(count):
        a = places[i].atom
        c = atoms[a].cell
        places[i].size, places[i].x, places[i].y = atoms[a].size, atoms[a].x, atoms[a].y
        places[i].coarse = atoms[a].coarse
        places[i].area, places[i].perimeter = cells[c].area, cells[c].perimeter
        places[i].near = places[i].plain = np.uint64(0)
        patch.border[i, :count] = 0.0
        for k in range(cells[c].row, cells[c].row_past):
            d = cells[edges[k].cell].first
            j = spot[d]
            if j < count and places[j].atom == d:
                places[i].near |= np.uint64(1) << np.uint64(j)
                patch.border[i, j] = edges[k].length
                if edges[k].kind < PLAIN_ROADS:
                    places[i].plain |= np.uint64(1) << np.uint64(j)
    return count


@njit(cache=True, nogil=True)
def _sort_places(atoms, places, count):
    """Sort by the coordinate that varies more, then by atom."""
    low_x = low_y = np.inf
    high_x = high_y = -np.inf
    for i in range(count):
        x, y = atoms[places[i].atom].x, atoms[places[i].atom].y
        low_x, high_x, low_y, high_y = min(low_x, x), max(high_x, x), min(low_y, y), max(high_y, y)
    wide = high_x - low_x > high_y - low_y
    for i in range(1, count):
        a = places[i].atom
        key = atoms[a].x if wide else atoms[a].y
        j = i - 1
        while j >= 0:
            b = places[j].atom
            other = atoms[b].x if wide else atoms[b].y
            if other < key or (other == key and b < a):
                break
            places[j + 1].atom = b
            j -= 1
        places[j + 1].atom = a


@njit(cache=True, nogil=True)
def list_sets(patch, count, costs, by_size, least, most_sets, most_steps):
    """List every connected set from `least` households up to the largest size, or one larger atom, each once.

    Returns their number; -1 when there are too many.
    """
    places, sets, steps = patch.places, patch.sets, patch.steps
    top = by_size.shape[1] - 2
    found, taken = 0, 0
    one = np.uint64(1)
    for start in range(count):
        patch.first[start] = found
        low = one << np.uint64(start)
        steps[0].members = np.uint64(0)
        steps[0].front, steps[0].out = low, low - one
        steps[0].size = steps[0].coarse = 0
        steps[0].area = steps[0].perimeter = steps[0].wx = steps[0].wy = steps[0].wq = 0.0
        height = 1
        while height:
            here = steps[height - 1]
            if here.front == np.uint64(0):
                height -= 1
                continue
            v = lowest_bit(here.front)
            bit = one << np.uint64(v)
            here.front &= ~bit
            here.out |= bit
            weight = here.size + places[v].size
            if weight > top and here.size > 0 and places[v].size > 0:
                continue
            taken += 1
            if taken > most_steps:
                return -1
            _step_in(patch, steps[height - 1], steps[height], v, bit)
            height += 1
            if weight >= least:
                if found == most_sets:
                    return -1
                sets[found].members = steps[height - 1].members
                sets[found].cost = _set_cost(patch, steps[height - 1], costs, by_size)
                found += 1
    patch.first[count] = found
    return found


@njit(cache=True, nogil=True)
def lowest_bit(bits):
    """Return the place of the lowest bit set."""
    low, place = bits & (~bits + np.uint64(1)), 0
    for shift in (32, 16, 8, 4, 2, 1):
        if low >> np.uint64(shift):
            low >>= np.uint64(shift)
            place += shift
    return place


@njit(cache=True, nogil=True)
def _step_in(patch, here, there, v, bit):
    """Write into `there` the set of `here` with place v added."""
    place = patch.places[v]
    w, x, y = place.size, place.x, place.y
    common = 0.0
    rest = here.members & place.near
    while rest:
        j = lowest_bit(rest)
        rest &= rest - np.uint64(1)
        common += patch.border[v, j]
    there.members = here.members | bit
    there.out = here.out
    there.front = (here.front | place.near) & ~there.members & ~here.out
    there.size, there.coarse = here.size + w, here.coarse + place.coarse
    there.area = here.area + place.area
    there.perimeter = here.perimeter + place.perimeter - 2 * common
    there.wx, there.wy, there.wq = here.wx + w * x, here.wy + w * y, here.wq + w * (x * x + y * y)


@njit(cache=True, nogil=True)
def _set_cost(patch, step, costs, by_size):
    soft = _needs_main_road(patch, step.members)
    return cost_of(
        costs, by_size, step.coarse, step.size, step.area, step.perimeter, step.wx, step.wy, step.wq, soft
    )  # fmt: skip


@njit(cache=True, nogil=True)
def _needs_main_road(patch, members):
    """Tell whether a connected set falls apart without its edges across main roads."""
    reached = members & (~members + np.uint64(1))
    todo = reached
    while todo:
        v = lowest_bit(todo)
        todo &= todo - np.uint64(1)
        fresh = patch.places[v].plain & members & ~reached
        reached |= fresh
        todo |= fresh
    return reached != members
