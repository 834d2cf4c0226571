"""Days as people and spreadsheets write them."""

from __future__ import annotations

import re
from datetime import date, timedelta

_SERIAL_ZERO = date(1899, 12, 30)
"""Day 0 of the 1900 date system for every serial from 1900-03-01 on (the system has a 29 Feb 1900 that never was)."""
_SERIALS = range(61, 73415)
_YEARS = range(1900, 2101)
_TIME = r"[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?"
_FORMS = (
    re.compile(rf"(?P<y>\d{{4}})[-/.](?P<m>\d{{1,2}})[-/.](?P<d>\d{{1,2}})(?:{_TIME})?"),
    re.compile(r"(?P<y>\d{4})年(?P<m>\d{1,2})月(?P<d>\d{1,2})[日号]?(?: ?\d{1,2}:\d{2}(?::\d{2})?)?"),
    re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})"),
    re.compile(r"(?P<y>\d{4})年(?P<m>\d{1,2})月"),
    re.compile(r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})"),
)
_SERIAL = re.compile(r"\d{2,5}(?:\.\d+)?")


def to_day(text: str) -> date | str:
    """Read a day.

    Parameters
    ----------
    text : str
        ISO day or time, ``2024/3/5``, ``2024年3月5日``, ``20240305``, a month (its first day counts), or a
        spreadsheet serial of the 1900 system.

    Returns
    -------
    datetime.date or str
        The day, or why it is none.

    Examples
    --------
    >>> to_day("1990年1月"), to_day("45356"), to_day("2024-03-05T10:00:00")
    (datetime.date(1990, 1, 1), datetime.date(2024, 3, 5), datetime.date(2024, 3, 5))
    >>> to_day("2023-02-30")
    '2023-02-30 is not in the calendar'
    """
    compact = text.replace(" 年", "年").replace("年 ", "年").replace("月 ", "月")
    parts = next((hit.groupdict() for form in _FORMS if (hit := form.fullmatch(compact))), None)
    if parts is not None:
        try:
            day = date(int(parts["y"]), int(parts["m"]), int(parts.get("d") or 1))
        except ValueError:
            return f"{text} is not in the calendar"
        return day if day.year in _YEARS else f"{text} is not between {_YEARS[0]} and {_YEARS[-1]}"
    if _SERIAL.fullmatch(text) and int(float(text)) in _SERIALS:
        return _SERIAL_ZERO + timedelta(days=int(float(text)))
    return f"{text!r} is not a day (write 2024-03-05)"
