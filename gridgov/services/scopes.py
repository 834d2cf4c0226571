"""Which part of the district an account answers for: an officer's grids, a supervisor's subdistrict."""

from __future__ import annotations

from sqlalchemy import Connection, Engine

from gridgov.errors import InputError, NotFoundError
from gridgov.services.access.accounts import Where, begin
from gridgov.storage import accounts, scopes
from gridgov.storage.accounts import Account
from gridgov.storage.audit import write_audit
from gridgov.storage.scopes import Scope

KINDS_OF_ROLE = {"officer": ("grid", "community"), "supervisor": ("community", "subdistrict")}
"""What a role may answer for; the other roles see no person, or everybody, and answer for no part."""


def set_scopes(
    where: Where, login: str, wanted: list[Scope], *, keep: bool = False, actor: str = "cli"
) -> list[Scope]:
    """Say what an account answers for; it holds from the account's next request on.

    Parameters
    ----------
    where : sqlalchemy.Engine or sqlalchemy.Connection
        The database.
    login : str
        Whose account.
    wanted : list of Scope
        The parts of the district.
    keep : bool
        Whether what it answers for already stays.
    actor : str
        Who does this, for the audit.

    Returns
    -------
    list of Scope
        What the account answers for now.

    Raises
    ------
    NotFoundError
        When nobody has the login, or a part does not exist.
    InputError
        When the account's role cannot answer for such a part.
    """
    with begin(where) as connection:
        account = _require_account(connection, login)
        _require_fitting(account, wanted)
        if missing := scopes.find_missing(connection, wanted):
            named = ", ".join(f"{scope.kind} {scope.ref!r}" for scope in missing)
            raise NotFoundError(f"There is no {named}. See the tree of the map for the keys.", scopes=named)
        if not keep:
            scopes.drop_scopes(connection, account.account_id)
        scopes.put_scopes(connection, account.account_id, wanted)
        now = scopes.list_scopes(connection, account.account_id)
        facts = {"login": login, "scopes": [f"{scope.kind}:{scope.ref}" for scope in now]}
        write_audit(connection, actor, "scopes-set", account.account_id, facts)
    return now


def list_scopes(where: Where, login: str) -> list[Scope]:
    """Return what an account answers for.

    Parameters
    ----------
    where : sqlalchemy.Engine or sqlalchemy.Connection
        The database.
    login : str
        Whose account.

    Returns
    -------
    list of Scope
        In order of kind and key.

    Raises
    ------
    NotFoundError
        When nobody has the login.
    """
    with begin(where) as connection:
        return scopes.list_scopes(connection, _require_account(connection, login).account_id)


def list_all_scopes(where: Where) -> dict[str, list[Scope]]:
    """Return what every account answers for.

    Parameters
    ----------
    where : sqlalchemy.Engine or sqlalchemy.Connection
        The database.

    Returns
    -------
    dict of str to list of Scope
        By login; accounts that answer for nothing are absent.
    """
    with begin(where) as connection:
        return scopes.list_all_scopes(connection)


def name_scopes(where: Where) -> dict[Scope, str]:
    """Return what the parts that accounts answer for are called.

    Parameters
    ----------
    where : sqlalchemy.Engine or sqlalchemy.Connection
        The database.

    Returns
    -------
    dict of Scope to str
        The name of a division; of a grid its community's name and its own. Parts that are gone are absent.
    """
    with begin(where) as connection:
        return scopes.name_scopes(connection)


def set_sample_scopes(
    engine: Engine, plan_id: str, officer: str, supervisor: str, *, actor: str = "demo"
) -> tuple[list[Scope], list[Scope]]:
    """Give an officer the three grids of a plan with the most households, and a supervisor their subdistrict.

    Parameters
    ----------
    engine : sqlalchemy.Engine
        The database.
    plan_id : str
        The plan.
    officer, supervisor : str
        Logins.
    actor : str
        Who does this, for the audit.

    Returns
    -------
    tuple of list of Scope
        What the officer and the supervisor answer for.
    """
    with engine.connect() as connection:
        grids, subdistrict = scopes.choose_sample(connection, plan_id)
    above = [] if subdistrict is None else [Scope("subdistrict", subdistrict)]
    own = [Scope("grid", grid) for grid in grids]
    return set_scopes(engine, officer, own, actor=actor), set_scopes(engine, supervisor, above, actor=actor)


def _require_account(connection: Connection, login: str) -> Account:
    found = accounts.get_account(connection, login)
    if found is None:
        raise NotFoundError(f"There is no account with the login {login!r}. See `gridgov user list`.", login=login)
    return found


def _require_fitting(account: Account, wanted: list[Scope]) -> None:
    allowed = KINDS_OF_ROLE.get(account.role, ())
    wrong = sorted({scope.kind for scope in wanted if scope.kind not in allowed})
    if wrong:
        listed = " or ".join(allowed) or "no part of the district"
        raise InputError(
            f"{account.login} is {account.role}: that role answers for {listed}, not for a {wrong[0]}.",
            role=account.role,
            kind=wrong[0],
        )
