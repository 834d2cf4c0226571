"""One's own second factor: begun, confirmed by its first code, and switched off."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime

from fastapi import Request, Response

from gridgov.services.access import second_factor as own
from gridgov.services.access.sessions import end_other_sessions
from gridgov.web.gate import Desk
from gridgov.web.models_account import Confirmation, FactorCode, NewSecondFactor, RecoveryCodes, SecondFactor
from gridgov.web.own_desk import open_confirmed_desk, open_own_desk, renew_token
from gridgov.web.routes import Door


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
    return SecondFactor(**asdict(own.read_state(desk.connection, desk.account.account_id)))


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
    with open_confirmed_desk(request, "POST /api/account/second-factor", wish.password) as desk:
        return NewSecondFactor(**asdict(own.begin_second_factor(desk.connection, desk.account, ring)))


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
    with open_own_desk(request, "POST /api/account/second-factor/confirm") as desk:
        codes = own.confirm_second_factor(desk.connection, desk.account, given.code, ring, datetime.now(UTC))
        end_other_sessions(desk.connection, desk.account)
    renew_token(request, response)
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
    with open_confirmed_desk(request, "POST /api/account/second-factor/recovery-codes", wish.password) as desk:
        return RecoveryCodes(codes=list(own.renew_recovery_codes(desk.connection, desk.account)))


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
    with open_confirmed_desk(request, "POST /api/account/second-factor/disable", wish.password) as desk:
        own.end_second_factor(desk.connection, desk.account)
    renew_token(request, response)
    return SecondFactor(on=False, recovery_codes=0)


DOORS = (
    Door("GET", "/api/account/second-factor", get_second_factor),
    Door("POST", "/api/account/second-factor", post_second_factor),
    Door("POST", "/api/account/second-factor/confirm", post_second_factor_code),
    Door("POST", "/api/account/second-factor/recovery-codes", post_recovery_codes),
    Door("POST", "/api/account/second-factor/disable", post_second_factor_end),
)
