"""Ask a server whether what it acknowledges lasts, and whether the role is no more than it has to be."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy import Connection, text

SAFE: Mapping[str, tuple[tuple[str, ...], str]] = MappingProxyType(
    {
        "fsync": (("on",), "a power cut can destroy the database"),
        "full_page_writes": (("on",), "a power cut can destroy pages"),
        "synchronous_commit": (("on", "remote_write", "remote_apply"), "an acknowledged change can be lost"),
        "data_checksums": (("on",), "a damaged page is not noticed"),
        "server_encoding": (("UTF8",), "Chinese names cannot be stored"),
        "is_superuser": (("off",), "a fault of gridgov could reach every database of the server"),
    }
)
"""For each setting the values that are safe, and what follows from another one."""


def check_server(connection: Connection) -> list[str]:
    """Check the settings of a server that safety rests on.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        The database.

    Returns
    -------
    list of str
        One sentence for each setting that is not safe; empty for a server as gridgov makes it.
    """
    seen = {name: str(connection.execute(text(f"SHOW {name}")).scalar_one()) for name in SAFE}
    return [
        f"{name} is {seen[name]}: {danger}. It should be {allowed[0]}."
        for name, (allowed, danger) in SAFE.items()
        if seen[name] not in allowed
    ]


def read_place(connection: Connection) -> tuple[object, ...]:
    """Tell one database from another, by whatever address and role it was reached.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        The database.

    Returns
    -------
    tuple
        Equal for two connections to one database.
    """
    sql = "SELECT oid, pg_postmaster_start_time() FROM pg_database WHERE datname = current_database()"
    return tuple(connection.execute(text(sql)).one())
