"""What is refused before a byte is unpacked or parsed: places outside the disk, foreign formats, bombs, escapes."""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import BinaryIO

from gridgov.errors import InputError, NotFoundError

SUFFIXES: MappingProxyType[str, str] = MappingProxyType(
    {
        ".gpkg": "GeoPackage",
        ".parquet": "GeoParquet",
        ".geoparquet": "GeoParquet",
        ".geojson": "GeoJSON",
        ".json": "GeoJSON",
        ".zip": "Shapefile",
        ".shp": "Shapefile",
        ".csv": "CSV",
        ".tsv": "CSV",
        ".txt": "CSV",
        ".xlsx": "Excel",
        ".xlsm": "Excel",
        ".xls": "Excel",
    }
)
"""Formats by the end of the file's name."""

MOST_FILE_BYTES = 4 << 30
MOST_TEXT_BYTES = 1 << 30
MOST_UNPACKED_BYTES = 4 << 30
MOST_RATIO = 200
MOST_MEMBERS = 5000
_FREE_BYTES = 100 << 20
"""Below this size unpacked a high ratio harms nobody."""
_LOCAL_HEADER = struct.Struct("<26xHH")
_MAGIC: MappingProxyType[str, tuple[bytes, ...]] = MappingProxyType(
    {
        ".gpkg": (b"SQLite format 3\x00",),
        ".parquet": (b"PAR1",),
        ".geoparquet": (b"PAR1",),
        ".zip": (b"PK\x03\x04", b"PK\x05\x06"),
        ".shp": (b"\x00\x00\x27\x0a",),
        ".xlsx": (b"PK\x03\x04",),
        ".xlsm": (b"PK\x03\x04",),
        ".xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",),
    }
)


def require_readable(path: Path | str) -> str:
    """Refuse what is not a plain file of a known format that begins as that format does.

    Parameters
    ----------
    path : pathlib.Path or str
        The file.

    Returns
    -------
    str
        Name of its format, a value of `SUFFIXES`.

    Raises
    ------
    NotFoundError
        When there is no such file.
    InputError
        When it is a place for a driver to look (``/vsicurl/``, ``http://``), of an unknown format, too large, or does
        not begin as its name promises (a VRT named ``.geojson``).
    """
    text = str(path)
    if text.startswith("/vsi") or "://" in text or text.lower().endswith(".vrt"):
        raise InputError(f"{text} is not a file on this machine; copy the file here first.", path=text)
    file = Path(path)
    suffix = file.suffix.lower()
    if suffix not in SUFFIXES:
        known = ", ".join(sorted(SUFFIXES))
        raise InputError(f"{file.name} is of a format that gridgov does not read. It reads {known}.", path=text)
    if not file.is_file():
        raise NotFoundError(f"There is no file {text}.", path=text)
    size, most = file.stat().st_size, MOST_TEXT_BYTES if SUFFIXES[suffix] in ("GeoJSON", "CSV") else MOST_FILE_BYTES
    if size > most:
        raise InputError(f"{file.name} has {size} bytes; at most {most} are read. Cut it in parts.", path=text)
    _require_beginning(file, suffix)
    if suffix in (".zip", ".xlsx", ".xlsm"):
        require_safe_zip(file)
    return SUFFIXES[suffix]


def require_safe_zip(file: Path) -> None:
    """Refuse an archive that escapes its folder, hides its size or carries entities, before anything is unpacked.

    Parameters
    ----------
    file : pathlib.Path
        A zip archive or a workbook.

    Raises
    ------
    InputError
        When a member has a path outside the archive, is a link, is encrypted, unpacks to too much, or declares an XML
        entity.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            _require_members(file.name, members)
            with file.open("rb") as stream:
                for member in members:
                    _require_true_size(stream, member, file.name)
            for member in members:
                if member.filename.lower().endswith((".xml", ".rels")):
                    with archive.open(member) as part:
                        _require_no_entities(file.name, member.filename, part.read(1 << 16))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError) as cause:
        raise InputError(
            f"{file.name} is not a readable archive ({cause}). Make it again.", path=str(file)
        ) from cause


def _require_members(name: str, members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MOST_MEMBERS:
        raise InputError(f"{name} has {len(members)} members; at most {MOST_MEMBERS} are read.", path=name)
    for member in members:
        path = PurePosixPath(member.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in member.filename or "\x00" in member.filename:
            raise InputError(
                f"{name} holds a path outside itself: {member.filename!r}. It was not unpacked.", path=name
            )
        if stat.S_ISLNK(member.external_attr >> 16):
            raise InputError(f"{name} holds a link: {member.filename!r}. It was not unpacked.", path=name)
        if member.flag_bits & 0x1:
            raise InputError(f"{name} is encrypted. Send it without a password.", path=name)
    packed, unpacked = sum(m.compress_size for m in members), sum(m.file_size for m in members)
    if unpacked > MOST_UNPACKED_BYTES or unpacked > max(_FREE_BYTES, MOST_RATIO * max(packed, 1)):
        raise InputError(
            f"{name} would grow from {packed} to {unpacked} bytes when unpacked; that is refused. Send it in parts.",
            path=name,
            packed=packed,
            unpacked=unpacked,
        )


def _require_true_size(stream: BinaryIO, member: zipfile.ZipInfo, name: str) -> None:
    """Count what a member really unpacks to: other readers do not stop where its header says."""
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise InputError(f"{name} is packed in an unusual way ({member.filename!r}). Make it again.", path=name)
    stream.seek(member.header_offset)
    head = stream.read(_LOCAL_HEADER.size)
    if len(head) < _LOCAL_HEADER.size or not head.startswith(b"PK\x03\x04"):
        raise zipfile.BadZipFile("a member does not begin where the directory says")
    name_length, extra_length = _LOCAL_HEADER.unpack(head)
    stream.seek(name_length + extra_length, 1)
    left, size = member.compress_size, 0
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    while left > 0 and size <= member.file_size:
        packed = stream.read(min(left, 1 << 20))
        if not packed:
            raise zipfile.BadZipFile("the archive is cut off")
        left -= len(packed)
        if member.compress_type == zipfile.ZIP_STORED:
            size += len(packed)
            continue
        while packed and size <= member.file_size:
            size += len(unpacker.decompress(packed, 1 << 20))
            packed = unpacker.unconsumed_tail
    if size <= member.file_size and member.compress_type == zipfile.ZIP_DEFLATED:
        size += len(unpacker.flush())
    if size != member.file_size:
        raise InputError(f"{name} holds more or less than its headers say; it was not unpacked.", path=name)


def _require_no_entities(name: str, member: str, head: bytes) -> None:
    plain = head.replace(b"\x00", b"").upper()
    if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
        raise InputError(f"{name} declares XML entities in {member}; such a workbook is not read.", path=name)


def _require_beginning(file: Path, suffix: str) -> None:
    with file.open("rb") as stream:
        head = stream.read(4096)
    if suffix in _MAGIC:
        if not head.startswith(_MAGIC[suffix]):
            raise InputError(
                f"{file.name} does not begin like {SUFFIXES[suffix]}; is its name right?", path=str(file)
            )
    elif SUFFIXES[suffix] == "GeoJSON":
        plain = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
        if not plain.startswith(b"{"):
            raise InputError(f"{file.name} does not begin like GeoJSON (with '{{').", path=str(file))
