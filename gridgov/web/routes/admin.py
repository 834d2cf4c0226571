"""What an administrator does with plans and imports in the browser."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from gridgov.services import managing
from gridgov.services.publishing import discard_as_caller, publish_as_caller
from gridgov.web.gate import Desk
from gridgov.web.models_admin import Discarding, Import, ImportFault, ManagedPlan, Published, Publishing
from gridgov.web.routes import Door
from gridgov.web.routes.pages import send_page
from gridgov.web.texts import QueryText


def get_office(request: Request) -> Response:
    """Answer with the page for accounts, plans, imports and the audit; it asks for its data by itself.

    Parameters
    ----------
    request : starlette.requests.Request
        The request.

    Returns
    -------
    starlette.responses.Response
        The page.
    """
    return send_page("office.html")


def get_managed_plans(desk: Desk) -> list[ManagedPlan]:
    """List all plans with what they hold.

    Parameters
    ----------
    desk : Desk
        Account and connection of the caller.

    Returns
    -------
    list of ManagedPlan
        The newest first.
    """
    return [ManagedPlan(**row) for row in managing.list_plans(desk.connection)]


def post_publish(desk: Desk, publishing: Publishing) -> Published:
    """Publish a draft from a day; from then on nobody can change it.

    Parameters
    ----------
    desk : Desk
        Account and connection of the caller.
    publishing : Publishing
        Which draft, and from when.

    Returns
    -------
    Published
        The plans it follows.
    """
    follows = publish_as_caller(desk.connection, publishing.plan_id, publishing.published_from)
    return Published(plan_id=publishing.plan_id, follows=follows)


def post_discard(desk: Desk, discarding: Discarding) -> Published:
    """Throw a draft away.

    Parameters
    ----------
    desk : Desk
        Account and connection of the caller.
    discarding : Discarding
        Which draft.

    Returns
    -------
    Published
        The plan, which follows nothing.
    """
    discard_as_caller(desk.connection, discarding.plan_id)
    return Published(plan_id=discarding.plan_id, follows=[])


def get_imports(
    desk: Desk,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> list[Import]:
    """List what was imported, the latest first.

    Parameters
    ----------
    desk : Desk
        Account and connection of the caller.
    limit, offset : int
        Which part of the list.

    Returns
    -------
    list of Import
        The imports.
    """
    return [Import(**row) for row in managing.list_imports(desk.connection, limit, offset)]


def get_import_faults(
    desk: Desk, import_id: QueryText, limit: Annotated[int, Query(ge=1, le=500)] = 100
) -> list[ImportFault]:
    """List what was found in an import, worst first.

    Parameters
    ----------
    desk : Desk
        Account and connection of the caller.
    import_id : str
        Which import.
    limit : int
        Most rows to return.

    Returns
    -------
    list of ImportFault
        The findings.
    """
    return [ImportFault(**row) for row in managing.list_import_faults(desk.connection, import_id, limit)]


DOORS = (
    Door("GET", "/admin", get_office, plain=True),
    Door("GET", "/account", get_office, plain=True),
    Door("GET", "/api/admin/plans", get_managed_plans),
    Door("POST", "/api/admin/plans/publish", post_publish),
    Door("POST", "/api/admin/plans/discard", post_discard),
    Door("GET", "/api/admin/imports", get_imports),
    Door("GET", "/api/admin/imports/faults", get_import_faults),
)
