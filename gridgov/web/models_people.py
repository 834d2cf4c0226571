"""What the interface takes and answers about residents and the audit, field by field."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, Field, StringConstraints

from gridgov.web.texts import Storable

Value = Annotated[str, StringConstraints(min_length=1, max_length=100), Storable]


class Reason(StrEnum):
    """For what an identity may be opened."""

    visit = "visit"
    safety_check = "safety-check"
    emergency = "emergency"
    service_request = "service-request"
    data_correction = "data-correction"
    complaint = "complaint"


class Masks(BaseModel):
    """Who a resident is, masked; null for what is not known."""

    name: str | None
    telephone: str | None
    id_number: str | None
    address: str | None


class MaskedPerson(BaseModel):
    """A resident; who it is is masked."""

    resident_id: str
    household_id: str
    building_id: str
    unit: int | None
    storey: int | None
    room: str | None
    birth_year: int | None
    basis: str | None
    older_living_alone: bool | None
    disability_support: bool | None
    subsistence_allowance: bool | None
    masks: Masks


class LookUp(BaseModel):
    """Exact values to find residents by; all that are given must fit."""

    name: Value | None = None
    telephone: Value | None = None
    id_number: Value | None = None


class RevealWish(BaseModel):
    """Why an identity is opened; the audit keeps it."""

    reason: Reason
    words: Annotated[str, StringConstraints(max_length=300), Storable] = Field(
        description="Why, in at least 8 characters of one's own."
    )


class Identity(BaseModel):
    """Who a resident is."""

    resident_id: str
    name: str | None
    telephone: str | None
    id_number: str | None
    address: str | None


class AuditEntry(BaseModel):
    """One act."""

    audit_id: int
    at: datetime
    actor: str
    act: str
    object: str
    facts: dict[str, Any]


class AuditPage(BaseModel):
    """Acts, the newest first; `next` is what to give as `before` for the page after."""

    entries: list[AuditEntry]
    next: int | None
