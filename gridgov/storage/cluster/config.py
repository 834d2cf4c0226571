"""The settings of the private cluster: safe first, then quick on a small machine, and silent about data."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

PORT = 5432
ADMIN = "postgres"
"""Role that makes databases and extensions; only the cluster itself uses it."""
OWNER = "gridgov"
"""Role that everything else uses: it owns the database and is no superuser."""
WEB = "gridgov_web"
"""Role of the web server, bound by row security."""
DOOR = "gridgov_door"
"""Role by which the web server signs people in."""
IDENT_MAP = "gridgov"

SAFE: Mapping[str, str] = MappingProxyType(
    {
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        "password_encryption": "scram-sha-256",
        "listen_addresses": "''",
        "unix_socket_permissions": "0700",
    }
)
"""What must hold for an acknowledged write to last and for nobody else to get in."""

SILENT: Mapping[str, str] = MappingProxyType(
    {
        # An error's text and its DETAIL quote the row ("Key (name)=(…) already exists"), a statement quotes its
        # values: none may reach the log, which is kept and copied less carefully than the database.
        "log_min_messages": "log",
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
        "log_statement": "none",
        "log_min_duration_statement": "-1",
        "log_parameter_max_length": "0",
        "log_parameter_max_length_on_error": "0",
        "log_connections": "off",
        "log_checkpoints": "off",
        "log_autovacuum_min_duration": "-1",
        "debug_print_parse": "off",
        "logging_collector": "off",
        "log_line_prefix": "'%m [%p] '",
    }
)

QUICK: Mapping[str, str] = MappingProxyType(
    {
        "jit": "off",
        "max_connections": "60",
        "work_mem": "'32MB'",
        "maintenance_work_mem": "'192MB'",
        "max_wal_size": "'2GB'",
        "checkpoint_timeout": "'10min'",
        "random_page_cost": "1.1",
        "idle_in_transaction_session_timeout": "'10min'",
        "timezone": "'UTC'",
        "log_timezone": "'UTC'",
        "client_encoding": "'UTF8'",
    }
)


def make_config(socket_folder: Path, extra: Mapping[str, str] | None = None) -> str:
    """Make the text of the cluster's own configuration file.

    Parameters
    ----------
    socket_folder : pathlib.Path
        Where the Unix socket lies.
    extra : mapping of str to str, optional
        Settings that go over the default ones, as PostgreSQL spells their values.

    Returns
    -------
    str
        Lines ``name = value``.

    Examples
    --------
    >>> "listen_addresses = ''" in make_config(Path("/run/x"))
    True
    """
    memory = _memory_bytes()
    shared_mb = int(min(max(memory / 8 / 2**20, 64), 1024))
    settings = {
        **SAFE,
        **SILENT,
        **QUICK,
        "port": str(PORT),
        "unix_socket_directories": _quote(f'"{socket_folder}"'),
        "shared_buffers": f"'{shared_mb}MB'",
        "effective_cache_size": f"'{shared_mb * 4}MB'",
        **(extra or {}),
    }
    head = "# Written by gridgov at every start; changes made here are lost.\n"
    return head + "".join(f"{name} = {value}\n" for name, value in settings.items())


def make_host_rules() -> str:
    """Make the text of `pg_hba.conf`: the kernel vouches for the account at the other end of the socket.

    Returns
    -------
    str
        The one rule; there is no network rule and no `trust`.
    """
    return f"# Written by gridgov.\nlocal all all peer map={IDENT_MAP}\n"


def make_ident_map(accounts: list[str]) -> str:
    """Make the text of `pg_ident.conf`: which accounts of this machine may use which roles.

    Parameters
    ----------
    accounts : list of str
        Names of accounts.

    Returns
    -------
    str
        One line per account and role.

    Examples
    --------
    >>> print(make_ident_map(["root"]))
    # Written by gridgov.
    gridgov "root" postgres
    gridgov "root" gridgov
    gridgov "root" gridgov_web
    gridgov "root" gridgov_door
    <BLANKLINE>
    """
    roles = (ADMIN, OWNER, WEB, DOOR)
    rows = [f'{IDENT_MAP} "{account}" {role}\n' for account in dict.fromkeys(accounts) for role in roles]
    return "# Written by gridgov.\n" + "".join(rows)


def _quote(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _memory_bytes() -> int:
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limit = Path("/sys/fs/cgroup/memory.max")
    told = limit.read_text().strip() if limit.exists() else "max"
    return min(machine, int(told)) if told.isdigit() else machine
