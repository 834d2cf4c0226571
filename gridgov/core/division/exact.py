"""Dividing a few groups in the best way there is: every connected set is listed and priced."""

# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-calls

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit
from numba.cpython.unsafe.numbers import trailing_zeros

from gridgov.core.division.groups import PLAIN_ROADS, cost_of

MOST_PLACES = 60
"""Most cells of a patch: a set of them is the bits of one number."""

LOOK_AT = 4
"""When a fourth of the room for sets is taken, at least a fourth of the cells should have been swept."""

MOST_TALL = 12
MOST_SPARE = 30
FLOOR_BITS = 63

PLACE = np.dtype(
    [(name, "u8") for name in ("near", "plain")]
    + [(name, "i8") for name in ("atom", "size", "coarse", "floors", "spare", "shift", "held")]
    + [(name, "f8") for name in ("x", "y", "area", "perimeter")]
)
"""A cell of a patch, by its first `atom`: which others it touches, and which of these not only across a main road, as
bits. `floors`: how many atoms are stacked on it; `spare`: in how many groups they may lie for nothing. How many of
them a set takes stands in one number, from bit `shift` on. `held`: atoms of it that the patch has."""

SET = np.dtype([("members", "u8"), ("floors", "u8"), ("cost", "f8")])

STEP = np.dtype(
    [(name, "u8") for name in ("members", "floors", "front", "out")]
    + [(name, "i8") for name in ("size", "coarse", "tall", "next")]
    + [(name, "f8") for name in ("area", "perimeter", "surplus")]
)
"""A set on the way: its `front` may still join it, what is `out` may not. Of the stack `tall` (-1: none), `next`
floors join next."""


class Patch(NamedTuple):
    """Room for one patch and its connected sets."""

    places: npt.NDArray[Any]
    border: npt.NDArray[np.float64]
    """Common border of two places [m]."""
    distance: npt.NDArray[np.float64]
    """Between two places [m]."""
    spot: npt.NDArray[np.int64]
    """Place of each first atom of a cell of the whole problem; valid for the cells of the patch only."""
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
        np.zeros((MOST_PLACES, MOST_PLACES)),
        np.zeros(atoms, np.int64),
        np.zeros(most_sets, SET),
        np.zeros(MOST_PLACES + 1, np.int64),
        np.zeros(MOST_PLACES + 2, STEP),
    )


@njit(cache=True, nogil=True)
def lay_patch(atoms, cells, edges, groups, nodes, regions, patch):
    """Lay out the cells of the listed groups along the longer side of their extent; returns their number.

    -1 when there are too many, or when one is a stack of very unequal floors or some of its floors are elsewhere.
    """
    places, spot = patch.places, patch.spot
    count, held = 0, 0
    for j in range(regions):
        a = groups[nodes[j].list].head
        while a >= 0:
            held += 1
            if a == cells[atoms[a].cell].first:
                if count == len(places):
                    return -1
                places[count].atom = a
                count += 1
            a = atoms[a].after
    if count == 0:
        return -1
    _sort_places(atoms, places, count)
    for i in range(count):
        spot[places[i].atom] = i
    if held > count and not _holds_stacks(atoms, cells, groups, nodes, regions, patch, count):
        return -1
    if not _measure_places(atoms, cells, patch, count, held > count):
        return -1
    for i in range(count):
        c = atoms[places[i].atom].cell
        places[i].near = places[i].plain = np.uint64(0)
        patch.border[i, :count] = 0.0
        for j in range(count):
            patch.distance[i, j] = np.hypot(places[i].x - places[j].x, places[i].y - places[j].y)
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
def _holds_stacks(atoms, cells, groups, nodes, regions, patch, count):
    """Tell whether every cell of the listed groups lies in the patch with all its atoms."""
    places, spot = patch.places, patch.spot
    places["held"][:count] = 0
    for j in range(regions):
        a = groups[nodes[j].list].head
        while a >= 0:
            first = cells[atoms[a].cell].first
            i = spot[first]
            if i >= count or places[i].atom != first:
                return False
            places[i].held += 1
            a = atoms[a].after
    for i in range(count):
        c = atoms[places[i].atom].cell
        if places[i].held != cells[c].past - cells[c].first:
            return False
    return True


@njit(cache=True, nogil=True)
def _measure_places(atoms, cells, patch, count, stacked):
    """Sum up the cells of a patch; returns whether their stacks are even and fit the room for their floors.

    When not `stacked`, the patch has one atom of each cell only.
    """
    places = patch.places
    shift, tall = 0, 0
    for i in range(count):
        a = places[i].atom
        c = atoms[a].cell
        places[i].size, places[i].x, places[i].y = atoms[a].size, atoms[a].x, atoms[a].y
        places[i].coarse, places[i].floors = atoms[a].coarse, cells[c].past - cells[c].first
        places[i].area, places[i].perimeter = cells[c].area, cells[c].perimeter
        if places[i].floors == 1:
            continue
        if not stacked:
            return False
        least = most = atoms[a].size
        for b in range(a + 1, cells[c].past):
            places[i].size += atoms[b].size
            least, most = min(least, atoms[b].size), max(most, atoms[b].size)
        places[i].spare, places[i].shift = cells[c].spare, shift
        tall += 1
        while places[i].floors >> (shift - places[i].shift):
            shift += 1
        shift += 1  # one bit more shows when there are too many
        if most - least > 1 or tall > MOST_TALL or shift > FLOOR_BITS or cells[c].spare > MOST_SPARE:
            return False
    return True


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

    Of a stack a set takes any number of floors, and pays for a surplus piece of it: how many pieces are free is for
    the cover to know. Returns their number; -1 when there are too many, or will be at this rate.
    """
    places, sets, steps = patch.places, patch.sets, patch.steps
    top = by_size.shape[1] - 2
    found, taken = 0, 0
    one = np.uint64(1)
    for start in range(count):
        patch.first[start] = found
        low = one << np.uint64(start)
        _clear_step(steps[0], low)
        height = 1
        while height:
            here = steps[height - 1]
            v = here.tall
            if v >= 0:
                floors = here.next
                here.next += 1
                if floors == places[v].floors:
                    here.tall = -1
            elif here.front == np.uint64(0):
                height -= 1
                continue
            else:
                v, floors = lowest_bit(here.front), 1
                bit = one << np.uint64(v)
                here.front &= ~bit
                here.out |= bit
                if places[v].floors > 1:
                    here.tall, here.next = v, 2
            part = floor_size(places[v], floors)
            weight = here.size + part
            if weight > top and part > 0 and (here.size > 0 or floors > 1):
                here.tall = -1
                continue
            taken += 1
            if taken > most_steps:
                return -1
            _step_in(patch, steps[height - 1], steps[height], v, floors, part, costs.surplus)
            height += 1
            if weight >= least:
                if found == most_sets or (found == most_sets // LOOK_AT and LOOK_AT * (start + 1) < count):
                    return -1
                sets[found].members, sets[found].floors = steps[height - 1].members, steps[height - 1].floors
                sets[found].cost = _set_cost(patch, steps[height - 1], costs, by_size)
                found += 1
    patch.first[count] = found
    return found


@njit(cache=True, nogil=True)
def lowest_bit(bits):
    """Return the place of the lowest bit set."""
    return np.int64(trailing_zeros(bits))  # type: ignore[call-arg]


@njit(cache=True, nogil=True)
def floor_size(place, floors):
    """Return the households on so many floors of a place, as if all floors were alike."""
    if floors == place.floors:
        return place.size
    return (2 * floors * place.size + place.floors) // (2 * place.floors)


@njit(cache=True, nogil=True)
def floors_of(place, floors):
    """Return how many of the floors are of this stack."""
    mask = np.uint64(1)
    while mask <= np.uint64(place.floors):
        mask <<= np.uint64(1)
    return np.int64((floors >> np.uint64(place.shift)) & (mask - np.uint64(1)))


@njit(cache=True, nogil=True)
def _clear_step(step, low):
    """Begin with nothing; only the place of this bit may join."""
    step.members = step.floors = np.uint64(0)
    step.front, step.out, step.tall = low, low - np.uint64(1), -1
    step.size = step.coarse = 0
    step.area = step.perimeter = step.surplus = 0.0


@njit(cache=True, nogil=True)
def _step_in(patch, here, there, v, floors, w, surplus):
    """Write into `there` the set of `here` with floors of place v added, of w households."""
    place = patch.places[v]
    common = 0.0
    rest = here.members & place.near
    while rest:
        j = lowest_bit(rest)
        rest &= rest - np.uint64(1)
        common += patch.border[v, j]
    there.members = here.members | (np.uint64(1) << np.uint64(v))
    there.floors, there.surplus, there.tall = here.floors, here.surplus, -1
    if place.floors > 1:
        there.floors += np.uint64(floors) << np.uint64(place.shift)
        there.surplus += surplus
    there.out = here.out
    there.front = (here.front | place.near) & ~there.members & ~here.out
    there.size, there.coarse = here.size + w, here.coarse + place.coarse
    there.area = here.area + place.area
    there.perimeter = here.perimeter + place.perimeter - 2 * common


@njit(cache=True, nogil=True)
def _set_cost(patch, step, costs, by_size):
    soft = _needs_main_road(patch, step.members)
    far = _sum_distances(patch, step)
    return step.surplus + cost_of(costs, by_size, step.coarse, step.size, step.area, step.perimeter, far, soft)


@njit(cache=True, nogil=True)
def _sum_distances(patch, step):
    """Sum up the households' distances from the place of the set where that is least [m]."""
    places, least = patch.places, np.inf
    middles = step.members
    while middles:
        i = lowest_bit(middles)
        middles &= middles - np.uint64(1)
        if places[i].size == 0:
            continue
        far, rest = 0.0, step.members
        while rest and far < least:
            j = lowest_bit(rest)
            rest &= rest - np.uint64(1)
            floors = 1 if places[j].floors == 1 else floors_of(places[j], step.floors)
            far += floor_size(places[j], floors) * patch.distance[i, j]
        least = min(least, far)
    return least if least < np.inf else 0.0


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
