"""CSV and its kin: encoding and separator found out, every cell kept as the text it is."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pandas as pd

from gridgov.core.layers import Layer
from gridgov.errors import InputError
from gridgov.storage.files.encodings import decode_text
from gridgov.storage.files.layer_file import LayerFile
from gridgov.storage.files.places import make_places
from gridgov.storage.files.sheets import count_known, make_names

_SEPARATORS = (",", "\t", ";", "|", "，")
_HEAD = 15
_DISARMED = re.compile(r"^'([=+@\t\r-])")
"""The mark that keeps a spreadsheet from evaluating a text."""
csv.field_size_limit(1 << 28)


def read_delimited(file: Path, layer: Layer | None, extra: frozenset[str]) -> LayerFile:
    """Read a table of texts.

    Parameters
    ----------
    file : pathlib.Path
        The file.
    layer : Layer or None
        What it is to become; its column names tell the header from title rows above it.
    extra : frozenset of str
        Further names that a header may hold.

    Returns
    -------
    LayerFile
        Every cell as `str` or missing; shapes from WKT or coordinate columns.

    Raises
    ------
    InputError
        When it is empty, no text, or a row has more cells than the header.
    """
    text, encoding = decode_text(file.read_bytes(), file.name)
    if not text.strip():
        raise InputError(f"{file.name} is empty.", path=str(file))
    if "\x00" in text:
        raise InputError(f"{file.name} holds zero characters and is no text.", path=str(file))
    lines = text.splitlines()[:_HEAD]
    header = _find_header(lines, layer, extra)
    separator = max(_SEPARATORS, key=lambda mark: lines[header].count(mark))
    frame = _parse(text, header, separator, file.name)
    frame.index = pd.RangeIndex(header + 2, header + 2 + len(frame), name="row")
    frame = frame.dropna(how="all")
    places, faults = make_places(frame)
    return LayerFile(places, "CSV", encoding=encoding, faults=faults)


def _find_header(lines: list[str], layer: Layer | None, extra: frozenset[str]) -> int:
    """Find the line with most known names; without any, the first that is not blank."""
    known = [max(count_known(line.split(mark), layer, extra) for mark in _SEPARATORS) for line in lines]
    best = max(range(len(lines)), key=lambda number: (known[number], -number))
    return best if known[best] else next(number for number, line in enumerate(lines) if line.strip())


def _parse(text: str, header: int, separator: str, name: str) -> pd.DataFrame:
    try:
        frame = pd.read_csv(
            io.StringIO(text),
            sep=separator,
            skiprows=header,
            header=None,
            dtype=object,
            keep_default_na=False,
            na_values=[""],
            skip_blank_lines=False,
            index_col=False,
            engine="c" if separator.isascii() else "python",
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError, csv.Error, ValueError) as cause:
        raise InputError(
            f"{name} is not a table: {cause}. Is a separator inside a cell not quoted?", path=name
        ) from cause
    names = make_names(frame.iloc[0].tolist())
    rows = frame.iloc[1:].set_axis(names, axis=1)
    return rows.replace(_DISARMED, r"\1", regex=True) if "'" in text else rows
