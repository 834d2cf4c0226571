"""One's own account: password, app passwords, sessions."""

from __future__ import annotations

from dataclasses import asdict

from fastapi import Request, Response

from gridgov.services.access import app_passwords as own_app_passwords
from gridgov.services.access import change_own_password
from gridgov.services.access import sessions as own_sessions
from gridgov.storage.factors import AppPassword as StoredAppPassword
from gridgov.storage.sessions import ListedSession
from gridgov.web.cookies import set_session
from gridgov.web.gate import Desk, get_door_engine
from gridgov.web.models import Me
from gridgov.web.models_account import (
    AppPassword,
    AppPasswordWish,
    NewAppPassword,
    PasswordChange,
    Session,
)
from gridgov.web.own_desk import open_confirmed_desk, open_own_desk
from gridgov.web.routes import Door
from gridgov.web.texts import PathText


def post_password(request: Request, response: Response, wish: PasswordChange) -> Me:
    """Change one's own password; every session ends, and this browser gets a new one.

    Parameters
    ----------
    request : fastapi.Request
        The request.
    response : fastapi.Response
        Bears the new cookie.
    wish : PasswordChange
        The password until now and from now on.

    Returns
    -------
    Me
        Who asked.
    """
    with open_own_desk(request, "POST /api/account/password") as desk:
        login = desk.account.login
    opened = change_own_password(
        get_door_engine(request), login, wish.password, wish.new_password, client=_client(request)
    )
    set_session(request, response, opened.token)
    account = opened.account
    return Me(login=account.login, name=account.name, role=account.role, language=account.language)


def get_app_passwords(desk: Desk) -> list[StoredAppPassword]:
    """List one's own app passwords.

    Parameters
    ----------
    desk : Desk
        Account and connection of the caller.

    Returns
    -------
    list of AppPassword
        The newest first.
    """
    return own_app_passwords.list_app_passwords(desk.connection, desk.account)


def post_app_password(request: Request, wish: AppPasswordWish) -> NewAppPassword:
    """Make an app password for a program that signs in by HTTP Basic; its text is shown this once.

    Parameters
    ----------
    request : fastapi.Request
        The request.
    wish : AppPasswordWish
        Its name, and the caller's password.

    Returns
    -------
    NewAppPassword
        With its text.
    """
    with open_confirmed_desk(request, "POST /api/account/app-passwords", wish.password) as desk:
        made = own_app_passwords.make_app_password(desk.connection, desk.account, wish.name)
        return NewAppPassword(**asdict(made.app_password), login=desk.account.login, secret=made.secret)


def delete_app_password(request: Request, app_password_id: PathText) -> list[StoredAppPassword]:
    """Revoke an app password; its sessions end at once.

    Parameters
    ----------
    request : fastapi.Request
        The request.
    app_password_id : str
        Which one.

    Returns
    -------
    list of AppPassword
        Those that are left.
    """
    with open_own_desk(request, "DELETE /api/account/app-passwords/{app_password_id}") as desk:
        own_app_passwords.revoke_app_password(desk.connection, desk.account, app_password_id)
        return own_app_passwords.list_app_passwords(desk.connection, desk.account)


def get_sessions(desk: Desk) -> list[ListedSession]:
    """List one's own sessions.

    Parameters
    ----------
    desk : Desk
        Account and connection of the caller.

    Returns
    -------
    list of Session
        The newest first.
    """
    return own_sessions.list_own_sessions(desk.connection, desk.account)


def delete_session(request: Request, session_id: PathText) -> list[ListedSession]:
    """End one of one's own sessions.

    Parameters
    ----------
    request : fastapi.Request
        The request.
    session_id : str
        Which one.

    Returns
    -------
    list of Session
        Those that are left.
    """
    with open_own_desk(request, "DELETE /api/account/sessions/{session_id}") as desk:
        own_sessions.end_own_session(desk.connection, desk.account, session_id)
        return own_sessions.list_own_sessions(desk.connection, desk.account)


def delete_other_sessions(request: Request) -> list[ListedSession]:
    """End every session of one's own but this one.

    Parameters
    ----------
    request : fastapi.Request
        The request.

    Returns
    -------
    list of Session
        This one.
    """
    with open_own_desk(request, "DELETE /api/account/sessions") as desk:
        own_sessions.end_other_sessions(desk.connection, desk.account)
        return own_sessions.list_own_sessions(desk.connection, desk.account)


def _client(request: Request) -> str:
    return request.headers.get("user-agent", "")


DOORS = (
    Door("POST", "/api/account/password", post_password),
    Door("GET", "/api/account/app-passwords", get_app_passwords, model=list[AppPassword]),
    Door("POST", "/api/account/app-passwords", post_app_password),
    Door("DELETE", "/api/account/app-passwords/{app_password_id}", delete_app_password, model=list[AppPassword]),
    Door("GET", "/api/account/sessions", get_sessions, model=list[Session]),
    Door("DELETE", "/api/account/sessions/{session_id}", delete_session, model=list[Session]),
    Door("DELETE", "/api/account/sessions", delete_other_sessions, model=list[Session]),
)
