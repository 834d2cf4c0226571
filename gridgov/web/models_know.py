"""What the interface answers about neighbours, comparisons, checks and the public page, column by column."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel

from gridgov.web.models import Bounds
from gridgov.web.models_facts import Facts, Link


class DivisionCounts(BaseModel):
    """What a plan made of a district or subdistrict."""

    communities: int
    clusters: int
    sections: int
    grids: int
    households: int
    people: int | None


class DivisionFacts(BaseModel):
    """Facts of a district or subdistrict."""

    kind: Literal["district", "subdistrict"]
    id: str
    code: str | None
    name: str
    population: int | None
    bounds: Bounds | None
    chain: list[Link]
    counts: DivisionCounts


class BarrierFacts(BaseModel):
    """Facts of a road, river or railway."""

    kind: Literal["barrier"]
    id: str
    name: str | None
    barrier_kind: str
    length_m: float | None
    area_m2: float | None
    bounds: Bounds


AnyFacts = Facts | DivisionFacts | BarrierFacts
"""Facts of anything that can be clicked."""


class Neighbour(Link):
    """A thing of the same kind beside another: stacked in one building, sharing a border, or near."""

    relation: Literal["stacked", "beside", "near"]
    border_m: float | None
    distance_m: float | None


class Responsible(BaseModel):
    """Who answers for a thing, and for how many of its sections."""

    role: Literal["liaison", "officer"]
    name: str
    workplace: str | None = None
    distance_m: float | None = None
    sections: int | None = None


class Around(BaseModel):
    """What lies around a thing."""

    parents: list[Link]
    children: list[Link]
    neighbours: list[Neighbour]
    responsible: list[Responsible]


class RentalHouse(BaseModel):
    """A rental house, for who answers for the place."""

    id: str
    building_id: str | None
    building_name: str | None
    address: str | None
    unit: int | None
    storey: int | None
    rooms: int
    tenants: int
    let_type: str
    house_class: str | None
    letter_signed: bool | None
    terminal_installed: bool | None
    visited_on: date | None


class Outline(BaseModel):
    """An outline as rings of longitude and latitude."""

    kind: str
    id: str
    code: str | None
    name: str | None
    households: int | None
    at: list[float]
    rings: list[list[list[float]]]


class ComparedHouseholds(BaseModel):
    """Households of two plans."""

    before: int
    after: int
    moved: int
    added: int
    removed: int


class ComparedLevel(BaseModel):
    """How many groups of a level are as they were."""

    level: str
    same: int
    changed: int
    new: int
    gone: int


class Change(BaseModel):
    """A group that is new, gone or changed."""

    change: Literal["changed", "new", "gone"]
    before: Link | None
    after: Link | None
    households_before: int
    households_after: int
    households_same: int
    bounds: Bounds | None


class Compared(BaseModel):
    """Two plans side by side."""

    households: ComparedHouseholds
    levels: list[ComparedLevel]
    changes: list[Change]


class Check(BaseModel):
    """How many places break a check; the amount is households, people, clusters or square metres."""

    check: str
    count: int
    amount: float | None


class CheckPlace(BaseModel):
    """A place that breaks a check; `kind` is ``rental`` for rental houses without a building."""

    kind: str
    id: str
    code: str | None
    name: str | None
    amount: float | None
    bounds: Bounds | None


class PublicPlan(BaseModel):
    """The plan that a public page tells of."""

    name: str
    published_from: date | None


class PublicFigures(BaseModel):
    """Counts of a division and coverage in whole percent; null where hidden or not known."""

    level: str
    id: str
    parent_id: str | None
    name: str
    buildings: int | None
    clusters: int | None
    sections: int | None
    grids: int | None
    shelters: int | None
    households: int | None
    rental_houses: int | None
    liaison: int | None
    shelter: int | None
    letters: int | None


class PublicPage(BaseModel):
    """What anybody may see: sums by division, small counts hidden, and outlines of communities and sections."""

    plan: PublicPlan | None
    made_at: datetime | None
    figures: list[PublicFigures]
    outlines: dict[str, Any]
    sections: dict[str, Any]
