"""Sign in, sign out, who am I."""

from __future__ import annotations

from fastapi import Request, Response

from gridgov.services.access import SESSION_LONGEST, current_account, sign_in, sign_out
from gridgov.storage.accounts import Account
from gridgov.web.gate import COOKIE, DatabaseOf, require_own_page
from gridgov.web.models import Credentials, Me
from gridgov.web.routes import Door


def post_login(request: Request, response: Response, credentials: Credentials, engine: DatabaseOf) -> Me:
    """Open a session and set its cookie; a session held before is ended.

    Parameters
    ----------
    request : fastapi.Request
        The request.
    response : fastapi.Response
        Bears the cookie.
    credentials : Credentials
        What the person typed.
    engine : sqlalchemy.Engine
        The database.

    Returns
    -------
    Me
        Who came in.
    """
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
        secure=request.app.state.platform.settings.secure_cookies or request.url.scheme == "https",
        path="/",
    )
    return _describe(opened.account)


def post_logout(request: Request, response: Response, engine: DatabaseOf) -> None:
    """End the session, if there is one, and take its cookie away.

    Parameters
    ----------
    request : fastapi.Request
        The request.
    response : fastapi.Response
        Takes the cookie away.
    engine : sqlalchemy.Engine
        The database.
    """
    require_own_page(request)
    token = request.cookies.get(COOKIE)
    if token:
        sign_out(engine, token)
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax")


def get_me(request: Request, engine: DatabaseOf) -> Me | None:
    """Say who is signed in; null when nobody is.

    Parameters
    ----------
    request : fastapi.Request
        The request.
    engine : sqlalchemy.Engine
        The database.

    Returns
    -------
    Me or None
        The account of the session.
    """
    token = request.cookies.get(COOKIE)
    if not token:
        return None
    with engine.begin() as connection:
        account = current_account(connection, token)
    return None if account is None else _describe(account)


def _describe(account: Account) -> Me:
    return Me(login=account.login, name=account.name, role=account.role, language=account.language)


DOORS = (
    Door("POST", "/login", post_login),
    Door("POST", "/logout", post_logout),
    Door("GET", "/api/me", get_me),
)
