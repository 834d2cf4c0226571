"""Backups: a dump that was checked against the database, and a restore that can be looked at before it counts."""

from __future__ import annotations

import os
import secrets
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL

from gridgov.errors import ConflictError, DatabaseError, InputError
from gridgov.storage.cluster.programs import clean_environment, find_programs
from gridgov.storage.engine import driver_url, make_engine
from gridgov.storage.migrations import migrate
from gridgov.storage.roles import make_roles
from gridgov.storage.tables import IDENTITY_SCHEMA, SCHEMA

SCHEMAS = (SCHEMA, IDENTITY_SCHEMA)
"""What a backup holds; no two tables of them have the same name."""

BEFORE = "before_restore"
"""Ending of the name that the replaced database keeps."""
EXTENSIONS = ("postgis", "btree_gist")
"""What the tables need and a dump of them does not hold."""
SWAP_TRIES = 10


@dataclass(frozen=True)
class Backup:
    """What a dump holds: rows of each table."""

    file: Path
    counts: Mapping[str, int]

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(self.counts.values())


def write_backup(url: str | URL, file: Path) -> Backup:
    """Write the database into one file, then read the file back and compare it with the database.

    Parameters
    ----------
    url : str or sqlalchemy.engine.URL
        Database to write.
    file : pathlib.Path
        File to make; only its owner may read it. An older one is replaced once the new one is whole.

    Returns
    -------
    Backup
        The file and the rows in it.

    Raises
    ------
    DatabaseError
        When the dump fails, or does not hold every row the database held at that moment.
    """
    half = file.with_name(f".{file.name}.{secrets.token_hex(4)}.part")
    try:
        # with 0600 from the start: it holds everything that the database protects
        os.close(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        with _connect(url) as connection, connection.transaction():
            # this transaction only waits for the dump to finish
            connection.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            held = count_rows(connection)
            if not held:
                raise DatabaseError("There is nothing to back up: the database holds no table of gridgov.")
            snapshot = connection.execute("SELECT pg_export_snapshot()").fetchone()
            assert snapshot is not None
            chosen = [f"--schema={schema}" for schema in SCHEMAS]
            choice = ["--format=custom", f"--snapshot={snapshot[0]}", f"--file={half}", "--no-password"]
            _run(url, "pg_dump", *choice, *chosen)
        made = read_backup(half)
        if made.counts != held:
            raise DatabaseError(
                f"The backup does not hold what the database holds: {_difference(held, made.counts)}."
            )
        with half.open("rb") as whole:
            os.fsync(whole.fileno())
        half.replace(file)
    except OSError as error:
        raise DatabaseError(f"The backup cannot be written to {file}: {error.strerror}.", file=str(file)) from error
    finally:
        half.unlink(missing_ok=True)
    return Backup(file, made.counts)


def read_backup(file: Path) -> Backup:
    """Read a dump to its end and count the rows in it.

    Parameters
    ----------
    file : pathlib.Path
        Dump that `write_backup` made.

    Returns
    -------
    Backup
        Rows of each table.

    Raises
    ------
    InputError
        When the file is no dump of gridgov, or is damaged or cut off.
    """
    if not os.access(file, os.R_OK) or not file.is_file():
        raise InputError(f"There is no backup {file} that could be read.", file=str(file))
    command = [str(find_programs() / "pg_restore"), "--file=-", "--data-only", str(file)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=clean_environment(), cwd="/"
    ) as reader:
        assert reader.stdout is not None and reader.stderr is not None
        counts = dict(_count_copies(reader.stdout))
        said = reader.stderr.read().decode(errors="replace").strip()
    if reader.returncode or not counts:
        raise InputError(
            f"{file} is no whole backup of gridgov ({said or 'it holds no table of gridgov'}). Take another one.",
            file=str(file),
        )
    return Backup(file, counts)


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
        with _connect(admin) as connection:
            owner = sql.Identifier(place.username) if place.username else sql.SQL("CURRENT_USER")
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'").format(
                    sql.Identifier(fresh), owner
                )
            )
        with _connect(admin.set(database=fresh)) as connection:
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
        with _connect(admin) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(fresh)))
    return held


def count_rows(connection: psycopg.Connection[tuple[object, ...]]) -> dict[str, int]:
    """Count the rows of every table of gridgov.

    Parameters
    ----------
    connection : psycopg.Connection
        The database.

    Returns
    -------
    dict of str to int
        By name of the table.
    """
    query = "SELECT schemaname, tablename FROM pg_tables WHERE schemaname = ANY(%s) ORDER BY tablename"
    places = [(str(row[0]), str(row[1])) for row in connection.execute(query, [list(SCHEMAS)])]
    counts = {}
    for schema, name in places:
        row = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(schema, name))).fetchone()
        assert row is not None and isinstance(row[0], int)
        counts[name] = row[0]
    return counts


def _require_replaceable(place: URL, file: Path, replace: bool) -> None:
    try:
        with _connect(place) as connection:
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
    _run(url, "pg_restore", "--exit-on-error", "--no-owner", "--no-password", str(file))
    with _connect(url) as connection:
        restored = count_rows(connection)
        connection.execute("ANALYZE")
    if restored != held.counts:
        raise DatabaseError(f"The restored database lacks rows: {_difference(held.counts, restored)}.")
    engine = make_engine(url)
    try:
        migrate(engine)
    finally:
        engine.dispose()


def _swap(admin: URL, place: str, fresh: str) -> None:
    before = f"{place}_{BEFORE}"
    with _connect(admin) as connection:
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
    with _connect(admin) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity WHERE datname = ANY(%s)", [[place, fresh]]
        )
        # both names change in one transaction: there is never no database in the place
        with connection.transaction():
            rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [place]).fetchone():
                connection.execute(rename.format(sql.Identifier(place), sql.Identifier(before)))
            connection.execute(rename.format(sql.Identifier(fresh), sql.Identifier(place)))


def _count_copies(lines: Iterable[bytes]) -> Iterator[tuple[str, int]]:
    table, count = None, 0
    for line in lines:
        if table is None:
            if line.startswith(tuple(f"COPY {schema}.".encode() for schema in SCHEMAS)):
                table, count = line.split()[1].decode().split(".", 1)[1].strip('"'), 0
        elif line == b"\\.\n":
            yield table, count
            table = None
        else:
            count += 1


def _difference(wanted: Mapping[str, int], seen: Mapping[str, int]) -> str:
    names = sorted(name for name in {*wanted, *seen} if wanted.get(name) != seen.get(name))
    return ", ".join(f"{name} {seen.get(name, 0)} instead of {wanted.get(name, 0)}" for name in names)


@contextmanager
def _connect(url: str | URL) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    try:
        connection = psycopg.connect(_plain(url), autocommit=True)
    except psycopg.OperationalError as error:
        raise DatabaseError(f"The database does not answer: {str(error).strip()}") from error
    with connection:
        yield connection


def _run(url: str | URL, program: str, *arguments: str) -> None:
    read = driver_url(url)
    password = {"PGPASSWORD": str(read.password)} if read.password else {}
    # the password goes by the environment: every account of the machine may read the arguments of a program
    done = subprocess.run(
        [str(find_programs() / program), f"--dbname={_plain(read.set(password=None))}", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        cwd="/",
        env=clean_environment() | password,
    )
    if done.returncode:
        raise DatabaseError(f"{program} failed: {done.stderr.strip()}")


def _plain(url: str | URL) -> str:
    return driver_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
