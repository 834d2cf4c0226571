"""What docs/control.md says can be done as it says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from gridgov.cli import app
from gridgov.sample import make_district
from gridgov.services.dividing_files import divide_files
from gridgov.services.grouping_files import list_schemes
from gridgov.services.reading import LayerSource
from gridgov.services.revising_files import revise_files
from gridgov.services.rules import read_rules

GUIDE = (Path(__file__).resolve().parents[1] / "docs" / "control.md").read_text("utf-8")
LAYERS = ("buildings", "communities", "barriers")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a district, its plan and a revision of it, called as in the guide."""
    folder = tmp_path_factory.mktemp("guide")
    (folder / "district").mkdir()
    layers = make_district(600, 7)
    for name in LAYERS:
        layers[name].to_parquet(folder / "district" / f"{name}.parquet")
    sources = {name: LayerSource(folder / "district" / f"{name}.parquet") for name in LAYERS}
    divide_files(sources, folder / "plan")
    layers["buildings"].iloc[2:].to_parquet(folder / "fewer.parquet")
    revise_files(folder / "plan", {**sources, "buildings": LayerSource(folder / "fewer.parquet")}, folder / "revised")
    return folder


def test_its_commands_and_options_exist() -> None:
    blocks = "".join(re.findall(r"```sh\n(.*?)```", GUIDE, re.S)).replace("\\\n", " ")
    lines = re.findall(r"^gridgov (.+?)(?:#.*)?$", blocks, re.M)
    assert len(lines) >= 8
    for line in lines:
        words = line.split()
        path = words[:2] if words[0] == "plan" else words[:1]
        answer = CliRunner().invoke(app, [*path, "--help"], env={"COLUMNS": "200"}, catch_exceptions=False)
        assert answer.exit_code == 0, line
        plain = re.sub(r"\x1b\[[0-9;]*m", "", answer.output)
        assert all(word in plain for word in words if word.startswith("--")), line


def test_its_schemes_are_those_there_are() -> None:
    told = re.findall(r"^\| `(\w+)` \| (?:about|\d)", GUIDE, re.M)
    assert sorted(told) == list_schemes(read_rules())


def test_its_python_runs(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place)
    first, second = re.findall(r"```python\n(.*?)```", GUIDE, re.S)
    names: dict[str, object] = {}
    exec(first, names)
    atoms = names["atoms"][list(names["back"])].sort_values("atom_id", ignore_index=True)
    pd.testing.assert_frame_equal(names["back"], atoms, check_dtype=False)
    names = {}
    exec(second, names)
    assert list(dict.fromkeys(names["told"])) == ["cells", "clusters", "sections", "grids", "groups"]
    assert names["made"].summary["kept_ratio"] > 0.9
    assert len(names["mended"].plan.clusters)


def test_two_processes_at_once_make_the_same_plan(place: Path) -> None:
    words = [word for name in LAYERS for word in (f"--{name}", f"district/{name}.parquet")]
    runs = [
        subprocess.Popen(
            [sys.executable, "-m", "gridgov", "divide", *words, "--seed", "3", "--out", out],
            cwd=place, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        for out in ("one", "two")
    ]  # fmt: skip
    assert [run.wait(300) for run in runs] == [0, 0]
    for name in ("cells", "atoms", "clusters", "sections", "grids", "findings"):
        one, two = ((place / out / f"{name}.parquet").read_bytes() for out in ("one", "two"))
        assert one == two, name
