"""Ask the database whether it would stop a faulty web server: its role, the row security, and the limits."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy import Connection, text

from gridgov.storage.roles import DOOR

LIMITS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "row_security": ("on", "questions would fail instead of being filtered"),
        "jit": ("off", "a short question would take a second"),
        "statement_timeout": ("", "one question could hold a connection for ever"),
        "lock_timeout": ("", "requests could queue behind one lock"),
        "idle_in_transaction_session_timeout": ("", "a request that hangs would keep its locks"),
    }
)
"""For each setting of a connection the value it must have (any but 0 where empty), and what follows from another."""


OPEN = ("public_page",)
"""Tables of which there is something to read for who has not signed in."""


def check_web(connection: Connection) -> list[str]:
    """Check what a connection of the web server could do beyond entering in somebody's name.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection of the web server, before it has entered.

    Returns
    -------
    list of str
        One sentence for each fault: what is wrong, what was seen, what to do. Empty when there is none.
    """
    # a wrong role may do everything, which is no news
    found = _ask(connection, _ROLE_QUESTIONS) or _ask(connection, (*_WEB_QUESTIONS, *_TABLE_QUESTIONS))
    for name, (wanted, danger) in LIMITS.items():
        seen = str(connection.execute(text(f"SHOW {name}")).scalar_one())
        if seen != wanted if wanted else seen == "0":
            should = wanted or "more than 0"
            found.append(
                f"{name} is {seen}: {danger}. It should be {should}; does a pooler in between drop settings?"
            )
    return found


def check_door(connection: Connection) -> list[str]:
    """Check what a connection for signing people in could do beyond that.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection of `gridgov.storage.roles.DOOR`.

    Returns
    -------
    list of str
        One sentence for each fault; empty when there is none.
    """
    return _ask(connection, _ROLE_QUESTIONS) or _ask(connection, (*_DOOR_QUESTIONS, *_TABLE_QUESTIONS[1:2]))


def check_speed(connection: Connection) -> list[str]:
    """Check whether maps can use their spatial index under row security.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Any connection.

    Returns
    -------
    list of str
        A sentence when they cannot: everything works, but slowly.
    """
    closed = connection.execute(text(_CLOSED_BOXES)).scalars().all()
    return [
        f"{name} is not marked LEAKPROOF: maps read whole tables instead of a spatial index. Let the administrator "
        "of the server run what this prints: gridgov db roles"
        for name in closed
    ]


def _ask(connection: Connection, questions: tuple[tuple[str, str], ...]) -> list[str]:
    answers = [(connection.execute(text(sql)).scalars().all(), wrong) for sql, wrong in questions]
    return [wrong.format(seen=", ".join(map(str, seen)), advice=_ROLES, door=DOOR) for seen, wrong in answers if seen]


_ROLES = "Give the web server a role of its own: gridgov db roles prints how."
_TABLES = "FROM pg_class AS c WHERE c.relnamespace IN ('gridgov'::regnamespace, 'identity'::regnamespace)"
_ROLE_QUESTIONS = (
    (
        "SELECT session_user WHERE (SELECT rolsuper FROM pg_roles WHERE rolname = session_user)",
        "The web server comes in as {seen}, a superuser: row security does not hold for it. {advice}",
    ),
    (
        "SELECT session_user WHERE (SELECT rolbypassrls FROM pg_roles WHERE rolname = session_user)",
        "The web server comes in as {seen}, which has BYPASSRLS: row security does not hold for it. {advice}",
    ),
    (
        f"SELECT DISTINCT pg_get_userbyid(c.relowner) {_TABLES} AND pg_has_role(session_user, c.relowner, 'MEMBER')",
        "The web server comes in as {seen}, who owns the tables, or may become so. {advice}",
    ),
    (
        "SELECT session_user WHERE (SELECT rolcreaterole OR rolinherit FROM pg_roles WHERE rolname = session_user)",
        "The web server's role {seen} may make roles, or inherits the rights of the groups it enters. {advice}",
    ),
)
_WEB_QUESTIONS = (
    (
        "SELECT session_user WHERE NOT has_function_privilege(session_user, 'gridgov.enter(text)', 'EXECUTE')",
        "The web server's role {seen} may not enter in anybody's name. {advice}",
    ),
    (
        "SELECT session_user WHERE has_function_privilege(session_user, 'gridgov.find_login(text)', 'EXECUTE')",
        "The web server's role {seen} may fetch hashes of passwords, which is for {door} alone. {advice}",
    ),
)
_DOOR_QUESTIONS = (
    (
        "SELECT session_user WHERE NOT has_function_privilege(session_user, 'gridgov.find_login(text)', 'EXECUTE')",
        "The role {seen}, by which people sign in, may not look them up. It should be {door}: "
        "GRIDGOV_DOOR_DATABASE_URL",
    ),
    (
        "SELECT session_user WHERE has_function_privilege(session_user, 'gridgov.enter(text)', 'EXECUTE')",
        "The role {seen}, by which people sign in, may enter in their name too. It should be {door}: "
        "GRIDGOV_DOOR_DATABASE_URL",
    ),
)
_TABLE_QUESTIONS = (
    (
        f"SELECT c.relname {_TABLES} AND c.relkind IN ('r', 'p') AND c.relname <> 'alembic_version' "
        "AND NOT (c.relrowsecurity AND c.relforcerowsecurity) ORDER BY 1",
        "Row security is not forced on: {seen}. Run in the database, for each: "
        "ALTER TABLE gridgov.… ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
    ),
    (
        f"SELECT c.relname {_TABLES} AND c.relkind IN ('r', 'p', 'v', 'm') "
        f"AND c.relname <> ALL ('{{{', '.join(OPEN)}}}') AND has_any_column_privilege(session_user, c.oid, 'SELECT') "
        "ORDER BY 1",
        "Before anybody has entered, the web server may read: {seen}. Run in the database, for each: "
        "REVOKE ALL ON gridgov.… FROM PUBLIC, gridgov_web",
    ),
    (
        f"SELECT c.relname {_TABLES} AND (c.relkind = 'm' OR c.relkind = 'v' "
        "AND NOT coalesce('security_invoker=true' = ANY (c.reloptions), false)) ORDER BY 1",
        "These views walk past row security: {seen}. Run in the database, for each: "
        "ALTER VIEW gridgov.… SET (security_invoker = true)",
    ),
)

_CLOSED_BOXES = """
    SELECT p.oid::regprocedure::text FROM pg_proc AS p
    JOIN pg_depend AS d ON d.objid = p.oid AND d.classid = 'pg_proc'::regclass AND d.deptype = 'e'
    JOIN pg_extension AS e ON e.oid = d.refobjid AND e.extname = 'postgis'
    WHERE p.proname = 'geometry_overlaps' AND NOT p.proleakproof"""
