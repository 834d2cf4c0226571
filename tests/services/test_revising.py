"""A plan in the database is continued: revised after the ground changed, or taken in from files."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from gridgov.core.plans import Plan
from gridgov.errors import ConflictError, InputError
from gridgov.services.dividing import divide_stored
from gridgov.services.exporting import export_plan
from gridgov.services.revising import revise_stored, take_plan
from gridgov.storage.plan_files import read_plan as read_plan_files
from gridgov.storage.plan_files import write_plan
from gridgov.storage.plans import read_plan
from gridgov.storage.revision_files import read_steps

from .test_dividing import town

__all__ = ["town"]
pytestmark = pytest.mark.postgis


def assignment(engine: Engine, plan_id: str) -> dict[str, str]:
    with engine.connect() as connection:
        atoms = read_plan(connection, plan_id)["atoms"]
    return dict(zip(atoms["atom_id"], atoms["cluster_id"], strict=True))


def test_a_stored_plan_is_revised_with_the_fewest_moves(town: Engine, tmp_path: Path) -> None:
    divide_stored(town, "2026")
    same = revise_stored(town, "again", "2026")
    assert same.steps == [] and same.summary["kept_ratio"] == 1.0
    assert assignment(town, "again") == assignment(town, "2026")

    with town.begin() as connection:
        gone = connection.execute(text("SELECT min(building_id) FROM gridgov.building")).scalar()
        connection.execute(text("DELETE FROM gridgov.building WHERE building_id = :one"), {"one": gone})
    made = revise_stored(town, "2027", "2026", out=tmp_path / "why")
    assert made.summary["kept_ratio"] > 0.95
    assert gone not in set(made.plan.atoms["building_id"])
    assert assignment(town, "2027") == dict(
        zip(made.plan.atoms["atom_id"], made.plan.atoms["cluster_id"], strict=True)
    )
    assert len(read_steps(tmp_path / "why")) == made.summary["steps"] > 0
    with pytest.raises(ConflictError, match="draft plan '2027' already"):
        revise_stored(town, "2027", "2026")
    with town.connect() as connection:
        facts = connection.execute(text("SELECT facts FROM gridgov.audit WHERE object = 'plan:2027'")).scalar_one()
    assert facts["from"] == "2026"


def test_a_revision_whose_files_cannot_be_written_is_not_stored(town: Engine, tmp_path: Path) -> None:
    divide_stored(town, "base")
    (tmp_path / "why" / "steps.json").mkdir(parents=True)
    with pytest.raises(OSError, match=r"steps\.json"):
        revise_stored(town, "unwritten", "base", out=tmp_path / "why")
    left = "SELECT plan_id FROM gridgov.plan UNION ALL SELECT object FROM gridgov.audit WHERE act = 'revise'"
    with town.connect() as connection:
        assert not [row for row in connection.execute(text(left)).scalars() if "unwritten" in row]


@pytest.mark.parametrize("key", ["", " ", "a ", "a/b", "a\x1b[2J", "x" * 101])
def test_a_key_that_nobody_could_type_is_refused(town: Engine, tmp_path: Path, key: str) -> None:
    for make in (
        lambda: divide_stored(town, key),
        lambda: revise_stored(town, key, "2026"),
        lambda: take_plan(town, key, tmp_path),
    ):
        with pytest.raises(InputError, match="key of a plan cannot be"):
            make()


def test_a_plan_made_on_files_becomes_a_draft(town: Engine, tmp_path: Path) -> None:
    divide_stored(town, "stored")
    export_plan(town, "stored", tmp_path / "plan")
    taken = take_plan(town, "taken", tmp_path / "plan")
    assert assignment(town, "taken") == assignment(town, "stored")
    assert {"cells", "atoms"} <= set(Plan.__dataclass_fields__) and len(taken.clusters)

    plan = read_plan_files(tmp_path / "plan")
    strange = plan.cells.assign(community_id="X")
    write_plan(Plan(**{**plan.__dict__, "cells": strange}), tmp_path / "strange")
    with pytest.raises(InputError, match="not stored: X"):
        take_plan(town, "strange", tmp_path / "strange")
