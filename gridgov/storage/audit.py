"""The audit: one row for each act, never changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, text

from gridgov.storage.frames.values import to_plain
from gridgov.storage.tables import audit


@dataclass(frozen=True)
class AuditRow:
    """One act: who did what to which thing, and when."""

    audit_id: int
    at: datetime
    actor: str
    act: str
    object: str
    facts: Mapping[str, Any]


def write_audit(
    connection: Connection, actor: str, act: str, subject: str, facts: Mapping[str, object] | None = None
) -> None:
    """Add one row; it stands or falls with the caller's transaction.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        The database.
    actor : str
        Login of the person, or the name of the program.
    act : str
        What was done, in kebab-case, e.g. ``"plan-published"``.
    subject : str
        Key of the thing it was done to.
    facts : mapping of str to object, optional
        What else is worth knowing; no personal data.
    """
    connection.execute(
        audit.insert(), {"actor": actor, "act": act, "object": subject, "facts": to_plain(dict(facts or {}))}
    )


def note_act(connection: Connection, act: str, subject: str, facts: Mapping[str, object] | None = None) -> None:
    """Add one row from inside a request: the database itself says whose session it is.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection that has entered in somebody's name (`gridgov.storage.scopes.enter`).
    act : str
        What was done, in kebab-case.
    subject : str
        Key of the thing it was done to.
    facts : mapping of str to object, optional
        What else is worth knowing; no personal data.
    """
    values = {"act": act, "object": subject, "facts": json.dumps(to_plain(dict(facts or {})), ensure_ascii=False)}
    connection.execute(text("SELECT gridgov.note(:act, :object, CAST(:facts AS jsonb))"), values)


def list_audit(
    connection: Connection,
    *,
    act: str | None = None,
    subject: str | None = None,
    before: int | None = None,
    limit: int = 100,
) -> list[AuditRow]:
    """Read rows, the newest first.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        The database.
    act : str, optional
        Only this act.
    subject : str, optional
        Only this thing.
    before : int, optional
        Only rows with a smaller number: the last one of the page before.
    limit : int
        Most rows to read.

    Returns
    -------
    list of AuditRow
        The rows.
    """
    query = select(audit).order_by(audit.c.audit_id.desc()).limit(limit)
    if act is not None:
        query = query.where(audit.c.act == act)
    if subject is not None:
        query = query.where(audit.c.object == subject)
    if before is not None:
        query = query.where(audit.c.audit_id < before)
    return [AuditRow(**row) for row in connection.execute(query).mappings()]
