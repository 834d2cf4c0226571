"""A layer as a file on the machine itself: the rows of a download, never half of a file, never over another one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pyogrio
import pytest
from sqlalchemy import Engine, text
from typer.testing import CliRunner

from gridgov.cli import app
from gridgov.errors import ConflictError, GridgovError, InputError, NotFoundError, QueryError
from gridgov.services.features import exporting
from gridgov.services.features.downloading import FORMATS
from gridgov.services.features.exporting import export_layer

from ..web import toy
from .asking import ids

REASON = "yearly report to the office"


@pytest.mark.parametrize("ending", ["gpkg", "fgb", "geojson", "csv"])
def test_the_same_rows_as_a_download(owner: Engine, signed_in, tmp_path: Path, ending: str) -> None:
    asked = {"filter": "floors >= 5", "bbox": f"{toy.WEST},{toy.SOUTH},{toy.WEST + 0.006},{toy.SOUTH + 0.009}"}
    made = export_layer(owner, "buildings", tmp_path / f"high.{ending}", asked=asked)
    frame = pd.read_csv(made.path) if ending == "csv" else pyogrio.read_dataframe(made.path)
    assert sorted(frame["building_id"]) == ids(signed_in("administrator"), "buildings", **asked)
    assert made.rows == len(frame) > 0
    assert [one.name for one in tmp_path.iterdir()] == [f"high.{ending}"]


def test_every_format_and_every_layer_of_a_plan(owner: Engine, tmp_path: Path) -> None:
    for ending in FORMATS:
        export_layer(owner, "clusters", tmp_path / f"clusters.{ending}", asked={"plan": toy.DRAFT})
    written = tmp_path / "clusters"
    made = export_layer(owner, "clusters", written, ending="geojson", asked={"properties": "group_id,households"})
    assert made.path == written and set(pyogrio.read_dataframe(written)) == {"group_id", "households", "geometry"}


def test_a_file_that_is_there_stays_unless_told(owner: Engine, tmp_path: Path) -> None:
    out = tmp_path / "shelters.csv"
    out.write_text("mine")
    with pytest.raises(ConflictError, match="--force"):
        export_layer(owner, "shelters", out)
    assert out.read_text() == "mine"
    export_layer(owner, "shelters", out, force=True)
    assert "H1" in out.read_text("utf-8-sig")
    with pytest.raises(ConflictError, match="is there already"):
        export_layer(owner, "shelters", tmp_path, ending="csv", force=True)


def test_a_file_that_came_meanwhile_stays_too(owner: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out, made = tmp_path / "shelters.csv", exporting.make_download

    def slowly(*given: Any, **more: Any) -> Any:
        found = made(*given, **more)
        out.write_text("of somebody else")
        return found

    monkeypatch.setattr(exporting, "make_download", slowly)
    with pytest.raises(ConflictError, match="is there already"):
        export_layer(owner, "shelters", out)
    assert out.read_text() == "of somebody else"
    assert [one.name for one in tmp_path.iterdir()] == ["shelters.csv"]


@pytest.mark.parametrize(
    ("layer", "name", "asked", "error", "words"),
    [
        ("nothing", "x.csv", {}, NotFoundError, "no collection 'nothing'"),
        ("buildings", "x.shp", {}, QueryError, "not 'shp'"),
        ("buildings", "x", {}, InputError, "says no format"),
        ("buildings", "nowhere/x.csv", {}, InputError, "There is no folder .*nowhere"),
        ("buildings", "x.csv", {"filter": "pg_sleep(1) = 1"}, QueryError, "uses 'pg_sleep'"),
        ("buildings", "x.csv", {"limit": "3"}, QueryError, "no parameter 'limit'"),
        ("plans", "x.fgb", {}, InputError, "plans has no shapes, and FlatGeobuf is for shapes"),
        ("rental_houses", "x.csv", {}, QueryError, "are about people: say in the parameter reason"),
    ],
)
def test_what_is_refused_leaves_nothing(
    owner: Engine,
    tmp_path: Path,
    layer: str,
    name: str,
    asked: dict[str, str],
    error: type[GridgovError],
    words: str,
) -> None:
    before = _noted(owner)
    with pytest.raises(error, match=words):
        export_layer(owner, layer, tmp_path / name, asked=asked)
    assert list(tmp_path.iterdir()) == []
    assert _noted(owner) == before


def test_people_only_with_a_reason_a_mark_and_a_line_of_the_audit(owner: Engine, tmp_path: Path) -> None:
    before = _noted(owner)
    made = export_layer(owner, "residents", tmp_path / "residents.csv", reason=REASON)
    frame = pd.read_csv(made.path, dtype=str)
    assert made.expires_on is not None
    assert frame["watermark"].str.startswith("cli ").all()
    assert frame["watermark"].str.endswith(f"delete by {made.expires_on}").all()
    assert _noted(owner) == before + 1
    with owner.connect() as connection:
        sql = "SELECT actor, object, facts FROM gridgov.audit ORDER BY audit_id DESC LIMIT 1"
        row = connection.execute(text(sql)).one()
    assert (row.actor, row.object, row.facts["reason"], row.facts["rows"]) == ("cli", "residents", REASON, len(frame))


def test_from_the_command_line(owner: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRIDGOV_DATABASE_URL", owner.url.render_as_string(hide_password=False))
    out = tmp_path / "high.gpkg"
    words = ["export", "buildings", "--filter", "floors = 30", "--out", str(out)]
    answer = CliRunner().invoke(app, words, catch_exceptions=False)
    assert answer.exit_code == 0, answer.output
    assert "1 rows of buildings" in answer.output
    assert pyogrio.read_dataframe(out)["building_id"].tolist() == [toy.TOWER]
    with pytest.raises(ConflictError, match="is there already"):
        CliRunner().invoke(app, words, catch_exceptions=False)
    again = CliRunner().invoke(app, [*words, "--force", "--format", "gpkg"], catch_exceptions=False)
    assert again.exit_code == 0


def _noted(engine: Engine) -> int:
    with engine.connect() as connection:
        sql = "SELECT count(*) FROM gridgov.audit WHERE act = 'layer-taken-out'"
        return int(connection.execute(text(sql)).scalar_one())
