"""What people do wrong at the command line is answered in words that say what to do, never by a traceback."""

from __future__ import annotations

import errno

import geopandas as gpd
import pandas as pd
import pytest
from rich.console import Console
from shapely import box

from gridgov import cli
from gridgov.cli.problems import from_system
from gridgov.cli.sources import show_findings
from gridgov.sample import make_district


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A small district in files, and files that are something else."""
    place = tmp_path_factory.mktemp("mistakes")
    layers = make_district(300, 7)
    for name in ("buildings", "communities"):
        layers[name].to_parquet(place / f"{name}.parquet")
    squares = gpd.GeoDataFrame({"name": ["x"]}, geometry=[box(0, 0, 1, 1)], crs="EPSG:4547")
    squares.to_parquet(place / "nameless.parquet")
    (place / "table.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    (place / "text.gpkg").write_text("hello", encoding="utf-8")
    (place / "afile").write_text("", encoding="utf-8")
    return place


GIVEN = ("--buildings", "buildings.parquet", "--communities", "communities.parquet")
OUT = ("--out", "plan")
MISTAKES = [
    (("divide", "--communities", "nope.gpkg", *OUT), 66, "no file nope.gpkg"),
    (("divide", "--communities", "buildings.parquet", *OUT), 65, "community_id"),
    (("divide", "--communities", "table.csv", *OUT), 65, "The file has: a, b"),
    (("divide", "--communities", "text.gpkg", *OUT), 65, "is its name right"),
    (("divide", *GIVEN, "--crs", "4326", *OUT), 65, "--force-crs"),
    (("divide", *GIVEN, "--crs", "utm", *OUT), 65, "gcj02"),
    (("divide", *GIVEN, "--profile", "moon", *OUT), 66, "moon"),
    (("divide", *GIVEN, "--min", "70", "--max", "60", *OUT), 65, "70"),
    (("divide", *GIVEN, "--map", "streets=x.toml", *OUT), 2, "LAYER=FILE"),
    (("divide", *GIVEN, "--out", "afile"), 73, "a folder must be"),
    (("divide", *GIVEN, "--swap", "barriers", *OUT), 2, "no such layer is given"),
    (("divide", *GIVEN, "--swap", "buildings", *OUT), 65, "leave out --swap"),
    (("revise", ".", *GIVEN, "--move", "B1", *OUT), 2, "BUILDING=CLUSTER"),
    (("divide", *GIVEN, "--out", "/proc/nowhere/plan"), 73, "cannot be made"),
    (("judge", "noplan", *GIVEN), 66, "noplan"),
    (("judge", ".", *GIVEN), 66, "no plan folder"),
    (("judge", "nameless.parquet", *GIVEN), 65, "column 'id'"),
    (("judge", "table.csv", *GIVEN), 65, "no shapes"),
    (("group", "moon", *GIVEN, "--out", "g.gpkg"), 66, "manager_buildings"),
    (("revise", "noplan", *GIVEN, *OUT), 66, "no plan folder"),
    (("user", "add", "li.wei", "--role", "boss"), 65, "administrator"),
    (("plann",), 2, "plann"),
    (("plan", "divde", "x"), 2, "divde"),
    (("import", "houses", "table.csv"), 2, "houses"),
    (("sample", "--households", "3", *OUT), 2, "200"),
]


@pytest.mark.parametrize(("words", "code", "said"), MISTAKES, ids=[" ".join(words[:5]) for words, _, _ in MISTAKES])
def test_a_mistake_is_answered_in_words(words, code, said, folder, monkeypatch, capsys):
    monkeypatch.chdir(folder)
    monkeypatch.setattr("sys.argv", ["gridgov", *words])
    monkeypatch.setenv("COLUMNS", "200")
    with pytest.raises(SystemExit) as ended:
        cli.main()
    answer = capsys.readouterr()
    assert ended.value.code == code
    assert said in " ".join(answer.err.split())
    assert "Traceback" not in answer.err
    assert not (folder / "plan").exists()


def test_a_database_that_is_not_there_is_named_without_its_password(folder, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["gridgov", "plan", "list"])
    monkeypatch.setenv("GRIDGOV_DATABASE_URL", "postgresql://somebody:secret-word@127.0.0.1:1/gridgov")
    with pytest.raises(SystemExit) as ended:
        cli.main()
    said = capsys.readouterr().err
    assert ended.value.code == 69
    assert "127.0.0.1" in said and "secret-word" not in said


def test_a_wrong_setting_is_named(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["gridgov", "plan", "list"])
    monkeypatch.setenv("GRIDGOV_PORT", "abc")
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 78
    assert "GRIDGOV_PORT" in capsys.readouterr().err


def test_a_disk_that_takes_nothing_is_named():
    for number, said in ((errno.EROFS, "read-only"), (errno.ENOSPC, "no room left")):
        assert said in from_system(OSError(number, "refused", "plan")).message
    with pytest.raises(OSError, match="strange"):
        from_system(OSError(errno.EIO, "strange", "plan"))


def test_what_was_refused_is_listed_first(capsys):
    findings = pd.DataFrame(
        {
            "rule": ["sliver"] * 5 + ["no-geometry"],
            "severity": ["note"] * 5 + ["error"],
            "row_id": [f"B{number}" for number in range(6)],
        }
    )
    show_findings(Console(), findings)
    first, second = capsys.readouterr().out.strip().splitlines()
    assert first.strip().startswith("1 × ") and first.endswith(": B5")
    assert second.endswith(": B0, B1, B2, …")
