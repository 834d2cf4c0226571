"""What the interface answers, column by column: a field that is not written here is never sent."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

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
    """How many people have a place in a shelter within reach; null where hidden."""

    people: int | None
    people_placed: int | None
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
