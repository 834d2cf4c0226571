"""Join the parts: settings, the private cluster or the office's server, and the engine."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine

from gridgov.settings import Settings, read_settings
from gridgov.storage.cluster import PrivateCluster
from gridgov.storage.engine import make_engine
from gridgov.storage.migrations import migrate, require_migrated


@dataclass(frozen=True)
class Platform:
    """A running gridgov: what every door needs."""

    settings: Settings
    engine: Engine
    cluster: PrivateCluster | None
    """None when an office's server is used."""

    def close(self) -> None:
        """Give the connections back; the private database goes on running."""
        self.engine.dispose()

    def __enter__(self) -> Platform:
        """Return the platform itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()


def open_platform(settings: Settings | None = None, *, update: bool = False, check: bool = True) -> Platform:
    """Open the platform; without an office's server the private cluster is made and started.

    Parameters
    ----------
    settings : Settings, optional
        Settings; read from the environment unless given.
    update : bool
        Whether to run missing migrations instead of refusing.
    check : bool
        Whether to refuse a database of another version than this program's.

    Returns
    -------
    Platform
        To be closed by the caller; usable in a ``with``.

    Raises
    ------
    DatabaseError
        When the database cannot be started or reached, or its version does not fit; the message says what to do.
    """
    settings = settings or read_settings()
    cluster = private_cluster(settings)
    if cluster is not None:
        cluster.start()
    engine = make_engine(database_url(settings))
    try:
        if update:
            migrate(engine)
        elif check:
            require_migrated(engine)
    except BaseException:
        engine.dispose()
        raise
    return Platform(settings, engine, cluster)


def private_cluster(settings: Settings) -> PrivateCluster | None:
    """Name the private cluster of these settings, without starting it.

    Parameters
    ----------
    settings : Settings
        Settings.

    Returns
    -------
    PrivateCluster or None
        None when an office's server is used.
    """
    return None if settings.database_url else PrivateCluster(settings.state_dir)


def database_url(settings: Settings) -> str:
    """Give the address of the database of these settings.

    Parameters
    ----------
    settings : Settings
        Settings.

    Returns
    -------
    str
        Address for `gridgov.storage.engine.make_engine`; may hold a password.
    """
    if settings.database_url:
        return settings.database_url.get_secret_value()
    return PrivateCluster(settings.state_dir).url()
