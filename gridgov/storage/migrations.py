"""Bring the database to the version this program needs, or say that it is not there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import psycopg
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from geoalchemy2 import alembic_helpers
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

import gridgov
from gridgov.errors import DatabaseError
from gridgov.storage.roles import require_roles
from gridgov.storage.tables import IDENTITY_SCHEMA, SCHEMA

LOCK_NUMBER = 47_115_001
"""Of the advisory lock that lets one process migrate at a time."""


def _include_name(name: str | None, kind: str, parents: Mapping[str, Any]) -> bool:
    return name in (SCHEMA, IDENTITY_SCHEMA) if kind == "schema" else name != "alembic_version"


COMPARE: Mapping[str, Any] = MappingProxyType(
    {
        "version_table_schema": SCHEMA,
        "include_schemas": True,
        "include_name": _include_name,
        "include_object": alembic_helpers.include_object,
        "compare_type": True,
        "compare_server_default": True,
    }
)
"""How the migrations look at the database: at gridgov's own schema only."""


def migrate(engine: Engine, revision: str = "head") -> tuple[str | None, str | None]:
    """Run the migrations that the database lacks, all or none.

    Parameters
    ----------
    engine : sqlalchemy.Engine
        The database; its role must own it.
    revision : str
        Revision to go to; ``"base"`` takes everything away.

    Returns
    -------
    tuple of (str or None, str or None)
        Revision before and after.

    Raises
    ------
    DatabaseError
        When PostGIS is missing and cannot be made, the database is newer than this program, or a migration fails.
    """
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": LOCK_NUMBER})
        _require_postgis(connection)
        require_roles(connection)
        connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
        before = current_revision(connection)
        _require_known(before)
        config = _config(connection)
        try:
            (command.downgrade if revision == "base" else command.upgrade)(config, revision)
        except (psycopg.Error, DBAPIError) as error:
            said = str(getattr(error, "orig", error)).splitlines()[0]
            raise DatabaseError(
                f"The database cannot be brought from version {before or 'none'} to {newest_revision()}, and nothing "
                f"in it was changed: {said}. Go on with the gridgov that made it, and keep this message.",
                revision=before,
            ) from error
        return before, current_revision(connection)


def current_revision(connection: Connection) -> str | None:
    """Ask which revision the database has.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        The database.

    Returns
    -------
    str or None
        The revision, None for a database that was never migrated.
    """
    return MigrationContext.configure(connection, opts={"version_table_schema": SCHEMA}).get_current_revision()


def newest_revision() -> str:
    """Ask which revision this program needs.

    Returns
    -------
    str
        The revision.
    """
    return ScriptDirectory(str(_folder())).get_current_head() or ""


def run_file(connection: Connection, name: str) -> None:
    """Run a file of several statements in the transaction of a migration.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        The connection the migration works on.
    name : str
        Name of a file in the folder ``sql`` of the migrations.
    """
    # the driver itself: SQLAlchemy would prepare the text, and a prepared statement is a single one
    driver: Any = connection.connection.driver_connection
    driver.execute((_folder() / "sql" / name).read_text(encoding="utf-8"))


def require_migrated(engine: Engine) -> None:
    """Refuse a database that has another revision than this program needs.

    Parameters
    ----------
    engine : sqlalchemy.Engine
        The database.

    Raises
    ------
    DatabaseError
        When it cannot be reached, is behind, or is ahead of this program.
    """
    try:
        with engine.connect() as connection:
            seen = current_revision(connection)
    except OperationalError as error:
        raise DatabaseError(
            f"The database at {engine.url.render_as_string(hide_password=True)} does not answer: "
            f"{str(error.orig).strip()}. Check GRIDGOV_DATABASE_URL, or start the private one: gridgov db start"
        ) from error
    _require_known(seen)
    if seen != newest_revision():
        raise DatabaseError(
            f"The database is at version {seen or 'none'}, this gridgov needs {newest_revision()}. "
            "Run: gridgov db migrate",
            seen=seen,
            needed=newest_revision(),
        )


def _require_known(revision: str | None) -> None:
    known = {script.revision for script in ScriptDirectory(str(_folder())).walk_revisions()}
    if revision is not None and revision not in known:
        raise DatabaseError(
            f"The database is at version {revision}, which this gridgov {gridgov.__version__} does not know: it was "
            "made by a newer one. Install that, or restore a backup of the older one.",
            seen=revision,
        )


def _require_postgis(connection: Connection) -> None:
    if connection.execute(text("SELECT 1 FROM pg_extension WHERE extname = 'postgis'")).first():
        return
    try:
        with connection.begin_nested():
            connection.execute(text("CREATE EXTENSION IF NOT EXISTS postgis"))
    except (ProgrammingError, OperationalError) as error:
        raise DatabaseError(
            f"The database has no PostGIS and this role may not add it ({str(error.orig).strip()}). Ask the "
            "administrator of the server to run in this database: CREATE EXTENSION postgis;"
        ) from error


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_folder()).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _folder() -> Path:
    package = Path(gridgov.__file__).resolve().parent
    for folder in (package / "migrations", package.parent / "migrations"):
        if (folder / "env.py").exists():
            return folder
    raise DatabaseError(f"The migrations are missing from this installation ({package}). Install gridgov again.")
