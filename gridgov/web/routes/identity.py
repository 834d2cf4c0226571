"""Sign in, sign out, who am I."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request, Response

from gridgov.services.access import SESSION_LONGEST, sign_in, sign_out
from gridgov.web.gate import COOKIE, DatabaseOf, Desk, desk_for, require_own_page
from gridgov.web.models import Credentials, Me
from gridgov.web.routes import Door


def post_login(request: Request, response: Response, credentials: Credentials, engine: DatabaseOf) -> Me:
    """Open a session and set its cookie; a session held before is ended."""
    require_own_page(request)
    opened = sign_in(engine, credentials.login, credentials.password)
    before = request.cookies.get(COOKIE)
    if before:
        sign_out(engine, before)
    response.set_cookie(
        COOKIE,
        opened.token,
        max_age=int(SESSION_LONGEST.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
        path="/",
    )
    account = opened.account
    return Me(login=account.login, name=account.name, role=account.role, language=account.language)


def post_logout(request: Request, response: Response, engine: DatabaseOf) -> None:
    """End the session, if there is one, and take its cookie away."""
    require_own_page(request)
    token = request.cookies.get(COOKIE)
    if token:
        sign_out(engine, token)
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax")


def get_me(desk: Annotated[Desk, Depends(desk_for("GET /api/me"))]) -> Me:
    """Say who is signed in."""
    account = desk.account
    return Me(login=account.login, name=account.name, role=account.role, language=account.language)


DOORS = (
    Door("POST", "/login", post_login),
    Door("POST", "/logout", post_logout),
    Door("GET", "/api/me", get_me),
)
