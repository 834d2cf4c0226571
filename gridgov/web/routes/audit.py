"""The audit, for auditors."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

from fastapi import Query

from gridgov.storage.audit import AuditFilter, list_audit
from gridgov.web.gate import Desk
from gridgov.web.models_people import AuditEntry, AuditPage
from gridgov.web.routes import Door
from gridgov.web.texts import OptionalText


def get_audit(
    desk: Desk,
    act: OptionalText = None,
    subject: Annotated[OptionalText, Query(alias="object")] = None,
    actor: OptionalText = None,
    since: datetime | None = None,
    until: datetime | None = None,
    before: Annotated[int | None, Query(ge=1, lt=2**63)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> AuditPage:
    """List what was done, the newest first.

    Parameters
    ----------
    desk : Desk
        Account and connection of the caller.
    act, subject, actor : str, optional
        Only rows with exactly this act, object, actor.
    since, until : datetime.datetime, optional
        Only rows from this time on and before that time; taken as UTC unless they say otherwise.
    before : int, optional
        Only rows with a smaller number.
    limit : int
        Most rows.

    Returns
    -------
    AuditPage
        The rows.
    """
    wanted = AuditFilter(act, subject, actor, since, until, before)
    found = list_audit(desk.connection, wanted, limit=limit)
    entries = [AuditEntry.model_validate(asdict(one)) for one in found]
    return AuditPage(entries=entries, next=found[-1].audit_id if len(found) == limit else None)


DOORS = (Door("GET", "/api/audit", get_audit),)
