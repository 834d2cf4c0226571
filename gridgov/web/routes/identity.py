"""Sign in, sign out, who am I."""

from __future__ import annotations

from fastapi import Request, Response

from gridgov.services.access import sign_in, sign_out
from gridgov.storage.accounts import Account
from gridgov.storage.scopes import enter
from gridgov.web.cookies import drop_session, read_session, set_session
from gridgov.web.gate import get_door_engine, get_web_engine, identify, require_own_page
from gridgov.web.models import Credentials, Me
from gridgov.web.routes import Door


def post_login(request: Request, response: Response, credentials: Credentials) -> Me:
    """Open a session and set its cookie; a session held before is ended.

    Where a second factor is on and the code is left out, the answer is 401 with the code `second-factor-needed`.

    Parameters
    ----------
    request : fastapi.Request
        The request.
    response : fastapi.Response
        Bears the cookie.
    credentials : Credentials
        What the person typed.

    Returns
    -------
    Me
        Who came in.
    """
    require_own_page(request)
    engine = get_door_engine(request)
    opened = sign_in(
        engine,
        credentials.login,
        credentials.password,
        code=credentials.code,
        keys=request.app.state.platform.keys.read,
        client=request.headers.get("user-agent", ""),
    )
    before = read_session(request)
    if before:
        sign_out(engine, before)
    set_session(request, response, opened.token)
    return _describe(opened.account)


def post_logout(request: Request, response: Response) -> None:
    """End the session, if there is one, and take its cookie away.

    Parameters
    ----------
    request : fastapi.Request
        The request.
    response : fastapi.Response
        Takes the cookie away.
    """
    require_own_page(request)
    token = read_session(request)
    if token:
        sign_out(get_door_engine(request), token)
    drop_session(request, response)


def get_me(request: Request) -> Me | None:
    """Say who is signed in; null when nobody is.

    Parameters
    ----------
    request : fastapi.Request
        The request.

    Returns
    -------
    Me or None
        The account of the session.
    """
    token_hash = identify(request)
    if not token_hash:
        return None
    with get_web_engine(request).begin() as connection:
        account = enter(connection, token_hash)
    return None if account is None else _describe(account)


def _describe(account: Account) -> Me:
    return Me(login=account.login, name=account.name, role=account.role, language=account.language)


DOORS = (
    Door("POST", "/login", post_login),
    Door("POST", "/logout", post_logout),
    Door("GET", "/api/me", get_me),
)
