"""Turns at the database: in order, few at a time, and more only for who has waited too long."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from gridgov.errors import BusyError
from gridgov.storage.links.turns import Turns

SOON_S = 0.02
Use = Callable[[Turns], Awaitable[None]]


def run(use: Use, few: int = 1, most: int = 2, patient_s: float = SOON_S, wait_s: float = 30.0) -> None:
    """Use turns of a loop of their own."""

    async def begin() -> None:
        await use(Turns(few, most, patient_s, wait_s))

    asyncio.run(begin())


async def settle() -> None:
    """Let everybody who can go on do so."""
    for _ in range(5):
        await asyncio.sleep(0)


def queue_up(turns: Turns, count: int, came: list[int]) -> list[asyncio.Task[None]]:
    async def wait(number: int) -> None:
        await turns.take()
        came.append(number)

    return [asyncio.create_task(wait(number)) for number in range(count)]


def test_who_waits_longest_comes_next() -> None:
    async def use(turns: Turns) -> None:
        came: list[int] = []
        await turns.take()
        waiting = queue_up(turns, 4, came)
        for count in range(1, 5):
            turns.give()
            await settle()
            assert came == list(range(count))
        turns.give()
        assert turns.taken == 0
        await asyncio.gather(*waiting)

    run(use, patient_s=30.0)


def test_few_as_long_as_they_come_back_soon() -> None:
    async def use(turns: Turns) -> None:
        came: list[int] = []
        waiting = queue_up(turns, 6, came)
        for count in range(2, 7):
            await settle()
            assert (len(came), turns.taken) == (count, 2)
            turns.give()
        await asyncio.gather(*waiting)
        assert turns.taken == 1

    run(use, few=2, most=5, patient_s=30.0)


def test_slow_ones_do_not_hold_up_all_others() -> None:
    async def use(turns: Turns) -> None:
        await turns.take()
        await asyncio.wait_for(turns.take(), 10)
        assert turns.taken == 2, "the first has not come back"

    run(use)


def test_never_more_than_the_most_and_the_late_come_first() -> None:
    async def use(turns: Turns) -> None:
        came: list[int] = []
        await turns.take()
        waiting = queue_up(turns, 3, came)
        await asyncio.sleep(SOON_S * 5)
        assert came == [0], "one beyond the rule, and no more"
        turns.give()
        await settle()
        assert came == [0, 1], "who is late gets what comes back, beyond the rule too"
        for _ in range(3):
            turns.give()
            await settle()
        assert turns.taken == 0
        await asyncio.gather(*waiting)

    run(use)


def test_what_was_beyond_the_rule_is_not_handed_on_to_who_just_came() -> None:
    async def use(turns: Turns) -> None:
        await turns.take()
        await turns.take()
        came: list[int] = []
        waiting = queue_up(turns, 1, came)
        await settle()
        turns.give()
        await settle()
        assert (came, turns.taken) == ([], 1)
        turns.give()
        await settle()
        assert (came, turns.taken) == ([0], 1)
        await asyncio.gather(*waiting)

    run(use, patient_s=0.5)


def test_who_leaves_takes_no_turn_along() -> None:
    async def use(turns: Turns) -> None:
        came: list[int] = []
        await turns.take()
        leaving, given, staying = queue_up(turns, 3, came)
        await settle()
        leaving.cancel()
        await settle()
        turns.give()
        given.cancel()  # at the moment at which its turn has come
        await settle()
        assert came == [2]
        turns.give()
        assert turns.taken == 0
        await asyncio.gather(leaving, given, staying, return_exceptions=True)

    run(use, patient_s=30.0)


def test_waiting_has_an_end() -> None:
    async def use(turns: Turns) -> None:
        await turns.take()
        with pytest.raises(BusyError):
            await turns.take()
        assert turns.taken == 1
        turns.give()
        await asyncio.wait_for(turns.take(), 10)

    run(use, most=1, wait_s=0.1)
