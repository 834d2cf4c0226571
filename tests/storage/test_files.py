"""Files: every format there and back, encodings, and sheets made for people."""

from __future__ import annotations

import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from gridgov.core.layers import get_layer
from gridgov.core.tidying import tidy_layer
from gridgov.errors import InputError, NotFoundError
from gridgov.storage.files import (
    read_layer_file,
    read_mapping,
    write_fault_workbook,
    write_layer_file,
    write_layers_file,
)
from gridgov.storage.files.encodings import decode_text

from .office_sheet import make_office_sheet

NAMES = ["民治街道", "联通", "龙胜新村", None]
ROOT = Path(__file__).parents[2]


def layer(crs: object = 4547) -> gpd.GeoDataFrame:
    shapes = [shapely.box(500_000 + 20 * n, 2_500_000, 500_010 + 20 * n, 2_500_010) for n in range(4)]
    table = {"名称": NAMES, "bid": ["001", "002", "003", "004"], "floors": pd.array([3, None, 5, 7], dtype="Int64")}
    return gpd.GeoDataFrame(table, geometry=shapes, crs=crs)


def zip_shapefile(folder: Path, encoding: str, code_page: str | None) -> Path:
    inside = folder / "inside"
    inside.mkdir()
    pyogrio.write_dataframe(layer(), inside / "楼.shp", encoding=encoding)
    (inside / "楼.cpg").unlink(missing_ok=True)
    if code_page is not None:
        (inside / "楼.cpg").write_text(code_page, "ascii")
    with zipfile.ZipFile(folder / "楼.zip", "w") as archive:
        for part in sorted(inside.iterdir()):
            archive.write(part, f"data/{part.name}")
    return folder / "楼.zip"


@pytest.mark.parametrize("name", ["a.gpkg", "a.parquet", "a.geojson", "a.csv"])
def test_there_and_back_with_the_same_bytes(tmp_path: Path, name: str) -> None:
    file = write_layer_file(layer(), tmp_path / name, "buildings")
    once = file.read_bytes()
    assert write_layer_file(layer(), file, "buildings").read_bytes() == once
    read = read_layer_file(file, "buildings")
    assert read.frame.index.name == "row"
    assert read.frame["名称"].astype(object).where(read.frame["名称"].notna(), None).tolist() == NAMES
    assert read.frame["bid"].tolist() == ["001", "002", "003", "004"]
    assert read.frame.crs is None
    world = name.endswith(".geojson")
    assert (read.crs and read.crs.to_epsg()) == (None if world or name.endswith(".csv") else 4547)
    expected = layer().to_crs(4326).geometry if world else layer().geometry
    precise = read.frame.geometry.set_crs(expected.crs).set_axis(expected.index)
    assert precise.geom_equals_exact(expected, 1e-8).all()
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_no_cell_of_a_csv_is_a_formula(tmp_path: Path) -> None:
    texts = ["=1+1", "+86 755", "-x", "@SUM(A1)", "plain", "'quoted", "it's"]
    file = write_layer_file(pd.DataFrame({"name": texts}), tmp_path / "a.csv")
    lines = file.read_text("utf-8-sig").splitlines()[1:]
    assert not any(line.strip('"').startswith(("=", "+", "-", "@")) for line in lines)
    assert read_layer_file(file).frame["name"].tolist() == texts


def test_findings_with_and_without_places_are_written(tmp_path: Path) -> None:
    shapes = [shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)]), None]
    frame = gpd.GeoDataFrame({"building_id": ["A", "B"]}, geometry=shapes, crs=4490)
    findings = tidy_layer(frame, get_layer("buildings")).findings
    for name in ("f.gpkg", "f.csv", "f.parquet", "f.geojson"):
        assert len(read_layer_file(write_layer_file(findings, tmp_path / name)).frame) == len(findings) == 2


def test_the_default_of_geojson_is_not_a_statement(tmp_path: Path) -> None:
    file = write_layer_file(layer(), tmp_path / "a.geojson")
    read = read_layer_file(file)
    assert read.crs is None
    assert read.default_crs is not None and read.default_crs.to_epsg() == 4326
    pyogrio.write_dataframe(layer(), tmp_path / "b.geojson")
    stated = read_layer_file(tmp_path / "b.geojson")
    assert stated.crs is not None and stated.crs.to_epsg() == 4547


def test_a_geopackage_with_several_tables_needs_a_choice(tmp_path: Path) -> None:
    file = write_layers_file({"communities": layer(), "other": layer()}, tmp_path / "two.gpkg")
    assert len(read_layer_file(file, "communities").frame) == 4
    assert len(read_layer_file(file, table="other").frame) == 4
    with pytest.raises(InputError, match="communities, other"):
        read_layer_file(file, "buildings")
    with pytest.raises(InputError, match="one table"):
        write_layers_file({"a": layer(), "b": layer()}, tmp_path / "two.parquet")


@pytest.mark.parametrize(
    ("encoding", "code_page", "lies"),
    [
        ("GBK", "GBK", False),
        ("GBK", None, False),
        ("GBK", "UTF-8", True),
        ("UTF-8", "UTF-8", False),
        ("UTF-8", None, False),
        ("UTF-8", "GBK", True),
        ("UTF-8", "936", True),
    ],
)
def test_shapefiles_and_their_code_pages(tmp_path: Path, encoding: str, code_page: str | None, lies: bool) -> None:
    read = read_layer_file(zip_shapefile(tmp_path, encoding, code_page))
    assert read.frame["名称"].where(read.frame["名称"].notna(), None).tolist() == NAMES
    assert read.crs is not None and read.crs.to_epsg() == 4547
    assert [rule for rule, _ in read.remarks] == (["lying-cpg"] if lies else [])


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "big5"]
)
def test_csv_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    text = "楼栋编码,經度,緯度,名称\nB1,113.9,22.7,民治街道龍華新邨\n"
    if encoding != "big5":
        text = text.replace("經度", "经度").replace("緯度", "纬度")
    else:
        text = "樓,lon,lat,name\nB1,113.9,22.7,民治街道龍華\n"
    (tmp_path / "a.csv").write_bytes(text.encode(encoding))
    if encoding == "big5":
        # bytes of Big5 are mostly valid GB18030 too: the declared way is to send UTF-8
        assert read_layer_file(tmp_path / "a.csv").encoding in ("big5", "gb18030")
        return
    read = read_layer_file(tmp_path / "a.csv", "buildings")
    assert read.frame["名称"].tolist() == ["民治街道龍華新邨"]
    assert read.frame.geometry.to_list() == [shapely.Point(113.9, 22.7)]


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=4, max_size=200))
@settings(max_examples=100, deadline=None)
def test_chinese_text_is_decoded_as_written(text: str) -> None:
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        assert decode_text(text.encode(encoding))[0] == text
    decoded, chosen = decode_text(text.encode("gb18030"))
    assert decoded == text or chosen == "utf-8"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xff\xfea", "not valid utf-16 at byte 2"),
        (b"a,b\n\x80\x81\xff,1\n", "in none of utf-8, gb18030, big5. Save it as UTF-8"),
        (b"\xef\xbb\xbf\xff", "not valid utf-8-sig at byte 0"),
    ],
)
def test_text_in_no_encoding_is_refused(tmp_path: Path, data: bytes, words: str) -> None:
    (tmp_path / "a.csv").write_bytes(data)
    with pytest.raises(InputError, match=words):
        read_layer_file(tmp_path / "a.csv")


def test_csv_with_separators_titles_and_quotes(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text('2026年登记表\n楼栋编码;层数;地址\n001;18层;"民治; 1号"\n\n002;;\n合计;18;\n', "utf-8")
    read = read_layer_file(file, "buildings")
    assert read.frame["楼栋编码"].tolist()[:2] == ["001", "002"]
    assert read.frame["地址"].tolist()[0] == "民治; 1号"
    assert read.frame.index.tolist()[0] == 3
    file.write_text("a,b\n1,2,3\n", "utf-8")
    with pytest.raises(InputError, match="not a table"):
        read_layer_file(file)
    file.write_text("  \n", "utf-8")
    with pytest.raises(InputError, match="empty"):
        read_layer_file(file)


def test_more_rows_than_an_old_sheet_holds(tmp_path: Path) -> None:
    count = 70_000
    table = pd.DataFrame({"volunteer_id": [f"V{n}" for n in range(count)]})
    table.to_csv(tmp_path / "v.csv", index=False)
    with xlsxwriter.Workbook(tmp_path / "v.xlsx") as book:
        book.add_worksheet().write_column(0, 0, ["volunteer_id", *table["volunteer_id"]])
    for name in ("v.csv", "v.xlsx"):
        result = tidy_layer(read_layer_file(tmp_path / name, "volunteers").frame, get_layer("volunteers"))
        assert (result.read, result.accepted_count) == (count, count)


@pytest.mark.parametrize("date_1904", [False, True])
def test_a_workbook_made_for_people(tmp_path: Path, date_1904: bool) -> None:
    read = read_layer_file(make_office_sheet(tmp_path / "a.xlsx", date_1904), "rental_houses")
    assert list(read.frame.columns) == [
        "出租屋编码",
        "间数",
        "租住人数",
        "出租方式",
        "已签责任书",
        "最近走访",
        "楼栋编码",
    ]
    assert read.frame.index.tolist() == [5, 6, 7, 8]
    assert read.frame["楼栋编码"].tolist() == ["B1"] * 4
    assert [rule for rule, _ in read.remarks] == ["total-or-note"]
    result = tidy_layer(read.frame, get_layer("rental_houses"))
    assert (result.read, result.accepted_count, result.rejected) == (4, 2, 2)
    accepted = result.accepted.set_index("rental_house_id")
    assert accepted.loc["R1", "visited_on"] == pd.Timestamp(2024, 3, 5)
    assert accepted.loc["R1", "rooms"] == 20


def test_rows_go_back_with_reasons_as_text_only(tmp_path: Path) -> None:
    read = read_layer_file(make_office_sheet(tmp_path / "a.xlsx"), "rental_houses")
    result = tidy_layer(read.frame, get_layer("rental_houses"))
    file = write_fault_workbook(result, tmp_path / "back.xlsx")
    assert write_fault_workbook(result, tmp_path / "again.xlsx").read_bytes() == file.read_bytes()
    with zipfile.ZipFile(file) as archive:
        sheets = [archive.read(name) for name in archive.namelist() if "worksheets/sheet" in name]
    assert not any(b"<f>" in sheet for sheet in sheets)
    back = read_layer_file(file, table="rows").frame
    assert [int(number) for number in back.iloc[:, 0]] == [6, 7, 8]
    assert "lost its last digits" in back.iloc[0, 2]
    assert "间数: 'x'" in back.iloc[1, 2]


def test_unreadable_shapes_are_rows_at_fault(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text(
        'building_id,wkt\nA,"POLYGON((0 0,1 0,1 1,0 0))"\nB,POLYGON((0 0\nC,\nD,SRID=4490;POINT(1 2)\n', "utf-8"
    )
    read = read_layer_file(file, "buildings")
    result = tidy_layer(read.frame, get_layer("buildings"), faults=read.faults)
    assert (result.read, result.accepted_count, result.rejected) == (4, 1, 3)
    rules = result.findings.set_index("row_id")["rule"]
    assert (rules["B"], rules["C"], rules["D"]) == ("unreadable-shape", "no-geometry", "wrong-geometry")


def test_coordinates_as_people_write_them(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("volunteer_id,经度,纬度\nA,113.9°,２２.７\nB,east,22\nC,,\nD,113,\n", "utf-8")
    read = read_layer_file(file, "volunteers")
    assert read.frame.geometry.to_list() == [shapely.Point(113.9, 22.7), None, None, shapely.Point()] or (
        shapely.is_missing(read.frame.geometry.to_numpy()).tolist() == [False, True, True, True]
    )
    positions = np.sort(np.concatenate([fault.positions for fault in read.faults]))
    assert positions.tolist() == [1, 3]


def test_every_mapping_fits_its_layer() -> None:
    import tomllib

    files = sorted((ROOT / "data" / "mappings").glob("*.toml"))
    assert len(files) >= 12
    for file in files:
        assert read_mapping(file, get_layer(tomllib.loads(file.read_text("utf-8"))["layer"])) is not None
    with pytest.raises(NotFoundError, match="There is no mapping"):
        read_mapping(ROOT / "none.toml", get_layer("buildings"))
