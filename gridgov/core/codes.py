"""Codes: a scheme is a list of segments; a city adds its own as data. A code is a dated attribute, never a key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd

from gridgov.errors import InputError, NotFoundError


@dataclass(frozen=True)
class Segment:
    """One run of characters of a code."""

    name: str
    width: int
    source: str
    """Column that holds the value, `sequence` for a running number, or `=text` for fixed characters."""


@dataclass(frozen=True)
class CodeScheme:
    """A named list of segments."""

    name: str
    segments: tuple[Segment, ...]

    @property
    def width(self) -> int:
        """Number of characters of a whole code."""
        return sum(segment.width for segment in self.segments)


def make_codes(scheme: CodeScheme, table: pd.DataFrame) -> pd.Series:
    """Write the code of every row.

    Parameters
    ----------
    scheme : CodeScheme
        The scheme; see `SCHEMES`.
    table : pandas.DataFrame
        One column for every segment source; `sequence` holds the running number.

    Returns
    -------
    pandas.Series
        One code per row, same index; missing where any part is missing.

    Raises
    ------
    InputError
        When a value does not fit the width of its segment.

    Examples
    --------
    >>> table = pd.DataFrame({"division_code": ["440307003004"], "sequence": [7]})
    >>> make_codes(SCHEMES["bj15"], table).tolist()
    ['440307003004007']
    """
    parts = [_write_segment(segment, table) for segment in scheme.segments]
    code = parts[0]
    for part in parts[1:]:
        code = code + part
    return code.rename("code")


def split_codes(scheme: CodeScheme, codes: pd.Series) -> pd.DataFrame:
    """Take codes apart into their segments.

    Parameters
    ----------
    scheme : CodeScheme
        The scheme the codes are written in.
    codes : pandas.Series
        Codes as text.

    Returns
    -------
    pandas.DataFrame
        One text column per segment, same index; missing where a code does not fit the scheme.

    Examples
    --------
    >>> split_codes(SCHEMES["sz25"], pd.Series(["4403070030030400042000003"])).iloc[0].tolist()
    ['44', '03', '07', '003', '003', '04', '00042', '000003']
    """
    fits = codes.str.len().eq(scheme.width) & codes.str.isalnum()
    kept = codes.where(fits)
    columns, start = {}, 0
    for segment in scheme.segments:
        columns[segment.name] = kept.str.slice(start, start + segment.width)
        start += segment.width
    return pd.DataFrame(columns, index=codes.index)


def get_scheme(name: str, schemes: Mapping[str, CodeScheme] | None = None) -> CodeScheme:
    """Return a scheme by name.

    Parameters
    ----------
    name : str
        Name of the scheme.
    schemes : mapping of str to CodeScheme, optional
        Where to look; `SCHEMES` by default.

    Returns
    -------
    CodeScheme
        The scheme.

    Raises
    ------
    NotFoundError
        When there is none of that name.
    """
    known = SCHEMES if schemes is None else schemes
    if name not in known:
        raise NotFoundError(f"There is no code scheme {name!r}. Schemes are: {', '.join(known)}.", scheme=name)
    return known[name]


def _write_segment(segment: Segment, table: pd.DataFrame) -> pd.Series:
    if segment.source.startswith("="):
        return pd.Series(segment.source[1:], index=table.index, dtype="string")
    if segment.source not in table:
        raise InputError(
            f"Segment {segment.name!r} needs a column {segment.source!r}; the table has {list(table.columns)}.",
            segment=segment.name,
        )
    text = table[segment.source].astype("string").str.zfill(segment.width)
    wrong = text.notna() & text.str.len().ne(segment.width)
    if wrong.any():
        raise InputError(
            f"{int(wrong.sum())} values do not fit the {segment.width} characters of segment {segment.name!r}; "
            f"the first is {text[wrong].iloc[0]!r}.",
            segment=segment.name,
        )
    return text


def _scheme(name: str, *segments: tuple[str, int, str]) -> CodeScheme:
    return CodeScheme(name, tuple(Segment(*segment) for segment in segments))


_COMMUNITY = ("community", 12, "division_code")

SCHEMES: Mapping[str, CodeScheme] = MappingProxyType(
    {
        scheme.name: scheme
        for scheme in (
            _scheme(
                "stat12",
                ("county", 6, "county"),
                ("subdistrict", 3, "subdistrict"),
                ("community", 3, "community"),
            ),
            _scheme("bj15", _COMMUNITY, ("sequence", 3, "sequence")),
            _scheme(
                "sz25",
                ("province", 2, "province"),
                ("city", 2, "city"),
                ("district", 2, "district"),
                ("subdistrict", 3, "subdistrict"),
                ("community", 3, "community"),
                ("basic grid", 2, "basic_grid"),
                ("building", 5, "building"),
                ("room", 6, "room"),
            ),
            _scheme("section", _COMMUNITY, ("level", 1, "=P"), ("sequence", 3, "sequence")),
            _scheme("cluster", _COMMUNITY, ("level", 1, "=L"), ("sequence", 3, "sequence")),
        )
    }
)
"""`stat12` and `bj15` are published standards; `sz25` is a city's dwelling code whose first 19 digits are the
building; `section` (P, 片区) and `cluster` (L, 楼组) are gridgov's own, after `bj15`."""
