"""A restore that can be looked at before it counts: into a new database, which takes the place of the old one."""

from __future__ import annotations

import secrets
from contextlib import suppress
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL

from gridgov.errors import ConflictError, DatabaseError
from gridgov.storage.backup.dump import Backup, connect_plainly, count_rows, read_backup, run_client, tell_difference
from gridgov.storage.engine import driver_url, make_engine
from gridgov.storage.migrations import migrate
from gridgov.storage.roles import make_roles

BEFORE = "before_restore"
"""Ending of the name that the replaced database keeps."""
EXTENSIONS = ("postgis", "btree_gist")
"""What the tables need and a dump of them does not hold."""
SWAP_TRIES = 10


def restore_backup(url: str | URL, admin_url: str | URL, file: Path, *, replace: bool = False) -> Backup:
    """Restore a dump into a new database, check it, bring it up to date, then put it in the place of the old one.

    The old database stays under the name ``…_before_restore`` until the next restore.

    Parameters
    ----------
    url : str or sqlalchemy.engine.URL
        Database whose place it takes.
    admin_url : str or sqlalchemy.engine.URL
        Another database of the same server, for a role that may make databases.
    file : pathlib.Path
        Dump that `write_backup` made.
    replace : bool
        Whether rows that the database holds now may be put aside.

    Returns
    -------
    Backup
        What was restored.

    Raises
    ------
    InputError
        When the file is no whole backup.
    ConflictError
        When the database holds rows and `replace` is not said.
    DatabaseError
        When the dump does not restore to the rows it holds; the old database is untouched then.
    """
    held = read_backup(file)
    place = driver_url(url)
    _require_replaceable(place, file, replace)
    fresh = f"{place.database}_restoring_{secrets.token_hex(4)}"
    admin = driver_url(admin_url)
    try:
        with connect_plainly(admin) as connection:
            owner = sql.Identifier(place.username) if place.username else sql.SQL("CURRENT_USER")
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'").format(
                    sql.Identifier(fresh), owner
                )
            )
        with connect_plainly(admin.set(database=fresh)) as connection:
            for extension in EXTENSIONS:
                connection.execute(sql.SQL("CREATE EXTENSION {}").format(sql.Identifier(extension)))
            with suppress(psycopg.errors.InsufficientPrivilege):
                # an office's server has its roles already, and its administrator alone may do the rest
                make_roles(connection, str(place.username))
        _fill(place.set(database=fresh), file, held)
        _swap(admin, str(place.database), fresh)
    except psycopg.Error as error:
        raise DatabaseError(f"The backup cannot be restored: {str(error).strip()}") from error
    finally:
        with connect_plainly(admin) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(fresh)))
    return held


def _require_replaceable(place: URL, file: Path, replace: bool) -> None:
    try:
        with connect_plainly(place) as connection:
            present = count_rows(connection)
    except DatabaseError:
        # there is nothing in its place that could be lost
        return
    filled = {name: count for name, count in present.items() if count and name != "alembic_version"}
    if filled and not replace:
        listed = ", ".join(f"{count} {name}" for name, count in filled.items())
        raise ConflictError(
            f"The database holds rows that {file} would take the place of: {listed}. Make a backup of it first "
            "(gridgov db backup FILE), then say --yes.",
            counts=filled,
        )


def _fill(url: URL, file: Path, held: Backup) -> None:
    run_client(url, "pg_restore", "--exit-on-error", "--no-owner", "--no-password", str(file))
    with connect_plainly(url) as connection:
        restored = count_rows(connection)
        connection.execute("ANALYZE")
    if restored != held.counts:
        raise DatabaseError(f"The restored database lacks rows: {tell_difference(held.counts, restored)}.")
    engine = make_engine(url)
    try:
        migrate(engine)
    finally:
        engine.dispose()


def _swap(admin: URL, place: str, fresh: str) -> None:
    before = f"{place}_{BEFORE}"
    with connect_plainly(admin) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(before)))
    for left in reversed(range(SWAP_TRIES)):
        try:
            _rename(admin, place, before, fresh)
            break
        except psycopg.errors.ObjectInUse:
            # a server that lost its connection came back at once
            if not left:
                raise


def _rename(admin: URL, place: str, before: str, fresh: str) -> None:
    with connect_plainly(admin) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity WHERE datname = ANY(%s)", [[place, fresh]]
        )
        # both names change in one transaction: there is never no database in the place
        with connection.transaction():
            rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [place]).fetchone():
                connection.execute(rename.format(sql.Identifier(place), sql.Identifier(before)))
            connection.execute(rename.format(sql.Identifier(fresh), sql.Identifier(place)))
