"""Excel workbooks as offices fill them: title rows, merged headers, note rows and totals, codes kept as written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import python_calamine as calamine

from gridgov.core.layers import Layer
from gridgov.errors import InputError
from gridgov.storage.files.layer_file import LayerFile
from gridgov.storage.files.places import make_places
from gridgov.storage.files.sheets import find_header, is_remark, make_names

_HEAD = 20
_MOST_MERGED = 200_000
Grid = list[list[Any]]


def read_workbook(file: Path, table: str | None, layer: Layer | None, extra: frozenset[str]) -> LayerFile:
    """Read one sheet of a workbook.

    Parameters
    ----------
    file : pathlib.Path
        The workbook.
    table : str or None
        Name of the sheet; else the first that is visible and not empty.
    layer : Layer or None
        What it is to become; its column names tell the header row.
    extra : frozenset of str
        Further names that a header may hold.

    Returns
    -------
    LayerFile
        Cells as the workbook holds them; the index is the sheet's row number.

    Raises
    ------
    InputError
        When it cannot be read or has no such sheet.
    """
    try:
        with calamine.CalamineWorkbook.from_path(str(file)) as book:
            name, others = _choose_sheet(book, table, file.name)
            grid = _read_grid(book.get_sheet_by_name(name))
    except InputError:
        raise
    except Exception as cause:
        raise InputError(f"{file.name} cannot be read as a workbook: {cause}", path=str(file)) from cause
    frame, remarks = _make_table(grid, layer, extra)
    if others:
        remarks.append(("other-sheets", f"sheet {name!r} was read; not read: {', '.join(others)}"))
    places, faults = make_places(frame)
    return LayerFile(places, "Excel", faults=faults, remarks=remarks)


def _choose_sheet(book: calamine.CalamineWorkbook, table: str | None, source: str) -> tuple[str, list[str]]:
    visible = [m.name for m in book.sheets_metadata if m.visible == calamine.SheetVisibleEnum.Visible]
    if table is not None:
        if table not in book.sheet_names:
            raise InputError(f"{source} has no sheet {table!r}; it has {', '.join(book.sheet_names)}.", path=source)
        return table, []
    full = [name for name in visible if book.get_sheet_by_name(name).total_height > 0]
    if not full:
        raise InputError(f"{source} has no sheet with rows.", path=source)
    return full[0], full[1:]


def _read_grid(sheet: calamine.CalamineSheet) -> Grid:
    """Read all cells, merged ones repeated: a merged header or code means every row and column it spans."""
    grid: Grid = sheet.to_python(skip_empty_area=False)
    budget = _MOST_MERGED
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        budget -= (bottom - top + 1) * (right - left + 1)
        if budget < 0:
            break
        value = grid[top][left] if top < len(grid) and left < len(grid[top]) else ""
        for row in grid[top : bottom + 1]:
            row[left : min(right + 1, len(row))] = [value] * (min(right + 1, len(row)) - left)
    return grid


def _make_table(grid: Grid, layer: Layer | None, extra: frozenset[str]) -> tuple[pd.DataFrame, list[tuple[str, str]]]:
    header = find_header(grid[:_HEAD], layer, extra)
    names = make_names(grid[header])
    body = grid[header + 1 :]
    filled = [any(cell != "" for cell in row) for row in body]
    remark = [full and (is_remark(row) or _is_banner(row)) for full, row in zip(filled, body, strict=True)]
    keep = [number for number, (full, left) in enumerate(zip(filled, remark, strict=True)) if full and not left]
    rows = [[_as_cell(cell) for cell in body[number]] for number in keep]
    frame = pd.DataFrame(rows, columns=names, dtype=object)
    frame.index = pd.Index([header + 2 + number for number in keep], name="row", dtype="int64")
    spare = [name for name in names if name.startswith("column ") and frame[name].isna().all()]
    left = [str(header + 2 + number) for number, is_left in enumerate(remark) if is_left]
    remarks = [("total-or-note", f"rows left out as totals or notes: {', '.join(left[:50])}")] if left else []
    return frame.drop(columns=spare), remarks


def _is_banner(row: list[Any]) -> bool:
    """Whether a row is one text merged over the whole width of a table of three columns or more."""
    return len(row) >= 3 and isinstance(row[0], str) and row[0] != "" and all(cell == row[0] for cell in row)


def _as_cell(cell: Any) -> Any:
    """Undo what the reader makes of a cell: empty text is missing, every number is the float the workbook holds."""
    if cell == "" and isinstance(cell, str):
        return None
    return float(cell) if isinstance(cell, int) and not isinstance(cell, bool) else cell
