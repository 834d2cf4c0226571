"""The private cluster as one object: make, start, stop, ask."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from gridgov.errors import DatabaseError
from gridgov.storage.cluster.account import Account, choose_account, give_folder, require_reachable
from gridgov.storage.cluster.config import ADMIN, DOOR, OWNER, PORT, WEB, make_config
from gridgov.storage.cluster.making import make_data_folder, renew_ident_map, require_whole, write_file
from gridgov.storage.cluster.programs import find_programs, run_program
from gridgov.storage.cluster.watch import clear_leftovers, find_server
from gridgov.storage.roles import make_roles

SOCKET_PATH_MAX = 107
"""Bytes that Linux allows for the path of a socket."""
START_WAIT_S = 120
LOG_MAX_BYTES = 5 * 2**20


@dataclass(frozen=True)
class ClusterStatus:
    """What is known of the private cluster."""

    made: bool
    running: bool
    pid: int | None
    version: str | None
    data_folder: Path
    socket_folder: Path
    account: str


class PrivateCluster:
    """A PostGIS cluster of gridgov's own in a state folder.

    Parameters
    ----------
    state_dir : pathlib.Path
        Folder for the data, the log and the socket. Made when missing.
    extra : mapping of str to str, optional
        Settings of PostgreSQL over the default ones; tests switch `fsync` off with it.

    Examples
    --------
    >>> cluster = PrivateCluster(Path("/var/lib/gridgov"))
    >>> cluster.url().startswith("postgresql+psycopg://gridgov@/gridgov?host=")
    True
    """

    def __init__(self, state_dir: Path, extra: Mapping[str, str] | None = None) -> None:
        self.state_dir = Path(state_dir).expanduser().absolute()
        self.data_folder = self.state_dir / "data"
        self.log_file = self.state_dir / "log" / "postgres.log"
        self.extra = dict(extra or {})

    def start(self) -> ClusterStatus:
        """Make the cluster if it is missing, start it if it is down, and make the database.

        Safe to call at once from several processes: one does the work, the others wait for it.

        Returns
        -------
        ClusterStatus
            The running cluster.

        Raises
        ------
        DatabaseError
            When it cannot be made or started; the message says what to do.
        """
        with self._lock():
            account = self.account
            give_folder(self.log_file.parent, account)
            if not self._is_made():
                sync = self.extra.get("fsync") != "off"
                make_data_folder(find_programs(), self.data_folder, account, sync=sync)
            require_whole(self.data_folder)
            renewed = renew_ident_map(self.data_folder, account)
            running = find_server(self.data_folder) is not None
            # one that was just killed is still seen for a moment, and has to be started after all
            if not (running and self._answers()):
                self._launch(account)
                self._answers(required=True)
            elif renewed:
                self._control("reload")
            self.make_database(OWNER)
        return self.status()

    def stop(self, *, at_once: bool = False) -> bool:
        """Stop the server; open transactions are rolled back.

        Parameters
        ----------
        at_once : bool
            Whether to leave the writing of what is in memory to the next start, which replays the log.

        Returns
        -------
        bool
            Whether there was one to stop.

        Raises
        ------
        DatabaseError
            When it does not stop.
        """
        if not self._is_made() or not self.state_dir.is_dir():
            return False
        with self._lock():
            if find_server(self.data_folder) is None:
                return False
            answer = self._control("stop", "-m", "immediate" if at_once else "fast", "-w", "-t", str(START_WAIT_S))
            if answer:
                raise DatabaseError(f"The private database does not stop: {answer}", log=str(self.log_file))
            return True

    def status(self) -> ClusterStatus:
        """Ask what is known of the cluster, without changing anything.

        Returns
        -------
        ClusterStatus
            Whether it is made and running, and where.
        """
        version = self.data_folder / "PG_VERSION"
        made = self._is_made()
        readable = made and os.access(version, os.R_OK)
        pid = find_server(self.data_folder) if made else None
        return ClusterStatus(
            made=made,
            running=pid is not None,
            pid=pid,
            version=version.read_text().strip() if readable else None,
            data_folder=self.data_folder,
            socket_folder=self.socket_folder,
            account=self.account.name,
        )

    def url(self, database: str = OWNER, role: str = OWNER) -> str:
        """Make the address of a database of this cluster.

        Parameters
        ----------
        database : str
            Name of the database.
        role : str
            Role to connect as.

        Returns
        -------
        str
            An address for SQLAlchemy.
        """
        return f"postgresql+psycopg://{role}@/{quote(database)}?host={quote(str(self.socket_folder))}&port={PORT}"

    def admin_url(self, database: str = "postgres") -> str:
        """Make the address of a database for the role that makes databases and extensions.

        Parameters
        ----------
        database : str
            Name of the database.

        Returns
        -------
        str
            An address for SQLAlchemy.
        """
        return self.url(database, ADMIN)

    def web_url(self, database: str = OWNER) -> str:
        """Make the address of a database for the web server, which is bound by row security.

        Parameters
        ----------
        database : str
            Name of the database.

        Returns
        -------
        str
            An address for SQLAlchemy.
        """
        return self.url(database, WEB)

    def door_url(self, database: str = OWNER) -> str:
        """Make the address of a database for signing people in, which may do nothing else.

        Parameters
        ----------
        database : str
            Name of the database.

        Returns
        -------
        str
            An address for SQLAlchemy.
        """
        return self.url(database, DOOR)

    def make_database(self, name: str, template: str | None = None) -> None:
        """Make a database that belongs to gridgov's role and has PostGIS; do nothing when it is there.

        Parameters
        ----------
        name : str
            Name of the database.
        template : str, optional
            Database to copy.
        """
        with self._admin("postgres") as connection:
            if not _exists(connection, "pg_roles", "rolname", OWNER):
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(sql.Identifier(OWNER)))
            if not _exists(connection, "pg_database", "datname", name):
                # one statement, so that what it leaves after a crash is either a database or nothing
                connection.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
                        sql.Identifier(name), sql.Identifier(OWNER), sql.Identifier(template or "template1")
                    )
                )
        if template is None:
            with self._admin(name) as connection:
                connection.execute("CREATE EXTENSION IF NOT EXISTS postgis")
                make_roles(connection, OWNER)

    @cached_property
    def account(self) -> Account:
        """The account that runs the server."""
        return choose_account(self.data_folder)

    @cached_property
    def socket_folder(self) -> Path:
        """Where the socket lies: in the state folder, or when that path is too long in a private folder of /tmp."""
        near = self.state_dir / "run"
        if len(os.fsencode(near / f".s.PGSQL.{PORT}.lock")) <= SOCKET_PATH_MAX and not set(str(near)) & set(
            "\"'\\\n"
        ):
            return near
        mark = hashlib.sha256(os.fsencode(self.state_dir)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"gridgov-{mark}"

    @property
    def socket_file(self) -> Path:
        """The socket."""
        return self.socket_folder / f".s.PGSQL.{PORT}"

    def _is_made(self) -> bool:
        # an empty folder counts as none: it holds nothing that could be lost, and `rename` replaces it
        try:
            return any(self.data_folder.iterdir())
        except (FileNotFoundError, NotADirectoryError):
            return self.data_folder.exists() or self.data_folder.is_symlink()
        except PermissionError:
            return True

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        try:
            self.state_dir.mkdir(parents=True, exist_ok=True)
            require_reachable(self.state_dir, self.account)
            handle = os.open(self.state_dir / "cluster.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise DatabaseError(
                f"The state folder {self.state_dir} cannot be used: {error.strerror}. Set GRIDGOV_STATE_DIR to a "
                "folder you may write to.",
                folder=str(self.state_dir),
            ) from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def _launch(self, account: Account) -> None:
        give_folder(self.socket_folder, account)
        clear_leftovers(self.data_folder, self.socket_file)
        write_file(self.data_folder / "gridgov.conf", make_config(self.socket_folder, self.extra), account)
        if self.log_file.exists() and self.log_file.stat().st_size > LOG_MAX_BYTES:
            self.log_file.replace(self.log_file.with_suffix(".log.1"))
        answer = self._control("start", "-w", "-t", str(START_WAIT_S), "-l", str(self.log_file))
        if answer:
            tail = "\n".join(self.log_file.read_text(errors="replace").splitlines()[-5:]) if self._has_log() else ""
            raise DatabaseError(
                f"The private database does not start. The end of its log {self.log_file}:\n{tail or answer}",
                log=str(self.log_file),
            )

    def _has_log(self) -> bool:
        return os.access(self.log_file, os.R_OK)

    def _control(self, *arguments: str) -> str | None:
        programs = find_programs((self.data_folder / "PG_VERSION").read_text().strip())
        account = self.account
        change = account if os.geteuid() == 0 else None
        done = run_program(
            [programs / "pg_ctl", "-D", self.data_folder, *arguments],
            uid=change.uid if change else None,
            gid=change.gid if change else None,
            cwd=self.data_folder,
        )
        return (done.stderr.strip() or done.stdout.strip() or "no reason given") if done.returncode else None

    def _answers(self, *, required: bool = False) -> bool:
        until = time.monotonic() + START_WAIT_S
        while True:
            try:
                with self._admin("postgres"):
                    return True
            except DatabaseError:
                gone = find_server(self.data_folder) is None
                if gone and not required:
                    return False
                if gone or time.monotonic() > until:
                    raise
                time.sleep(0.1)

    @contextlib.contextmanager
    def _admin(self, database: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
        try:
            connection = psycopg.connect(
                host=str(self.socket_folder), port=PORT, user=ADMIN, dbname=database, autocommit=True
            )
        except psycopg.OperationalError as error:
            raise DatabaseError(
                f"The private database at {self.socket_folder} does not answer: {str(error).strip()} "
                f"Look into {self.log_file}.",
                log=str(self.log_file),
            ) from error
        with connection:
            yield connection


def _exists(connection: psycopg.Connection[tuple[object, ...]], table: str, column: str, value: str) -> bool:
    query = sql.SQL("SELECT 1 FROM {} WHERE {} = %s").format(sql.Identifier(table), sql.Identifier(column))
    return connection.execute(query, [value]).fetchone() is not None
