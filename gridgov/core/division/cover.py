"""The cheapest exact cover of a patch: dynamic programming over what connected sets cover, bounded by prices."""

# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-calls

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from gridgov.core.division.exact import floors_of, lowest_bit

STATE = np.dtype(
    [("covered", "u8"), ("floors", "u8"), ("touched", "u8"), ("cost", "f8")]
    + [(name, "i4") for name in ("back", "by", "after", "chain")]
)
"""Places covered with all floors, floors taken of each stack, and by how many sets (as far as that is for nothing);
by the sets `by` here and in `back`. `after`: next state of the same level; `chain`: next of the same slot of the hash
table."""

TOUCH_BITS = 5

MOST_LEVELS = 2000
"""Most atoms of a patch."""

PRICE_ROUNDS = 8


class Cover(NamedTuple):
    """Room for one cover."""

    states: npt.NDArray[Any]
    slots: npt.NDArray[np.int32]
    head: npt.NDArray[np.int32]
    price: npt.NDArray[np.float64]
    step: npt.NDArray[np.float64]
    rest: npt.NDArray[np.float64]
    order: npt.NDArray[np.int64]
    ahead: npt.NDArray[np.int64]
    """Floors of all places before each."""
    tall: npt.NDArray[np.int64]
    """Places with several floors."""
    chosen: npt.NDArray[np.int64]


def make_cover(places: int, most_sets: int, most_states: int) -> Cover:
    """Make room for covers.

    Parameters
    ----------
    places, most_sets, most_states : int
        Most places of a patch, sets, and states of the search.

    Returns
    -------
    Cover
        Empty room.
    """
    slots = 1 << int(np.ceil(np.log2(2 * most_states)))
    return Cover(
        np.zeros(most_states, STATE),
        np.full(slots, -1, np.int32),
        np.full(MOST_LEVELS + 1, -1, np.int32),
        np.zeros(places),
        np.zeros(places),
        np.zeros(most_sets),
        np.zeros(most_sets, np.int64),
        np.zeros(places + 1, np.int64),
        np.zeros(places + 1, np.int64),
        np.zeros(MOST_LEVELS, np.int64),
    )


@njit(cache=True, nogil=True)
def cover_patch(patch, count, found, own, surplus, room):
    """Choose sets that cover every place and all its floors once at the least cost, if that is less than `own`.

    Returns the number of sets in `room.chosen`; 0 when `own` is the least, -1 when there were too many states.
    """
    sets, places, rest, order = patch.sets, patch.places, room.rest, room.order
    levels, talls, guard, bias = _list_levels(places, count, room)
    if levels > MOST_LEVELS:
        return -1
    for t in range(talls):
        own += surplus * places[room.tall[t]].spare
    slack = own - _set_prices(patch, count, found, room, own) - 1e-9
    if slack <= 0.0:
        return 0
    tall_bits = np.uint64(0)
    for t in range(talls):
        tall_bits |= np.uint64(1) << np.uint64(room.tall[t])
    full = ~np.uint64(0) >> np.uint64(64 - count)
    room.head[: levels + 1] = -1
    none = np.uint64(0)
    used, last_state, last_set = 0, -1, -1
    used = _add_state(room, none, none, none, 0.0, -1, -1, 0, used)
    for place in range(count):
        low, past = patch.first[place], patch.first[place + 1]
        kept = _sort_bucket(rest, order, low, past, slack)
        for level in range(room.ahead[place], room.ahead[place + 1]):
            here = room.head[level]
            while here >= 0 and used >= 0:
                state = room.states[here]
                covered, floors, cost = state.covered, state.floors, state.cost
                for k in range(low, low + kept):
                    s = order[k]
                    total = cost + rest[s]
                    if total >= slack:
                        break
                    if sets[s].members & covered or (floors + sets[s].floors + bias) & guard:
                        continue
                    both = covered | (sets[s].members & ~tall_bits)
                    high, touched = none, none
                    if talls:
                        high = floors + sets[s].floors
                        both, touched, more = _close_stacks(patch, room, talls, s, both, high, state.touched, surplus)
                        total += more
                        if total >= slack:
                            continue
                    if both == full:
                        slack, last_state, last_set = total, here, s
                    else:
                        at = _level(places, room, both, high)
                        used = _add_state(room, both, high, touched, total, here, s, at, used)
                        if used < 0:
                            break
                here = room.states[here].after
    _clear(room, used)
    if used < 0:
        return -1
    return _read_back(room, last_state, last_set)


@njit(cache=True, nogil=True)
def _list_levels(places, count, room):
    """Count the floors of all places and list the stacks; `bias` added to floors taken sets a bit of `guard` where
    there are too many."""
    levels, talls = 0, 0
    guard = bias = np.uint64(0)
    for i in range(count):
        room.ahead[i] = levels
        levels += places[i].floors
        if places[i].floors > 1:
            room.tall[talls] = i
            talls += 1
            width = 0
            while places[i].floors >> width:
                width += 1
            guard |= np.uint64(1) << np.uint64(places[i].shift + width)
            bias += np.uint64((1 << width) - 1 - places[i].floors) << np.uint64(places[i].shift)
    room.ahead[count] = levels
    return levels, talls, guard, bias


@njit(cache=True, nogil=True)
def _close_stacks(patch, room, talls, s, covered, floors, touched, surplus):
    """Count set s as a piece of its stacks; returns what is covered, the pieces, and what was charged for more pieces
    than the stacks that are full now were in."""
    places, members, more = patch.places, patch.sets[s].members, 0.0
    for t in range(talls):
        v = room.tall[t]
        if members >> np.uint64(v) & np.uint64(1) == 0:
            continue
        at = np.uint64(TOUCH_BITS * t)
        pieces = np.int64(touched >> at & np.uint64((1 << TOUCH_BITS) - 1))
        if pieces < places[v].spare:
            pieces += 1
            touched += np.uint64(1) << at
        if floors_of(places[v], floors) == places[v].floors:
            covered |= np.uint64(1) << np.uint64(v)
            more += surplus * (places[v].spare - pieces)
            touched |= np.uint64((1 << TOUCH_BITS) - 1) << at
    return covered, touched, more


@njit(cache=True, nogil=True)
def _level(places, room, covered, floors):
    """Return how many floors lie before the lowest open one."""
    v = lowest_bit(~covered)
    return room.ahead[v] + (floors_of(places[v], floors) if places[v].floors > 1 else 0)


@njit(cache=True, nogil=True)
def _set_prices(patch, count, found, room, own):
    """Set prices of floors that no set undercuts, the higher the better; returns the sum over all floors.

    `room.rest` becomes what each set costs beyond the prices of its floors.
    """
    sets, places, price, step, rest = patch.sets, patch.places, room.price, room.step, room.rest
    for s in range(found):
        rest[s] = sets[s].cost
    price[:count] = 0.0
    for turn in range(PRICE_ROUNDS):
        step[:count] = np.inf
        for s in range(found):
            members, weight = sets[s].members, 0.0
            while members:
                v = lowest_bit(members)
                members &= members - np.uint64(1)
                floors = 1 if places[v].floors == 1 else floors_of(places[v], sets[s].floors)
                weight += floors * (places[v].size / places[v].floors + 1e-3 if turn == 0 else 1.0)
            members, share = sets[s].members, rest[s] / weight
            while members:
                v = lowest_bit(members)
                members &= members - np.uint64(1)
                step[v] = min(step[v], share)
        gain = 0.0
        for v in range(count):
            if turn == 0:
                step[v] *= places[v].size / places[v].floors + 1e-3
            price[v] += step[v]
            gain += step[v] * places[v].floors
        for s in range(found):
            members = sets[s].members
            while members:
                v = lowest_bit(members)
                members &= members - np.uint64(1)
                floors = 1 if places[v].floors == 1 else floors_of(places[v], sets[s].floors)
                rest[s] -= floors * step[v]
        if turn > 0 and gain < 1e-3:
            break
    return (price[:count] * places["floors"][:count]).sum()


@njit(cache=True, nogil=True)
def _sort_bucket(rest, order, low, past, slack):
    """List the sets of one lowest place that may still pay, cheapest first; returns their number."""
    kept = 0
    for s in range(low, past):
        if rest[s] < slack:
            order[low + kept] = s
            kept += 1
    some = order[low : low + kept].copy()
    order[low : low + kept] = some[np.argsort(rest[some], kind="mergesort")]
    return kept


@njit(cache=True, nogil=True)
def _add_state(room, covered, floors, touched, cost, back, by, level, used):
    """Keep the cheapest way to cover these floors; returns the number of states, -1 when there is no room."""
    states, slots = room.states, room.slots
    slot = _slot(slots, covered, floors, touched)
    here = slots[slot]
    while here >= 0:
        state = states[here]
        if state.covered == covered and state.floors == floors and state.touched == touched:
            if cost < state.cost:
                state.cost, state.back, state.by = cost, back, by
            return used
        here = state.chain
    if used == len(states):
        _clear(room, used)
        return -1
    states[used].covered, states[used].floors, states[used].touched = covered, floors, touched
    states[used].cost, states[used].back, states[used].by = cost, back, by
    states[used].chain, states[used].after = slots[slot], room.head[level]
    slots[slot] = used
    room.head[level] = used
    return used + 1


@njit(cache=True, nogil=True)
def _slot(slots, covered, floors, touched):
    mixed = (
        covered ^ (floors * np.uint64(0xC2B2AE3D27D4EB4F)) ^ (touched * np.uint64(0x165667B19E3779F9))
    ) * np.uint64(0x9E3779B97F4A7C15)
    return np.int64((mixed ^ (mixed >> np.uint64(29))) & np.uint64(len(slots) - 1))


@njit(cache=True, nogil=True)
def _clear(room, used):
    """Empty the hash table."""
    for k in range(used):
        state = room.states[k]
        room.slots[_slot(room.slots, state.covered, state.floors, state.touched)] = -1


@njit(cache=True, nogil=True)
def _read_back(room, state, by):
    """List the sets on the way to the last state; returns their number."""
    chosen = 0
    while by >= 0:
        room.chosen[chosen] = by
        chosen += 1
        by = room.states[state].by
        state = room.states[state].back
    return chosen
