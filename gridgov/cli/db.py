"""`gridgov db`: the database from the command line."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import psycopg
import typer
from rich.cells import cell_len

from gridgov.bootstrap import database_url, open_platform, private_cluster
from gridgov.cli.language import say, translate
from gridgov.cli.screen import Screen, mark
from gridgov.errors import SettingsError
from gridgov.settings import read_settings
from gridgov.storage.backup import restore_backup, write_backup
from gridgov.storage.cluster import PrivateCluster, find_programs
from gridgov.storage.cluster.config import OWNER
from gridgov.storage.engine import driver_url
from gridgov.storage.migrations import current_revision, migrate, newest_revision
from gridgov.storage.roles import DOOR, WEB, find_postgis, make_roles_script
from gridgov.storage.server_check import check_server

db = typer.Typer(
    no_args_is_help=True, add_completion=False, help="The database: start, stop, look, back up, restore."
)
_out = Screen()
_LABEL_WIDTH = 18
_AFTER_ROLES = """\
-- Then give {web} and {door} a way in, by a password or by lines of pg_hba.conf and pg_ident.conf:
-- ALTER ROLE {web} PASSWORD '…'; ALTER ROLE {door} PASSWORD '…';
-- and set GRIDGOV_WEB_DATABASE_URL=postgresql://{web}:PASSWORD@HOST/DATABASE for `gridgov serve`, with
-- GRIDGOV_DOOR_DATABASE_URL=postgresql://{door}:PASSWORD@HOST/DATABASE where the passwords differ."""


@db.command()
def start() -> None:
    """Start the private database, making it on the first run, and bring it up to date."""
    cluster = _require_private()
    status = cluster.start()
    _migrate()
    _out.print(say("The database runs (process {pid}, account {account}).", pid=status.pid, account=status.account))
    _out.print(say("GRIDGOV_DATABASE_URL would be {url}", url=cluster.url()))


@db.command()
def stop() -> None:
    """Stop the private database."""
    stopped = _require_private().stop()
    _out.print(say("The database is stopped.") if stopped else say("The database did not run."))


@db.command()
def status() -> None:
    """Say whether the database is there, runs and is up to date. Exit code 3 when it does not run."""
    settings = read_settings()
    cluster = private_cluster(settings)
    if cluster is not None:
        seen = cluster.status()
        made = say("yes, PostgreSQL {version}", version=seen.version) if seen.made else say("no")
        running = say("yes, process {pid}", pid=seen.pid) if seen.running else say("no")
        _line(say("private database"), cluster.state_dir)
        _line(say("made"), made)
        _line(say("running"), running)
        _line(say("account"), seen.account)
        _line(say("socket"), seen.socket_folder)
        if not seen.running:
            raise typer.Exit(3)
    else:
        _line(say("office's server"), driver_url(database_url(settings)).render_as_string(hide_password=True))
    with open_platform(settings, check=False) as platform, platform.engine.connect() as connection:
        seen_revision = current_revision(connection) or say("none")
        _line(
            say("version"), say("{seen}; this program needs {newest}", seen=seen_revision, newest=newest_revision())
        )
        for danger in check_server(connection):
            _line(say("warning"), translate(danger), "yellow")


@db.command(name="migrate")
def migrate_command() -> None:
    """Bring the database to the version that this program needs."""
    before, after = _migrate()
    if before == after:
        _out.print(say("The database is at version {after}.", after=after))
    else:
        was = before or say("none")
        _out.print(say("The database is at version {after}, it was at {before}.", after=after, before=was))


@db.command()
def roles() -> None:
    """Print what the administrator of an office's server runs once in gridgov's database, as a superuser.

    The private database has all of it by itself.
    """
    settings = read_settings()
    owner, place = OWNER, "public"
    if settings.database_url:
        url = driver_url(database_url(settings))
        owner = url.username or owner
        with (
            suppress(psycopg.OperationalError),
            psycopg.connect(url.set(drivername="postgresql").render_as_string(hide_password=False)) as connection,
        ):
            place = find_postgis(connection)
    _out.print(make_roles_script(owner, place))
    _out.print(say(_AFTER_ROLES, web=WEB, door=DOOR))


@db.command()
def shell() -> None:
    """Open psql on the database."""
    with open_platform(check=False) as platform:
        url = driver_url(platform.engine.url)
    program = str(find_programs() / "psql")
    plain = url.set(drivername="postgresql", password=None).render_as_string()
    if url.password:
        os.environ["PGPASSWORD"] = str(url.password)
    os.execv(program, [program, plain])


@db.command()
def backup(file: Annotated[Path, typer.Argument(help="File to write, e.g. gridgov.dump")]) -> None:
    """Write everything into one file, and check that the file holds every row."""
    with open_platform(check=False) as platform:
        made = write_backup(platform.engine.url, file.absolute())
    said = say(
        "{file}: {rows:,} rows of {tables} tables, read back and compared with the database.",
        file=file,
        rows=made.rows,
        tables=len(made.counts),
    )
    _out.print(said)


@db.command()
def restore(
    file: Annotated[Path, typer.Argument(help="File that `gridgov db backup` wrote")],
    yes: Annotated[bool, typer.Option("--yes", help="Replace rows that the database holds now.")] = False,
) -> None:
    """Restore a backup beside the database, check it, and put it in its place."""
    with open_platform(check=False) as platform:
        url = platform.engine.url
        admin = platform.cluster.admin_url() if platform.cluster else url.set(database="postgres")
    made = restore_backup(url, admin, file.absolute(), replace=yes)
    _out.print(
        say(
            "Restored {rows:,} rows of {tables} tables. The database before it is kept as {name} until the next "
            "restore.",
            rows=made.rows,
            tables=len(made.counts),
            name=f"{url.database}_before_restore",
        )
    )


def _line(label: str, value: object, style: str = "") -> None:
    # Chinese characters are two columns wide
    gap = " " * max(_LABEL_WIDTH - cell_len(label), 1)
    _out.print(mark(label, style), f"{gap}{value}", sep="")


def _migrate() -> tuple[str | None, str | None]:
    with open_platform(check=False) as platform:
        return migrate(platform.engine)


def _require_private() -> PrivateCluster:
    cluster = private_cluster(read_settings())
    if cluster is None:
        raise SettingsError(
            "GRIDGOV_DATABASE_URL is set: the database belongs to the office's server, which its administrator "
            "starts and stops. Unset it to use the private database."
        )
    return cluster
