"""Lines of Chinese, which has no spaces to break at."""

from __future__ import annotations

from typing import Any

from rich.cells import cell_len
from rich.containers import Lines
from rich.text import Text

NOT_FIRST = frozenset("，。、；：！？）》】”’…%‰·,.;:!?)]}")
"""What may not begin a line."""

NOT_LAST = frozenset("（《【“‘([{")
"""What may not end a line."""


class ChineseText(Text):
    """A text that is broken between Chinese characters, as rich breaks others between words."""

    @classmethod
    def of(cls, text: Text) -> ChineseText:
        """Take over a text with its styles.

        Parameters
        ----------
        text : rich.text.Text
            The text.

        Returns
        -------
        ChineseText
            The same.
        """
        return cls(text.plain, style=text.style, spans=text.spans)

    def wrap(self, console: Any, width: int, **more: Any) -> Lines:
        """Break into lines.

        Parameters
        ----------
        console : rich.console.Console
            Where it is shown.
        width : int
            Columns of a line.
        **more : Any
            What rich wishes besides; texts of help are neither justified nor cut off.

        Returns
        -------
        rich.containers.Lines
            The lines.
        """
        lines = Lines()
        for paragraph in self.split(allow_blank=True):
            lines.extend(paragraph.divide(find_breaks(paragraph.plain, width)))
        for line in lines:
            line.rstrip_end(width)
        return lines


def find_breaks(text: str, width: int) -> list[int]:
    """Find where a paragraph is broken.

    Parameters
    ----------
    text : str
        One paragraph.
    width : int
        Columns of a line; a Chinese character takes two.

    Returns
    -------
    list of int
        Where each line but the first begins.

    Examples
    --------
    >>> find_breaks("存放图层和报告的文件夹。", 22)
    [10]
    >>> find_breaks("see data/README.md", 16)
    [4]
    """
    breaks: list[int] = []
    start, may = 0, 0
    for place in range(1, len(text) + 1):
        while cell_len(text[start:place].rstrip()) > width:
            # a word longer than the line is broken anywhere
            start = may if may > start else max(place - 1, start + 1)
            breaks.append(start)
        if place < len(text) and _may_break(text[place - 1], text[place]):
            may = place
    return breaks


def _may_break(before: str, after: str) -> bool:
    if after in NOT_FIRST or before in NOT_LAST or after == " ":
        return False
    return before == " " or _is_wide(before) or _is_wide(after)


def _is_wide(character: str) -> bool:
    return cell_len(character) == 2
