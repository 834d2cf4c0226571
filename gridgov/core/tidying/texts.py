"""Cells as text: one spelling for what people, spreadsheets and databases write in many ways."""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

Form = Literal["NFC", "NFKC"]
Texts = npt.NDArray[np.object_]
"""One `str` or None a row."""

MISSING = frozenset({"", "null", "none", "nan", "nat", "<na>", "n/a", "#n/a", "-", "--", "—", "——", "/"})
"""Texts that mean that nothing was written, in lower case."""

LOST_DIGITS = re.compile(r"[+-]?\d(?:\.\d+)?e\+?(?:1[1-9]|[2-9]\d)", re.IGNORECASE)
"""A number that went through a spreadsheet cell: 4.40307E+17 has lost its last digits for good."""

_LEAST_LOSSY = 1e15
_LONGEST_NUMBER = 40
_UNWANTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\ufeff\ud800-\udfff]")
_BLANKS = re.compile(r"\s+")


def to_texts(values: pd.Series, *, compatible: bool = True) -> Texts:
    """Write each cell as clean text: no control characters, single blanks, full-width digits made plain.

    Whole numbers get no decimal point. A float of 16 digits or more is written in powers of ten, because a
    spreadsheet keeps 15 digits and the rest is made up; `LOST_DIGITS` recognises it.

    Parameters
    ----------
    values : pandas.Series
        Cells of any kind.
    compatible : bool
        Whether to fold compatibility forms (NFKC: full-width letters, brackets, ㎡) and not only compose (NFC).

    Returns
    -------
    numpy.ndarray
        `str`, or None for a missing cell.

    Examples
    --------
    >>> to_texts(pd.Series(["１８层 ", 3.0, 4.4e17, None, "NULL"], dtype=object)).tolist()
    ['18层', '3', '4.4e+17', None, None]
    """
    form: Form = "NFKC" if compatible else "NFC"
    if values.dtype == object or isinstance(values.dtype, pd.StringDtype | pd.ArrowDtype):
        cells = values.astype(object).to_numpy()
        return cells.copy() if _are_clean(cells) else _as_objects([_to_text(value, form) for value in cells])
    codes, uniques = pd.factorize(values)
    texts: Texts = _as_objects([*(_to_text(value, form) for value in uniques), None])[codes]
    return texts


def _are_clean(cells: Texts) -> bool:
    """Whether all cells are texts that stay as they are: plain signs, no blanks, none that means missing."""
    if not all(type(cell) is str for cell in cells):
        return False
    joined = "".join(cells)
    plain = joined.isascii() and joined.isprintable() and " " not in joined
    return plain and MISSING.isdisjoint(map(str.lower, cells))


def _as_objects(items: list[Any]) -> Texts:
    array = np.empty(len(items), dtype=object)
    array[:] = items
    return array


def _to_text(value: Any, form: Form) -> str | None:
    if type(value) is not str:
        plain = _write(value)
        if plain is None:
            return None
        value = plain
    if not value.isascii() or not value.isprintable():
        value = _UNWANTED.sub("", unicodedata.normalize(form, _UNWANTED.sub("", value)))
    value = _BLANKS.sub(" ", value).strip() if " " in value or not value.isprintable() else value
    return None if value.lower() in MISSING else str(value)


def _write(value: Any) -> str | None:
    """Write a cell that is not text."""
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, int | np.integer):
        return str(int(value))
    if isinstance(value, Decimal):
        whole = value.is_finite() and abs(value.adjusted()) < _LONGEST_NUMBER and value == value.to_integral_value()
        return None if value.is_nan() else str(int(value)) if whole else str(value)
    if isinstance(value, float | np.floating):
        number = float(value)
        if not math.isfinite(number):
            return None if math.isnan(number) else str(number)
        if abs(number) >= _LEAST_LOSSY:
            return np.format_float_scientific(number, trim="-")
        return str(int(number)) if number.is_integer() else repr(number)
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, np.datetime64):
        value = pd.Timestamp(value)
        return None if value is pd.NaT else str(value.isoformat())
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)
