"""The cookie that bears a session."""

from __future__ import annotations

from fastapi import Request, Response

from gridgov.services.access import SESSION_LONGEST
from gridgov.web.gate import COOKIE


def set_session(request: Request, response: Response, token: str) -> None:
    """Give the browser the token of a session.

    Parameters
    ----------
    request : fastapi.Request
        The request.
    response : fastapi.Response
        Bears the cookie.
    token : str
        The token.
    """
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(SESSION_LONGEST.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=request.app.state.platform.settings.secure_cookies or request.url.scheme == "https",
        path="/",
    )


def drop_session(response: Response) -> None:
    """Take the cookie away.

    Parameters
    ----------
    response : fastapi.Response
        Takes it away.
    """
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax")
