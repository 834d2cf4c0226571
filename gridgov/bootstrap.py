"""Join the parts: settings, the private cluster or the office's server, and the engine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from gridgov.errors import DatabaseError, SettingsError
from gridgov.settings import Settings, read_settings
from gridgov.storage.audit_chain import FILE_NAME as CHECKPOINTS
from gridgov.storage.cluster import PrivateCluster
from gridgov.storage.engine import driver_url, make_engine, make_web_engine
from gridgov.storage.keys import FILE_NAME, KeyStore
from gridgov.storage.migrations import migrate, require_migrated
from gridgov.storage.roles import DOOR, require_roles
from gridgov.storage.server_check import check_server, read_place
from gridgov.storage.web_check import check_door, check_speed, check_web


@dataclass(frozen=True)
class Platform:
    """A running gridgov: what every door needs."""

    settings: Settings
    engine: Engine
    cluster: PrivateCluster | None
    """None when an office's server is used."""
    web_engine: Engine | None = None
    """The database as the web server may see it: its role is bound by row security. None where nobody serves."""
    door_engine: Engine | None = None
    """The database as it is asked who somebody is who signs in; the owner's way where there is none."""

    @property
    def keys(self) -> KeyStore:
        """Where the keys of identity, second factors and the audit are kept."""
        return key_store(self.settings)

    @property
    def checkpoint_file(self) -> Path:
        """Where the signed heads of the audit are kept."""
        return self.settings.state_dir.expanduser().absolute() / CHECKPOINTS

    def close(self) -> None:
        """Give the connections back; the private database goes on running."""
        for engine in (self.engine, self.web_engine, self.door_engine):
            if engine is not None:
                engine.dispose()

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
    web_url, door_url = web_database_url(settings), door_database_url(settings)
    return Platform(
        settings,
        engine,
        cluster,
        None if web_url is None else make_web_engine(web_url),
        None if door_url is None else make_web_engine(door_url, pool_size=4),
    )


def require_safe(platform: Platform) -> list[str]:
    """Refuse to serve from a database that loses what it acknowledged, or that would not stop a faulty web server.

    Parameters
    ----------
    platform : Platform
        What is to be served.

    Returns
    -------
    list of str
        What is no danger but should be known.

    Raises
    ------
    SettingsError
        When nobody said how the web server reaches the database.
    DatabaseError
        Saying all that is wrong, what was seen and what to do.
    """
    if platform.web_engine is None:
        raise SettingsError(
            "GRIDGOV_DATABASE_URL is set, GRIDGOV_WEB_DATABASE_URL is not: the web server must not come in as the "
            "owner of the tables. Set it to the same database with the role gridgov_web; gridgov db roles prints how."
        )
    try:
        with platform.engine.connect() as owner, platform.web_engine.connect() as web:
            require_roles(owner)
            lasting, notes = check_server(owner), check_speed(web)
            faults = check_web(web)
            places = {read_place(owner), read_place(web)}
            if platform.door_engine is not None:
                with platform.door_engine.connect() as door:
                    faults += check_door(door)
                    places.add(read_place(door))
            if len(places) > 1:
                faults.append("The addresses in GRIDGOV_…DATABASE_URL lead to several databases.")
            name = str(owner.execute(text("SELECT current_database()")).scalar_one())
    except OperationalError as error:
        raise DatabaseError(f"The database does not let the web server in: {str(error.orig).strip()}.") from error
    if name == platform.settings.throwaway_database:
        notes += [f"GRIDGOV_THROWAWAY_DATABASE={name}: {one}" for one in lasting]
    else:
        faults += lasting
    if faults:
        raise DatabaseError("\n".join(["The server does not start on this database.", *faults]), faults=faults)
    return notes


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


def key_store(settings: Settings) -> KeyStore:
    """Say where the keys of these settings are kept.

    Parameters
    ----------
    settings : Settings
        Settings.

    Returns
    -------
    KeyStore
        Nothing is read yet.
    """
    return KeyStore(
        file=settings.key_file or settings.state_dir.expanduser().absolute() / FILE_NAME,
        text=None if settings.keys is None else settings.keys.get_secret_value(),
        command=settings.key_command,
        profile=settings.crypto_profile,
    )


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


def web_database_url(settings: Settings) -> str | None:
    """Give the address by which the web server reaches the database of these settings.

    Parameters
    ----------
    settings : Settings
        Settings.

    Returns
    -------
    str or None
        Address for `gridgov.storage.engine.make_web_engine`; None where an office's server is used and nobody said
        how the web server comes in.
    """
    if settings.web_database_url:
        return settings.web_database_url.get_secret_value()
    return None if settings.database_url else PrivateCluster(settings.state_dir).web_url()


def door_database_url(settings: Settings) -> str | None:
    """Give the address by which the web server asks who somebody is who signs in.

    Parameters
    ----------
    settings : Settings
        Settings.

    Returns
    -------
    str or None
        Address for `gridgov.storage.engine.make_web_engine`: that of the web server with another role, unless said
        otherwise; None where that is not known.
    """
    if settings.door_database_url:
        return settings.door_database_url.get_secret_value()
    if settings.web_database_url:
        url = driver_url(settings.web_database_url.get_secret_value())
        return url.set(username=DOOR).render_as_string(hide_password=False)
    return None if settings.database_url else PrivateCluster(settings.state_dir).door_url()
