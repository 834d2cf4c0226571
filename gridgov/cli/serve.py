"""`gridgov serve`: the map in a browser."""

from __future__ import annotations

import os
import socket
import tempfile
from contextlib import suppress
from importlib import import_module
from typing import Annotated, Any

import typer
import uvicorn
from uvicorn.supervisors import Multiprocess

from gridgov.bootstrap import Platform, open_platform, require_safe
from gridgov.cli.language import say, translate
from gridgov.cli.screen import Screen, mark
from gridgov.errors import SettingsError
from gridgov.services.auditing import keep_checkpoints
from gridgov.settings import read_settings

_out = Screen()


def serve(
    host: Annotated[
        str | None, typer.Option(help="Address to listen on; GRIDGOV_HOST or this machine only when left out.")
    ] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, max=64, help="Processes that answer; one a core.")] = None,
    proxy: Annotated[
        str | None, typer.Option(help="Addresses of the proxy whose word about the caller and https is believed.")
    ] = None,
) -> None:
    """Serve the map and its interface until Ctrl-C.

    The private database is started when it does not run, and goes on running afterwards.

    Parameters
    ----------
    host : str, optional
        Address to listen on.
    port : int, optional
        Port to listen on.
    workers : int, optional
        Processes that answer.
    proxy : str, optional
        Addresses of the proxy before the server, parted by commas.
    """
    settings = read_settings()
    with open_platform(settings) as platform:
        run_server(
            platform,
            host or settings.host,
            settings.port if port is None else port,
            workers=workers or settings.workers,
            proxy=settings.proxy if proxy is None else proxy,
        )


def run_server(platform: Platform, host: str, port: int, *, workers: int = 1, proxy: str = "") -> None:
    """Serve an open platform until Ctrl-C.

    Parameters
    ----------
    platform : Platform
        What is served.
    host : str
        Address to listen on.
    port : int
        Port to listen on; 0 takes a free one.
    workers : int
        Processes that answer; more than one read the settings of this process's environment again.
    proxy : str
        Addresses of the proxy before the server, parted by commas; nobody is believed when empty.

    Raises
    ------
    SettingsError
        When nobody can listen there.
    DatabaseError
        When the database would lose what it acknowledged, or not stop a faulty web server.
    """
    for note in require_safe(platform):
        _out.print(mark(say("warning"), "yellow"), translate(note))
    with _listen(host, port) as listening:
        shown, number = listening.getsockname()[:2]
        address = f"http://{f'[{shown}]' if ':' in shown else shown}:{number}/"
        _out.print(say("gridgov serves {address} — Ctrl-C stops it.", address=address))
        keeping = keep_checkpoints(platform.engine, platform.keys.read, platform.checkpoint_file)
        with keeping, suppress(KeyboardInterrupt):
            if workers == 1:
                _run_here(platform, listening, proxy)
            else:
                _run_apart(listening, workers, proxy)
    _out.print(say("Stopped."))


def _run_here(platform: Platform, listening: socket.socket, proxy: str) -> None:
    # by name: the two doors do not know each other
    app = import_module("gridgov.web.app").make_app(platform)
    import_module("gridgov.web.logs").configure_logs(platform.settings.log_format, platform.settings.log_level)
    import_module("gridgov.web.worker").settle()
    uvicorn.Server(_configure(app, proxy)).run(sockets=[listening])


def _run_apart(listening: socket.socket, workers: int, proxy: str) -> None:
    """Let several processes answer; one that dies is replaced."""
    app, loop = "gridgov.web.worker:make_worker_app", "gridgov.web.loop:make_loop"
    config = _configure(app, proxy, factory=True, workers=workers, loop=loop)
    with tempfile.TemporaryDirectory(prefix="gridgov-metrics-") as figures:
        # where the processes add up their figures; they inherit the environment
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = figures
        Multiprocess(config, sockets=[listening]).run()


def _configure(app: Any, proxy: str, loop: Any = "uvloop", **more: Any) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        loop=loop,
        http="httptools",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=5,
        proxy_headers=bool(proxy),
        forwarded_allow_ips=proxy or None,
        **more,
    )


def _listen(host: str, port: int) -> socket.socket:
    """Take the port before the address is printed, so that a printed address is one that answers."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(128)
    except OSError as error:
        listening.close()
        raise SettingsError(
            f"Cannot listen on {host} port {port}: {error.strerror}. Stop what uses it, or take another with --port.",
            host=host,
            port=port,
        ) from error
    return listening
