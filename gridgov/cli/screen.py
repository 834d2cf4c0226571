"""Where commands print: what people typed is shown as it stands and obeyed by nothing; tables cut nothing off."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from rich.console import Console, RenderableType
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What moves the cursor of a terminal, or turns the direction of writing."""
_UNBOUNDED = 100_000


class Screen(Console):
    """Standard output or standard error, for plain words and tables."""

    def __init__(self, **more: Any) -> None:
        super().__init__(highlight=False, markup=False, emoji=False, soft_wrap=True, **more)

    def render_str(self, text: str, **more: Any) -> Text:
        """Make a text printable, without what a terminal would obey.

        Parameters
        ----------
        text : str
            Words, of the program or of anybody.
        **more : Any
            As for rich.

        Returns
        -------
        rich.text.Text
            The words.
        """
        return super().render_str(make_harmless(text), **more)

    def print(self, *objects: Any, **more: Any) -> None:
        """Print words on a line, or a table: as wide as the terminal, or as it needs where there is none.

        Parameters
        ----------
        *objects : Any
            Texts, marked texts and tables.
        **more : Any
            As for rich.
        """
        for one in objects:
            if isinstance(one, Table):
                if one.title is not None:
                    # a title of the table's own would be folded to its width
                    super().print(Text(make_harmless(str(one.title)), style="italic"))
                    one.title = None
                more["soft_wrap"] = False
                if not self.is_terminal:
                    wide = self.options.update(max_width=_UNBOUNDED)
                    self.width = max(self.width, Measurement.get(self, wide, one).maximum)
        super().print(*objects, **more)


def make_table(*heads: str, title: str | None = None, plain: bool = False, right: Sequence[int] = ()) -> Table:
    """Make a table whose cells are folded, never cut.

    Parameters
    ----------
    *heads : str
        Heads of the columns.
    title : str, optional
        What stands above it.
    plain : bool
        Whether it has no lines.
    right : sequence of int
        Columns of numbers, which stand at the right.

    Returns
    -------
    rich.table.Table
        Without rows.
    """
    looks: dict[str, Any] = {"box": None, "pad_edge": False} if plain else {}
    table = Table(title=title, title_justify="left", **looks)
    for number, head in enumerate(heads):
        table.add_column(head, overflow="fold", justify="right" if number in right else "left")
    return table


def mark(text: str, style: str) -> RenderableType:
    """Give a text a look.

    Parameters
    ----------
    text : str
        Words.
    style : str
        As for rich, e.g. ``"bold red"``.

    Returns
    -------
    rich.text.Text
        To be printed.
    """
    return Text(make_harmless(text), style=style)


def make_harmless(text: str) -> str:
    r"""Write out the characters that a terminal would obey, so that a name cannot hide or forge a line.

    Parameters
    ----------
    text : str
        Words of anybody.

    Returns
    -------
    str
        The same with those characters as their numbers.

    Examples
    --------
    >>> make_harmless("li\x1b[2J [bold]")
    'li\\x1b[2J [bold]'
    """
    return _CONTROLS.sub(lambda found: ascii(found[0])[1:-1], text)
