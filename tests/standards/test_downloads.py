"""Downloads: the same rows in every format, nothing that a spreadsheet evaluates, people only with a reason."""

from __future__ import annotations

import io
import itertools
import re
import zipfile
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import Engine, text

from gridgov.services.features import downloading

from ..web import toy
from .asking import ids, require_problem

SHAPED = ("gpkg", "parquet", "geojson", "fgb")
REASON = "yearly report to the office"
BOMB = '=HYPERLINK("http://elsewhere.example","x")'
LONG_ID = "440307199001010012"


def fetch(client, name: str, ending: str, folder: Path, **query: str) -> Path:
    """Take a layer out and put it into a folder."""
    answer = client.get(f"/downloads/{name}.{ending}", params=query)
    assert answer.status_code == 200, answer.text[:300]
    assert answer.headers["cache-control"] == "no-store"
    named = re.search(r'filename="([\w.-]+)"', answer.headers["content-disposition"])
    assert named is not None
    path = folder / named[1]
    path.write_bytes(answer.content)
    return path


def read(path: Path) -> gpd.GeoDataFrame:
    return gpd.read_parquet(path) if path.suffix == ".parquet" else pyogrio.read_dataframe(path)


@pytest.mark.parametrize("ending", SHAPED)
@pytest.mark.parametrize("name", ["buildings", "shelters", "barriers", "clusters", "facilities"])
def test_files_hold_the_rows_that_were_asked_for(signed_in, tmp_path: Path, name: str, ending: str) -> None:
    client = signed_in("viewer")
    query = {"bbox": f"{toy.WEST},{toy.SOUTH},{toy.WEST + 0.006},{toy.SOUTH + 0.009}"}
    frame = read(fetch(client, name, ending, tmp_path, **query))
    key = {"clusters": "group_id", "facilities": "facility_id"}.get(name, f"{name[:-1]}_id")
    assert sorted(frame[key]) == sorted(ids(client, name, **query))
    assert frame.crs.to_epsg() == (4326 if ending == "geojson" else 4490)
    assert "address" not in frame.columns or name == "shelters"


def test_files_are_filtered_and_have_the_properties_that_were_chosen(signed_in, tmp_path: Path) -> None:
    client, query = signed_in("viewer"), {"filter": "floors > 4", "properties": "building_id,floors"}
    for ending in SHAPED:
        frame = read(fetch(client, "buildings", ending, tmp_path, **query))
        assert set(frame.columns) == {"building_id", "floors", "geometry"}
        assert sorted(frame.building_id) == ids(client, "buildings", filter="floors > 4")


def test_geoparquet_is_of_version_1_1_and_geojson_of_its_standard(signed_in, tmp_path: Path) -> None:
    import json

    client = signed_in("viewer")
    meta = json.loads(pq.read_schema(fetch(client, "buildings", "parquet", tmp_path)).metadata[b"geo"])
    assert meta["version"] == "1.1.0"
    document = json.loads(fetch(client, "buildings", "geojson", tmp_path).read_text())
    assert "crs" not in document
    ring = document["features"][0]["geometry"]["coordinates"][0]
    # counter-clockwise: twice the signed area is above 0
    assert sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in itertools.pairwise(ring)) > 0


@pytest.fixture
def bomb(owner: Engine):
    """A shelter whose texts a spreadsheet would evaluate, with a key of eighteen digits."""
    point = f"ST_SetSRID(ST_MakePoint({toy.WEST}, {toy.SOUTH}), 4490)"
    columns = "shelter_id, name, address, phone, geom"
    sql = f"INSERT INTO gridgov.shelter ({columns}) VALUES (:id, :name, :at, :phone, {point})"
    values = {"id": LONG_ID, "name": BOMB, "at": "@SUM(1+1)*cmd|' /C calc'!A0", "phone": "+86 755 0000"}
    with owner.begin() as connection:
        connection.execute(text(sql), values)
    yield values
    with owner.begin() as connection:
        connection.execute(text("DELETE FROM gridgov.shelter WHERE shelter_id = :id"), {"id": LONG_ID})


def test_no_cell_is_a_formula_and_codes_keep_their_digits(signed_in, tmp_path: Path, bomb: dict[str, str]) -> None:
    client = signed_in("viewer")
    csv = fetch(client, "shelters", "csv", tmp_path)
    rows = pd.read_csv(csv, dtype=str, encoding="utf-8-sig").set_index("shelter_id")
    assert rows.loc[LONG_ID, "name"] == f"'{BOMB}"
    assert not rows.map(lambda cell: isinstance(cell, str) and cell.startswith(("=", "+", "-", "@"))).any().any()
    book = fetch(client, "shelters", "xlsx", tmp_path)
    sheet = CalamineWorkbook.from_path(book).get_sheet_by_index(0).to_python()
    row = next(one for one in sheet if one[0] == LONG_ID)
    assert row[1:4] == [BOMB, bomb["at"], bomb["phone"]]
    with zipfile.ZipFile(book) as parts:
        cells = parts.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in cells and "<f " not in cells and "<hyperlink" not in cells
        assert not any("externalLink" in one for one in parts.namelist())


def test_a_csv_has_the_mark_of_utf_8_or_not(signed_in, tmp_path: Path) -> None:
    client = signed_in("viewer")
    assert fetch(client, "shelters", "csv", tmp_path).read_bytes().startswith(b"\xef\xbb\xbf")
    assert not fetch(client, "shelters", "csv", tmp_path, mark="false").read_bytes().startswith(b"\xef")
    assert "mark is true or false" in require_problem(client.get("/downloads/shelters.csv?mark=no"), 400)


def test_rows_about_people_need_a_reason_and_bear_a_mark_and_a_last_day(
    signed_in, owner: Engine, tmp_path: Path
) -> None:
    client = signed_in("supervisor")
    for query in ({}, {"reason": ""}, {"reason": "   x   "}):
        assert "reason" in require_problem(client.get("/downloads/rental_houses.csv", params=query), 400)
    numbers = set()
    for ending in ("csv", "xlsx", "gpkg"):
        answer = client.get(f"/downloads/rental_houses.{ending}", params={"reason": REASON})
        delete_by = answer.headers["x-gridgov-delete-by"]
        if ending == "csv":
            frame = pd.read_csv(io.BytesIO(answer.content), dtype=str)
        elif ending == "xlsx":
            frame = pd.read_excel(io.BytesIO(answer.content), engine="calamine", dtype=str)
        else:
            frame = pyogrio.read_dataframe(io.BytesIO(answer.content))
        assert sorted(frame.rental_house_id) == ids(client, "rental_houses")
        assert frame.watermark.str.fullmatch(rf"supervisor \d{{4}}-.*Z [0-9a-f]{{12}}; delete by {delete_by}").all()
        numbers |= set(frame.watermark.str.extract(r"Z ([0-9a-f]{12});", expand=False))
    sql = "SELECT actor, facts FROM gridgov.audit WHERE act = 'layer-taken-out' AND object = 'rental_houses'"
    with owner.connect() as connection:
        found = connection.execute(text(sql)).all()
    assert len(found) == len(numbers) == 3
    assert {row.facts["number"] for row in found} == numbers
    for row in found:
        assert (row.actor, row.facts["reason"], row.facts["expires_on"]) == ("supervisor", REASON, delete_by)
        assert row.facts["rows"] == len(frame)


def test_files_hold_the_rows_of_the_own_area(signed_in, tmp_path: Path) -> None:
    mine = read(fetch(signed_in("officer"), "rental_houses", "gpkg", tmp_path, reason=REASON))
    assert sorted(mine.rental_house_id) == ids(signed_in("officer"), "rental_houses")
    for role in ("viewer", "analyst", "auditor"):
        there = signed_in(role).get("/downloads/rental_houses.csv", params={"reason": REASON})
        nowhere = signed_in(role).get("/downloads/nowhere.csv", params={"reason": REASON})
        assert require_problem(there, 404) == require_problem(nowhere, 404).replace("nowhere", "rental_houses")


def test_no_more_rows_than_may_be_taken_out_at_once(signed_in, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloading, "MOST_ROWS", 10)
    assert "10 rows" in require_problem(signed_in("viewer").get("/downloads/buildings.csv"), 422)


def test_an_empty_answer_is_an_empty_file(signed_in, tmp_path: Path) -> None:
    for ending in (*SHAPED, "csv", "xlsx"):
        path = fetch(signed_in("viewer"), "shelters", ending, tmp_path, filter="capacity < 0")
        if ending in SHAPED:
            assert len(read(path)) == 0, ending


def test_what_cannot_be_taken_out(signed_in) -> None:
    client = signed_in("viewer")
    for path, status, words in (
        ("shelters.shp", 400, "taken out as gpkg, parquet, geojson, fgb, csv, xlsx, not 'shp'"),
        ("shelters.csv?limit=3", 400, "no parameter 'limit'"),
        ("plans.fgb", 422, "plans has no shapes, and FlatGeobuf is for shapes"),
    ):
        assert words in require_problem(client.get(f"/downloads/{path}"), status)


def test_nothing_stays_in_the_folder_of_the_server(
    signed_in, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "t"))
    (tmp_path / "t").mkdir()
    client = signed_in("viewer")
    assert client.get("/downloads/shelters.gpkg").status_code == 200
    assert "no collection 'nothing'" in require_problem(client.get("/downloads/nothing.gpkg"), 404)
    client.get("/ogc")
    assert list((tmp_path / "t").iterdir()) == []
