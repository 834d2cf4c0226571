"""Write the audit into a file."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from sqlalchemy import Engine

from gridgov.errors import InputError
from gridgov.storage.audit import AuditFilter, AuditRow, list_audit

_PAGE = 1000


def export_audit(engine: Engine, file: Path, wanted: AuditFilter | None = None) -> int:
    """Write the audit into a file, the newest row first.

    Parameters
    ----------
    engine : sqlalchemy.Engine
        The database.
    file : pathlib.Path
        File to make: ``.csv`` or ``.jsonl``.
    wanted : AuditFilter, optional
        Which rows; all unless given.

    Returns
    -------
    int
        Rows written.

    Raises
    ------
    InputError
        When the ending is another one.
    """
    writers = {".csv": _write_csv, ".jsonl": _write_lines}
    if file.suffix not in writers:
        raise InputError(f"The audit is written as {' or '.join(writers)}, not {file.suffix or 'without an ending'}.")
    return writers[file.suffix](file, _iterate(engine, wanted or AuditFilter()))


def _iterate(engine: Engine, wanted: AuditFilter) -> Iterator[AuditRow]:
    before = wanted.before
    while True:
        with engine.connect() as connection:
            page = list_audit(connection, AuditFilter(**{**asdict(wanted), "before": before}), limit=_PAGE)
        yield from page
        if len(page) < _PAGE:
            return
        before = page[-1].audit_id


def _write_csv(file: Path, rows: Iterator[AuditRow]) -> int:
    count = 0
    with file.open("w", encoding="utf-8-sig", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(["audit_id", "at", "actor", "act", "object", "facts"])
        for row in rows:
            facts = json.dumps(dict(row.facts), ensure_ascii=False)
            texts = [_no_formula(text) for text in (row.actor, row.act, row.object, facts)]
            writer.writerow([row.audit_id, row.at.isoformat(), *texts])
            count += 1
    return count


def _no_formula(text: str) -> str:
    """Keep a spreadsheet from taking a text for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _write_lines(file: Path, rows: Iterator[AuditRow]) -> int:
    count = 0
    with file.open("w", encoding="utf-8") as opened:
        for row in rows:
            opened.write(json.dumps({**asdict(row), "at": row.at.isoformat()}, ensure_ascii=False) + "\n")
            count += 1
    return count
