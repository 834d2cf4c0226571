"""What people typed is shown as it stands: nothing of it is obeyed, nothing is cut off."""

from __future__ import annotations

import io
import re

from hypothesis import given
from hypothesis import strategies as st

from gridgov.cli.problems import show_problem
from gridgov.cli.screen import Screen, make_harmless, make_table, mark
from gridgov.errors import InputError

LOGIN = "administrator-of-the-grid.office@taoqiao.example.gov.cn"
OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def show(*objects: object, width: int = 80, terminal: bool = False) -> str:
    screen = Screen(file=io.StringIO(), force_terminal=terminal, color_system=None, width=width)
    screen.print(*objects)
    return screen.file.getvalue()


def make_people() -> object:
    table = make_table("login", "role", "name", "language", "state", "second factor", "app passwords", plain=True)
    table.add_row(LOGIN, "supervisor", "[/b] 陈丽华（桃桥街道）", "zh", "open", "off", "0")
    return table


def test_a_table_in_a_pipe_has_a_line_for_each_row() -> None:
    line = next(line for line in show(make_people()).splitlines() if LOGIN in line)
    assert line.split() == [LOGIN, "supervisor", "[/b]", "陈丽华（桃桥街道）", "zh", "open", "off", "0"]


def test_a_table_in_a_narrow_terminal_is_folded_and_never_cut() -> None:
    shown = show(make_people(), terminal=True)
    assert "…" not in shown
    role = next(line.index("role") for line in shown.splitlines() if "role" in line)
    assert LOGIN in "".join(line[:role].strip() for line in shown.splitlines())


def test_the_title_of_a_narrow_table_stays_on_its_line() -> None:
    table = make_table("a", "b", title="buildings from the file [x].parquet (EPSG:4547)")
    table.add_row("1", "2")
    assert show(table).splitlines()[0] == "buildings from the file [x].parquet (EPSG:4547)"


@given(st.text(st.characters(exclude_characters="\t\n"), max_size=60))
def test_nothing_that_was_typed_is_obeyed(text: str) -> None:
    for shown in (show(text), show(mark(text, "bold")), show("x", text)):
        assert not OBEYED.search(shown)
        assert make_harmless(text) in shown


def test_marks_and_emoji_in_a_name_are_letters(capsys) -> None:
    assert show("[red]li[/] :smile: [/x] \x1b[2J") == "[red]li[/] :smile: [/x] \\x1b[2J\n"
    show_problem(InputError("There is no file [/b]\x1b]0;x\x07."))
    assert capsys.readouterr().err.split(": ", 1)[1] == "There is no file [/b]\\x1b]0;x\\x07.\n"
