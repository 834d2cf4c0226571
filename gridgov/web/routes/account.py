"""One's own account: password, app passwords, second factor, sessions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime

from fastapi import Request, Response

from gridgov.errors import AccessError
from gridgov.services.access import app_passwords as own_app_passwords
from gridgov.services.access import change_own_password, confirm_known, rotate_session
from gridgov.services.access import second_factor as own_second_factor
from gridgov.services.access import sessions as own_sessions
from gridgov.storage.factors import AppPassword as StoredAppPassword
from gridgov.storage.sessions import ListedSession
from gridgov.web.cookies import set_session
from gridgov.web.gate import COOKIE, Desk, get_door_engine, open_desk
from gridgov.web.models import Me
from gridgov.web.models_account import (
    AppPassword,
    AppPasswordWish,
    Confirmation,
    FactorCode,
    NewAppPassword,
    NewSecondFactor,
    PasswordChange,
    RecoveryCodes,
    SecondFactor,
    Session,
)
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
    with _own_desk(request, "POST /api/account/password") as desk:
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
    with _confirmed_desk(request, "POST /api/account/app-passwords", wish.password) as desk:
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
    with _own_desk(request, "DELETE /api/account/app-passwords/{app_password_id}") as desk:
        own_app_passwords.revoke_app_password(desk.connection, desk.account, app_password_id)
        return own_app_passwords.list_app_passwords(desk.connection, desk.account)


def get_second_factor(desk: Desk) -> SecondFactor:
    """Say whether a second factor is in force.

    Parameters
    ----------
    desk : Desk
        Account and connection of the caller.

    Returns
    -------
    SecondFactor
        Whether, and how many recovery codes are left.
    """
    return SecondFactor(**asdict(own_second_factor.read_state(desk.connection, desk.account.account_id)))


def post_second_factor(request: Request, wish: Confirmation) -> NewSecondFactor:
    """Begin a second factor; it counts once a code of it was given.

    Parameters
    ----------
    request : fastapi.Request
        The request.
    wish : Confirmation
        The caller's password.

    Returns
    -------
    NewSecondFactor
        For the telephone, shown this once.
    """
    ring = request.app.state.platform.keys.read()
    with _confirmed_desk(request, "POST /api/account/second-factor", wish.password) as desk:
        return NewSecondFactor(**asdict(own_second_factor.begin_second_factor(desk.connection, desk.account, ring)))


def post_second_factor_code(request: Request, response: Response, given: FactorCode) -> RecoveryCodes:
    """Put the second factor into force with its first code; other sessions end, this one gets a new token.

    Parameters
    ----------
    request : fastapi.Request
        The request.
    response : fastapi.Response
        Bears the new cookie.
    given : FactorCode
        What the telephone shows.

    Returns
    -------
    RecoveryCodes
        Shown this once.
    """
    ring = request.app.state.platform.keys.read()
    with _own_desk(request, "POST /api/account/second-factor/confirm") as desk:
        codes = own_second_factor.confirm_second_factor(
            desk.connection, desk.account, given.code, ring, datetime.now(UTC)
        )
        own_sessions.end_other_sessions(desk.connection, desk.account)
    _rotate(request, response)
    return RecoveryCodes(codes=list(codes))


def post_recovery_codes(request: Request, wish: Confirmation) -> RecoveryCodes:
    """Make new recovery codes; those before no longer count.

    Parameters
    ----------
    request : fastapi.Request
        The request.
    wish : Confirmation
        The caller's password.

    Returns
    -------
    RecoveryCodes
        Shown this once.
    """
    with _confirmed_desk(request, "POST /api/account/second-factor/recovery-codes", wish.password) as desk:
        return RecoveryCodes(codes=list(own_second_factor.renew_recovery_codes(desk.connection, desk.account)))


def post_second_factor_end(request: Request, response: Response, wish: Confirmation) -> SecondFactor:
    """Switch the second factor off; this session gets a new token.

    Parameters
    ----------
    request : fastapi.Request
        The request.
    response : fastapi.Response
        Bears the new cookie.
    wish : Confirmation
        The caller's password.

    Returns
    -------
    SecondFactor
        As it is now.
    """
    with _confirmed_desk(request, "POST /api/account/second-factor/disable", wish.password) as desk:
        own_second_factor.end_second_factor(desk.connection, desk.account)
    _rotate(request, response)
    return SecondFactor(on=False, recovery_codes=0)


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
    with _own_desk(request, "DELETE /api/account/sessions/{session_id}") as desk:
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
    with _own_desk(request, "DELETE /api/account/sessions") as desk:
        own_sessions.end_other_sessions(desk.connection, desk.account)
        return own_sessions.list_own_sessions(desk.connection, desk.account)


@contextmanager
def _own_desk(request: Request, route: str) -> Iterator[Desk]:
    """Open a desk for somebody at a browser: what lets a program in does not change how one gets in."""
    with open_desk(request, route) as desk:
        if not request.cookies.get(COOKIE):
            raise AccessError("Accounts are changed in a browser, not with an app password.", signed_in=True)
        yield desk


@contextmanager
def _confirmed_desk(request: Request, route: str, password: str) -> Iterator[Desk]:
    """Ask for the password first, with no connection held: its check counts whatever becomes of the request."""
    with _own_desk(request, route) as desk:
        login = desk.account.login
    confirm_known(get_door_engine(request), login, password)
    with open_desk(request, route) as desk:
        yield desk


def _rotate(request: Request, response: Response) -> None:
    token = rotate_session(get_door_engine(request), request.cookies[COOKIE])
    if token is not None:
        set_session(request, response, token)


def _client(request: Request) -> str:
    return request.headers.get("user-agent", "")


DOORS = (
    Door("POST", "/api/account/password", post_password),
    Door("GET", "/api/account/app-passwords", get_app_passwords, model=list[AppPassword]),
    Door("POST", "/api/account/app-passwords", post_app_password),
    Door("DELETE", "/api/account/app-passwords/{app_password_id}", delete_app_password, model=list[AppPassword]),
    Door("GET", "/api/account/second-factor", get_second_factor),
    Door("POST", "/api/account/second-factor", post_second_factor),
    Door("POST", "/api/account/second-factor/confirm", post_second_factor_code),
    Door("POST", "/api/account/second-factor/recovery-codes", post_recovery_codes),
    Door("POST", "/api/account/second-factor/disable", post_second_factor_end),
    Door("GET", "/api/account/sessions", get_sessions, model=list[Session]),
    Door("DELETE", "/api/account/sessions/{session_id}", delete_session, model=list[Session]),
    Door("DELETE", "/api/account/sessions", delete_other_sessions, model=list[Session]),
)
