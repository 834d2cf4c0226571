"""What the interface answers, column by column: a field that is not written here is never sent."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from gridgov.web.texts import Storable

Bounds = list[float]
"""West, south, east, north in degrees."""


class Credentials(BaseModel):
    """What a person types to sign in."""

    login: Annotated[str, StringConstraints(min_length=1, max_length=64), Storable]
    password: Annotated[str, StringConstraints(min_length=1, max_length=1024), Storable]
    code: Annotated[str, StringConstraints(max_length=40), Storable] | None = Field(
        None, description="Code of the second factor, or a recovery code."
    )


class Me(BaseModel):
    """Who is signed in."""

    login: str
    name: str
    role: str
    language: str


class Plan(BaseModel):
    """One plan."""

    plan_id: str
    name: str
    status: str
    published_from: date | None
    published_to: date | None
    created_at: datetime
    bounds: Bounds | None


class TreeNode(BaseModel):
    """A division, section, cluster or grid in the tree."""

    id: str
    level: str
    parent_id: str | None
    code: str | None
    name: str | None
    bounds: Bounds | None
    households: int | None = None
    sections: int | None = None
    unit: int | None = None
    storey_from: int | None = None
    storey_to: int | None = None


class Found(BaseModel):
    """One thing that a search found."""

    kind: str
    id: str
    code: str | None
    name: str | None
    place: str | None
    bounds: Bounds


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
    people: int
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
    people: int
    clusters: int
    bounds: Bounds


Facts = Annotated[CommunityFacts | GroupFacts | BuildingFacts | ShelterFacts, Field(discriminator="kind")]


class Rules(BaseModel):
    """The cluster sizes a plan was made for."""

    target: int | None
    min: int | None
    max: int | None


class PlanCounts(BaseModel):
    """What a plan holds."""

    clusters: int
    sections: int
    grids: int
    communities: int
    households: int
    households_estimated: int
    buildings: int


class ClusterSize(BaseModel):
    """How many clusters have so many households."""

    households: int
    clusters: int


class SectionSize(BaseModel):
    """How many sections have so many clusters."""

    clusters: int
    sections: int


class LiaisonCoverage(BaseModel):
    """How many sections somebody answers for."""

    liaisons: int
    sections_with: int


class ShelterCoverage(BaseModel):
    """How many people have a place in a shelter within reach."""

    people: int
    people_placed: int
    shelters: int


class FindingCount(BaseModel):
    """How often a rule found something."""

    rule: str
    severity: str
    count: int
    names: dict[str, str]


class Quality(BaseModel):
    """The figures by which a plan is judged."""

    rules: Rules
    counts: PlanCounts
    cluster_sizes: list[ClusterSize]
    section_sizes: list[SectionSize]
    liaisons: LiaisonCoverage
    shelters: ShelterCoverage
    findings: list[FindingCount]


class FindingText(BaseModel):
    """A finding in the words of a language."""

    name: str
    said: str
    advice: str


class Finding(BaseModel):
    """One thing found in a plan; `place` is longitude and latitude, `words` are by language."""

    layer: str
    row_id: str
    rule: str
    severity: str
    detail: str
    action: str
    place: list[float] | None
    words: dict[str, FindingText]


class Colours(BaseModel):
    """Colour numbers so that neighbours differ."""

    shades: int
    sections: dict[str, int]
    clusters: dict[str, int]
