"""The event loop of a server's process: one of several that take connections from the same socket, each its share."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Sized
from typing import Any

import uvloop

WAIT_MOST_S = 0.005
"""How long a process that has many connections leaves a new one to the others, at most."""

WAIT_EACH_S = 0.001
"""How much longer for each connection it has."""


class SharingLoop(uvloop.Loop):
    """An event loop that does not take connections which another process would serve sooner.

    libuv takes whatever waits at the socket in one go: of eight connections opened together, the process that woke
    first had six to eight and the other stood idle. Here a process takes one at a time, and the longer after the one
    before the more it has.
    """

    async def create_server(self, *given: Any, **more: Any) -> Any:
        """Listen; on a socket that was made before, shared with other processes.

        Parameters
        ----------
        *given, **more : Any
            As `asyncio.loop.create_server` has them.

        Returns
        -------
        asyncio.Server or SharedServer
            The server.
        """
        sock = more.get("sock")
        if sock is None or more.get("ssl") is not None:
            return await super().create_server(*given, **more)
        return SharedServer(self, given[0], sock)


class SharedServer:
    """Takes connections from a socket that other processes take them from too.

    Parameters
    ----------
    loop : asyncio.AbstractEventLoop
        The loop.
    make_protocol : callable
        Makes what speaks with a caller.
    sock : socket.socket
        Listens already.
    """

    def __init__(
        self, loop: asyncio.AbstractEventLoop, make_protocol: Callable[[], asyncio.Protocol], sock: socket.socket
    ) -> None:
        self._loop = loop
        self._make_protocol = make_protocol
        self._sock = sock
        self._number = sock.fileno()
        self._held: Sized = ()
        self._greeting: set[asyncio.Task[None]] = set()
        self._closed = False
        sock.setblocking(False)
        self._listen()

    def close(self) -> None:
        """Take no more connections."""
        if not self._closed:
            self._closed = True
            self._loop.remove_reader(self._number)

    async def wait_closed(self) -> None:
        """Wait for nothing: connections are their protocols' own."""

    def _listen(self) -> None:
        if not self._closed:
            self._loop.add_reader(self._number, self._hear)

    def _hear(self) -> None:
        """Somebody waits: take him now, or leave him to the others for a moment."""
        count = len(self._held) + len(self._greeting)
        if not count:
            self._take()
            return
        self._loop.remove_reader(self._number)
        self._loop.call_later(min(WAIT_MOST_S, count * WAIT_EACH_S), self._take_and_listen)

    def _take_and_listen(self) -> None:
        if not self._closed:
            self._take()
            self._listen()

    def _take(self) -> None:
        try:
            caller, _ = self._sock.accept()
        except OSError:
            # another process took him, or he has gone
            return
        caller.setblocking(False)
        task = self._loop.create_task(self._greet(caller))
        self._greeting.add(task)
        task.add_done_callback(self._greeting.discard)

    async def _greet(self, caller: socket.socket) -> None:
        _, protocol = await self._loop.connect_accepted_socket(self._make_protocol, caller)
        # uvicorn's protocols share one set of all that are connected
        self._held = getattr(protocol, "connections", ())


def make_loop() -> asyncio.AbstractEventLoop:
    """Make the event loop of a process that shares its socket.

    Returns
    -------
    asyncio.AbstractEventLoop
        The loop.
    """
    return SharingLoop()
