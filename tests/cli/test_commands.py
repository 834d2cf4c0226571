"""The command line as a person meets it."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gridgov.cli import COMMANDS, app

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name):
    answer = CliRunner().invoke(app, [name, "--help"], catch_exceptions=False)
    assert answer.exit_code == 0
    assert "Parameters" not in answer.output


def test_a_refusal_is_a_message_and_an_exit_code(tmp_path):
    missing = tmp_path / "nothing.gpkg"
    command = [
        sys.executable,
        "-m",
        "gridgov",
        "divide",
        "--communities",
        str(missing),
        "--out",
        str(tmp_path / "plan"),
    ]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert answer.returncode in (65, 66)
    assert "nothing.gpkg" in answer.stderr
    assert "Traceback" not in answer.stderr
    assert not (tmp_path / "plan").exists()


def test_commands_of_the_readme_exist():
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.S)
    lines = re.findall(r"^gridgov (.+?)(?:#.*)?$", "".join(blocks).replace("\\\n", " "), re.M)
    assert len(lines) > 8
    for line in lines:
        words = shlex.split(line)
        path = [word for word in words[:2] if re.fullmatch("[a-z]+", word)]
        path = path[:2] if path[0] in ("db", "plan", "user") else path[:1]
        answer = CliRunner().invoke(app, [*path, "--help"], catch_exceptions=False)
        assert answer.exit_code == 0, line
        plain = re.sub(r"\x1b\[[0-9;]*m", "", answer.output)
        for option in (word for word in words if word.startswith("--")):
            assert option in plain, f"{line}: {option}"


def test_targets_of_the_makefile_that_the_readme_names():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in re.findall(r"make ([a-z]+)", (ROOT / "README.md").read_text("utf-8")):
        assert re.search(rf"^{target}(-%)?:", makefile, re.M), target
