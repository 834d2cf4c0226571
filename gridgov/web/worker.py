"""One of several processes that answer (`gridgov serve --workers`)."""

from __future__ import annotations

from fastapi import FastAPI

from gridgov.bootstrap import open_platform
from gridgov.settings import read_settings
from gridgov.web.app import make_app
from gridgov.web.logs import configure_logs


def make_worker_app() -> FastAPI:
    """Make the app of a process that was started by another, from the settings in its environment.

    Returns
    -------
    fastapi.FastAPI
        The app; it holds its own connections and its own tiles.
    """
    settings = read_settings()
    configure_logs(settings.log_format, settings.log_level)
    return make_app(open_platform(settings))
