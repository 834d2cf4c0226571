"""Imports and the audit are records: they add up and are not rewritten."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import uuid4

import numpy as np
import pytest
import shapely
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from gridgov.core.findings import COLUMNS, make_findings
from gridgov.errors import InputError, NotFoundError
from gridgov.storage.audit import list_audit, write_audit
from gridgov.storage.imports import ImportRun, list_imports, read_import, write_import

RUN = ImportRun(
    uuid4(), "buildings", "楼栋.gpkg", "ab" * 32, "EPSG:4547", 10, 7, 2, 1, datetime(2026, 1, 2, 3, 4, 5, 678, UTC)
)


def test_an_import_comes_back_with_its_findings(connection: Connection) -> None:
    findings = make_findings(
        "buildings", ["B1", "B2"], "zero-area", "error", "0 m2", "draw it", [shapely.Point(1, 2), None], 4490
    )
    write_import(connection, RUN, findings)
    run, back = read_import(connection, RUN.import_id)
    assert run == RUN
    assert list(back.columns) == list(COLUMNS)
    assert back.row_id.tolist() == ["B1", "B2"]
    assert back.geometry[0] == shapely.Point(1, 2) and back.geometry[1] is None


def test_imports_are_listed_newest_first(connection: Connection) -> None:
    later = replace(RUN, import_id=uuid4(), at=datetime(2026, 2, 1, tzinfo=UTC), layer="shelters", crs=None)
    write_import(connection, RUN)
    write_import(connection, later)
    assert list_imports(connection) == [later, RUN]
    assert list_imports(connection, "buildings") == [RUN]
    with pytest.raises(NotFoundError, match="There is no import"):
        read_import(connection, uuid4())


def test_counts_must_add_up(connection: Connection) -> None:
    with pytest.raises(InputError, match="a row of import_run: the value of its counts is not allowed"):
        write_import(connection, replace(RUN, accepted=8))


def test_the_audit_holds_any_facts_newest_first(connection: Connection) -> None:
    write_audit(
        connection, "chen", "plan-published", "p", {"on": date(2026, 1, 1), "rows": np.int64(3), "名": "方案"}
    )
    write_audit(connection, "chen", "signed-in", "7")
    first, second = list_audit(connection)
    assert (second.actor, second.act, second.object) == ("chen", "plan-published", "p")
    assert second.facts == {"on": "2026-01-01", "rows": 3, "名": "方案"}
    assert (first.act, first.facts) == ("signed-in", {})
    assert first.at.tzinfo is not None
    assert list_audit(connection, act="signed-in") == [first]
    assert list_audit(connection, subject="p") == [second]
    assert list_audit(connection, before=first.audit_id) == [second]


@pytest.mark.parametrize(
    "attempt", ["UPDATE gridgov.audit SET actor = 'x'", "DELETE FROM gridgov.audit", "TRUNCATE gridgov.audit"]
)
def test_the_audit_is_append_only(connection: Connection, attempt: str) -> None:
    write_audit(connection, "chen", "signed-in", "7")
    with pytest.raises(IntegrityError, match="history"), connection.begin_nested():
        connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        connection.execute(text(attempt))
    assert len(list_audit(connection)) == 1
