"""The facts of a clicked thing."""

from __future__ import annotations

from enum import StrEnum

from gridgov.services import serving
from gridgov.services.serving import Row
from gridgov.web.gate import Desk
from gridgov.web.models_know import AnyFacts
from gridgov.web.routes import Door
from gridgov.web.texts import PathText, PlanQuery


class Kind(StrEnum):
    """Kinds of things that have facts."""

    community = "community"
    building = "building"
    cluster = "cluster"
    section = "section"
    grid = "grid"
    shelter = "shelter"
    barrier = "barrier"
    subdistrict = "subdistrict"
    district = "district"


def get_facts(kind: Kind, identifier: PathText, desk: Desk, plan_id: PlanQuery = None) -> Row:
    """Give what is known of one thing in a plan.

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
        Fields of the kind's model.
    """
    plan = serving.choose_plan(desk.connection, plan_id)
    return serving.read_facts(desk.connection, plan, kind.value, identifier)


DOORS = (Door("GET", "/api/facts/{kind}/{identifier:path}", get_facts, model=AnyFacts),)
