"""How often one caller may ask: buckets of tokens by address and by account, and a stricter one for signing in.

They are kept in the memory of each server process, not in the database: a bucket costs two microseconds here, and a
written row for every tile there. With several processes a caller may get as many times the rate at most, which still
keeps one caller from taking the whole server; that passwords cannot be guessed is the matter of the lock-out, which
counts in the database.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.types import ASGIApp, Receive, Scope, Send

from gridgov.errors import TooManyError
from gridgov.settings import Settings
from gridgov.web.problems import to_problem

BURST_S = 30
"""A bucket holds what flows into it in this time: a map that is opened asks for much at once, and then rests."""

KNOWN_MOST = 20_000
"""Callers remembered at once; beyond it those with a full bucket are forgotten."""

SIGN_IN = "/login"


class Limiter:
    """Buckets of tokens, one a caller.

    Parameters
    ----------
    rate_per_s : float
        Tokens that flow into each bucket in a second; 0 for no limit.
    burst : float
        Tokens that a bucket holds.
    clock : callable
        Seconds that never go back.

    Examples
    --------
    >>> limiter = Limiter(1, 2, clock=lambda: 0.0)
    >>> [limiter.take("a") for _ in range(3)], limiter.take("b")
    ([0.0, 0.0, 1.0], 0.0)
    """

    def __init__(self, rate_per_s: float, burst: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate_per_s = rate_per_s
        self._burst = burst
        self._clock = clock
        self._buckets: dict[str, tuple[float, float]] = {}

    def take(self, caller: str) -> float:
        """Take one token.

        Parameters
        ----------
        caller : str
            Whose bucket.

        Returns
        -------
        float
            0 when there was one; else in how many seconds there will be one.
        """
        if not self._rate_per_s:
            return 0.0
        now_s = self._clock()
        tokens, since_s = self._buckets.get(caller, (self._burst, now_s))
        tokens = min(self._burst, tokens + (now_s - since_s) * self._rate_per_s)
        if tokens < 1:
            return (1 - tokens) / self._rate_per_s
        if len(self._buckets) >= KNOWN_MOST and caller not in self._buckets:
            self._forget(now_s)
        self._buckets[caller] = (tokens - 1, now_s)
        return 0.0

    def _forget(self, now_s: float) -> None:
        """Forget those whose bucket is full again: nothing is lost by it. All of them when that is nobody."""
        full_s = self._burst / self._rate_per_s
        kept = {key: bucket for key, bucket in self._buckets.items() if now_s - bucket[1] < full_s}
        self._buckets = kept if len(kept) < KNOWN_MOST else {}


@dataclass(frozen=True)
class Limits:
    """The limits of one app."""

    account: Limiter = field(default_factory=lambda: Limiter(0, 0))
    address: Limiter = field(default_factory=lambda: Limiter(0, 0))
    sign_in: Limiter = field(default_factory=lambda: Limiter(0, 0))

    def require_account(self, account_id: str) -> None:
        """Refuse an account that asks too often.

        Parameters
        ----------
        account_id : str
            Who asks.

        Raises
        ------
        TooManyError
            When its bucket is empty.
        """
        _require(self.account.take(account_id))


def make_limits(settings: Settings) -> Limits:
    """Make the limits that somebody set.

    Parameters
    ----------
    settings : Settings
        Settings.

    Returns
    -------
    Limits
        With full buckets.
    """
    per_account, per_address = settings.limit_account_per_s, settings.limit_address_per_s
    sign_in_per_s = settings.limit_sign_in_per_min / 60
    return Limits(
        Limiter(per_account, per_account * BURST_S),
        Limiter(per_address, per_address * BURST_S),
        Limiter(sign_in_per_s, max(1.0, settings.limit_sign_in_per_min * 2)),
    )


class LimitAddresses:
    """ASGI middleware that refuses addresses from which too much is asked, before anything is done for them.

    Parameters
    ----------
    app : ASGIApp
        What answers.
    limits : Limits
        The limits.
    """

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self._app = app
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request.

        Parameters
        ----------
        scope : Scope
            The request.
        receive : Receive
            Where its body comes from.
        send : Send
            Where the answer goes.
        """
        if scope["type"] == "http" and scope.get("client"):
            try:
                address = scope["client"][0]
                _require(self._limits.address.take(address))
                if scope["method"] == "POST" and scope["path"] == SIGN_IN:
                    _require(self._limits.sign_in.take(address))
            except TooManyError as error:
                await to_problem(error)(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _require(wait_s: float) -> None:
    if wait_s:
        raise TooManyError("This is asked too often. Wait a little, then ask again.", retry_after_s=max(wait_s, 1.0))
