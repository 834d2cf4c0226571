"""Rows that could not be taken go back to the sender: a workbook with the reason on each row and cell."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from gridgov.core.findings_sent import NAMES
from gridgov.core.tidying import TidyResult

_NO_CLOCK = datetime(2000, 1, 1)
_MOST_ROWS = 1_048_000
IN_CHINESE = {rule: chinese for rule, (chinese, _) in NAMES.items()}
"""What each rule is called for the sender."""
_HEAD = ("行号 row", "处理 outcome", "原因 reason")


def write_fault_workbook(result: TidyResult, path: Path) -> Path:
    """Write the rows with a fault as they were sent, the reason beside each and the cell at fault coloured.

    Every cell is written as text, so codes keep all their digits and nothing evaluates as a formula.

    Parameters
    ----------
    result : TidyResult
        What became of a file.
    path : pathlib.Path
        The workbook, replaced when it exists.

    Returns
    -------
    pathlib.Path
        `path`.
    """
    import xlsxwriter  # slow to import, and most runs write no workbook

    path.parent.mkdir(parents=True, exist_ok=True)
    half_made = path.with_name(f".{path.name}.part")
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(half_made), options) as book:
        book.set_properties({"title": "gridgov import", "created": _NO_CLOCK})
        faults = result.faults
        for part in range(0, max(len(result.refused), 1), _MOST_ROWS):
            sheet = book.add_worksheet("rows" if part == 0 else f"rows {part // _MOST_ROWS + 1}")
            _write_rows(book, sheet, result.refused.iloc[part : part + _MOST_ROWS], faults)
        _write_faults(book, faults)
    half_made.replace(path)
    return path


def _write_rows(book: Any, sheet: Any, rows: pd.DataFrame, faults: pd.DataFrame) -> None:
    bold, wrong = book.add_format({"bold": True}), book.add_format({"bg_color": "#FCE4D6"})
    columns = [str(name) for name in rows.columns]
    for number, name in enumerate((*_HEAD, *columns)):
        sheet.write_string(0, number, name, bold)
    sheet.freeze_panes(1, len(_HEAD))
    sheet.set_column(2, 2, 60)
    here = faults[faults["row"].isin(rows.index)]
    reasons = _say_reasons(here).groupby(here["row"], sort=False).agg("\n".join).to_dict()
    refused = set(here.loc[here["severity"] == "error", "row"])
    places = {row: number for number, row in enumerate(rows.index, start=1)}
    at_fault = {
        (places[row], columns.index(name))
        for row, name in zip(here["row"], here["column"], strict=True)
        if name in columns
    }
    for number, (row, cells) in enumerate(zip(rows.index, rows.itertuples(index=False, name=None), strict=True), 1):
        sheet.write_number(number, 0, row)
        sheet.write_string(number, 1, "退回 refused" if row in refused else "已收，有疑问 accepted, doubtful")
        sheet.write_string(number, 2, reasons.get(row, "")[:32000])
        for place, cell in enumerate(cells):
            shown = "" if cell is None or cell is pd.NA or cell != cell else str(cell)[:32000]
            if shown or (number, place) in at_fault:
                sheet.write_string(number, len(_HEAD) + place, shown, wrong if (number, place) in at_fault else None)


def _say_reasons(faults: pd.DataFrame) -> pd.Series:
    """Say each fault in Chinese and English: the rule, the column, what was seen, what to do."""
    column = np.where(faults["column"].notna(), faults["column"].astype(str) + ": ", "")
    chinese = faults["rule"].map(IN_CHINESE).fillna("").astype(str)
    text = chinese + " | " + column + faults["detail"].astype(str) + ". " + faults["action"].astype(str)
    return pd.Series(text, index=faults.index, dtype=object)


def _write_faults(book: Any, faults: pd.DataFrame) -> None:
    sheet = book.add_worksheet("faults")
    bold = book.add_format({"bold": True})
    for place, name in enumerate(faults.columns):
        sheet.write_string(0, place, str(name), bold)
    for number, line in enumerate(faults.head(_MOST_ROWS).itertuples(index=False, name=None), start=1):
        for place, cell in enumerate(line):
            sheet.write_string(number, place, "" if cell is None or cell != cell else str(cell)[:32000])
