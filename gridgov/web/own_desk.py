"""Where people change their own accounts: at a browser, and for some things with the password said again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import Request, Response

from gridgov.errors import AccessError
from gridgov.services.access import confirm_known, rotate_session
from gridgov.web.cookies import read_session, set_session
from gridgov.web.gate import Desk, get_door_engine, open_desk


@contextmanager
def open_own_desk(request: Request, route: str) -> Iterator[Desk]:
    """Open a desk for somebody at a browser: what lets a program in does not change how one gets in.

    Parameters
    ----------
    request : fastapi.Request
        The request.
    route : str
        Method and path.

    Yields
    ------
    Desk
        Account and connection of the caller.

    Raises
    ------
    AccessError
        When the caller came with an app password.
    """
    with open_desk(request, route) as desk:
        if not read_session(request):
            raise AccessError("Accounts are changed in a browser, not with an app password.", signed_in=True)
        yield desk


@contextmanager
def open_confirmed_desk(request: Request, route: str, password: str) -> Iterator[Desk]:
    """Ask for the password first, with no connection held: its check counts whatever becomes of the request.

    Parameters
    ----------
    request : fastapi.Request
        The request.
    route : str
        Method and path.
    password : str
        The caller's password.

    Yields
    ------
    Desk
        Account and connection of the caller.

    Raises
    ------
    AccessError
        When the caller came with an app password, or the password is another one.
    """
    with open_own_desk(request, route) as desk:
        login = desk.account.login
    confirm_known(get_door_engine(request), login, password)
    with open_desk(request, route) as desk:
        yield desk


def renew_token(request: Request, response: Response) -> None:
    """Give the caller's session another token, after what protects it changed.

    Parameters
    ----------
    request : fastapi.Request
        The request.
    response : fastapi.Response
        Bears the new cookie.
    """
    before = read_session(request)
    token = rotate_session(get_door_engine(request), before) if before else None
    if token is not None:
        set_session(request, response, token)
