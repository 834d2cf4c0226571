"""`gridgov user`: who may sign in."""

from __future__ import annotations

import getpass
import sys
from typing import Annotated

import typer

from gridgov.bootstrap import open_platform
from gridgov.cli.language import say, translate
from gridgov.cli.screen import Screen, make_table
from gridgov.errors import InputError
from gridgov.services import access, scopes
from gridgov.services.access.rules import LANGUAGES, require_one_of
from gridgov.storage.scopes import Scope

users = typer.Typer(
    no_args_is_help=True, add_completion=False, help="The people who may sign in: add, list, change, scope …"
)
_out = Screen()

Login = Annotated[str, typer.Argument(help="The name to sign in with.")]
FromInput = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from standard input instead of asking.")
]


@users.command()
def add(
    login: Login,
    role: Annotated[str, typer.Option(help=f"One of: {', '.join(access.ROLES)}.")] = "viewer",
    name: Annotated[str, typer.Option(help="What the interface calls the person.")] = "",
    language: Annotated[str, typer.Option(help="Language of the interface: zh or en.")] = "zh",
    password_stdin: FromInput = False,
) -> None:
    """Make an account; the password is asked for.

    Parameters
    ----------
    login : str
        The name to sign in with.
    role : str
        What the person may do.
    name : str
        What the interface calls the person.
    language : str
        Language of the interface.
    password_stdin : bool
        Whether the password comes by standard input.
    """
    require_one_of("role", role, access.ROLES)
    require_one_of("language", language, LANGUAGES)
    password = _read_password(password_stdin)
    with open_platform() as platform:
        account = access.make_account(platform.engine, login, password, role, name=name, language=language)
    _out.print(say("{login} may sign in as {role}.", login=account.login, role=account.role))


@users.command(name="list")
def list_command() -> None:
    """List the accounts."""
    with open_platform() as platform:
        found = access.describe_accounts(platform.engine)
    who = say("login"), say("role"), say("name"), say("language")
    table = make_table(*who, say("state"), say("second factor"), say("app passwords"), plain=True)
    for one in found:
        account = one.account
        state = say("disabled") if account.disabled else say("open")
        factor = say("on") if one.second_factor else say("off")
        programs = str(one.app_passwords)
        table.add_row(account.login, account.role, account.name, account.language, state, factor, programs)
    none = say("There are no accounts. Make one with: gridgov user add LOGIN --role administrator")
    _out.print(table if found else none)


@users.command()
def change(
    login: Login,
    role: Annotated[str | None, typer.Option(help=f"One of: {', '.join(access.ROLES)}.")] = None,
    name: Annotated[str | None, typer.Option(help="What the interface calls the person.")] = None,
    language: Annotated[str | None, typer.Option(help="Language of the interface: zh or en.")] = None,
    reset_second_factor: Annotated[
        bool, typer.Option("--reset-second-factor", help="For who lost the telephone and the recovery codes.")
    ] = False,
) -> None:
    """Change an account; another role ends its sessions.

    Parameters
    ----------
    login : str
        Whose account.
    role, name, language : str, optional
        New values.
    reset_second_factor : bool
        Whether its second factor is taken away.
    """
    with open_platform() as platform:
        account = access.change_account(platform.engine, login, role=role, name=name, language=language)
        if reset_second_factor:
            access.reset_second_factor(platform.engine, login)
    facts = {"login": account.login, "name": account.name, "role": account.role, "language": account.language}
    _out.print(say("{login} is now {name}, {role}, {language}.", **facts))


@users.command()
def disable(
    login: Login,
    undo: Annotated[bool, typer.Option("--undo", help="Open the account again.")] = False,
) -> None:
    """Close an account and end its sessions.

    Parameters
    ----------
    login : str
        Whose account.
    undo : bool
        Whether it is opened again.
    """
    with open_platform() as platform:
        access.set_disabled(platform.engine, login, not undo)
    _out.print(
        say("{login} may sign in again.", login=login) if undo else say("{login} can no longer sign in.", login=login)
    )


@users.command()
def password(login: Login, password_stdin: FromInput = False) -> None:
    """Give an account a new password; it is asked for, and its sessions end.

    Parameters
    ----------
    login : str
        Whose password.
    password_stdin : bool
        Whether the password comes by standard input.
    """
    chosen = _read_password(password_stdin)
    with open_platform() as platform:
        access.set_password(platform.engine, login, chosen)
    _out.print(say("{login} has a new password.", login=login))


@users.command()
def scope(
    login: Login,
    grid: Annotated[list[str] | None, typer.Option(help="Key of a grid; may be said several times.")] = None,
    community: Annotated[list[str] | None, typer.Option(help="Key of a community.")] = None,
    subdistrict: Annotated[list[str] | None, typer.Option(help="Key of a subdistrict.")] = None,
    add: Annotated[bool, typer.Option("--add", help="Keep what the account answers for already.")] = False,
    clear: Annotated[bool, typer.Option("--clear", help="Answer for nothing.")] = False,
) -> None:
    """Say which part of the district an account answers for, or show it; it holds from the next request on.

    Parameters
    ----------
    login : str
        Whose account.
    grid, community, subdistrict : list of str
        Keys of the parts.
    add : bool
        Whether the account's parts so far stay.
    clear : bool
        Whether all are taken away.
    """
    named = {"grid": grid, "community": community, "subdistrict": subdistrict}
    wanted = [Scope(kind, ref) for kind, refs in named.items() for ref in refs or []]
    with open_platform() as platform:
        changes = bool(wanted) or clear
        now = (
            scopes.set_scopes(platform.engine, login, wanted, keep=add)
            if changes
            else scopes.list_scopes(platform.engine, login)
        )
    listed = ", ".join(f"{translate(one.kind)} {one.ref}" for one in now) or say("no part")
    _out.print(say("{login} answers for {parts}.", login=login, parts=listed))


def _read_password(from_input: bool) -> str:
    """Read it from where others cannot look: not from the arguments, which every process list shows."""
    if from_input:
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass(say("Password: "))
    if getpass.getpass(say("Once more: ")) != first:
        raise InputError("The two passwords differ. Type the same one twice.")
    return first
