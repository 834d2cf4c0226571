"""A real server for a test to visit."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI


@contextmanager
def serve(app: FastAPI) -> Iterator[str]:
    """Serve an application on a free port, and stop whatever becomes of the visit.

    Yields
    ------
    Address of the server, without a slash at its end.
    """
    # uvicorn's own logging would replace what a test listens to; a busy machine leaves visitors idle for long
    ways = {"log_config": None, "access_log": False, "timeout_keep_alive": 60, "timeout_graceful_shutdown": 5}
    server = uvicorn.Server(uvicorn.Config(app, port=0, **ways))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{_port_of(server, thread)}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        assert not thread.is_alive(), "the server does not stop"


def _port_of(server: uvicorn.Server, thread: threading.Thread) -> int:
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.02)
    return int(server.servers[0].sockets[0].getsockname()[1])
