"""What areas can be shaded by on the map, and the values by area."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel

from gridgov.services import areas, serving
from gridgov.services.areas import Row
from gridgov.web.gate import Desk
from gridgov.web.routes import Door
from gridgov.web.texts import PathText, PlanQuery


class AreaLevel(StrEnum):
    """Levels of areas."""

    community = "community"
    grid = "grid"
    section = "section"
    cluster = "cluster"


class AreaMeasure(BaseModel):
    """One thing that areas can be shaded by."""

    name: str
    english: str
    chinese: str
    kind: str
    unit_english: str
    unit_chinese: str
    about: str
    levels: list[str]
    at_least: bool | None
    target_ratio: float | None


class AreaValues(AreaMeasure):
    """A measure by area: the lists are in step; null is no data, or hidden where `hidden` says so."""

    level: str
    ids: list[str]
    names: list[str]
    values: list[float | None]
    counts: list[float | None]
    wholes: list[float | None]
    hidden: list[bool]
    total_count: float | None
    total_whole: float | None


def get_indicators(desk: Desk) -> list[AreaMeasure]:
    """List what areas can be shaded by, in words.

    Parameters
    ----------
    desk : Desk
        Account and connection of the caller.

    Returns
    -------
    list of AreaMeasure
        In the order of a menu.
    """
    return [AreaMeasure(**row) for row in areas.list_area_measures()]


def get_indicator(name: PathText, level: AreaLevel, desk: Desk, plan_id: PlanQuery = None) -> Row:
    """Give one indicator by area, small counts of people and houses hidden outside the responsible office.

    Parameters
    ----------
    name : str
        Name of the measure.
    level : AreaLevel
        Which areas.
    desk : Desk
        Account and connection of the caller.
    plan_id : str, optional
        The plan; the one in force today when left out.

    Returns
    -------
    dict
        Fields of `AreaValues`.
    """
    plan = serving.choose_plan(desk.connection, plan_id)
    return areas.read_area_values(desk.connection, plan, name, level.value, desk.account.role)


DOORS = (
    Door("GET", "/api/indicators", get_indicators),
    Door("GET", "/api/indicators/{name}/{level}", get_indicator, model=AreaValues),
)
