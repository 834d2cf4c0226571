"""Join the parts: settings, the private cluster or the office's server, and the engine."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from gridgov.errors import DatabaseError, SettingsError
from gridgov.settings import Settings, read_settings
from gridgov.storage.cluster import PrivateCluster
from gridgov.storage.engine import make_engine, make_web_engine
from gridgov.storage.keys import FILE_NAME, KeyStore
from gridgov.storage.migrations import migrate, require_migrated
from gridgov.storage.roles import require_roles
from gridgov.storage.server_check import check_server, read_place
from gridgov.storage.web_check import check_speed, check_web


@dataclass(frozen=True)
class Platform:
    """A running gridgov: what every door needs."""

    settings: Settings
    engine: Engine
    cluster: PrivateCluster | None
    """None when an office's server is used."""
    web_engine: Engine | None = None
    """The database as the web server may see it: its role is bound by row security. None where nobody serves."""

    @property
    def keys(self) -> KeyStore:
        """Where the keys of identity, second factors and the audit are kept."""
        return key_store(self.settings)

    def close(self) -> None:
        """Give the connections back; the private database goes on running."""
        self.engine.dispose()
        if self.web_engine is not None:
            self.web_engine.dispose()

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
    web_url = web_database_url(settings)
    return Platform(settings, engine, cluster, None if web_url is None else make_web_engine(web_url))


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
            if read_place(owner) != read_place(web):
                faults.append("GRIDGOV_DATABASE_URL and GRIDGOV_WEB_DATABASE_URL lead to two databases.")
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
