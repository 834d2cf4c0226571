"""The cheapest exact cover of a patch: dynamic programming over what connected sets cover, bounded by prices."""

# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-calls

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from gridgov.core.division.exact import lowest_bit

STATE = np.dtype([("covered", "u8"), ("cost", "f8"), ("back", "i4"), ("by", "i4"), ("after", "i4"), ("chain", "i4")])
"""Places covered, by the sets `by` here and in `back`; `after`: next state with the same lowest open place; `chain`:
next state of the same slot of the hash table."""

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
        np.full(places + 1, -1, np.int32),
        np.zeros(places),
        np.zeros(places),
        np.zeros(most_sets),
        np.zeros(most_sets, np.int64),
        np.zeros(places, np.int64),
    )


@njit(cache=True, nogil=True)
def cover_patch(patch, count, found, own, room):
    """Choose sets that cover every place once at the least cost, if that is less than `own`.

    Returns the number of sets in `room.chosen`; 0 when `own` is the least, -1 when there were too many states.
    """
    sets, rest = patch.sets, room.rest
    slack = own - _set_prices(patch, count, found, room, own) - 1e-9
    if slack <= 0.0:
        return 0
    full = (np.uint64(1) << np.uint64(count)) - np.uint64(1)
    room.head[: count + 1] = -1
    used, last_state, last_set = 0, -1, -1
    used = _add_state(room, np.uint64(0), 0.0, -1, -1, 0, used)
    for place in range(count):
        low, past = patch.first[place], patch.first[place + 1]
        kept = _sort_bucket(rest, room.order, low, past, slack)
        here = room.head[place]
        while here >= 0 and used >= 0:
            covered, cost = room.states[here].covered, room.states[here].cost
            for k in range(low, low + kept):
                s = room.order[k]
                total = cost + rest[s]
                if total >= slack:
                    break
                if sets[s].members & covered:
                    continue
                both = covered | sets[s].members
                if both == full:
                    slack, last_state, last_set = total, here, s
                else:
                    used = _add_state(room, both, total, here, s, _lowest_open(both), used)
                    if used < 0:
                        break
            here = room.states[here].after
    _clear(room, used)
    if used < 0:
        return -1
    return _read_back(room, last_state, last_set)


@njit(cache=True, nogil=True)
def _lowest_open(covered):
    return lowest_bit(~covered)


@njit(cache=True, nogil=True)
def _set_prices(patch, count, found, room, own):
    """Set prices of places that no set undercuts, the higher the better; returns their sum.

    `room.rest` becomes what each set costs beyond the prices of its places.
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
                weight += places[v].size + 1e-3 if turn == 0 else 1.0
            members, share = sets[s].members, rest[s] / weight
            while members:
                v = lowest_bit(members)
                members &= members - np.uint64(1)
                step[v] = min(step[v], share)
        gain = 0.0
        for v in range(count):
            if turn == 0:
                step[v] *= places[v].size + 1e-3
            price[v] += step[v]
            gain += step[v]
        for s in range(found):
            members = sets[s].members
            while members:
                v = lowest_bit(members)
                members &= members - np.uint64(1)
                rest[s] -= step[v]
        if turn > 0 and gain < 1e-3:
            break
    return price[:count].sum()


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
def _add_state(room, covered, cost, back, by, place, used):
    """Keep the cheapest way to cover these places; returns the number of states, -1 when there is no room."""
    states, slots = room.states, room.slots
    mixed = covered * np.uint64(0x9E3779B97F4A7C15)
    slot = np.int64((mixed ^ (mixed >> np.uint64(29))) & np.uint64(len(slots) - 1))
    here = slots[slot]
    while here >= 0:
        if states[here].covered == covered:
            if cost < states[here].cost:
                states[here].cost, states[here].back, states[here].by = cost, back, by
            return used
        here = states[here].chain
    if used == len(states):
        _clear(room, used)
        return -1
    states[used].covered, states[used].cost, states[used].back, states[used].by = covered, cost, back, by
    states[used].chain, states[used].after = slots[slot], room.head[place]
    slots[slot] = used
    room.head[place] = used
    return used + 1


@njit(cache=True, nogil=True)
def _clear(room, used):
    """Empty the hash table."""
    for k in range(used):
        mixed = room.states[k].covered * np.uint64(0x9E3779B97F4A7C15)
        room.slots[np.int64((mixed ^ (mixed >> np.uint64(29))) & np.uint64(len(room.slots) - 1))] = -1


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
