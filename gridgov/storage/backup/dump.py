"""A dump of the database into one file, read back and checked against what it was made of."""

from __future__ import annotations

import os
import secrets
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL

from gridgov.errors import DatabaseError, InputError
from gridgov.storage.cluster.programs import clean_environment, find_programs
from gridgov.storage.engine import driver_url
from gridgov.storage.tables import IDENTITY_SCHEMA, SCHEMA

SCHEMAS = (SCHEMA, IDENTITY_SCHEMA)
"""What a backup holds; no two tables of them have the same name."""


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
        with connect_plainly(url) as connection, connection.transaction():
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
            run_client(url, "pg_dump", *choice, *chosen)
        made = read_backup(half)
        if made.counts != held:
            raise DatabaseError(
                f"The backup does not hold what the database holds: {tell_difference(held, made.counts)}."
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


def tell_difference(wanted: Mapping[str, int], seen: Mapping[str, int]) -> str:
    """Say in which tables two counts of rows differ.

    Parameters
    ----------
    wanted, seen : mapping of str to int
        Rows by name of the table.

    Returns
    -------
    str
        Those that differ, with commas between them.

    Examples
    --------
    >>> tell_difference({"plan": 2, "unit": 5}, {"unit": 5})
    'plan 0 instead of 2'
    """
    names = sorted(name for name in {*wanted, *seen} if wanted.get(name) != seen.get(name))
    return ", ".join(f"{name} {seen.get(name, 0)} instead of {wanted.get(name, 0)}" for name in names)


@contextmanager
def connect_plainly(url: str | URL) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """Connect without SQLAlchemy, each statement a transaction of its own.

    Parameters
    ----------
    url : str or sqlalchemy.engine.URL
        The database.

    Yields
    ------
    psycopg.Connection
        The connection.

    Raises
    ------
    DatabaseError
        When the database does not answer.
    """
    try:
        connection = psycopg.connect(_plain(url), autocommit=True)
    except psycopg.OperationalError as error:
        raise DatabaseError(f"The database does not answer: {str(error).strip()}") from error
    with connection:
        yield connection


def run_client(url: str | URL, program: str, *arguments: str) -> None:
    """Run a program of PostgreSQL against a database.

    Parameters
    ----------
    url : str or sqlalchemy.engine.URL
        The database.
    program : str
        Its name: ``pg_dump``, ``pg_restore``.
    *arguments : str
        What it is told beside the database.

    Raises
    ------
    DatabaseError
        When it fails.
    """
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
