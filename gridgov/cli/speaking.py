"""Commands whose help and refusals come in the language chosen, Typer's own words included."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from typer.core import TyperCommand, TyperGroup

from gridgov.cli.language import is_chinese, translate

if TYPE_CHECKING:
    _Command = TyperCommand
else:
    _Command = object

TYPERS_WORDS = (
    "DEPRECATED_STRING",
    "DEFAULT_STRING",
    "ENVVAR_STRING",
    "REQUIRED_LONG_STRING",
    "ARGUMENTS_PANEL_TITLE",
    "OPTIONS_PANEL_TITLE",
    "COMMANDS_PANEL_TITLE",
    "ERRORS_PANEL_TITLE",
    "ABORTED_TEXT",
    "RICH_HELP",
)
"""Where Typer keeps the words around its help."""


class _Speaking(_Command):
    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.help = translate(self.help or "")
        for parameter in self.params:
            _speak(parameter)

    def get_help_option(self, ctx: Any) -> Any:
        option = super().get_help_option(ctx)
        if option is not None:
            _speak(option)
        return option

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        return [translate(piece) for piece in super().collect_usage_pieces(ctx)]

    def get_usage(self, ctx: Any) -> str:
        return super().get_usage(ctx).replace("Usage:", translate("Usage:"), 1)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        _speak_around()
        super().format_help(ctx, formatter)


class SpeakingCommand(_Speaking, TyperCommand):
    """A command that explains itself in the language chosen."""


class SpeakingGroup(_Speaking, TyperGroup):
    """A group of commands that explains itself in the language chosen."""


@contextmanager
def speak_refusals() -> Iterator[None]:
    """Let what Typer refuses, a missing option or a wrong value, be said in the language chosen.

    Yields
    ------
    None
        While commands are read and run.
    """
    try:
        yield
    except Exception as error:
        # Typer's own errors; their class has no public name
        if hasattr(error, "format_message"):
            _speak_around()
            said = translate(error.format_message())
            error.format_message = lambda: said
        raise


def _speak(parameter: Any) -> None:
    parameter.help = translate(parameter.help or "")
    show = parameter.display_type_rich
    parameter.display_type_rich = lambda ctx: translate(show(ctx) or "")


def _speak_around() -> None:
    # rich takes long to load: only when something is shown
    from typer import rich_utils

    for name in TYPERS_WORDS:
        english = _ENGLISH.setdefault(name, getattr(rich_utils, name))
        setattr(rich_utils, name, translate(english))
    make = _ENGLISH.setdefault("make", rich_utils._make_rich_text)
    rich_utils._make_rich_text = _break_in_chinese(make) if is_chinese() else make


def _break_in_chinese(make: Any) -> Any:
    from gridgov.cli.wrapping import ChineseText

    return lambda **given: ChineseText.of(make(**given))


_ENGLISH: dict[str, Any] = {}
