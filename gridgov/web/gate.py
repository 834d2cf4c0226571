"""The gate every request passes: who is asking, whether the matrix lets them in, and a connection in their name."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from fastapi import Request
from sqlalchemy import Connection, Engine

from gridgov.errors import AccessError, SettingsError
from gridgov.services.access import hash_token, make_app_token, open_app_session
from gridgov.storage.accounts import Account
from gridgov.storage.scopes import enter
from gridgov.web.basic import read_basic
from gridgov.web.cookies import read_bare_session, read_session
from gridgov.web.matrix import ACCESS

REQUEST_HEADER = "x-gridgov-request"
"""Unsafe requests must bear this header: a page of another site cannot set it without being asked first."""

_KNOWN = "gridgov.session"
"""Where a request's scope keeps what `identify` found."""

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Desk:
    """One request's place to work: who asks, and the connection that answers."""

    account: Account
    connection: Connection


def get_web_engine(request: Request) -> Engine:
    """Return the database as the web server's role sees it: nothing before it has entered in somebody's name.

    Parameters
    ----------
    request : fastapi.Request
        The request.

    Returns
    -------
    sqlalchemy.Engine
        The database.

    Raises
    ------
    SettingsError
        When nobody said how the web server reaches the database.
    """
    engine: Engine | None = request.app.state.platform.web_engine
    if engine is None:
        raise SettingsError(
            "The web server has no way to the database. Set GRIDGOV_WEB_DATABASE_URL to its address for the role "
            "gridgov_web; `gridgov db roles` prints what makes that role."
        )
    return engine


def get_door_engine(request: Request) -> Engine:
    """Return the database as it is asked who somebody is who signs in: for nothing else.

    Parameters
    ----------
    request : fastapi.Request
        The request.

    Returns
    -------
    sqlalchemy.Engine
        The database.
    """
    platform = request.app.state.platform
    engine: Engine = platform.door_engine or platform.engine
    return engine


def identify(request: Request) -> str | None:
    """Find the hash of the session that a request bears.

    Parameters
    ----------
    request : fastapi.Request
        The request.

    Returns
    -------
    str or None
        What `gridgov.enter` takes; None when the request bears none.
    """
    if _KNOWN not in request.scope:
        token = read_session(request)
        basic = None if token else read_basic(request)
        if basic is not None:
            token = make_app_token(*basic)
        request.scope[_KNOWN] = hash_token(token) if token else None
    found: str | None = request.scope[_KNOWN]
    return found


def read_token(headers: Mapping[bytes, bytes], secure: bool) -> str | None:
    """Find the hash of a session's token among bare headers, as `identify` does for a browser.

    Parameters
    ----------
    headers : mapping of bytes to bytes
        The last header of each name; names in lower case.
    secure : bool
        Whether they came over https.

    Returns
    -------
    str or None
        What `gridgov.enter` takes; None when there is no cookie with a token.
    """
    cookie = headers.get(b"cookie")
    token = read_bare_session(cookie, secure) if cookie else None
    return hash_token(token) if token else None


def renew(request: Request) -> bool:
    """Open the session of a request that bears an app password, for it has none yet or it ended.

    Parameters
    ----------
    request : fastapi.Request
        The request.

    Returns
    -------
    bool
        Whether `identify` now names a session that holds.
    """
    basic = None if read_session(request) else read_basic(request)
    client = request.headers.get("user-agent", "")
    return basic is not None and open_app_session(get_door_engine(request), *basic, client=client) is not None


def get_roles(route: str) -> frozenset[str]:
    """Return the roles a route opens to.

    Parameters
    ----------
    route : str
        Method and path template, e.g. ``"GET /api/me"``.

    Returns
    -------
    frozenset of str
        The roles; empty when it needs none.

    Raises
    ------
    SettingsError
        When the access matrix has no line for it.
    """
    if route not in ACCESS:
        raise SettingsError(f"The route {route!r} is missing from the access matrix. Add a line to web/matrix.py.")
    return ACCESS[route]


@contextmanager
def open_desk(request: Request, route: str) -> Iterator[Desk]:
    """Let a request in and give it a desk under the caller's own role; one transaction, committed at the end.

    Parameters
    ----------
    request : fastapi.Request
        The request.
    route : str
        Method and path template of the route it came by.

    Yields
    ------
    Desk
        Account and connection.

    Raises
    ------
    AccessError
        When nobody is signed in or the role may not pass.
    """
    roles = get_roles(route)
    require_own_page(request)
    token_hash = identify(request)
    if not roles or not token_hash:
        raise AccessError("Sign in first.", signed_in=False)
    with get_web_engine(request).begin() as connection:
        account = enter(connection, token_hash)
        if account is None and renew(request):
            account = enter(connection, token_hash)
        if account is None:
            raise AccessError("The session has ended. Sign in again.", signed_in=False)
        if account.role not in roles:
            raise AccessError(f"This is not open to the role {account.role!r}.", signed_in=True)
        request.app.state.limits.require_account(account.account_id)
        yield Desk(account, connection)


def let_in(route: str) -> Callable[[Request], None]:
    """Return a check of the caller alone, for routes whose body would else be judged before the caller is.

    Parameters
    ----------
    route : str
        Method and path template.

    Returns
    -------
    callable
        Raises what `open_desk` raises.
    """

    def check(request: Request) -> None:
        with open_desk(request, route):
            pass

    return check


def at_desk(route: str, answer: Callable[..., Any]) -> Callable[..., Any]:
    """Return a route's function as FastAPI can call it: the caller is let in, and the parameter `desk` is filled.

    Letting in, asking and closing happen in one go on one thread. As a dependency that yields, a request would hold
    its connection while it waits for a thread, and others a thread while they wait for a connection: a deadlock.

    Parameters
    ----------
    route : str
        Method and path template.
    answer : callable
        Function with a parameter ``desk``.

    Returns
    -------
    callable
        Function with a parameter ``request`` in its stead.
    """
    get_roles(route)
    signature = inspect.signature(answer, eval_str=True)
    others = [parameter for name, parameter in signature.parameters.items() if name != "desk"]
    request = inspect.Parameter("request", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Request)

    @functools.wraps(answer)
    def call(request: Request, **given: Any) -> Any:
        with open_desk(request, route) as desk:
            return answer(desk=desk, **given)

    call.__signature__ = signature.replace(parameters=[request, *others])  # type: ignore[attr-defined]
    return call


def require_own_page(request: Request) -> None:
    """Refuse an unsafe request that a page of another site may have sent.

    Parameters
    ----------
    request : fastapi.Request
        The request.

    Raises
    ------
    AccessError
        When the header `REQUEST_HEADER` is missing and it bears no app password, or the origin is another one.
    """
    if request.method in SAFE_METHODS:
        return
    origin = request.headers.get("origin")
    foreign = origin is not None and urlsplit(origin).netloc != request.headers.get("host")
    by_program = read_basic(request) is not None and not read_session(request)
    if foreign or (request.headers.get(REQUEST_HEADER) is None and not by_program):
        raise AccessError(
            f"This request was not sent by gridgov's own page. Programs set the header {REQUEST_HEADER}: 1.",
            signed_in=True,
        )
