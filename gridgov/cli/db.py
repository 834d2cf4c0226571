"""`gridgov db`: the database from the command line."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import psycopg
import typer
from rich.console import Console

from gridgov.bootstrap import database_url, open_platform, private_cluster
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
_out = Console(highlight=False, soft_wrap=True)


@db.command()
def start() -> None:
    """Start the private database, making it on the first run, and bring it up to date."""
    cluster = _require_private()
    status = cluster.start()
    _migrate()
    _out.print(f"The database runs (process {status.pid}, account {status.account}).")
    _out.print(f"GRIDGOV_DATABASE_URL would be {cluster.url()}")


@db.command()
def stop() -> None:
    """Stop the private database."""
    stopped = _require_private().stop()
    _out.print("The database is stopped." if stopped else "The database did not run.")


@db.command()
def status() -> None:
    """Say whether the database is there, runs and is up to date. Exit code 3 when it does not run."""
    settings = read_settings()
    cluster = private_cluster(settings)
    if cluster is not None:
        seen = cluster.status()
        _out.print(f"private database  {cluster.state_dir}")
        _out.print(f"made              {f'yes, PostgreSQL {seen.version}' if seen.made else 'no'}")
        _out.print(f"running           {f'yes, process {seen.pid}' if seen.running else 'no'}")
        _out.print(f"account           {seen.account}")
        _out.print(f"socket            {seen.socket_folder}")
        if not seen.running:
            raise typer.Exit(3)
    else:
        _out.print(f"office's server   {driver_url(database_url(settings)).render_as_string(hide_password=True)}")
    with open_platform(settings, check=False) as platform, platform.engine.connect() as connection:
        _out.print(f"version           {current_revision(connection) or 'none'} of {newest_revision()}")
        for danger in check_server(connection):
            _out.print(f"[yellow]warning[/yellow]           {danger}")


@db.command(name="migrate")
def migrate_command() -> None:
    """Bring the database to the version that this program needs."""
    before, after = _migrate()
    _out.print(
        f"The database is at version {after}" + ("." if before == after else f", it was at {before or 'none'}.")
    )


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
    _out.print(make_roles_script(owner, place), markup=False)
    _out.print(f"-- Then give {WEB} and {DOOR} a way in, by a password or by lines of pg_hba.conf and pg_ident.conf:")
    _out.print(f"-- ALTER ROLE {WEB} PASSWORD '…'; ALTER ROLE {DOOR} PASSWORD '…';")
    _out.print(
        f"-- and set GRIDGOV_WEB_DATABASE_URL=postgresql://{WEB}:PASSWORD@HOST/DATABASE for `gridgov serve`, with"
    )
    _out.print(f"-- GRIDGOV_DOOR_DATABASE_URL=postgresql://{DOOR}:PASSWORD@HOST/DATABASE where the passwords differ.")


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
    _out.print(f"{file}: {made.rows:,} rows of {len(made.counts)} tables, read back and compared with the database.")


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
    _out.print(f"Restored {made.rows:,} rows of {len(made.counts)} tables. The database before it is kept as")
    _out.print(f"{url.database}_before_restore until the next restore.")


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
