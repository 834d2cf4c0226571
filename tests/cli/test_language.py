"""The command line speaks Chinese where it is asked to, all of it, and English everywhere else."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

import gridgov
from gridgov import cli
from gridgov.cli import chinese
from gridgov.cli.language import read_language, say, say_rule, split_gaps, translate, use_language
from gridgov.cli.progress import STEPS
from gridgov.cli.wrapping import NOT_FIRST, find_breaks
from gridgov.storage import web_check
from tests.cli.sentences import find_bare, find_raised, find_said, find_texts

ROOM = Path(gridgov.__file__).parent
COMMANDS = sorted((ROOM / "cli").glob("*.py"))
CHINESE = re.compile("[\u4e00-\u9fff]")
COMPOSED = {"to mend the size of a cluster", "to mend the size of its cluster"}
"""Put together from pieces, so that they stand nowhere as a whole."""


@pytest.fixture
def in_chinese() -> Iterator[None]:
    """Speak Chinese in this process."""
    use_language("zh")
    yield
    use_language("en")


def list_commands() -> dict[str, object]:
    """All commands, made as in a run, by their words."""
    root = typer.main.get_command(cli.app)
    found = {"": root}
    for name in cli.COMMANDS:
        found[name] = root.get_command(None, name)
        found |= {f"{name} {one}": made for one, made in getattr(found[name], "commands", {}).items()}
    return found


def list_helps() -> dict[str, str]:
    """Every help text and the command it is of."""
    found = {}
    for words, command in list_commands().items():
        for text in (command.help, *(parameter.help for parameter in command.params)):
            assert text, f"gridgov {words} has a parameter without help"
            found.setdefault(text, f"gridgov {words}")
    return found


def list_loaded() -> list[Path]:
    """The files that the command line can come to: what it raises is read by its people."""
    script = (
        "import sys; from importlib import import_module; from gridgov.cli import COMMANDS\n"
        "[import_module(place.split(':')[0]) for place in COMMANDS.values()]\n"
        "ours = [module for name, module in sys.modules.items() if name.split('.')[0] == 'gridgov']\n"
        "print(*(module.__file__ for module in ours if module.__file__), sep='\\n')"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return sorted(Path(line) for line in done.stdout.splitlines())


def test_every_help_text_has_its_chinese():
    assert {text: where for text, where in list_helps().items() if text not in chinese.TEXTS} == {}


def test_every_sentence_of_a_command_has_its_chinese():
    said = find_said(COMMANDS) | dict.fromkeys(STEPS.values(), "STEPS")
    assert len(said) > 100
    assert {text: where for text, where in said.items() if text not in chinese.TEXTS} == {}


def test_every_step_of_the_work_has_its_chinese():
    services = "".join(file.read_text("utf-8") for file in (ROOM / "services").rglob("*.py"))
    told = set(re.findall(r'tell\("([^"]+)"', services))
    assert len(told) > 4
    assert {step for step in told if STEPS.get(step, step) not in chinese.TEXTS} == set()


def test_nothing_is_printed_past_the_translation():
    assert set(find_bare(COMMANDS)) <= {"gridgov {0}"}


def test_every_refusal_a_command_can_meet_has_its_chinese():
    raised = find_raised(list_loaded())
    assert len(raised) > 200
    assert {text: where for text, where in raised.items() if text not in chinese.TEXTS} == {}


def test_nothing_is_translated_that_nobody_says():
    files = [
        file for file in ROOM.rglob("*.py") if file.parent.name != "chinese" and "node_modules" not in file.parts
    ]
    there = find_texts(files) | set(list_helps()) | COMPOSED
    stale = {
        text
        for table in chinese.TABLES
        if table is not chinese.typers
        for text in table.TEXTS
        if text not in there and text.replace(" ", "_") not in there
    }
    assert stale == set()


def test_no_sentence_stands_in_two_tables():
    counted = Counter(text for table in chinese.TABLES for text in table.TEXTS)
    assert {text: count for text, count in counted.items() if count > 1} == {}


@pytest.mark.parametrize("table", chinese.TABLES, ids=lambda table: table.__name__.rpartition(".")[2])
def test_the_chinese_is_chinese_and_has_the_same_gaps(table):
    for english, said in table.TEXTS.items():
        assert CHINESE.search(said) or re.fullmatch(r"[^A-Za-z]*\{0\}[^A-Za-z]*", said), english
        names = [{name for _, name in split_gaps(text) if name is not None} for text in (english, said)]
        assert names[0] == names[1], english


@pytest.mark.parametrize(
    ("words", "environment", "language"),
    [
        ((), {}, "en"),
        ((), {"LANG": "zh_CN.UTF-8"}, "zh"),
        ((), {"LC_ALL": "", "LC_MESSAGES": "zh_CN.GBK", "LANG": "en_US.UTF-8"}, "zh"),
        ((), {"LC_ALL": "C.UTF-8", "LANG": "zh_CN.UTF-8"}, "en"),
        ((), {"GRIDGOV_LANGUAGE": "en", "LANG": "zh_CN.UTF-8"}, "en"),
        ((), {"GRIDGOV_LANGUAGE": "zh", "LC_ALL": "C"}, "zh"),
        ((), {"GRIDGOV_LANGUAGE": "fr", "LC_ALL": "zh_TW"}, "zh"),
        (("--language=en", "plan"), {"GRIDGOV_LANGUAGE": "zh"}, "en"),
        (("--version", "--language", "zh"), {"GRIDGOV_LANGUAGE": "en"}, "zh"),
        (("--language",), {"LANG": "zh_CN"}, "zh"),
        (("report", "x", "--language", "zh"), {}, "en"),
    ],
)
def test_who_decides_the_language(words, environment, language):
    assert read_language(words, environment) == language


@pytest.mark.parametrize("width", [72, 100])
@pytest.mark.parametrize("name", ["", *cli.COMMANDS, "plan publish", "user add", "db restore", "audit list"])
def test_help_in_chinese_is_all_chinese_and_in_line(name, width, in_chinese, monkeypatch, capsys):
    shown = run_here([*name.split(), "--help"], monkeypatch, capsys, width).out
    assert "用法：" in shown and "显示本帮助" in shown
    lines = [line for line in shown.splitlines() if line.startswith(("│", "╭", "╰"))]
    assert {cell_len(line) for line in lines} == {width}
    assert "…" not in shown.replace("……", "")
    for typers in ("Usage", "Options", "Arguments", "Commands", "required", "default:", "<path>", "<str>", "exit."):
        assert typers not in shown
    for line in lines:
        assert line.strip("│ ")[:1] not in NOT_FIRST - {".", "[", ")"}, line


MISTAKES = [
    (("plann",), "没有命令 'plann'。"),
    (("plan", "divde"), "没有命令 'divde'。是否指 'divide'？"),
    (("plan", "publish"), "缺少参数 'PLAN'。"),
    (("sample",), "缺少选项 '--out'。"),
    (("sample", "--out"), "选项 '--out' 需要一个值。"),
    (("sample", "--outt"), "没有选项 --outt（是否指 "),
    (("sample", "--out", "q", "--households", "x"), "'--households' 的值无效：应为整数"),
    (("sample", "--out", "q", "--households", "3"), "'--households' 的值无效：应大于或等于 200"),
    (("sample", "--out", "q", "--counts", "x"), "'--counts' 的值无效：'x' 不是下列之一：'all', 'some', 'none'。"),
    (("plan", "publish", "x", "--from", "y"), "'--from' 的值无效：'y' 不合格式 '%Y-%m-%d'。"),
    (("judge", "a", "b", "--buildings", "x", "--communities", "y"), "多余的参数：b"),
    (("divide", "--communities", "c", "--out", "o", "--map", "x"), "'x' 不是“图层=文件”的写法"),
    (("divide", "--communities", "nope.gpkg", "--out", "o"), "bad-input: 没有文件 nope.gpkg。"),
    (("divide", "--communities", "c.gpkg", "--out", "o", "--profile", "moon"), "没有规则参数 'moon'。"),
    (("judge", "noplan", "--buildings", "b.csv", "--communities", "c.csv"), "没有文件 b.csv。"),
    (("user", "add", "li", "--role", "boss"), "没有 role 'boss'。可选："),
]


@pytest.mark.parametrize(("words", "said"), MISTAKES, ids=[" ".join(words) for words, _ in MISTAKES])
def test_a_mistake_is_answered_in_chinese(words, said, in_chinese, monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert said.split(": ")[-1] in run_here(words, monkeypatch, capsys).err


def test_no_shape_is_so_short_that_it_fits_any_sentence(in_chinese):
    for text in chinese.TEXTS:
        words = "".join(part for part, field in split_gaps(text) if field is None and len(part.strip()) > 0)
        assert text.startswith("{") <= (len(re.findall("[A-Za-z]", words)) > 3), text
    strange = "A stranger of another house says 3 from afar: it is here, there, and everywhere."
    assert translate(strange) == strange


def test_what_was_raised_finds_its_chinese_with_its_facts(in_chinese):
    assert translate("There is no plan 'x'. See `gridgov plan list`.") == "没有方案 'x'。见 `gridgov plan list`。"
    said = translate(
        "b.gpkg is declared as 4490, but x and y are swapped (their middle is 22.7, 114.1). "
        "Add --swap, or exchange the columns."
    )
    assert said == "b.gpkg 声明为 4490，但x 与 y 颠倒（中心为 22.7, 114.1）。请加 --swap，或交换两列。"
    assert translate("A sentence that nobody knows: 1.") == "A sentence that nobody knows: 1."
    assert say_rule("no-liaison") == "没有联系干部 (no-liaison)"
    assert say("Written to {out}.", out="{0}") == "已写入 {0}。"


def test_every_reason_not_to_serve_is_said_in_chinese(in_chinese):
    shapes = [text for _, text in (*web_check._ROLE_QUESTIONS, *web_check._WEB_QUESTIONS, *web_check._DOOR_QUESTIONS)]
    shapes += [text for _, text in web_check._TABLE_QUESTIONS]
    facts = {"seen": "li, chen", "door": "gridgov_door", "advice": web_check._ROLES}
    should = "It should be more than 0; does a pooler in between drop settings?"
    faults = [shape.format(**facts) for shape in shapes]
    faults += [f"jit is 0: {danger}. {should}" for _, danger in web_check.LIMITS.values()]
    lines = translate("\n".join(["The server does not start on this database.", *faults])).splitlines()
    assert len(lines) == len(faults) + 1 > 14
    for line in lines:
        assert CHINESE.match(line.removeprefix("jit ")), line
        assert not re.search(r"\b[a-z]{3,} [a-z]+ [a-z]{3,}", line.replace("gridgov db roles", "")), line


@given(st.text(alphabet="楼组，。（）ab .:{}", max_size=60), st.integers(2, 30))
def test_broken_lines_fit_and_lose_nothing(text, width):
    breaks = find_breaks(text, width)
    lines = [text[start:end] for start, end in zip([0, *breaks], [*breaks, len(text)], strict=True)]
    assert "".join(lines) == text
    assert all(cell_len(line.rstrip()) <= width for line in lines)
    assert all(lines[1:])


def test_a_run_speaks_as_its_environment_asks_and_english_loads_no_chinese(tmp_path):
    assert "Options" in run_apart(["--help"], LC_ALL="en_GB.UTF-8")
    assert "选项" in run_apart(["--help"], LC_ALL="zh_CN.UTF-8")
    assert "选项" in run_apart(["--language", "zh", "--help"], LC_ALL="C.UTF-8")
    assert "Options" in run_apart(["--help"], LC_ALL="zh_CN.UTF-8", GRIDGOV_LANGUAGE="en")
    made = run_apart(["--language", "zh", "sample", "--households", "200", "--out", str(tmp_path / "s")], LC_ALL="C")
    assert "示例城区，种子 0" in made and "已写入" in made
    probe = "import sys; sys.argv = ['gridgov', '--version']\nfrom gridgov.cli import main\ntry: main()\n"
    probe += "finally: assert not any(name.startswith('gridgov.cli.chinese') for name in sys.modules)"
    subprocess.run([sys.executable, "-c", probe], check=True, env={**os.environ, "LC_ALL": "C.UTF-8"})


def test_a_terminal_that_knows_no_chinese_shows_question_marks():
    assert "Usage" not in run_apart(["--help"], GRIDGOV_LANGUAGE="zh", PYTHONIOENCODING="ascii:strict")


def run_here(words, monkeypatch, capsys, width=200):
    """Run in this process, with the language that it speaks."""
    language = "zh" if say("no") == "否" else "en"
    monkeypatch.setattr("sys.argv", ["gridgov", "--language", language, *words])
    monkeypatch.setenv("COLUMNS", str(width))
    with pytest.raises(SystemExit):
        cli.main()
    return capsys.readouterr()


def run_apart(words, **environment):
    """Run as a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "gridgov", *words],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
        env={**os.environ, "COLUMNS": "100", **environment},
    )
    return done.stdout
