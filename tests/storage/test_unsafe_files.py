"""Files that would do harm, or are not what they say: each is refused in words, before anything of it is used."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from gridgov.errors import InputError, NotFoundError
from gridgov.storage.files import read_layer_file

from .office_sheet import make_office_sheet


@pytest.mark.parametrize(
    "path", ["/vsicurl/https://example.org/a.gpkg", "https://example.org/a.gpkg", "/vsizip/a.zip/a.shp", "map.vrt"]
)
def test_places_outside_the_disk_are_refused(path: str) -> None:
    with pytest.raises(InputError, match="not a file on this machine"):
        read_layer_file(path)


VRT = b'<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer>'


@pytest.mark.parametrize("name", ["a.geojson", "a.gpkg", "a.shp", "a.parquet", "a.xlsx", "a.zip"])
def test_a_disguised_vrt_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(VRT)
    with pytest.raises(InputError, match="does not begin like"):
        read_layer_file(tmp_path / name)


def test_a_vrt_within_an_archive_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.shp", VRT)
    with pytest.raises(InputError, match=r"no valid \.shp"):
        read_layer_file(tmp_path / "a.zip")


@pytest.mark.parametrize("member", ["../../etc/a.shp", "/etc/a.shp", "..\\a.shp", "C:/a.shp"])
def test_an_archive_that_escapes_is_refused(tmp_path: Path, member: str) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(member, b"x")
    with pytest.raises(InputError, match="outside itself"):
        read_layer_file(tmp_path / "a.zip")
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]


def test_a_bomb_is_refused_before_unpacking(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.shp", bytes(300 << 20))
    with pytest.raises(InputError, match="would grow"):
        read_layer_file(tmp_path / "a.zip")


def test_an_archive_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.shp", bytes(50_000_000))
    lying = buffer.getvalue().replace((50_000_000).to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    for name in ("a.zip", "a.xlsx"):
        (tmp_path / name).write_bytes(lying)
        with pytest.raises(InputError, match="than its headers say"):
            read_layer_file(tmp_path / name)


def test_links_and_locked_archives_are_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        link = zipfile.ZipInfo("a.shp")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(InputError, match="link"):
        read_layer_file(tmp_path / "a.zip")


@pytest.mark.parametrize(
    "evil",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>',
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
    ],
)
def test_entities_in_a_workbook_are_refused(tmp_path: Path, evil: str) -> None:
    good = make_office_sheet(tmp_path / "good.xlsx")
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(tmp_path / "bad.xlsx", "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "xl/sharedStrings.xml":
                data = data.replace(b"<sst", evil.encode() + b"<sst", 1)
            target.writestr(name, data)
    with pytest.raises(InputError, match="entities"):
        read_layer_file(tmp_path / "bad.xlsx")


@pytest.mark.parametrize("name", ["a.kml", "a.dxf", "a", "a.exe"])
def test_other_formats_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"x")
    with pytest.raises(InputError, match="does not read"):
        read_layer_file(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("a.gpkg", "cannot be read as GeoPackage"),
        ("a.parquet", "cannot be read as GeoParquet"),
        ("a.xlsx", "is not a readable archive"),
        ("a.zip", "is not a readable archive"),
        ("a.geojson", "is not valid utf-16"),
    ],
)
def test_broken_files_are_refused_in_words(tmp_path: Path, name: str, words: str) -> None:
    heads = {"a.gpkg": b"SQLite format 3\x00", "a.parquet": b"PAR1", "a.geojson": b"{"}
    (tmp_path / name).write_bytes(heads.get(name, b"PK\x03\x04") + b"\x00\x01rubbish" * 50)
    with pytest.raises(InputError, match=f"{name} {words}"):
        read_layer_file(tmp_path / name)
    with pytest.raises(NotFoundError, match="There is no file"):
        read_layer_file(tmp_path / f"no-{name}")
