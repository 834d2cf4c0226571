"""Cells as values: what a text means in a column of a certain type, or why it means nothing."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from gridgov.core.layers import Column
from gridgov.core.tidying.days import to_day
from gridgov.core.tidying.mapping import ANY_OTHER
from gridgov.core.tidying.texts import LOST_DIGITS, Texts

Reading = tuple[Any, str | None]
"""A value, or None, and why it is not what was written."""

GREATEST_COUNT = 2_147_483_647
GREATEST_NUMBER = 1e12
LONGEST_TEXT = 2000
_UNIT = r"(?:层|楼|f|户|单元|间|人|套|个|栋|幢|米|m|m2|平方米|平米|片区)?"
_QUANTITY = re.compile(
    rf"第?([+-]?(?:\d+|\d{{1,3}}(?:,\d{{3}})+)(?:\.\d+)?(?:e[+-]?\d{{1,2}})?) ?{_UNIT}", re.IGNORECASE
)
_YES = MappingProxyType(
    dict.fromkeys(
        ("true", "t", "yes", "y", "1", "是", "有", "已", "对", "√", "✓", "✔", "已签", "已签订", "已装", "已安装"),
        True,
    )
    | dict.fromkeys(("false", "f", "no", "n", "0", "否", "无", "未", "没有", "不是", "×", "✗", "✘", "x"), False)
    | dict.fromkeys(("未签", "未签订", "未装", "未安装"), False)
)
_NUMBER_LIKE = ("_id", "_code", "phone")
DTYPES = MappingProxyType(
    {"text": "object", "count": "Int64", "number": "float64", "yes": "boolean", "day": "datetime64[ns]"}
)
"""Pandas type of an accepted column, by the layer's type."""


@dataclass(frozen=True)
class CleanColumn:
    """A column read as its type."""

    values: pd.Series
    complaints: Texts
    """Why a cell could not be read, or was read as something else; None where all is well."""
    lost_digits: npt.NDArray[np.bool_]
    """Whether the complaint is a number without its last digits; such a row is never accepted."""


def clean_column(
    texts: Texts, column: Column, words: Mapping[str, str], synonyms: Mapping[str, str] = MappingProxyType({})
) -> CleanColumn:
    """Read a column of texts as the type of a layer's column.

    Parameters
    ----------
    texts : numpy.ndarray
        `str` or None for each row.
    column : Column
        The layer's column.
    words : mapping
        The mapping's translation of source values; `*` stands for every other one.
    synonyms : mapping
        Known words for the column's allowed values, in lower case.

    Returns
    -------
    CleanColumn
        Values of the type of `DTYPES`, missing where empty or not understood, and the complaints.

    Examples
    --------
    >>> from gridgov.core.layers import get_layer
    >>> floors = get_layer("buildings").column("floors")
    >>> read = clean_column(np.array(["18层", "many", None], dtype=object), floors, {})
    >>> read.values.tolist(), read.complaints.tolist()
    ([18, <NA>, <NA>], [None, "'many' is not a whole number", None])
    """
    if column.type == "text" and not (column.values or words) and _need_no_reading(texts, column):
        nothing = np.full(len(texts), None, dtype=object)
        return CleanColumn(pd.Series(texts, dtype=object), nothing, np.zeros(len(texts), dtype=bool))
    codes, uniques = pd.factorize(texts)
    read = _make_reader(column, words, synonyms)
    readings = [read(text) for text in uniques]
    values = np.empty(len(uniques) + 1, dtype=object)
    complaints = np.empty(len(uniques) + 1, dtype=object)
    values[:-1] = [reading[0] for reading in readings]
    complaints[:-1] = [reading[1] for reading in readings]
    lost = np.array([complaint is not None and complaint.startswith(_LOST) for complaint in complaints], dtype=bool)
    return CleanColumn(_as_series(values[codes], column.type), complaints[codes], lost[codes])


def _need_no_reading(texts: Texts, column: Column) -> bool:
    """Whether every text of a free column is a value as it stands: written, not too long, no lost digits."""
    number_like = column.name.endswith(_NUMBER_LIKE)
    return not any(
        text is None or len(text) > LONGEST_TEXT or (number_like and LOST_DIGITS.fullmatch(text)) for text in texts
    )


_LOST = "a number that lost its last digits"


def _make_reader(column: Column, words: Mapping[str, str], synonyms: Mapping[str, str]) -> Callable[[str], Reading]:
    allowed = {value.lower(): value for value in column.values}
    number_like = column.type == "text" and column.name.endswith(_NUMBER_LIKE)
    folded = {key.lower(): value for key, value in words.items()}
    read_type = _read_count_up if column.round_up else _READERS[column.type]

    def read(text: str) -> Reading:
        if number_like and LOST_DIGITS.fullmatch(text):
            return None, f"{_LOST} in a spreadsheet ({text}); export the column as text from the original"
        text = words.get(text, folded.get(text.lower(), words.get(ANY_OTHER, text)))
        if text == "":
            return None, None
        if allowed:
            value = allowed.get(text.lower()) or synonyms.get(text.lower())
            return (value, None) if value else (None, f"{text!r} is none of {', '.join(column.values)}")
        value, complaint = read_type(text)
        if column.greatest is not None and isinstance(value, int | float) and value > column.greatest:
            return None, f"{text!r} is too large"
        return value, complaint

    return read


def _read_text(text: str) -> Reading:
    if len(text) > LONGEST_TEXT:
        return None, f"text of {len(text)} characters; at most {LONGEST_TEXT} are held"
    return text, None


def _read_quantity(text: str) -> float | None:
    hit = _QUANTITY.fullmatch(text)
    value = float(hit[1].replace(",", "")) if hit else math.nan
    return value if math.isfinite(value) else None


def _read_count(text: str) -> Reading:
    value = _read_quantity(text)
    if value is None:
        return None, f"{text!r} is not a whole number"
    if not 0 <= value <= GREATEST_COUNT:
        return None, f"{text!r} is {'negative' if value < 0 else 'too large'}"
    return (int(value), None) if value.is_integer() else (None, f"{text!r} is not a whole number")


def _read_count_up(text: str) -> Reading:
    whole, complaint = _read_count(text)
    value = _read_quantity(text)
    if whole is not None or value is None or not 0 <= value <= GREATEST_COUNT:
        return whole, complaint
    return math.ceil(value), f"{complaint}; taken as {math.ceil(value)}"


def _read_number(text: str) -> Reading:
    value = _read_quantity(text)
    if value is None:
        return None, f"{text!r} is not a number"
    if not 0 <= value <= GREATEST_NUMBER:
        return None, f"{text!r} is {'negative' if value < 0 else 'too large'}"
    return value, None


def _read_yes(text: str) -> Reading:
    value = _YES.get(text.lower())
    return (value, None) if value is not None else (None, f"{text!r} is neither yes nor no")


def _read_day(text: str) -> Reading:
    day = to_day(text)
    return (day, None) if isinstance(day, date) else (None, day)


_READERS: MappingProxyType[str, Callable[[str], Reading]] = MappingProxyType(
    {"text": _read_text, "count": _read_count, "number": _read_number, "yes": _read_yes, "day": _read_day}
)


def _as_series(values: npt.NDArray[np.object_], kind: str) -> pd.Series:
    if kind == "number":
        return pd.Series(np.array([np.nan if value is None else value for value in values], dtype=np.float64))
    if kind == "day":
        return pd.Series(pd.to_datetime(pd.Series(values, dtype=object))).astype("datetime64[ns]")
    if kind == "text":
        return pd.Series(values, dtype=object)
    return pd.Series(pd.array(values, dtype=DTYPES[kind]))
