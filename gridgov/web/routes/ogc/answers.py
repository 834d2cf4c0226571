"""Answer a bare route: let the caller in, build its statements for its role, choose JSON or HTML."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from gridgov.errors import DatabaseError, GridgovError, QueryError
from gridgov.storage.links import Ask
from gridgov.web import fast
from gridgov.web.accepting import choose
from gridgov.web.gate import identify
from gridgov.web.routes.ogc.html import render
from gridgov.web.routes.ogc.links import GEOJSON, HTML, JSON, Document

_OFFERED = {"json": (JSON, GEOJSON, "*+json"), "html": (HTML,)}
"""Every document is to be had as JSON, which is what a caller gets who says nothing, and as a page."""

Plan = Callable[[str], Sequence[Ask]]
"""From the caller's role to the statements that answer it."""


async def ask_as(request: Request, route: str, plan: Plan) -> fast.Answer:
    """Let a request in and ask what its role calls for; mostly in one go, for the role is remembered.

    Parameters
    ----------
    request : starlette.requests.Request
        The request.
    route : str
        Its line of the access matrix.
    plan : callable
        Gives the statements for a role; raises what is wrong with the question.

    Returns
    -------
    gridgov.web.fast.Answer
        Account and rows; the statements were those for the account's own role.

    Raises
    ------
    AccessError
        When nobody is signed in or the role may not pass: before anything is said about the question.
    """
    role = request.app.state.roles_seen.get(identify(request) or "")
    if role is not None:
        try:
            answer = await fast.ask(request, route, *plan(role))
            if answer.account.role == role:
                return answer
        except DatabaseError as error:
            if error.facts.get("sqlstate") != fast.REFUSED:
                raise
        except GridgovError:
            if (await fast.ask(request, route)).account.role == role:
                raise
    role = (await fast.ask(request, route)).account.role
    return await fast.ask(request, route, *plan(role))


def wants_html(request: Request, asked: str | None) -> bool:
    """Return whether to answer with a page.

    Parameters
    ----------
    request : starlette.requests.Request
        The request; a browser says by ``Accept`` that it prefers HTML.
    asked : str, optional
        The parameter ``f``.

    Returns
    -------
    bool
        True for HTML.

    Raises
    ------
    QueryError
        When ``f`` is neither ``json`` nor ``html``.
    UnacceptableError
        When ``f`` is left out and the caller accepts neither.
    """
    if asked is not None:
        if asked not in ("json", "html"):
            raise QueryError(f"f is json or html, not {asked[:20]!r}.")
        return asked == "html"
    return choose(request.headers.get("accept", ""), _OFFERED) == "html"


def take_format(request: Request, others: frozenset[str] = frozenset()) -> bool:
    """Read the parameters of a document.

    Parameters
    ----------
    request : starlette.requests.Request
        The request.
    others : frozenset of str
        Parameters it has beside ``f``.

    Returns
    -------
    bool
        Whether to answer with a page.

    Raises
    ------
    QueryError
        When there is another parameter.
    """
    require_known(request.query_params.multi_items(), others | {"f"})
    return wants_html(request, request.query_params.get("f"))


def require_known(pairs: Iterable[tuple[str, str]], known: frozenset[str]) -> None:
    """Refuse parameters that a route does not have.

    Parameters
    ----------
    pairs : iterable of (str, str)
        The parameters.
    known : frozenset of str
        Those it has.

    Raises
    ------
    QueryError
        Naming the first one that it does not have.
    """
    for name, _ in pairs:
        if name not in known:
            raise QueryError(f"There is no parameter {name[:60]!r} here. See /ogc/api for those there are.")


def make_answer(document: Document, html: bool, language: str, kind: str = JSON, **headers: str) -> Response:
    """Return a document as JSON or as a page.

    Parameters
    ----------
    document : dict
        The document.
    html : bool
        Whether as a page.
    language : str
        ``zh`` or ``en``.
    kind : str
        Media type of the JSON.
    **headers : str
        More headers.

    Returns
    -------
    starlette.responses.Response
        The response; nobody keeps it.
    """
    kept = {"Cache-Control": "no-store", "Vary": "Accept, Cookie, Authorization", **headers}
    if html:
        return Response(render(document, language), media_type=HTML, headers=kept)
    return Response(dump(document), media_type=kind, headers=kept)


def dump(document: Any) -> bytes:
    """Return a document as JSON.

    Parameters
    ----------
    document : object
        Plain values.

    Returns
    -------
    bytes
        UTF-8.
    """
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
