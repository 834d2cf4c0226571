"""The accounts of others, for administrators."""

from __future__ import annotations

from gridgov.errors import ConflictError, NotFoundError
from gridgov.services import access
from gridgov.services.scopes import list_all_scopes, list_scopes, name_scopes, set_scopes
from gridgov.storage.scopes import Scope as StoredScope
from gridgov.web.gate import Desk
from gridgov.web.models_account import Account, AccountChange, AccountWish, NamedScope, Scope, ScopeKind
from gridgov.web.routes import Door
from gridgov.web.texts import PathText


def get_accounts(desk: Desk) -> list[Account]:
    """List every account.

    Parameters
    ----------
    desk : Desk
        Account and connection of the caller.

    Returns
    -------
    list of Account
        In order of login.
    """
    scopes, names = list_all_scopes(desk.connection), name_scopes(desk.connection)
    return [
        Account(
            **{name: getattr(one.account, name) for name in ("login", "name", "role", "language", "disabled")},
            second_factor=one.second_factor,
            app_passwords=one.app_passwords,
            sessions=one.sessions,
            scopes=[
                NamedScope(kind=ScopeKind(part.kind), ref=part.ref, name=names.get(part, ""))
                for part in scopes.get(one.account.login, [])
            ],
        )
        for one in access.describe_accounts(desk.connection)
    ]


def post_account(desk: Desk, wish: AccountWish) -> Account:
    """Make an account.

    Parameters
    ----------
    desk : Desk
        Account and connection of the caller.
    wish : AccountWish
        Login, password, role, name, language.

    Returns
    -------
    Account
        The new account.
    """
    access.make_account(
        desk.connection,
        wish.login,
        wish.password,
        wish.role.value,
        name=wish.name,
        language=wish.language.value,
        actor=desk.account.login,
    )
    _set_scopes(desk, wish.login, wish.scopes)
    return _require(desk, wish.login)


def patch_account(desk: Desk, login: PathText, wish: AccountChange) -> Account:
    """Change an account: role, name, language, parts, whether it is closed, password, second factor.

    Parameters
    ----------
    desk : Desk
        Account and connection of the caller.
    login : str
        Whose account.
    wish : AccountChange
        What shall be otherwise.

    Returns
    -------
    Account
        As it is now.

    Raises
    ------
    ConflictError
        When the caller would shut the door behind oneself.
    """
    me = desk.account.login
    if login == me and (wish.role or wish.disabled or wish.password or wish.reset_second_factor):
        raise ConflictError("This is your own account: change its password and second factor on your account page.")
    access.change_account(
        desk.connection,
        login,
        role=None if wish.role is None else wish.role.value,
        name=wish.name,
        language=None if wish.language is None else wish.language.value,
        disabled=wish.disabled,
        actor=me,
    )
    if wish.scopes is not None:
        _set_scopes(desk, login, wish.scopes)
    if wish.reset_second_factor:
        access.reset_second_factor(desk.connection, login, actor=me)
    if wish.password is not None:
        access.set_password(desk.connection, login, wish.password, actor=me)
    return _require(desk, login)


def _set_scopes(desk: Desk, login: str, parts: list[Scope]) -> None:
    wanted = [StoredScope(part.kind.value, part.ref) for part in parts]
    if wanted or list_scopes(desk.connection, login):
        set_scopes(desk.connection, login, wanted, actor=desk.account.login)


def _require(desk: Desk, login: str) -> Account:
    for one in get_accounts(desk):
        if one.login == login:
            return one
    raise NotFoundError(f"There is no account with the login {login!r}.")


DOORS = (
    Door("GET", "/api/admin/accounts", get_accounts),
    Door("POST", "/api/admin/accounts", post_account),
    Door("PATCH", "/api/admin/accounts/{login:path}", patch_account),
)
