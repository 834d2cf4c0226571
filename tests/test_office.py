"""What an administrator is told is so."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gridgov.cli import app
from gridgov.settings import Settings

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGES = [DOCS / "office.md", DOCS / "security.md", *sorted((DOCS / "office").glob("*.service"))]


def test_every_setting_is_described_and_none_that_is_not_there() -> None:
    said = set(re.findall(r"^\| `(GRIDGOV_\w+)`", (DOCS / "office.md").read_text(encoding="utf-8"), re.MULTILINE))
    assert said == {f"GRIDGOV_{name}".upper() for name in Settings.model_fields}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_it_names_is_there(page: Path) -> None:
    commands = re.findall(r"(?:^|[`/ ])gridgov ((?:[a-z]+ ?){1,2})", page.read_text(encoding="utf-8"), re.MULTILINE)
    known = set(re.findall(r"^│ ([a-z]+) ", CliRunner().invoke(app, ["--help"]).output, re.MULTILINE))
    named = {tuple(shlex.split(command)) for command in commands if command.split()[0] in known}
    assert named or page.name == "gridgov-backup.timer"
    for words in named:
        answer = CliRunner().invoke(app, [words[0], "--help"], catch_exceptions=False)
        assert answer.exit_code == 0
        if len(words) > 1 and "COMMAND" in answer.output:
            assert re.search(rf"│ {words[1]} ", answer.output), words


@pytest.mark.parametrize("unit", sorted((DOCS / "office").glob("gridgov*")), ids=lambda unit: unit.name)
def test_a_unit_is_one_that_systemd_reads(unit: Path, tmp_path: Path) -> None:
    verify = shutil.which("systemd-analyze")
    if verify is None:
        pytest.skip("systemd-analyze is not on this machine")
    text = unit.read_text(encoding="utf-8").replace("/opt/gridgov/bin/gridgov", "/bin/true")
    (tmp_path / unit.name).write_text(text, encoding="utf-8")
    for other in (DOCS / "office").glob("gridgov*"):
        if other != unit:
            shutil.copy(other, tmp_path)
    ran = subprocess.run([verify, "verify", str(tmp_path / unit.name)], capture_output=True, text=True, check=False)
    assert not [line for line in ran.stderr.splitlines() if line.startswith(str(tmp_path / unit.name))], ran.stderr
