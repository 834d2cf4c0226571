"""What the interface takes and answers about residents and the audit, field by field."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, Field, StringConstraints

from gridgov.web.models import Bounds
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


class Allowance(BaseModel):
    """What the caller may still do today, and what can be looked up here."""

    reveals_left: int
    reveals_a_day: int
    lookups_left: int
    lookups_a_day: int
    id_numbers: bool = Field(description="Whether ID numbers are held here, and so can be looked up.")


class Counts(BaseModel):
    """Homes and residents of a place, and how many of them need what."""

    households: int
    residents: int
    older_living_alone: int
    disability_support: int
    subsistence_allowance: int


class HomeGrid(Counts):
    """A grid that the caller answers for."""

    id: str
    code: str | None
    name: str | None
    community: str | None
    bounds: Bounds


class HomeBuilding(Counts):
    """A building, counted as far as it lies in the area asked for."""

    id: str
    name: str | None
    address: str | None
    bounds: Bounds


class Home(Counts):
    """One home."""

    id: str
    unit: int | None
    storey: int | None
    room: str | None


class Homes(Counts):
    """The homes of a place, counted as far as the caller answers for them."""

    kind: str
    id: str
    code: str | None
    name: str | None
    address: str | None
    buildings: list[HomeBuilding]
    homes: list[Home]


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
