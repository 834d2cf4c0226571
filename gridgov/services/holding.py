"""Ask what still holds for many callers at once: those who come while an answer is under way share the next one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from gridgov.storage.links import Ask, Row
from gridgov.storage.tiles import Holding, ask_holding, read_holding
from gridgov.storage.tiles.holding import Source

Run = Callable[[Sequence[Ask]], Awaitable[list[list[Row]]]]
"""Asks the database before anybody has entered: statements in, the rows of each out."""


class JointQuestion:
    """What still holds, asked together by all who want to know at one moment.

    Whoever asks gets an answer that the database began to give after he asked, never an older one: a caller who comes
    when the question is on its way waits for the next. A session that ended before a tile was asked for opens none.
    One question at a time: with more of them each would serve fewer callers.

    Parameters
    ----------
    run : callable
        Asks the database with the rights of the web server's role.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._loop: asyncio.AbstractEventLoop | None = None
        self._next: _Round | None = None
        self._under_way: asyncio.Task[None] | None = None

    async def ask(self, token_hash: str, source: Source) -> Holding:
        """Return what holds, of the session and the source named at least.

        Parameters
        ----------
        token_hash : str
            Hash of a session's token.
        source : tuple
            What a tile is drawn from.

        Returns
        -------
        Holding
            What held at a moment after the call.

        Raises
        ------
        DatabaseError
            When the database does not answer.
        """
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self._loop, self._next, self._under_way = loop, None, None
        if self._next is None:
            self._next = _Round()
            if self._under_way is None:
                # not at once: others whose requests have arrived are about to ask too
                loop.call_soon(self._start)
        mine = loop.create_future()
        self._next.token_hashes.add(token_hash)
        self._next.sources.add(source)
        # one future each: who goes away takes the answer from nobody
        self._next.waiting.append(mine)
        holding: Holding = await mine
        return holding

    def _start(self) -> None:
        if self._next is not None and self._loop is not None:
            asked, self._next = self._next, None
            self._under_way = self._loop.create_task(self._finish(asked))
            self._under_way.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        if task is self._under_way:
            self._under_way = None
            self._start()

    async def _finish(self, asked: _Round) -> None:
        try:
            (rows,) = await self._run([ask_holding(asked.token_hashes, asked.sources)])
            holding = read_holding(rows)
        except BaseException as error:
            for waiter in asked.waiting:
                if not waiter.done():
                    waiter.set_exception(error) if isinstance(error, Exception) else waiter.cancel()
            if not isinstance(error, Exception):
                raise
            return
        for waiter in asked.waiting:
            if not waiter.done():
                waiter.set_result(holding)


class _Round:
    __slots__ = ("sources", "token_hashes", "waiting")

    def __init__(self) -> None:
        self.token_hashes: set[str] = set()
        self.sources: set[Source] = set()
        self.waiting: list[asyncio.Future[Holding]] = []
