"""The command-line door."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from importlib import import_module
from typing import Any

import typer

from gridgov import __version__
from gridgov.cli.engine_cache import place_engine_cache
from gridgov.cli.language import read_language, use_language
from gridgov.cli.problems import exit_code, from_system, show_problem
from gridgov.cli.quick_start import quicken_start
from gridgov.cli.speaking import SpeakingCommand, SpeakingGroup, speak_refusals
from gridgov.errors import GridgovError

COMMANDS = {
    "demo": "gridgov.cli.demo:demo",
    "sample": "gridgov.cli.sample:sample",
    "import": "gridgov.cli.importing:import_layer",
    "divide": "gridgov.cli.divide:divide",
    "group": "gridgov.cli.group:group",
    "revise": "gridgov.cli.revise:revise",
    "adopt": "gridgov.cli.revise:adopt",
    "judge": "gridgov.cli.judge:judge",
    "plan": "gridgov.cli.plan:plan",
    "export": "gridgov.cli.exporting:export",
    "report": "gridgov.cli.report:report",
    "serve": "gridgov.cli.serve:serve",
    "user": "gridgov.cli.users:users",
    "identity": "gridgov.cli.identity:identity",
    "audit": "gridgov.cli.audit:audit",
    "db": "gridgov.cli.db:db",
}
"""Command: where it lives. A command is loaded when it is asked for, so that the others cost nothing."""


class Language(StrEnum):
    """Languages of the command line."""

    zh = "zh"
    en = "en"


class _Commands(SpeakingGroup):
    def make_context(self, *args: Any, **more: Any) -> Any:
        with speak_refusals():
            return super().make_context(*args, **more)

    def invoke(self, ctx: Any) -> Any:
        with speak_refusals():
            return super().invoke(ctx)

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        return make_command(cmd_name, getattr(import_module(module), name))


app = typer.Typer(
    name="gridgov",
    cls=_Commands,
    help="Divide communities into areas one person can know, and check that services reach everyone.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def main() -> None:
    """Run the command line; a refusal becomes a message and an exit code."""
    quicken_start()
    use_language(read_language(sys.argv[1:], os.environ))
    for stream in (sys.stdout, sys.stderr):
        # a terminal that knows no Chinese, or no tick, shows a question mark
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    place_engine_cache()
    try:
        app()
    except (GridgovError, OSError) as raised:
        error = from_system(raised) if isinstance(raised, OSError) else raised
        show_problem(error)
        sys.exit(exit_code(error))


def make_command(name: str, found: Any) -> Any:
    """Make the command of a function or of a group of them, with the head of its docstring as help.

    Parameters
    ----------
    name : str
        What the command is called.
    found : callable or typer.Typer
        The function, or a group of commands.

    Returns
    -------
    Command
        As typer makes it.
    """
    if isinstance(found, typer.Typer):
        group = found
        group.info.cls = SpeakingGroup
        for one in group.registered_commands:
            one.cls = SpeakingCommand
            one.help = one.help or _head(one.callback)
    else:
        group = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        group.command(name, cls=SpeakingCommand, help=_head(found))(found)
    command = typer.main.get_command(group)
    command.name = name
    return command


def _head(function: object) -> str:
    text = (getattr(function, "__doc__", None) or "").split("\n    Parameters\n")[0]
    return "\n".join(line.strip() for line in text.strip().splitlines())


@app.callback(invoke_without_command=True)
def _options(
    version: bool = typer.Option(False, "--version", help="Print the version and stop.", is_eager=True),
    language: Language | None = typer.Option(
        None, "--language", help="Language of the command line; GRIDGOV_LANGUAGE or the locale by default."
    ),
) -> None:
    # the language was read before any of this was made: see main
    if version:
        typer.echo(f"gridgov {__version__}")
        raise typer.Exit
