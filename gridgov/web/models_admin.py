"""What an administrator sends and is answered about plans and imports, column by column."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, StringConstraints

from gridgov.web.texts import LONGEST, Storable

PlanId = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST), Storable]


class Publishing(BaseModel):
    """Which draft to publish, and the first day on which it holds."""

    plan_id: PlanId
    published_from: date


class Discarding(BaseModel):
    """Which draft to throw away."""

    plan_id: PlanId


class Published(BaseModel):
    """A plan, and the plans that end where it begins."""

    plan_id: str
    follows: list[str]


class ManagedPlan(BaseModel):
    """A plan and what it holds."""

    plan_id: str
    name: str
    status: str
    created_at: datetime
    published_from: date | None
    published_to: date | None
    clusters: int
    sections: int
    grids: int
    households: int
    findings: int


class Import(BaseModel):
    """One file that was imported."""

    import_id: str
    layer: str
    file_name: str
    crs: str | None
    read: int
    accepted: int
    rejected: int
    duplicate: int
    at: datetime


class FaultText(BaseModel):
    """A fault in the words of a language."""

    name: str
    said: str
    advice: str


class ImportFault(BaseModel):
    """One thing found in an import."""

    row_id: str
    rule: str
    severity: str
    words: dict[str, FaultText]
