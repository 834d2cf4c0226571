"""Plans: which there are, their tree, search, colours, quality and findings."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query

from gridgov.services import serving
from gridgov.services.serving import Row
from gridgov.web.gate import Desk, desk_for
from gridgov.web.models import Colours, Finding, Found, Plan, Quality, TreeNode
from gridgov.web.routes import Door
from gridgov.web.texts import OptionalText, PathText, PlanQuery, QueryText


def get_plans(desk: Annotated[Desk, Depends(desk_for("GET /api/plans"))]) -> list[Plan]:
    """List the plans the caller may see, the one in force first."""
    return [Plan(**row) for row in serving.list_plans(desk.connection, desk.account.role)]


def get_tree(
    desk: Annotated[Desk, Depends(desk_for("GET /api/tree"))],
    plan_id: PlanQuery = None,
    community: OptionalText = None,
) -> list[TreeNode]:
    """Give the administrative tree, or the groups of one community."""
    plan = serving.choose_plan(desk.connection, desk.account.role, plan_id)
    return [TreeNode(**row) for row in serving.read_tree(desk.connection, plan, community)]


def get_search(
    desk: Annotated[Desk, Depends(desk_for("GET /api/search"))],
    q: QueryText,
    plan_id: PlanQuery = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> list[Found]:
    """Find divisions, groups, buildings and shelters by name, code or address."""
    plan = serving.choose_plan(desk.connection, desk.account.role, plan_id)
    return [Found(**row) for row in serving.search(desk.connection, plan, q, limit)]


def get_colours(
    plan_id: PathText, desk: Annotated[Desk, Depends(desk_for("GET /api/colours/{plan_id:path}"))]
) -> Row:
    """Give every section and cluster a colour number; neighbours differ."""
    plan = serving.choose_plan(desk.connection, desk.account.role, plan_id)
    return serving.read_colours(desk.connection, plan)


def get_quality(
    plan_id: PathText, desk: Annotated[Desk, Depends(desk_for("GET /api/quality/{plan_id:path}"))]
) -> Row:
    """Give the figures by which a plan is judged."""
    plan = serving.choose_plan(desk.connection, desk.account.role, plan_id)
    return serving.read_quality(desk.connection, plan)


def get_findings(
    plan_id: PathText,
    desk: Annotated[Desk, Depends(desk_for("GET /api/findings/{plan_id:path}"))],
    rule: OptionalText = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> list[Finding]:
    """List what was found in a plan, worst first."""
    plan = serving.choose_plan(desk.connection, desk.account.role, plan_id)
    return [Finding(**row) for row in serving.list_findings(desk.connection, plan, rule, limit, offset)]


DOORS = (
    Door("GET", "/api/plans", get_plans),
    Door("GET", "/api/tree", get_tree),
    Door("GET", "/api/search", get_search),
    Door("GET", "/api/colours/{plan_id:path}", get_colours, model=Colours),
    Door("GET", "/api/quality/{plan_id:path}", get_quality, model=Quality),
    Door("GET", "/api/findings/{plan_id:path}", get_findings),
)
