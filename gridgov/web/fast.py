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

import hashlib
from dataclasses import dataclass

from sqlalchemy.engine import URL
from starlette.requests import Request

from gridgov.bootstrap import Platform
from gridgov.errors import AccessError, DatabaseError
from gridgov.storage.accounts import Account
from gridgov.storage.engine import SESSION
from gridgov.storage.links import Ask, LinkPool, Row
from gridgov.web.gate import COOKIE, get_roles, require_own_page

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
    token = request.cookies.get(COOKIE)
    if not roles or not token:
        raise AccessError("Sign in first.", signed_in=False)
    token_hash = hashlib.sha256(token.encode()).hexdigest()
    links: LinkPool = request.app.state.links
    seen: dict[str, str] = request.app.state.roles_seen
    try:
        entered, *rows = await links.run([Ask(ENTER, {"token_hash": token_hash}), *asks], seen.get(token_hash, ""))
    except DatabaseError as error:
        # nobody entered: then the next statement had no right to anything
        if error.facts.get("sqlstate") != REFUSED or error.facts["answers"] != [[]]:
            raise
        entered = []
    if not entered:
        seen.pop(token_hash, None)
        raise AccessError("The session has ended. Sign in again.", signed_in=False)
    account_id, login, name, role, language = (text.decode() if text is not None else "" for text in entered[0])
    account = Account(account_id, login, name, role, language)
    _note_role(seen, token_hash, role)
    if role not in roles:
        raise AccessError(f"This is not open to the role {role!r}.", signed_in=True)
    return Answer(account, rows)


def make_links(platform: Platform) -> LinkPool:
    """Make the links of an app, with the rights of the web server's role; nothing is connected yet.

    Parameters
    ----------
    platform : Platform
        The assembled platform.

    Returns
    -------
    LinkPool
        The links.
    """
    engine = getattr(platform, "web_engine", platform.engine)
    return LinkPool(spell_address(engine.url))


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
    options = " ".join(f"-c {one}" for one in (*SESSION, *WEB_SESSION))
    named = url.set(drivername="postgresql").update_query_dict({"options": options, "application_name": "gridgov"})
    return named.render_as_string(hide_password=False).replace("+", "%20")


WEB_SESSION = (
    # a tile is asked by many at once: one process each is what the machine has
    "max_parallel_workers_per_gather=0",
    "statement_timeout=20s",
    "idle_in_transaction_session_timeout=60s",
)


def _note_role(seen: dict[str, str], token_hash: str, role: str) -> None:
    """Remember the role only to choose a plan that was made for it: what may be seen is asked from the database."""
    if seen.get(token_hash) != role:
        if len(seen) >= _ROLES_SEEN_MOST:
            seen.clear()
        seen[token_hash] = role
