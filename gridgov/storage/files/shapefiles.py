"""Shapefiles, in a zip archive or beside each other: unpacked under limits, text decoded strictly."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from pathlib import Path, PurePosixPath

import geopandas as gpd
import numpy as np
import pyogrio

from gridgov.errors import InputError
from gridgov.storage.files.encodings import choose_encoding, is_valid
from gridgov.storage.files.guard import MOST_UNPACKED_BYTES
from gridgov.storage.files.layer_file import LayerFile
from gridgov.storage.files.systems import clean_crs

PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_MAGIC = b"\x00\x00\x27\x0a"
_CODE_PAGES = {
    "utf8": "utf-8",
    "65001": "utf-8",
    "936": "gb18030",
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "950": "big5",
}

pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": True})


def read_shapefile(file: Path, table: str | None) -> LayerFile:
    """Read a Shapefile.

    Parameters
    ----------
    file : pathlib.Path
        A zip archive that `require_readable` let pass, or the ``.shp`` with its parts beside it.
    table : str or None
        Which Shapefile of the archive, without ``.shp``; needed when it holds several.

    Returns
    -------
    LayerFile
        Its rows.

    Raises
    ------
    InputError
        When the archive holds none or several, or a part is missing or broken.
    """
    with tempfile.TemporaryDirectory(prefix="gridgov-shp-") as folder:
        parts = _unpack(file, table, Path(folder)) if file.suffix.lower() == ".zip" else _copy(file, Path(folder))
        return _read(parts, file.name)


def _unpack(file: Path, table: str | None, folder: Path) -> Path:
    with zipfile.ZipFile(file) as archive:
        inside = {PurePosixPath(name.replace("\\", "/")): name for name in archive.namelist()}
        shapes = [path for path in inside if path.suffix.lower() == ".shp" and not path.name.startswith("._")]
        chosen = [path for path in shapes if table is None or path.stem == table]
        if len(chosen) != 1:
            held = ", ".join(path.stem for path in shapes) or "none"
            raise InputError(
                f"{file.name} must hold one Shapefile; it holds: {held}. Choose with --table.", path=str(file)
            )
        stem = chosen[0].with_suffix("")
        for path, name in inside.items():
            if path.with_suffix("") == stem and path.suffix.lower() in PARTS:
                with archive.open(name) as packed, (folder / f"layer{path.suffix.lower()}").open("wb") as unpacked:
                    _copy_limited(packed, unpacked, archive.getinfo(name).file_size, file.name)
    return folder / "layer.shp"


def _copy_limited(packed: object, unpacked: object, promised: int, name: str) -> None:
    """Copy one member, stopping when it is longer than its header says."""
    written = 0
    while chunk := packed.read(1 << 20):  # type: ignore[attr-defined]
        written += len(chunk)
        if written > min(promised, MOST_UNPACKED_BYTES):
            raise InputError(f"{name} holds more than its headers say; it was not unpacked.", path=name)
        unpacked.write(chunk)  # type: ignore[attr-defined]


def _copy(file: Path, folder: Path) -> Path:
    for part in file.parent.iterdir():
        if part.stem == file.stem and part.suffix.lower() in PARTS:
            shutil.copyfile(part, folder / f"layer{part.suffix.lower()}")
    return folder / "layer.shp"


def _read(file: Path, name: str) -> LayerFile:
    if not file.is_file() or file.read_bytes()[:4] != _MAGIC:
        raise InputError(f"{name} holds no valid .shp.", path=name)
    code_page = file.with_suffix(".cpg")
    stated = code_page.read_text("ascii", "replace").strip() if code_page.is_file() else None
    code_page.unlink(missing_ok=True)
    try:
        frame = pyogrio.read_dataframe(file, encoding="ISO-8859-1", fid_as_index=False)
    except Exception as cause:
        raise InputError(f"{name} cannot be read as a Shapefile: {cause}", path=name) from cause
    if not isinstance(frame, gpd.GeoDataFrame):
        raise InputError(f"{name} holds no shapes.", path=name)
    crs = clean_crs(frame.crs)
    frame, encoding, remarks = _decode(frame, stated, name)
    return LayerFile(frame.set_crs(None, allow_override=True), "Shapefile", crs, encoding=encoding, remarks=remarks)


def _decode(
    frame: gpd.GeoDataFrame, stated: str | None, name: str
) -> tuple[gpd.GeoDataFrame, str, list[tuple[str, str]]]:
    """Decode column names and texts, which were read byte for byte as Latin-1."""
    texts = [column for column in frame.columns if column != "geometry" and frame[column].dtype == object]
    names = {column: str(column).encode("latin-1", "replace") for column in frame.columns}
    pieces = {text for column in texts for text in frame[column].dropna().unique() if isinstance(text, str)}
    raw = {text: text.encode("latin-1", "replace") for text in pieces}
    wide = [data for data in [*raw.values(), *names.values()] if not data.isascii()]
    encoding, remarks = _choose(wide, stated, name)
    decoded = {text: _cut(data, encoding).decode(encoding, "replace") for text, data in raw.items()}
    for column in texts:
        values = frame[column].to_numpy(dtype=object)
        plain = np.empty(len(values), dtype=object)
        plain[:] = [decoded.get(value, value) if isinstance(value, str) else value for value in values]
        frame[column] = plain
    titles = {column: _cut(data, encoding).decode(encoding, "replace") for column, data in names.items()}
    return frame.rename(columns=titles), encoding, remarks


def _choose(pieces: list[bytes], stated: str | None, name: str) -> tuple[str, list[tuple[str, str]]]:
    """Choose the encoding all texts are valid in; a .cpg file that says otherwise is not believed."""
    told = _CODE_PAGES.get((stated or "").lower().replace("-", "").replace("cp", ""), (stated or "").lower())
    if not pieces:
        return "utf-8", []
    best = next((code for code in ("utf-8",) if all(is_valid(_cut(p, code), code) for p in pieces)), None)
    if best is None and told not in ("", "utf-8") and all(is_valid(_cut(p, told), told) for p in pieces):
        return told, []
    best = best or choose_encoding((_cut(piece, "gb18030") for piece in pieces), name)
    if told and told != best:
        return best, [("lying-cpg", f"the .cpg says {stated}, but the text is {best}; read as {best}")]
    return best, []


def _cut(data: bytes, encoding: str) -> bytes:
    """Drop a last character that the fixed field width cut in half."""
    for less in range(min(4, len(data))):
        if is_valid(data[: len(data) - less], encoding):
            return data[: len(data) - less]
    return data
