"""The audit: one row for each act, never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, text

from gridgov.storage.frames.values import to_json
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
    """Add one row; it stands or falls with the caller's transaction, and is sealed when that commits.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        The database.
    actor : str
        Login of the person, or the name of the program. In a request the database takes the login of the session.
    act : str
        What was done, in kebab-case, e.g. ``"plan-published"``.
    subject : str
        Key of the thing it was done to.
    facts : mapping of str to object, optional
        What else is worth knowing; no personal data.
    """
    sql = text("SELECT gridgov.write_audit(:actor, :act, :subject, CAST(:facts AS jsonb))")
    values = {"actor": actor, "act": act, "subject": subject, "facts": to_json(dict(facts or {}))}
    connection.execute(sql, values)


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
    values = {"act": act, "object": subject, "facts": to_json(dict(facts or {}))}
    connection.execute(text("SELECT gridgov.note(:act, :object, CAST(:facts AS jsonb))"), values)


@dataclass(frozen=True)
class AuditFilter:
    """Which rows to read; what is None does not matter."""

    act: str | None = None
    subject: str | None = None
    actor: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None
    """Only rows with a smaller number: the last one of the page before."""


def list_audit(
    connection: Connection,
    wanted: AuditFilter | None = None,
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
    wanted : AuditFilter, optional
        Which rows; else those of the next three.
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
    wanted = wanted or AuditFilter(act=act, subject=subject, before=before)
    query = select(audit).order_by(audit.c.audit_id.desc()).limit(limit)
    for column, value in ((audit.c.act, wanted.act), (audit.c.object, wanted.subject), (audit.c.actor, wanted.actor)):
        query = query if value is None else query.where(column == value)
    query = query if wanted.since is None else query.where(audit.c.at >= wanted.since)
    query = query if wanted.until is None else query.where(audit.c.at < wanted.until)
    query = query if wanted.before is None else query.where(audit.c.audit_id < wanted.before)
    return [AuditRow(**row) for row in connection.execute(query).mappings()]
