"""What the interface answers about one thing: a division, a group, a building, a shelter."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from gridgov.web.models import Bounds


class Link(BaseModel):
    """Another thing, to go on to."""

    kind: str
    id: str
    code: str | None
    name: str | None
    households: int | None = None


class RentalSums(BaseModel):
    """Rental houses as counts, null where too small to show to the caller."""

    houses: int
    rooms: int | None
    tenants: int | None
    letters_signed: int | None
    terminals_installed: int | None


class Liaison(BaseModel):
    """The cadre who answers for a section."""

    name: str
    workplace: str | None
    distance_m: float | None


class ShelterShare(BaseModel):
    """People of a group sent to one shelter; `id` is null for those beyond reach."""

    id: str | None
    name: str | None
    people: int | None
    distance_m: float | None
    reason: str | None


class BuildingShare(BaseModel):
    """A building of a group and its households there."""

    id: str
    name: str | None
    address: str | None
    households: int
    estimated: bool | None


class StackPart(BaseModel):
    """A band of storeys of one unit, and the cluster it belongs to."""

    unit: int | None
    storey_from: int | None
    storey_to: int | None
    households: int
    cluster_id: str | None
    cluster_code: str | None
    cluster_name: str | None
    cluster_households: int | None


class CommunityCounts(BaseModel):
    """What a plan made of a community."""

    clusters: int
    sections: int
    grids: int
    households: int
    buildings: int


class CommunityFacts(BaseModel):
    """Facts of a community."""

    kind: Literal["community"]
    id: str
    code: str | None
    name: str
    population: int | None
    area_m2: float | None
    bounds: Bounds | None
    chain: list[Link]
    counts: CommunityCounts
    rentals: RentalSums


class GroupFacts(BaseModel):
    """Facts of a cluster, section or grid."""

    kind: Literal["cluster", "section", "grid"]
    id: str
    code: str | None
    name: str | None
    group_kind: str | None
    households: int
    unit: int | None
    storey_from: int | None
    storey_to: int | None
    area_m2: float
    bounds: Bounds
    chain: list[Link]
    parts: list[Link]
    buildings: list[BuildingShare]
    rentals: RentalSums
    liaison: Liaison | None
    shelters: list[ShelterShare]


class BuildingFacts(BaseModel):
    """Facts of a building."""

    kind: Literal["building"]
    id: str
    name: str | None
    address: str | None
    use: str | None
    floors: int | None
    floors_source: str | None
    height_m: float | None
    units: int | None
    households: int | None
    households_estimated: bool | None
    area_m2: float
    bounds: Bounds
    chain: list[Link]
    stack: list[StackPart]
    rentals: RentalSums | None


class ShelterFacts(BaseModel):
    """Facts of a shelter site."""

    kind: Literal["shelter"]
    id: str
    name: str | None
    address: str | None
    phone: str | None
    indoor: bool | None
    area_m2: float | None
    capacity: int | None
    sign_name: bool | None
    sign_address: bool | None
    sign_phone: bool | None
    unsuitable_for: str | None
    people: int | None
    clusters: int
    bounds: Bounds


Facts = Annotated[CommunityFacts | GroupFacts | BuildingFacts | ShelterFacts, Field(discriminator="kind")]
