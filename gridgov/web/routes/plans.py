"""Plans: which there are, their tree, search, colours, quality and findings."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from gridgov.services import checking, serving
from gridgov.services.colouring import BOOK
from gridgov.services.serving import Row
from gridgov.web.gate import Desk
from gridgov.web.models import Colours, Finding, Found, Plan, Quality, TreeNode
from gridgov.web.routes import Door
from gridgov.web.texts import OptionalText, PathText, PlanQuery, QueryText


def get_plans(desk: Desk) -> list[Plan]:
    """List the plans the caller may see, the one in force first.

    Parameters
    ----------
    desk : Desk
        Account and connection of the caller.

    Returns
    -------
    list of Plan
        The plans.
    """
    return [Plan(**row) for row in serving.list_plans(desk.connection)]


def get_tree(
    desk: Desk,
    plan_id: PlanQuery = None,
    community: OptionalText = None,
) -> list[TreeNode]:
    """Give the administrative tree, or the groups of one community.

    Parameters
    ----------
    desk : Desk
        Account and connection of the caller.
    plan_id : str, optional
        The plan; the one in force today when left out.
    community : str, optional
        Give what lies below this community instead.

    Returns
    -------
    list of TreeNode
        Parents before children.
    """
    plan = serving.choose_plan(desk.connection, plan_id)
    return [TreeNode(**row) for row in serving.read_tree(desk.connection, plan, community)]


def get_search(
    desk: Desk,
    q: QueryText,
    plan_id: PlanQuery = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> list[Found]:
    """Find divisions, groups, buildings and shelters by name, code or address.

    Parameters
    ----------
    desk : Desk
        Account and connection of the caller.
    q : str
        Piece of a name, code or address.
    plan_id : str, optional
        The plan; the one in force today when left out.
    limit : int
        Most things to return.

    Returns
    -------
    list of Found
        The best first.
    """
    plan = serving.choose_plan(desk.connection, plan_id)
    return [Found(**row) for row in serving.search(desk.connection, plan, q, limit)]


def get_colours(plan_id: PathText, desk: Desk) -> Row:
    """Give every section and cluster a colour number; neighbours differ.

    Parameters
    ----------
    plan_id : str
        The plan.
    desk : Desk
        Account and connection of the caller.

    Returns
    -------
    dict
        Fields of `Colours`.
    """
    plan = serving.choose_plan(desk.connection, plan_id)
    return BOOK.read(desk.connection, plan)


def get_quality(plan_id: PathText, desk: Desk) -> Row:
    """Give the figures by which a plan is judged.

    Parameters
    ----------
    plan_id : str
        The plan.
    desk : Desk
        Account and connection of the caller.

    Returns
    -------
    dict
        Fields of `Quality`.
    """
    plan = serving.choose_plan(desk.connection, plan_id)
    return serving.read_quality(desk.connection, plan)


def get_findings(
    plan_id: PathText,
    desk: Desk,
    rule: OptionalText = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> list[Finding]:
    """List what was found in a plan, worst first.

    Parameters
    ----------
    plan_id : str
        The plan.
    desk : Desk
        Account and connection of the caller.
    rule : str, optional
        Only what this rule found.
    limit, offset : int
        Which part of the list.

    Returns
    -------
    list of Finding
        The findings.
    """
    plan = serving.choose_plan(desk.connection, plan_id)
    return [Finding(**row) for row in checking.list_findings(desk.connection, plan, rule, limit, offset)]


DOORS = (
    Door("GET", "/api/plans", get_plans),
    Door("GET", "/api/tree", get_tree),
    Door("GET", "/api/search", get_search),
    Door("GET", "/api/colours/{plan_id:path}", get_colours, model=Colours),
    Door("GET", "/api/quality/{plan_id:path}", get_quality, model=Quality),
    Door("GET", "/api/findings/{plan_id:path}", get_findings),
)
