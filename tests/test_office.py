"""What an administrator is told is so."""

from __future__ import annotations

import os
import pwd
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


def test_a_locked_up_server_has_a_place_for_what_it_writes_for_a_while() -> None:
    """Where all is read-only, /tmp is too: without one of its own no download is made, and no second worker runs."""
    for unit in (DOCS / "office").glob("*.service"):
        text = unit.read_text(encoding="utf-8")
        if "ProtectSystem=strict" in text:
            assert "PrivateTmp=yes" in text and "StateDirectory=gridgov" in text, unit.name


def test_the_settings_file_alone_says_how_the_server_runs() -> None:
    unit = (DOCS / "office" / "gridgov.service").read_text(encoding="utf-8")
    assert re.findall(r"^ExecStart=(.*)$", unit, re.MULTILINE) == ["/opt/gridgov/bin/gridgov serve"]
    assert "Requires=" not in unit, "where an office's server is used there is no gridgov-db.service"
    page = (DOCS / "office.md").read_text(encoding="utf-8")
    assert "\nGRIDGOV_PROXY=127.0.0.1\n" in page, "without it all people behind the proxy share one limit"


def test_what_the_page_copies_lies_in_the_wheelhouse() -> None:
    taken = (DOCS.parent / "tools" / "wheelhouse.sh").read_text(encoding="utf-8")
    page = (DOCS / "office.md").read_text(encoding="utf-8")
    named = set(re.findall(r"(?:^|\s)office/([\w.*-]+)", page, re.MULTILINE))
    assert {"gridgov*.service", "gridgov*.timer", "command.sh", "nginx.conf"} <= named
    for name in named:
        assert list((DOCS / "office").glob(name)), name
        assert f"docs/office/{'gridgov*' if name.startswith('gridgov') else name}" in taken, name


def test_a_build_of_the_same_number_is_installed_over_the_one_before() -> None:
    assert "--force-reinstall" in (DOCS / "office" / "install.sh").read_text(encoding="utf-8")


def test_the_command_takes_the_settings_as_systemd_does(tmp_path: Path) -> None:
    settings = tmp_path / "env"
    settings.write_text('# a word\nGRIDGOV_A=postgresql://a:$(id)`id`;&@b/c d\n\nGRIDGOV_B="two words"\nGRIDGOV_C=')
    account = pwd.getpwuid(os.geteuid()).pw_name
    given = {"GRIDGOV_SETTINGS_FILE": str(settings), "GRIDGOV_PROGRAM": "/usr/bin/env", "GRIDGOV_ACCOUNT": account}
    ran = subprocess.run(
        [DOCS / "office" / "command.sh"], env={**os.environ, **given}, capture_output=True, text=True, check=True
    )
    seen = dict(line.split("=", 1) for line in ran.stdout.splitlines() if line.startswith("GRIDGOV_"))
    assert seen["GRIDGOV_A"] == "postgresql://a:$(id)`id`;&@b/c d"
    assert (seen["GRIDGOV_B"], seen["GRIDGOV_C"]) == ("two words", "")


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
