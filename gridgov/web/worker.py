"""One of several processes that answer (`gridgov serve --workers`)."""

from __future__ import annotations

import gc

from fastapi import FastAPI

from gridgov.bootstrap import open_platform
from gridgov.settings import read_settings
from gridgov.web.app import make_app
from gridgov.web.logs import configure_logs

YOUNG_MOST = 10_000
"""New objects after which the collector looks for cycles among them."""


def make_worker_app() -> FastAPI:
    """Make the app of a process that was started by another, from the settings in its environment.

    Returns
    -------
    fastapi.FastAPI
        The app; it holds its own connections and its own tiles.
    """
    settings = read_settings()
    configure_logs(settings.log_format, settings.log_level)
    app = make_app(open_platform(settings))
    settle()
    return app


def settle() -> None:
    """Take what was made at the start out of the collector's sight: it stays as long as the process does.

    Else a full collection looks at a million objects of the libraries, and requests wait for it.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_MOST, 20, 20)
