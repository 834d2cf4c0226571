"""The command-line door."""

from __future__ import annotations

import sys

import typer

from gridgov import __version__
from gridgov.cli.problems import exit_code, show_problem
from gridgov.errors import GridgovError

app = typer.Typer(
    name="gridgov",
    help="Divide communities into areas one person can know, and check that services reach everyone.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)


def main() -> None:
    """Run the command line; a refusal becomes a message and an exit code."""
    from gridgov.cli import commands  # noqa: F401  commands register themselves

    try:
        app()
    except GridgovError as error:
        show_problem(error)
        sys.exit(exit_code(error))


@app.callback()
def _options(
    version: bool = typer.Option(False, "--version", help="Print the version and stop.", is_eager=True),
) -> None:
    if version:
        typer.echo(f"gridgov {__version__}")
        raise typer.Exit
