"""The roles of the database server: who they are, and what its administrator runs to make them."""

from __future__ import annotations

import psycopg
from sqlalchemy import Connection, text

from gridgov.errors import DatabaseError

GROUPS = tuple(
    f"gridgov_{role}" for role in ("viewer", "officer", "supervisor", "analyst", "administrator", "auditor")
)
"""One a role of gridgov's accounts; nobody can sign in to the server as one of them."""
WEB = "gridgov_web"
"""By this one the web server comes in: it owns nothing, and may do nothing before it has entered as a group."""
DOOR = "gridgov_door"
"""By this one it asks who somebody is who signs in. A role of its own: what a request might slip into its questions
runs as `WEB`, which can take no password hash and open no session."""

LOCK_NUMBER = 47_115_002
"""Of the advisory lock under which roles are made: they belong to the server, and two databases may want them."""


def make_roles_script(owner: str, postgis: str = "public") -> str:
    """Make the statements that a superuser runs once in gridgov's database; running them again changes nothing.

    Parameters
    ----------
    owner : str
        Role that owns gridgov's tables.
    postgis : str
        Schema that holds PostGIS.

    Returns
    -------
    str
        SQL with the reason of each part.

    Examples
    --------
    >>> 'ALTER ROLE "gridgov" BYPASSRLS' in make_roles_script("gridgov")
    True
    """
    makes = "".join(_MAKE.format(role=role, how=how) for role, how in _wanted())
    grants = "".join(_GRANT.format(role=role) for role in GROUPS)
    roles = _ROLES.format(lock=LOCK_NUMBER, makes=makes, grants=grants, owner=_quote(owner))
    return roles + _BOXES.format(postgis=_quote(postgis))


def make_roles(connection: psycopg.Connection[tuple[object, ...]], owner: str) -> None:
    """Make the roles as a superuser, and let maps use their indexes under row security.

    Parameters
    ----------
    connection : psycopg.Connection
        Connection of a superuser to gridgov's database, which has PostGIS.
    owner : str
        Role that owns gridgov's tables.
    """
    script = make_roles_script(owner, find_postgis(connection))
    for left in reversed(range(_TRIES)):
        try:
            connection.execute(script.encode())
            return
        except (psycopg.errors.InternalError_, psycopg.IntegrityError, psycopg.errors.DuplicateObject):
            # "tuple concurrently updated": another database of the server makes the same roles at this moment
            if not left:
                raise


def find_postgis(connection: psycopg.Connection[tuple[object, ...]]) -> str:
    """Find the schema that holds PostGIS.

    Parameters
    ----------
    connection : psycopg.Connection
        Any connection to gridgov's database.

    Returns
    -------
    str
        Name of the schema; ``"public"`` where PostGIS is not there yet.
    """
    row = connection.execute(
        "SELECT n.nspname FROM pg_extension AS e JOIN pg_namespace AS n ON n.oid = e.extnamespace "
        "WHERE e.extname = 'postgis'"
    ).fetchone()
    return str(row[0]) if row else "public"


def require_roles(connection: Connection) -> None:
    """Refuse a server that lacks gridgov's roles, or whose owner of the tables is bound by row security.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection of the owner.

    Raises
    ------
    DatabaseError
        Naming what is missing, and the command that prints what to run.
    """
    wanted = [*GROUPS, WEB, DOOR]
    query = text("SELECT rolname FROM pg_roles WHERE rolname = ANY(:wanted)")
    there = set(connection.execute(query, {"wanted": wanted}).scalars())
    missing = [f"the role {name}" for name in wanted if name not in there]
    passes = text("SELECT rolbypassrls OR rolsuper FROM pg_roles WHERE rolname = current_user")
    if not connection.execute(passes).scalar_one():
        owner = connection.execute(text("SELECT current_user")).scalar_one()
        missing.append(f"BYPASSRLS of {owner}, who owns the tables")
    if missing:
        raise DatabaseError(
            f"The database server lacks {', '.join(missing)}. Ask its administrator to run, once and in this "
            "database, what this prints: gridgov db roles",
            missing=missing,
        )


def _wanted() -> list[tuple[str, str]]:
    return [*((role, "NOLOGIN NOINHERIT") for role in GROUPS), (WEB, "LOGIN NOINHERIT"), (DOOR, "LOGIN NOINHERIT")]


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


_TRIES = 5

_MAKE = """    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN CREATE ROLE {role} {how}; END IF;
"""

_GRANT = f"""    IF NOT pg_has_role('{WEB}', '{{role}}', 'MEMBER') THEN GRANT {{role}} TO {WEB}; END IF;
"""

_ROLES = """-- One role for each role of gridgov's accounts, and the one by which the web server comes in. The owner
-- of the tables (command line, imports, backups) passes by row security; everybody else is held by it.
DO $roles$
BEGIN
    PERFORM pg_advisory_xact_lock({lock});
{makes}{grants}    IF NOT (SELECT rolbypassrls OR rolsuper FROM pg_roles WHERE oid = '{owner}'::regrole) THEN
        ALTER ROLE {owner} BYPASSRLS;
    END IF;
END
$roles$;
"""

_BOXES = """-- Comparing two boxes tells nothing but its result. Said so, maps keep their index under row security.
DO $boxes$
BEGIN
    IF NOT (SELECT proleakproof FROM pg_proc
            WHERE oid = '{postgis}.geometry_overlaps({postgis}.geometry, {postgis}.geometry)'::regprocedure) THEN
        ALTER FUNCTION {postgis}.geometry_overlaps({postgis}.geometry, {postgis}.geometry) LEAKPROOF;
    END IF;
END
$boxes$;
"""
