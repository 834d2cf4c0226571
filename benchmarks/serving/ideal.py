"""An ideal server: as many processes as gridgov has, each takes as much CPU as it is told and sends the same bytes.

What wrk sees of it is what the machine and the client leave to a server of that cost: it waits for no database, no
lock and no other process. Its tail is that of two cores shared by eight clients, two processes and the client itself.

python -m benchmarks.serving.ideal PORT WORKERS
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import sys
import time
from typing import ClassVar, cast

from gridgov.web.loop import make_loop

BODY_BYTES = 2048


class Spinner(asyncio.Protocol):
    """Answers ``GET /0.35`` after 0.35 ms of CPU."""

    answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % BODY_BYTES + bytes(BODY_BYTES)
    everybody: ClassVar[set[asyncio.BaseProtocol]] = set()

    def __init__(self) -> None:
        self.connections = self.everybody
        self._transport: asyncio.BaseTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember a connection.

        Parameters
        ----------
        transport : asyncio.BaseTransport
            The connection.
        """
        self._transport = transport
        self.everybody.add(self)

    def connection_lost(self, error: Exception | None) -> None:
        """Forget it.

        Parameters
        ----------
        error : Exception or None
            Why it ended.
        """
        self.everybody.discard(self)

    def data_received(self, data: bytes) -> None:
        """Take the time, then answer.

        Parameters
        ----------
        data : bytes
            A request; wrk sends one at a time.
        """
        found = re.match(rb"GET /([\d.]+)", data)
        until = time.thread_time() + (float(found[1]) / 1000 if found else 0.0)
        while time.thread_time() < until:
            pass
        # uvloop's transports are none of asyncio's classes
        cast(asyncio.WriteTransport, self._transport).write(self.answer)


async def _serve(listening: socket.socket) -> None:
    await asyncio.get_running_loop().create_server(Spinner, sock=listening)
    await asyncio.Event().wait()


def main(port: int, workers: int) -> None:
    """Serve until the process is ended, and the others with it.

    Parameters
    ----------
    port : int
        Port of this machine to listen on.
    workers : int
        Processes.
    """
    with socket.create_server(("127.0.0.1", port)) as listening:
        others = []
        for _ in range(workers - 1):
            number = os.fork()
            if not number:
                break
            others.append(number)

        def stop(*_: object) -> None:
            for one in others:
                os.kill(one, signal.SIGTERM)
            os._exit(0)

        signal.signal(signal.SIGTERM, stop)
        with asyncio.Runner(loop_factory=make_loop) as runner:
            runner.run(_serve(listening))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
