"""The asynchronous twin of the gate, for bare Starlette routes that are asked often: tiles, items.

A route asks everything in one go::

    async def get_items(request: Request) -> Response:
        answer = await fast.ask(request, "GET /ogc/collections/{id}/items", Ask(SQL, {"west": 114.0}))
        text = answer.first  # bytes of the first column of the first row of the first statement

`gridgov.enter` and the statements go to the database together and are one transaction; the statements run with the
rights of the caller's role. What they select arrives as bytes: select one text (``json_build_object(...)::text``) or
``bytea``. A statement whose text differs from request to request (a filter) is an ``Ask(..., keep=False)``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.engine import URL
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from gridgov.bootstrap import Platform
from gridgov.errors import AccessError, DatabaseError, SettingsError
from gridgov.storage.accounts import Account
from gridgov.storage.engine import WEB_SESSION
from gridgov.storage.links import Ask, LinkPool, Row
from gridgov.web.gate import get_roles, get_web_engine, identify, renew, require_own_page

__all__ = ["Answer", "Ask", "ask", "make_links"]

ENTER = "SELECT account_id, login, name, role, language FROM gridgov.enter(%(token_hash)s::text)"

REFUSED = "42501"
"""What the server says when a role has no right to something."""

_ROLES_SEEN_MOST = 4096


@dataclass(frozen=True, slots=True)
class Answer:
    """Who asked, and the rows of each statement."""

    account: Account
    rows: list[list[Row]]

    @property
    def first(self) -> bytes | None:
        """First column of the first row of the first statement; None when there is no row."""
        return self.rows[0][0][0] if self.rows and self.rows[0] else None


async def ask(request: Request, route: str, *asks: Ask) -> Answer:
    """Let a request in and ask the database in its name, in one go and one transaction that only reads.

    Parameters
    ----------
    request : starlette.requests.Request
        The request.
    route : str
        Method and path template of the route it came by, as the access matrix has it.
    *asks : Ask
        Statements; none only lets the request in.

    Returns
    -------
    Answer
        The account, and the rows of each statement.

    Raises
    ------
    AccessError
        When nobody is signed in or the role may not pass; the statements' rows are thrown away then.
    TooSlowError
        When a statement took longer than it may.
    DatabaseError
        When the database does not answer or refuses a statement.
    """
    roles = get_roles(route)
    require_own_page(request)
    token_hash = identify(request)
    if not roles or not token_hash:
        raise AccessError("Sign in first.", signed_in=False)
    links: LinkPool | None = request.app.state.links
    if links is None:
        get_web_engine(request)  # says what to do
        raise SettingsError("The web server has no way to the database.")
    seen: dict[str, str] = request.app.state.roles_seen
    entered, *rows = await _enter(links, token_hash, asks, seen.get(token_hash, ""))
    if not entered and await run_in_threadpool(renew, request):
        entered, *rows = await _enter(links, token_hash, asks, "")
    if not entered:
        seen.pop(token_hash, None)
        raise AccessError("The session has ended. Sign in again.", signed_in=False)
    account_id, login, name, role, language = (text.decode() if text is not None else "" for text in entered[0])
    account = Account(account_id, login, name, role, language)
    request.app.state.limits.require_account(account_id)
    _note_role(seen, token_hash, role)
    if role not in roles:
        raise AccessError(f"This is not open to the role {role!r}.", signed_in=True)
    return Answer(account, rows)


async def _enter(links: LinkPool, token_hash: str, asks: Sequence[Ask], role: str) -> list[list[Row]]:
    try:
        return await links.run([Ask(ENTER, {"token_hash": token_hash}), *asks], role)
    except DatabaseError as error:
        # nobody entered: then the next statement had no right to anything
        if error.facts.get("sqlstate") != REFUSED or error.facts["answers"] != [[]]:
            raise
        return [[]]


def guess_role(request: Request) -> str:
    """Return the role that the caller had at the last request: a guess, by which to look for what was kept.

    Parameters
    ----------
    request : starlette.requests.Request
        The request.

    Returns
    -------
    str
        A role; empty when the session was not seen before.
    """
    seen: dict[str, str] = request.app.state.roles_seen
    return seen.get(identify(request) or "", "")


def make_links(platform: Platform) -> LinkPool | None:
    """Make the links of an app, with the rights of the web server's role; nothing is connected yet.

    Parameters
    ----------
    platform : Platform
        The assembled platform.

    Returns
    -------
    LinkPool or None
        The links; None where nobody said how the web server reaches the database.
    """
    if platform.web_engine is None:
        return None
    return LinkPool(spell_address(platform.web_engine.url))


def spell_address(url: URL) -> str:
    """Spell a database's address as libpq reads it, with the settings of a web session.

    Parameters
    ----------
    url : sqlalchemy.engine.URL
        The address.

    Returns
    -------
    str
        The address; may hold a password.
    """
    options = " ".join(f"-c {one}" for one in WEB_SESSION)
    named = url.set(drivername="postgresql").update_query_dict({"options": options, "application_name": "gridgov"})
    return named.render_as_string(hide_password=False).replace("+", "%20")


def _note_role(seen: dict[str, str], token_hash: str, role: str) -> None:
    """Remember the role only to choose a plan that was made for it: what may be seen is asked from the database."""
    if seen.get(token_hash) != role:
        if len(seen) >= _ROLES_SEEN_MOST:
            seen.clear()
        seen[token_hash] = role
