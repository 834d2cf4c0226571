"""Reach the database."""

from __future__ import annotations

from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from gridgov.errors import SettingsError

SESSION = (
    "timezone=UTC",
    "jit=off",
    # where servers keep PostGIS. Not "$user": for a role called gridgov that is gridgov's own schema, and then the
    # same table has two names
    "search_path=public,postgis,extensions",
)

WEB_SESSION = (
    *SESSION,
    # a tile is a millisecond: starting helpers for it costs more than they bring
    "max_parallel_workers_per_gather=0",
    "statement_timeout=15s",
    "lock_timeout=5s",
    "idle_in_transaction_session_timeout=30s",
)
"""How the web server's connections are set: quick answers, and none that holds the others up."""


def make_web_engine(url: str | URL, *, pool_size: int = 10) -> Engine:
    """Make the engine of the web server, whose role is bound by row security.

    Parameters
    ----------
    url : str or sqlalchemy.engine.URL
        Address of gridgov's database with the role `gridgov.storage.roles.WEB`.
    pool_size : int
        Connections kept open.

    Returns
    -------
    sqlalchemy.Engine
        Nothing is connected yet.
    """
    return make_engine(url, pool_size=pool_size, session=WEB_SESSION)


def make_engine(url: str | URL, *, pool_size: int = 5, session: tuple[str, ...] = SESSION) -> Engine:
    """Make the engine that hands out connections.

    Parameters
    ----------
    url : str or sqlalchemy.engine.URL
        Address of a PostgreSQL database: ``postgresql://user@host/name``.
    pool_size : int
        Connections kept open; twice as many more are opened under load.
    session : tuple of str
        Settings of each connection.

    Returns
    -------
    sqlalchemy.Engine
        Nothing is connected yet. A connection that died (the server was restarted) is replaced when it is handed out.

    Raises
    ------
    SettingsError
        When the address is not one of a PostgreSQL database.

    Examples
    --------
    >>> make_engine("postgresql://office.example/gridgov").dialect.driver
    'psycopg'
    """
    return create_engine(
        driver_url(url),
        pool_size=pool_size,
        max_overflow=2 * pool_size,
        pool_pre_ping=True,
        # a failing statement's values must not reach a log through the text of its error
        hide_parameters=True,
        connect_args={"application_name": "gridgov", "options": " ".join(f"-c {one}" for one in session)},
    )


def driver_url(url: str | URL) -> URL:
    """Read an address and choose the driver.

    Parameters
    ----------
    url : str or sqlalchemy.engine.URL
        Address, with or without a driver.

    Returns
    -------
    sqlalchemy.engine.URL
        The same with psycopg as the driver.

    Raises
    ------
    SettingsError
        When it is none of PostgreSQL; the message does not repeat a password.
    """
    try:
        read = make_url(url)
    except (ArgumentError, ValueError):
        raise SettingsError(
            "The database address cannot be read. Write GRIDGOV_DATABASE_URL as postgresql://user:password@host/database."
        ) from None
    if read.get_backend_name() not in ("postgresql", "postgres"):
        raise SettingsError(
            f"The database address is for {read.get_backend_name()!r}; gridgov runs on PostgreSQL with PostGIS. "
            "Write GRIDGOV_DATABASE_URL as postgresql://user:password@host/database.",
            backend=read.get_backend_name(),
        )
    return read.set(drivername="postgresql+psycopg")
