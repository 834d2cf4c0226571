"""What lies around a thing, two plans compared, and a plan checked."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from fastapi import Query
from pydantic import AfterValidator

from gridgov.services import checking, comparing, knowing, serving
from gridgov.services.serving import Row
from gridgov.web.gate import Desk
from gridgov.web.models_know import Around, Check, CheckPlace, Compared, Outline, RentalHouse
from gridgov.web.routes import Door
from gridgov.web.routes.facts import Kind
from gridgov.web.texts import LONGEST, OptionalText, PathText, PlanQuery, require_storable

FromQuery = Annotated[
    str, Query(alias="from", max_length=LONGEST, description="The plan before."), AfterValidator(require_storable)
]
ToQuery = Annotated[
    str, Query(alias="to", max_length=LONGEST, description="The plan after."), AfterValidator(require_storable)
]


class Place(StrEnum):
    """What can hold rental houses."""

    building = "building"
    cluster = "cluster"
    section = "section"
    grid = "grid"


class Level(StrEnum):
    """Levels of groups."""

    cluster = "cluster"
    section = "section"
    grid = "grid"


def get_around(kind: Kind, identifier: PathText, desk: Desk, plan_id: PlanQuery = None) -> Row:
    """Give what a thing is part of and made of, its neighbours, and who answers for it.

    Parameters
    ----------
    kind : Kind
        What it is.
    identifier : str
        Which one.
    desk : Desk
        Account and connection of the caller.
    plan_id : str, optional
        The plan; the one in force today when left out.

    Returns
    -------
    dict
        Fields of `Around`.
    """
    plan = serving.choose_plan(desk.connection, plan_id)
    return knowing.read_around(desk.connection, plan, kind.value, identifier)


def get_outlines(desk: Desk, plan_id: PlanQuery = None, community: OptionalText = None) -> list[Outline]:
    """Give outlines of the communities, or of one community's groups, for a map drawn without WebGL.

    Parameters
    ----------
    desk : Desk
        Account and connection of the caller.
    plan_id : str, optional
        The plan; the one in force today when left out.
    community : str, optional
        Give this community's clusters and sections instead.

    Returns
    -------
    list of Outline
        The outlines.
    """
    plan = serving.choose_plan(desk.connection, plan_id)
    return [Outline(**row) for row in knowing.list_outlines(desk.connection, plan, community)]


def get_rentals(kind: Place, identifier: PathText, desk: Desk, plan_id: PlanQuery = None) -> list[RentalHouse]:
    """List the rental houses of a place, for who answers for it; the audit notes it.

    Parameters
    ----------
    kind : Place
        What it is.
    identifier : str
        Which one.
    desk : Desk
        Account and connection of the caller.
    plan_id : str, optional
        The plan; the one in force today when left out.

    Returns
    -------
    list of RentalHouse
        The houses.
    """
    plan = serving.choose_plan(desk.connection, plan_id)
    rows = knowing.list_rentals(desk.connection, plan, kind.value, identifier)
    return [RentalHouse(**row) for row in rows]


def get_compare(desk: Desk, before: FromQuery, after: ToQuery, level: Level = Level.cluster) -> Row:
    """Compare two plans: groups new, gone and changed, and the households that moved.

    Parameters
    ----------
    desk : Desk
        Account and connection of the caller.
    before, after : str
        The plans.
    level : Level
        Which groups are listed.

    Returns
    -------
    dict
        Fields of `Compared`.
    """
    first, second = (serving.choose_plan(desk.connection, name) for name in (before, after))
    return comparing.compare_stored(desk.connection, first, second, level.value)


def get_checks(desk: Desk, plan_id: PlanQuery = None) -> list[Check]:
    """Count what breaks each check of a plan.

    Parameters
    ----------
    desk : Desk
        Account and connection of the caller.
    plan_id : str, optional
        The plan; the one in force today when left out.

    Returns
    -------
    list of Check
        The checks that the caller may see.
    """
    plan = serving.choose_plan(desk.connection, plan_id)
    return [Check(**row) for row in checking.read_checks(desk.connection, plan, desk.account.role)]


def get_check(
    check: PathText,
    desk: Desk,
    plan_id: PlanQuery = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> list[CheckPlace]:
    """List the places that break a check, the worst first.

    Parameters
    ----------
    check : str
        Name of the check.
    desk : Desk
        Account and connection of the caller.
    plan_id : str, optional
        The plan; the one in force today when left out.
    limit, offset : int
        Which part of the list.

    Returns
    -------
    list of CheckPlace
        The places.
    """
    plan = serving.choose_plan(desk.connection, plan_id)
    rows = checking.list_places(desk.connection, plan, check, desk.account.role, limit, offset)
    return [CheckPlace(**row) for row in rows]


DOORS = (
    Door("GET", "/api/around/{kind}/{identifier:path}", get_around, model=Around),
    Door("GET", "/api/outlines", get_outlines),
    Door("GET", "/api/rentals/{kind}/{identifier:path}", get_rentals),
    Door("GET", "/api/compare", get_compare, model=Compared),
    Door("GET", "/api/checks", get_checks),
    Door("GET", "/api/checks/{check}", get_check),
)
