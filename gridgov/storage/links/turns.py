"""Who may use a connection next: few at a time as a rule, more when those few take long."""

from __future__ import annotations

import asyncio
from collections import deque

from gridgov.errors import BusyError


class Turns:
    """Turns that are given in the order in which they were asked for.

    Not more than `few` are out as long as they come back soon: then PostgreSQL's processes need not wait for each
    other. Who has waited `patient_s` gets one beyond that, up to `most`, so that a few slow questions do not hold up
    all others.

    Parameters
    ----------
    few : int
        Turns as a rule.
    most : int
        Turns at most.
    patient_s : float
        How long a caller waits before he gets one beyond the rule [s].
    wait_s : float
        How long he waits at all [s].
    """

    def __init__(self, few: int, most: int, patient_s: float, wait_s: float) -> None:
        self._few = min(few, most)
        self._most = most
        self._patient_s = min(patient_s, wait_s)
        self._wait_s = wait_s
        self._waiting: deque[_Turn] = deque()
        self.taken = 0

    async def take(self) -> None:
        """Wait for a turn; who got one gives it back.

        Raises
        ------
        BusyError
            When none comes in time.
        """
        if self.taken < self._few:
            self.taken += 1
            return
        turn = _Turn(asyncio.get_running_loop())
        self._waiting.append(turn)
        turn.alarm = turn.loop.call_later(self._patient_s, self._grow_late, turn)
        try:
            await turn.given
        except asyncio.CancelledError:
            if turn.given.done() and not turn.given.cancelled() and turn.given.exception() is None:
                self.give()
            raise
        finally:
            turn.alarm.cancel()

    def give(self) -> None:
        """Give a turn back: to who has waited longest, or beyond the rule only to who has waited too long."""
        while self._waiting and self._waiting[0].given.done():
            self._waiting.popleft()
        if self._waiting and (self.taken <= self._few or self._waiting[0].late):
            self._waiting.popleft().given.set_result(None)
        else:
            self.taken -= 1

    def forget(self) -> None:
        """Begin anew: whoever had a turn is gone."""
        self._waiting.clear()
        self.taken = 0

    def _grow_late(self, turn: _Turn) -> None:
        if turn.given.done():
            return
        if self.taken < self._most:
            self.taken += 1
            turn.given.set_result(None)
        else:
            turn.late = True
            turn.alarm = turn.loop.call_later(self._wait_s - self._patient_s, _end, turn)


class _Turn:
    __slots__ = ("alarm", "given", "late", "loop")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.given: asyncio.Future[None] = loop.create_future()
        self.alarm: asyncio.TimerHandle
        self.late = False


def _end(turn: _Turn) -> None:
    if not turn.given.done():
        turn.given.set_exception(BusyError("Too much is asked at once. Ask again in a moment."))
