"""Header rows, notes and totals of sheets that people made for people."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gridgov.core.layers import Layer
from gridgov.core.tidying.headers import recognise_columns

_TOTAL = re.compile(
    r"\s*(?:合\s*计|总\s*计|小\s*计|累\s*计|total|subtotal|grand total|sum)\s*[:：]?\s*", re.IGNORECASE
)
_NOTE = re.compile(
    r"\s*(?:注|备注|说明|填表说明|填表人|制表人|审核人|填报单位|填表日期|note|remark)s?\s*\d*\s*[:：].*",
    re.IGNORECASE,
)


def count_known(cells: Sequence[object], layer: Layer | None, extra: frozenset[str]) -> int:
    """Count the cells that are names of a layer's columns.

    Parameters
    ----------
    cells : sequence
        One row of a sheet.
    layer : Layer or None
        The layer.
    extra : frozenset of str
        Further names.

    Returns
    -------
    int
        How many.
    """
    texts = [str(cell).strip().strip('"') for cell in cells if cell not in (None, "")]
    known = 0 if layer is None else len(recognise_columns(texts, layer))
    return known + len(extra.intersection(texts))


def find_header(rows: Sequence[Sequence[object]], layer: Layer | None, extra: frozenset[str]) -> int:
    """Find the header row of a sheet.

    The row with most known names; without any, the first with at least two different texts that fills most of the
    width.

    Parameters
    ----------
    rows : sequence of sequence
        The first rows of the sheet.
    layer : Layer or None
        What the rows below are to become.
    extra : frozenset of str
        Further names that a header may hold.

    Returns
    -------
    int
        Position of the header row.
    """
    known = [count_known(row, layer, extra) for row in rows]
    different = [len({str(cell) for cell in row if cell not in (None, "")}) for row in rows]
    best = max(range(len(rows)), key=lambda number: (known[number], different[number], -number))
    if known[best]:
        return best
    width = max(different, default=0)
    return next((n for n, count in enumerate(different) if count >= 2 and count >= 0.6 * width), 0)


def make_names(cells: Sequence[object]) -> list[str]:
    """Make a column name from each header cell: blanks trimmed, empty ones numbered, repeated ones told apart.

    Parameters
    ----------
    cells : sequence
        The header row.

    Returns
    -------
    list of str
        Distinct names.

    Examples
    --------
    >>> make_names(["名称", None, "名称"])
    ['名称', 'column 2', '名称.2']
    """
    names: list[str] = []
    for number, cell in enumerate(cells, start=1):
        text = "" if cell is None or cell != cell else re.sub(r"\s+", "", str(cell)) if _is_cjk(cell) else str(cell)
        name = text.strip() or f"column {number}"
        again = 2
        while name in names:
            name, again = f"{text.strip()}.{again}", again + 1
        names.append(name)
    return names


def is_remark(cells: Sequence[object]) -> bool:
    """Return whether a row is a total or a note and no record.

    Parameters
    ----------
    cells : sequence
        One row.

    Returns
    -------
    bool
        True for a first filled cell like ``合计`` or ``注：…``.
    """
    first = next((str(cell) for cell in cells if cell not in (None, "")), "")
    return bool(_TOTAL.fullmatch(first) or _NOTE.fullmatch(first))


def _is_cjk(cell: object) -> bool:
    return any("\u4e00" <= char <= "\u9fff" for char in str(cell))
