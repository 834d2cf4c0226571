"""Errors become problem documents (RFC 9457); what is not ours to say stays in the log."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from psycopg.errors import QueryCanceled
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gridgov.errors import (
    AccessError,
    BusyError,
    ConflictError,
    DatabaseError,
    GridgovError,
    InputError,
    NotFoundError,
    QueryError,
    SettingsError,
    StaleError,
    TooManyError,
    TooSlowError,
    UnacceptableError,
    UnconditionalError,
)

LOG = logging.getLogger("gridgov.web")

STATUS: MappingProxyType[type[GridgovError], int] = MappingProxyType(
    {
        NotFoundError: 404,
        AccessError: 403,
        ConflictError: 409,
        InputError: 422,
        QueryError: 400,
        UnacceptableError: 406,
        StaleError: 412,
        UnconditionalError: 428,
        TooManyError: 429,
        DatabaseError: 503,
        TooSlowError: 504,
        SettingsError: 500,
    }
)
"""Class of error to HTTP status; a subclass takes its parent's line. `AccessError(signed_in=False)` becomes 401."""


DATABASE_ERRORS = (OperationalError, PoolTimeout)
"""Errors of the database's driver that are not a mistake of the program."""

TOO_SLOW = "This took longer than a request may. Ask for less: a smaller area or fewer things."


class ProblemResponse(JSONResponse):
    """A problem document."""

    media_type = "application/problem+json"


def make_problem(
    status: int, code: str, detail: str, headers: Mapping[str, str] | None = None, **more: Any
) -> ProblemResponse:
    """Return a problem document as a response.

    Parameters
    ----------
    status : int
        HTTP status.
    code : str
        Stable name of the problem, for a program to read.
    detail : str
        What is wrong, for a person to read.
    headers : mapping, optional
        More headers.
    **more : Any
        Further members of the document.

    Returns
    -------
    ProblemResponse
        The response.
    """
    title = HTTPStatus(status).phrase
    document = {"type": f"urn:gridgov:problem:{code}", "title": title, "status": status, "code": code, **more}
    kept = {"Cache-Control": "no-store", **(headers or {})}
    return ProblemResponse({**document, "detail": detail}, status_code=status, headers=kept)


def add_problem_handlers(app: FastAPI) -> None:
    """Let an app answer every error with a problem document.

    Parameters
    ----------
    app : fastapi.FastAPI
        The app.
    """
    app.add_exception_handler(GridgovError, _handle_own)
    app.add_exception_handler(HTTPException, _handle_http)
    app.add_exception_handler(RequestValidationError, _handle_validation)
    for kind in DATABASE_ERRORS:
        app.add_exception_handler(kind, _handle_database)


class CatchUnknown:
    """ASGI middleware that turns an exception nobody expected into a problem document without its text.

    Parameters
    ----------
    app : ASGIApp
        What answers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request.

        Parameters
        ----------
        scope : Scope
            The request.
        receive : Receive
            Where its body comes from.
        send : Send
            Where the answer goes.
        """
        started = False

        async def send_and_note(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, send_and_note)
        except Exception:
            if scope["type"] != "http" or started:
                raise
            LOG.exception("a request failed")
            answer = make_problem(500, "internal", "The server made a mistake. Its log says which.")
            await answer(scope, receive, send)


def to_problem(error: GridgovError) -> ProblemResponse:
    """Return the problem document of one of our errors.

    Parameters
    ----------
    error : GridgovError
        The error.

    Returns
    -------
    ProblemResponse
        The response.
    """
    status = next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)
    if isinstance(error, AccessError) and error.facts.get("signed_in") is False:
        code = "not-signed-in" if type(error) is AccessError else error.code
        return make_problem(401, code, error.message)
    if isinstance(error, (TooManyError, BusyError, TooSlowError)):
        wait_s = math.ceil(error.facts.get("retry_after_s", 1))
        return make_problem(status, error.code, error.message, {"Retry-After": str(wait_s)})
    if status >= 500:
        LOG.error("%s: %s", error.code, error.message)
        return make_problem(status, error.code, "The server cannot do this now. Its log says why.")
    return make_problem(status, error.code, error.message)


async def _handle_own(request: Request, error: Exception) -> ProblemResponse:
    assert isinstance(error, GridgovError)
    return to_problem(error)


async def _handle_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        return _answer_methods(request, str(error.detail))
    code = {404: "not-found"}.get(error.status_code, "http")
    return make_problem(error.status_code, code, str(error.detail), error.headers)


def _answer_methods(request: Request, detail: str) -> Response:
    """Say which methods an address has: the router asks its routes one by one and knows those of the first only."""
    methods = {"OPTIONS"}
    for route in request.app.router.routes:
        if route.matches(request.scope)[0] is not Match.NONE:
            methods |= route.methods or set()
    if "GET" in methods:
        methods.add("HEAD")
    allowed = {"Allow": ", ".join(sorted(methods))}
    if request.method == "OPTIONS":
        return Response(headers=allowed)
    return make_problem(405, "method-not-allowed", detail, allowed)


async def _handle_validation(request: Request, error: Exception) -> ProblemResponse:
    assert isinstance(error, RequestValidationError)
    faults = [{"where": [str(part) for part in fault["loc"]], "message": fault["msg"]} for fault in error.errors()]
    said = "; ".join(f"{'.'.join(fault['where'])}: {fault['message']}" for fault in faults)
    return make_problem(422, "bad-input", f"The request cannot be read: {said}.", faults=faults)


async def _handle_database(request: Request, error: Exception) -> ProblemResponse:
    return to_database_problem(error)


def to_database_problem(error: Exception) -> ProblemResponse:
    """Return the problem document of one of the database's errors.

    Parameters
    ----------
    error : Exception
        One of `DATABASE_ERRORS`.

    Returns
    -------
    ProblemResponse
        503, or 504 when a statement took longer than it may.
    """
    if isinstance(getattr(error, "orig", None), QueryCanceled):
        return to_problem(TooSlowError(TOO_SLOW))
    if isinstance(error, PoolTimeout):
        return to_problem(BusyError("Too much is asked at once. Ask again in a moment."))
    return to_problem(DatabaseError(f"the database did not answer: {type(error).__name__}"))
