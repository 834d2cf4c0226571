"""The tables of a report as an Excel workbook in which nothing is ever a formula."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xlsxwriter

from gridgov.core.indicators import CATALOGUE
from gridgov.reports.findings import say_plainly
from gridgov.reports.tables import Table
from gridgov.reports.words import Speaker

_RATES = frozenset((*CATALOGUE, "value_ratio", "target_ratio"))
_METRES = frozenset(("distance_m", "mean_m", "farthest_m"))
_LABELS = {
    "english": ("指标（英文）", "Indicator"),
    "chinese": ("指标", "Indicator (Chinese)"),
    "numerator": ("分子", "Numerator"),
    "denominator": ("分母", "Denominator"),
    "unit_chinese": ("分母单位", "Of (Chinese)"),
    "unit_english": ("分母单位（英文）", "Of"),
    "value_ratio": ("完成值", "Value"),
    "target_ratio": ("目标", "Target"),
}
_LEFT_OUT = frozenset(("indicator", "level", "division_id", "at_least", "about"))
_WIDEST = 60


def write_workbook(path: Path, tables: Mapping[str, Table], about: list[tuple[str, str]], speaker: Speaker) -> None:
    """Write every table as a sheet, headers frozen and filtered.

    Parameters
    ----------
    path : pathlib.Path
        File to write.
    tables : mapping of str to Table
        Tables in the order of the sheets.
    about : list of (str, str)
        Lines of the last sheet: what a reader must know.
    speaker : Speaker
        Language of headers and words.
    """
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"title": about[0][1] if about else "gridgov"})
        looks = _make_looks(book)
        for table in tables.values():
            _write_table(book, table, speaker, looks)
        _write_about(book, about, speaker, looks)


def _make_looks(book: Any) -> dict[str, Any]:
    font = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "top"}
    head = {
        **font,
        "bold": True,
        "bg_color": "#1f3f57",
        "font_color": "#ffffff",
        "text_wrap": True,
        "valign": "vcenter",
    }
    return {
        "head": book.add_format(head),
        "title": book.add_format({**font, "bold": True, "font_size": 14}),
        "text": book.add_format(font),
        "wrap": book.add_format({**font, "text_wrap": True}),
        "count": book.add_format({**font, "num_format": "#,##0"}),
        "number": book.add_format({**font, "num_format": "#,##0.0##"}),
        "ratio": book.add_format({**font, "num_format": "0.0%"}),
    }


def _write_table(book: Any, table: Table, speaker: Speaker, looks: Mapping[str, Any]) -> None:
    sheet = book.add_worksheet(speaker.text(table.chinese, table.english)[:31].strip())
    frame = table.frame.drop(columns=[name for name in table.frame if name in _LEFT_OUT])
    if table.name == "findings":
        frame = _say_findings(frame, speaker)
    for at, name in enumerate(frame):
        label = _label(str(name), speaker)
        sheet.write_string(0, at, label, looks["head"])
        widest = _write_column(sheet, at, str(name), frame[name], speaker, looks)
        sheet.set_column(at, at, min(max(widest, min(_width(label), 16)) + 2, _WIDEST))
    sheet.set_row(0, 32)
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(len(frame), 1), len(frame.columns) - 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _say_findings(frame: pd.DataFrame, speaker: Speaker) -> pd.DataFrame:
    columns = [frame[name].tolist() for name in ("rule", "detail", "action")]
    said = [say_plainly(rule, detail, action, speaker) for rule, detail, action in zip(*columns, strict=True)]
    return frame.assign(detail=[one.seen for one in said], action=[one.advice for one in said])


def _write_column(
    sheet: Any, at: int, name: str, column: pd.Series, speaker: Speaker, looks: Mapping[str, Any]
) -> int:
    widest = 0
    for row, value in enumerate(column.tolist(), start=1):
        if value is None or value is pd.NA or (isinstance(value, float) and not np.isfinite(value)):
            continue
        if isinstance(value, bool | np.bool_):
            text = speaker.label("yes" if value else "no")
        elif isinstance(value, int | float | np.number):
            sheet.write_number(row, at, float(value), looks[_look(name, float(value))])
            widest = max(widest, 9)
            continue
        else:
            text = speaker.label(str(value))
        sheet.write_string(row, at, text, looks["text"])
        widest = max(widest, _width(text))
    return widest


def _look(name: str, value: float) -> str:
    if name in _RATES:
        return "ratio"
    return "count" if value.is_integer() or name in _METRES else "number"


def _label(name: str, speaker: Speaker) -> str:
    if name in CATALOGUE:
        return speaker.text(CATALOGUE[name].chinese, CATALOGUE[name].english)
    return speaker.text(*_LABELS[name]) if name in _LABELS else speaker.label(name)


def _width(text: str) -> int:
    return sum(2 if ord(letter) > 0x2E80 else 1 for letter in text)


def _write_about(book: Any, about: list[tuple[str, str]], speaker: Speaker, looks: Mapping[str, Any]) -> None:
    sheet = book.add_worksheet(speaker.text("说明", "About"))
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 100)
    for row, (label, text) in enumerate(about):
        sheet.write_string(row, 0, label, looks["title" if row == 0 else "text"])
        sheet.write_string(row, 1, text, looks["title" if row == 0 else "wrap"])
