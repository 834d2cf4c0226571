"""Who comes in, and which part of the district each account answers for."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, select, text
from sqlalchemy.dialects.postgresql import insert

from gridgov.storage.accounts import Account
from gridgov.storage.tables import account, account_scope


@dataclass(frozen=True, order=True)
class Scope:
    """A part of the district that an account answers for."""

    kind: str
    """``grid``, ``community`` or ``subdistrict``."""
    ref: str
    """Its key: a grid of a plan, or a division."""


def enter(connection: Connection, token_hash: str) -> Account | None:
    """Begin a request: put the connection under the role of a session until its transaction ends.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection of the web server's role, at the beginning of a transaction.
    token_hash : str
        Hash of the session's token.

    Returns
    -------
    Account or None
        Whose session it is; None, and a connection that may read nothing, when there is none that holds.
    """
    row = connection.execute(_ENTER, {"token_hash": token_hash}).first()
    return None if row is None else Account(row.account_id, row.login, row.name, row.role, row.language)


def list_scopes(connection: Connection, account_id: str) -> list[Scope]:
    """Return what an account answers for.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection.
    account_id : str
        The account.

    Returns
    -------
    list of Scope
        In order of kind and key.
    """
    query = select(account_scope.c.kind, account_scope.c.ref).where(account_scope.c.account_id == account_id)
    return sorted(Scope(*row) for row in connection.execute(query))


def list_all_scopes(connection: Connection) -> dict[str, list[Scope]]:
    """Return what every account answers for.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection, of the owner or of an administrator's request.

    Returns
    -------
    dict of str to list of Scope
        By login.
    """
    query = (
        select(account.c.login, account_scope.c.kind, account_scope.c.ref)
        .join_from(account_scope, account, account.c.account_id == account_scope.c.account_id)
        .order_by(account.c.login, account_scope.c.kind, account_scope.c.ref)
    )
    found: dict[str, list[Scope]] = {}
    for row in connection.execute(query):
        found.setdefault(row.login, []).append(Scope(row.kind, row.ref))
    return found


def name_scopes(connection: Connection) -> dict[Scope, str]:
    """Return what the parts that accounts answer for are called.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection, of the owner or of an administrator's request.

    Returns
    -------
    dict of Scope to str
        The name of a division; of a grid its name and its community's, by the plan in force where that has it, else
        by the latest plan. Parts that are in no plan any more are absent.
    """
    return {Scope(row.kind, row.ref): row.name for row in connection.execute(_NAMES)}


def put_scopes(connection: Connection, account_id: str, scopes: list[Scope]) -> None:
    """Add parts to what an account answers for; those it has already are left alone.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection of the owner.
    account_id : str
        The account.
    scopes : list of Scope
        The parts.
    """
    if scopes:
        rows = [{"account_id": account_id, "kind": scope.kind, "ref": scope.ref} for scope in scopes]
        connection.execute(insert(account_scope).on_conflict_do_nothing(), rows)


def drop_scopes(connection: Connection, account_id: str) -> None:
    """Take away everything an account answers for.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection of the owner.
    account_id : str
        The account.
    """
    connection.execute(delete(account_scope).where(account_scope.c.account_id == account_id))


def find_missing(connection: Connection, scopes: list[Scope]) -> list[Scope]:
    """Return the parts that are neither a division nor a grid of any plan.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection of the owner.
    scopes : list of Scope
        The parts.

    Returns
    -------
    list of Scope
        Those that do not exist, in the order given.
    """
    return [
        scope
        for scope in scopes
        if not connection.execute(_EXISTS, {"kind": scope.kind, "ref": scope.ref}).scalar_one()
    ]


def choose_sample(connection: Connection, plan_id: str) -> tuple[list[str], str | None]:
    """Choose three grids of one community, those with the most households, and the subdistrict they lie in.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection of the owner.
    plan_id : str
        The plan.

    Returns
    -------
    grids : list of str
        Up to three; none for a plan without grids.
    subdistrict : str or None
        Key of the division above their community.
    """
    rows = connection.execute(_SAMPLE, {"plan_id": plan_id}).all()
    return [row.group_id for row in rows], rows[0].parent_id if rows else None


_SAMPLE = text("""
    SELECT g.group_id, d.parent_id FROM gridgov.plan_group AS g
    JOIN gridgov.division AS d ON d.division_id = g.community_id
    WHERE g.plan_id = :plan_id AND g.level = 'grid' AND g.community_id = (
        SELECT community_id FROM gridgov.plan_group WHERE plan_id = :plan_id AND level = 'grid'
        ORDER BY households DESC, group_id LIMIT 1)
    ORDER BY g.households DESC, g.group_id LIMIT 3""")

_EXISTS = text("""
    SELECT EXISTS (SELECT FROM gridgov.division WHERE level = :kind AND division_id = :ref)
        OR EXISTS (SELECT FROM gridgov.plan_group WHERE level = 'grid' AND :kind = 'grid' AND group_id = :ref)""")

_NAMES = text("""
    SELECT s.kind, s.ref, d.name FROM gridgov.account_scope AS s
    JOIN gridgov.division AS d ON d.level = s.kind AND d.division_id = s.ref
    UNION
    SELECT * FROM (
        SELECT DISTINCT ON (s.ref) s.kind, s.ref, concat_ws(' · ', d.name, g.name) FROM gridgov.account_scope AS s
        JOIN gridgov.plan_group AS g ON g.level = 'grid' AND g.group_id = s.ref
        JOIN gridgov.plan AS p ON p.plan_id = g.plan_id
        LEFT JOIN gridgov.division AS d ON d.division_id = g.community_id
        WHERE s.kind = 'grid'
        ORDER BY s.ref, p.plan_id = gridgov.plan_in_force() DESC NULLS LAST, p.created_at DESC, p.plan_id) AS grid""")

_ENTER = text("SELECT account_id, login, role, name, language FROM gridgov.enter(:token_hash)")
