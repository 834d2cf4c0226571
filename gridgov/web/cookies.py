"""The cookie that bears a session, and what it is called.

On a connection that is encrypted its name begins with ``__Host-``: a browser takes such a cookie only from the host
itself, over https and for all of its paths, so that neither a neighbour under the same domain nor somebody on an open
line can slip in a session of theirs. The other name is not read there.
"""

from __future__ import annotations

from starlette.requests import Request, cookie_parser
from starlette.responses import Response

from gridgov.services.access import SESSION_LONGEST

COOKIE = "gridgov_session"
"""On a line that is not encrypted: the machine itself, as a demonstration."""

SECURE_COOKIE = f"__Host-{COOKIE}"


def name_session(secure: bool) -> str:
    """Return what the cookie is called.

    Parameters
    ----------
    secure : bool
        Whether the connection is encrypted.

    Returns
    -------
    str
        The name.
    """
    return SECURE_COOKIE if secure else COOKIE


def is_secure(request: Request) -> bool:
    """Return whether a request came over https, as far as is known here or was set.

    Parameters
    ----------
    request : starlette.requests.Request
        The request; behind a proxy that is believed, its scheme is what the proxy says.

    Returns
    -------
    bool
        True also where the settings say that the server is reached by https only.
    """
    return request.scope["scheme"] == "https" or bool(request.app.state.platform.settings.secure_cookies)


def read_session(request: Request) -> str | None:
    """Return the token in the cookie of a request.

    Parameters
    ----------
    request : starlette.requests.Request
        The request.

    Returns
    -------
    str or None
        None without a cookie, or with an empty one.
    """
    return request.cookies.get(name_session(is_secure(request))) or None


def read_bare_session(cookie: bytes, secure: bool) -> str | None:
    """Return the token in a header ``Cookie``.

    Parameters
    ----------
    cookie : bytes
        The header.
    secure : bool
        Whether the connection is encrypted.

    Returns
    -------
    str or None
        None without one, or with an empty one.
    """
    return cookie_parser(cookie.decode("latin-1")).get(name_session(secure)) or None


def set_session(request: Request, response: Response, token: str) -> None:
    """Give the browser the token of a session.

    Parameters
    ----------
    request : starlette.requests.Request
        The request.
    response : starlette.responses.Response
        Bears the cookie.
    token : str
        The token.
    """
    secure = is_secure(request)
    longest_s = int(SESSION_LONGEST.total_seconds())
    response.set_cookie(
        name_session(secure), token, max_age=longest_s, httponly=True, samesite="lax", secure=secure, path="/"
    )


def drop_session(request: Request, response: Response) -> None:
    """Take the cookie away.

    Parameters
    ----------
    request : starlette.requests.Request
        The request.
    response : starlette.responses.Response
        Takes it away.
    """
    secure = is_secure(request)
    response.delete_cookie(name_session(secure), path="/", httponly=True, samesite="lax", secure=secure)
