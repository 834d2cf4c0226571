"""What an administrator looks at in the browser: plans and imports."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from gridgov.core.findings_words import LANGUAGES, say_finding
from gridgov.storage import managing

Row = dict[str, Any]


def list_plans(connection: Connection) -> list[Row]:
    """Return all plans with what they hold, the newest first.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.

    Returns
    -------
    list of dict
        Fields of `gridgov.web.models_admin.ManagedPlan`.
    """
    return managing.list_managed_plans(connection)


def list_imports(connection: Connection, limit: int, offset: int) -> list[Row]:
    """Return what was imported, the latest first.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    limit, offset : int
        Which part of the list.

    Returns
    -------
    list of dict
        Fields of `gridgov.web.models_admin.Import`.
    """
    return managing.list_imports(connection, limit, offset)


def list_import_faults(connection: Connection, import_id: str, limit: int) -> list[Row]:
    """Return what was found in an import, in the words of every language.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    import_id : str
        Which import.
    limit : int
        Most rows to return.

    Returns
    -------
    list of dict
        Fields of `gridgov.web.models_admin.ImportFault`.
    """
    return [
        {
            "row_id": row["row_id"],
            "rule": row["rule"],
            "severity": row["severity"],
            "words": {name: say_finding(row["rule"], row["detail"], row["action"], name) for name in LANGUAGES},
        }
        for row in managing.list_import_faults(connection, import_id, limit)
    ]
