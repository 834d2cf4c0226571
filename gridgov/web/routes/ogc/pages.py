"""The documents around the features: landing page, conformance, definition, collections and their schemas."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from gridgov.storage.collections import Collection, get_collection, list_collections
from gridgov.storage.collections.questions import Question
from gridgov.storage.collections.statements import make_extent
from gridgov.storage.links import Ask, Row
from gridgov.web import fast
from gridgov.web.cookies import is_secure, name_session
from gridgov.web.routes import Door
from gridgov.web.routes.ogc.answers import ask_as, make_answer, take_format
from gridgov.web.routes.ogc.documents import (
    Extent,
    make_collection,
    make_collections,
    make_conformance,
    make_landing,
    make_queryables,
)
from gridgov.web.routes.ogc.links import OPENAPI, SCHEMA, base_of
from gridgov.web.routes.ogc.openapi import make_definition

_ONE = "/ogc/collections/{collection}"


async def get_landing(request: Request) -> Response:
    """Answer with the landing page.

    Parameters
    ----------
    request : starlette.requests.Request
        The request.

    Returns
    -------
    starlette.responses.Response
        The document.
    """
    answer, html = await _enter(request, "GET /ogc")
    return make_answer(make_landing(base_of(request), answer.account.language, html), html, answer.account.language)


async def get_conformance(request: Request) -> Response:
    """Answer with the classes that are conformed to.

    Parameters
    ----------
    request : starlette.requests.Request
        The request.

    Returns
    -------
    starlette.responses.Response
        The document.
    """
    answer, html = await _enter(request, "GET /ogc/conformance")
    return make_answer(make_conformance(base_of(request), html), html, answer.account.language)


async def get_definition(request: Request) -> Response:
    """Answer with the OpenAPI definition of what this caller may do.

    Parameters
    ----------
    request : starlette.requests.Request
        The request.

    Returns
    -------
    starlette.responses.Response
        The document.
    """
    answer, html = await _enter(request, "GET /ogc/api")
    account = answer.account
    visible, cookie = list_collections(account.role), name_session(is_secure(request))
    document = make_definition(base_of(request), visible, account.role, account.language, cookie)
    return make_answer(
        {"title": document["info"]["title"], **document} if html else document, html, account.language, OPENAPI
    )


async def get_collections(request: Request) -> Response:
    """Answer with the collections the caller sees, each with the extent of what it sees of it.

    Parameters
    ----------
    request : starlette.requests.Request
        The request.

    Returns
    -------
    starlette.responses.Response
        The document.
    """
    html = False

    def plan(role: str) -> list[Ask]:
        nonlocal html
        html = take_format(request)
        return [_extent(one, role) for one in list_collections(role)]

    answer = await ask_as(request, "GET /ogc/collections", plan)
    found = list(zip(list_collections(answer.account.role), map(_to_extent, answer.rows), strict=True))
    language = answer.account.language
    return make_answer(make_collections(base_of(request), found, language, html), html, language)


async def get_one(request: Request) -> Response:
    """Answer with the description of a collection.

    Parameters
    ----------
    request : starlette.requests.Request
        The request.

    Returns
    -------
    starlette.responses.Response
        The document.
    """
    name, html = request.path_params["collection"], False

    def plan(role: str) -> list[Ask]:
        nonlocal html
        collection = get_collection(name, role)
        html = take_format(request)
        return [_extent(collection, role)]

    answer = await ask_as(request, f"GET {_ONE}", plan)
    collection, language = get_collection(name, answer.account.role), answer.account.language
    extent = _to_extent(answer.rows[0])
    return make_answer(make_collection(base_of(request), collection, extent, language, html=html), html, language)


async def get_queryables(request: Request) -> Response:
    """Answer with what may be asked of a collection.

    Parameters
    ----------
    request : starlette.requests.Request
        The request.

    Returns
    -------
    starlette.responses.Response
        A JSON Schema.
    """
    return await _get_schema(request, f"GET {_ONE}/queryables", schema=False)


async def get_schema(request: Request) -> Response:
    """Answer with the schema of the features of a collection.

    Parameters
    ----------
    request : starlette.requests.Request
        The request.

    Returns
    -------
    starlette.responses.Response
        A JSON Schema.
    """
    return await _get_schema(request, f"GET {_ONE}/schema", schema=True)


async def _get_schema(request: Request, route: str, *, schema: bool) -> Response:
    account = (await fast.ask(request, route)).account
    collection = get_collection(request.path_params["collection"], account.role)
    html = take_format(request)
    base, language = base_of(request), account.language
    document = make_queryables(base, collection, account.role, language, schema=schema, html=html)
    return make_answer(document, html, language, SCHEMA)


async def _enter(request: Request, route: str) -> tuple[fast.Answer, bool]:
    answer = await fast.ask(request, route)
    return answer, take_format(request)


def _extent(collection: Collection, role: str) -> Ask:
    return make_extent(Question(collection, role, collection.of_role[role]))


def _to_extent(rows: Sequence[Row]) -> Extent:
    return [None if edge is None else edge.decode() for edge in rows[0]]


DOORS = (
    Door("GET", "/ogc", get_landing, plain=True),
    Door("GET", "/ogc/conformance", get_conformance, plain=True),
    Door("GET", "/ogc/api", get_definition, plain=True),
    Door("GET", "/ogc/collections", get_collections, plain=True),
    Door("GET", _ONE, get_one, plain=True),
    Door("GET", f"{_ONE}/queryables", get_queryables, plain=True),
    Door("GET", f"{_ONE}/schema", get_schema, plain=True),
)
