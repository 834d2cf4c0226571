"""The links of one process, handed out in turn."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from gridgov.storage.links.ask import Ask, Row
from gridgov.storage.links.link import Link, LinkLostError, open_link
from gridgov.storage.links.turns import Turns

SIZE = 3
"""Links of a process at most."""

FEW = 2
"""Links of a process as long as they answer soon. More would let PostgreSQL's processes wait for each other, in no
order, in place of requests waiting here in order."""

PATIENT_S = 0.03
"""How long a request waits before it gets a link beyond `FEW`."""

WAIT_S = 10.0
"""How long a request waits for a link."""


class LinkPool:
    """Up to `size` links to one database, opened when they are first needed; `FEW` of them unless these take long.

    Parameters
    ----------
    address : str
        Address as libpq reads it.
    size : int
        Links at most.
    wait_s : float
        How long a caller waits for one [s].
    """

    def __init__(self, address: str, size: int = SIZE, wait_s: float = WAIT_S) -> None:
        self._address = address
        self._turns = Turns(FEW, size, PATIENT_S, wait_s)
        self._idle: list[Link] = []
        self._loop: asyncio.AbstractEventLoop | None = None

    async def run(self, asks: Sequence[Ask], mark: str = "") -> list[list[Row]]:
        """Ask on any link; see `Link.run`. A link that was dead before it was used is replaced once.

        Parameters
        ----------
        asks : sequence of Ask
            Statements that read.
        mark : str
            By which statements are kept.

        Returns
        -------
        list of list of tuple
            The rows of each.

        Raises
        ------
        BusyError
            When no link comes free in time.
        DatabaseError
            When the server cannot be reached, or refuses a statement.
        """
        self._know_loop()
        await self._turns.take()
        try:
            while True:
                # one that lay idle may have died with the server: then the next, at last a fresh one
                fresh = not self._idle
                link = await open_link(self._address) if fresh else self._idle.pop()
                if link.lost:
                    continue
                try:
                    return await link.run(asks, mark)
                except LinkLostError:
                    if fresh:
                        raise
                finally:
                    if not link.lost:
                        self._idle.append(link)
        finally:
            self._turns.give()

    def close(self) -> None:
        """End every link that nobody uses."""
        for link in self._idle:
            link.close()
        self._idle.clear()

    def _know_loop(self) -> None:
        """Links live in the event loop that made them; a pool that is asked from a new one starts anew."""
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self.close()
            self._loop = loop
            self._turns.forget()
