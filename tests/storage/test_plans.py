"""A plan is a draft until it is published; then it is history, whoever writes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date

import pandas as pd
import pytest
from geopandas.testing import assert_geodataframe_equal
from pandas.testing import assert_frame_equal
from shapely import coverage_is_valid, hausdorff_distance
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import IntegrityError

from gridgov.core.plans import FRAMES, Plan
from gridgov.errors import ConflictError, InputError, NotFoundError
from gridgov.storage.assignments import read_assignments, write_assignments
from gridgov.storage.figures import write_figures
from gridgov.storage.frames import write_frame
from gridgov.storage.plans import (
    drop_plan,
    find_published,
    get_plan,
    list_plans,
    read_plan,
    save_plan,
    set_published,
)
from gridgov.storage.tables import PLAN_CHILDREN, plan_cell

from .town import make_plan

DAY = date(2026, 1, 1)
ASSIGNED = {
    "rentals": pd.DataFrame({"rental_house_id": ["R"], "cluster_id": ["k"], "section_id": ["s"], "grid_id": ["g"]}),
    "households": pd.DataFrame({"household_id": ["H"], "cluster_id": ["k"], "section_id": ["s"], "grid_id": ["g"]}),
    "liaisons": pd.DataFrame({"section_id": ["s", "t"], "liaison_id": ["L", None], "distance_m": [12.5, None]}),
    "shelters": pd.DataFrame(
        {
            "cluster_id": ["k", "k"],
            "shelter_id": ["S", None],
            "people": [40, 3],
            "distance_m": [80.0, None],
            "reason": [None, "beyond reach"],
        }
    ),
}


FIGURES = pd.DataFrame({"level": ["cluster"], "group_id": ["k"], "figure": ["rental_houses"], "value": [12]})


@pytest.fixture
def published(connection: Connection, plan_frames: dict[str, pd.DataFrame]) -> Connection:
    """A connection with one published plan `p` that has rows in every table."""
    save_plan(connection, "p", plan_frames, name="方案", seed=3, scheme={"name": "bj15"}, profile={"target": 50})
    write_assignments(connection, "p", ASSIGNED)
    write_figures(connection, "p", FIGURES)
    set_published(connection, "p", DAY)
    return connection


def test_a_plan_comes_back_as_it_went(connection: Connection, plan_frames: dict[str, pd.DataFrame]) -> None:
    shuffled = {key: frame.sample(frac=1, random_state=0) for key, frame in plan_frames.items() if key != "findings"}
    save_plan(connection, "p", {**plan_frames, **shuffled}, name="方案", seed=3, scheme={"name": "bj15"})
    back = read_plan(connection, "p")
    assert list(back) == list(FRAMES)
    assert Plan(**back).cells.crs == "EPSG:4547"
    for key in FRAMES:
        given, stored = plan_frames[key], back[key]
        if "geometry" not in given:
            assert_frame_equal(stored, given, check_like=True)
            continue
        assert hausdorff_distance(stored.geometry.to_numpy(), given.geometry.to_numpy()).max() < 1e-6
        plain = given.drop(columns="geometry")
        assert_frame_equal(pd.DataFrame(stored.drop(columns="geometry")), pd.DataFrame(plain), check_like=True)
    assert coverage_is_valid(back["cells"].geometry.to_numpy())
    head = get_plan(connection, "p")
    assert (head.name, head.status, head.seed, head.scheme, head.profile) == (
        "方案",
        "draft",
        3,
        {"name": "bj15"},
        {},
    )


def test_a_plan_without_findings_and_in_another_system(
    connection: Connection, plan_frames: dict[str, pd.DataFrame]
) -> None:
    save_plan(connection, "p", {**plan_frames, "findings": plan_frames["findings"].iloc[:0]}, name="p")
    back = read_plan(connection, "p", crs=4490)
    assert len(back["findings"]) == 0
    assert_geodataframe_equal(back["cells"], plan_frames["cells"].to_crs(4490), check_like=True)


def test_a_missing_table_or_system_is_named(connection: Connection, plan_frames: dict[str, pd.DataFrame]) -> None:
    with pytest.raises(InputError, match="grids"):
        save_plan(connection, "p", {key: frame for key, frame in plan_frames.items() if key != "grids"}, name="p")
    bare = plan_frames["cells"].set_crs(None, allow_override=True)
    with pytest.raises(InputError, match="coordinate system"):
        save_plan(connection, "p", {**plan_frames, "cells": bare}, name="p")
    with pytest.raises(NotFoundError, match="'p'"):
        read_plan(connection, "p")


def test_a_draft_is_replaced_only_when_told(connection: Connection, plan_frames: dict[str, pd.DataFrame]) -> None:
    save_plan(connection, "p", plan_frames, name="first")
    with pytest.raises(ConflictError, match="draft"):
        save_plan(connection, "p", plan_frames, name="second")
    save_plan(connection, "p", make_plan(cells=4), name="second", replace=True)
    assert len(read_plan(connection, "p")["cells"]) == 4
    drop_plan(connection, "p")
    assert list_plans(connection) == []
    assert _rows(connection) == 0


def test_assignments_come_back_and_are_replaced(connection: Connection, plan_frames: dict[str, pd.DataFrame]) -> None:
    save_plan(connection, "p", plan_frames, name="p")
    further = ASSIGNED["liaisons"].assign(load=2)
    assert write_assignments(connection, "p", {**ASSIGNED, "liaisons": further}) == {
        "rentals": 1, "households": 1, "liaisons": 2, "shelters": 2,
    }  # fmt: skip
    write_assignments(connection, "p", {"rentals": ASSIGNED["rentals"].assign(cluster_id="new")})
    back = read_assignments(connection, "p")
    assert back["rentals"].cluster_id.tolist() == ["new"]
    assert_frame_equal(back["liaisons"], ASSIGNED["liaisons"])
    assert_frame_equal(back["shelters"], ASSIGNED["shelters"])
    with pytest.raises(InputError, match="volunteers"):
        write_assignments(connection, "p", {"volunteers": ASSIGNED["rentals"]})


@pytest.mark.parametrize("table", [table.name for table in PLAN_CHILDREN])
@pytest.mark.parametrize(
    "attempt",
    [
        "INSERT INTO gridgov.{table} ({columns}) SELECT {columns} FROM gridgov.{table}",
        "UPDATE gridgov.{table} SET plan_id = plan_id",
        "DELETE FROM gridgov.{table}",
        "TRUNCATE gridgov.{table} CASCADE",
    ],
)
def test_rows_of_a_published_plan_are_frozen(published: Connection, table: str, attempt: str) -> None:
    columns = ", ".join(_own_columns(published, table))
    before = published.execute(text(f"SELECT count(*) FROM gridgov.{table}")).scalar_one()
    assert before
    # as the owner of the tables; keys are put off so that the guard itself has to answer
    published.execute(text(f"ALTER TABLE gridgov.{table} DROP CONSTRAINT {table}_pk CASCADE"))
    with pytest.raises(IntegrityError, match=r"is published|refused"), published.begin_nested():
        published.execute(text(attempt.format(table=table, columns=columns)))
    assert published.execute(text(f"SELECT count(*) FROM gridgov.{table}")).scalar_one() == before


@pytest.mark.parametrize(
    "attempt",
    [
        "UPDATE gridgov.plan SET name = 'other'",
        "UPDATE gridgov.plan SET status = 'draft', published_from = NULL",
        "UPDATE gridgov.plan SET published_from = published_from - 1",
        "UPDATE gridgov.plan SET published_to = '2026-05-01', name = 'other'",
        "DELETE FROM gridgov.plan",
        "TRUNCATE gridgov.plan CASCADE",
    ],
)
def test_a_published_plan_is_frozen(published: Connection, attempt: str) -> None:
    with pytest.raises(IntegrityError, match=r"is published|refused"), published.begin_nested():
        published.execute(text(attempt))


def test_a_published_plan_is_closed_once(published: Connection) -> None:
    published.execute(text("UPDATE gridgov.plan SET published_to = '2026-05-01'"))
    with pytest.raises(IntegrityError, match="is published"), published.begin_nested():
        published.execute(text("UPDATE gridgov.plan SET published_to = '2026-06-01'"))
    with pytest.raises(IntegrityError, match="is published"), published.begin_nested():
        published.execute(text("UPDATE gridgov.plan SET published_to = NULL"))


def test_rows_cannot_be_moved_into_a_published_plan(
    published: Connection, plan_frames: dict[str, pd.DataFrame]
) -> None:
    save_plan(published, "draft", plan_frames, name="draft")
    published.execute(text("UPDATE gridgov.plan_finding SET finding_id = finding_id + 100 WHERE plan_id = 'draft'"))
    for change in ("plan_id = 'p' WHERE plan_id = 'draft'", "plan_id = 'draft' WHERE plan_id = 'p'"):
        with pytest.raises(IntegrityError, match="is published"), published.begin_nested():
            published.execute(text(f"UPDATE gridgov.plan_finding SET {change}"))


def test_the_store_says_so_in_its_own_words(published: Connection, plan_frames: dict[str, pd.DataFrame]) -> None:
    for attempt in (
        lambda: drop_plan(published, "p"),
        lambda: set_published(published, "p", DAY),
        lambda: save_plan(published, "p", plan_frames, name="p", replace=True),
    ):
        with pytest.raises(ConflictError, match="published"):
            attempt()
    cell = plan_frames["cells"].iloc[:1].assign(plan_id="p", cell_id="new")
    with pytest.raises(ConflictError, match="plan p is published"), published.begin_nested():
        write_frame(published, plan_cell, cell)


def test_a_plan_follows_another_of_the_same_communities_only(
    published: Connection, plan_frames: dict[str, pd.DataFrame]
) -> None:
    save_plan(published, "elsewhere", make_plan("C2"), name="C2")
    assert set_published(published, "elsewhere", date(2026, 2, 1)) == []
    save_plan(published, "next", plan_frames, name="next")
    with pytest.raises(ConflictError, match="later day"):
        set_published(published, "next", date(2025, 12, 1))
    assert set_published(published, "next", date(2026, 3, 1)) == ["p"]
    held = {
        day: sorted(one.plan_id for one in find_published(published, day))
        for day in (date(2025, 12, 31), DAY, date(2026, 2, 28), date(2026, 3, 1))
    }
    assert list(held.values()) == [[], ["p"], ["elsewhere", "p"], ["elsewhere", "next"]]
    save_plan(published, "same-day", plan_frames, name="again")
    assert set_published(published, "same-day", date(2026, 3, 1)) == ["next"]
    assert sorted(one.plan_id for one in find_published(published, date(2026, 3, 1))) == ["elsewhere", "same-day"]


@pytest.fixture
def committed(engine: Engine) -> Iterator[Engine]:
    """The engine, with a committed draft `race`, for tests with two connections."""
    with engine.begin() as connection:
        save_plan(connection, "race", make_plan("C9"), name="race", replace=True)
    yield engine


def test_no_row_slips_in_while_a_plan_is_published(committed: Engine) -> None:
    extra = make_plan("C9")["cells"].iloc[:1].assign(plan_id="race", cell_id="late")
    refused: list[BaseException] = []

    def write_late() -> None:
        try:
            with committed.begin() as late:
                write_frame(late, plan_cell, extra)
        except ConflictError as error:
            refused.append(error)

    with committed.connect() as first:
        first.begin()
        set_published(first, "race", DAY)
        writer = threading.Thread(target=write_late)
        writer.start()
        writer.join(0.3)
        assert writer.is_alive(), "the late row must wait for the publication under way"
        first.commit()
        writer.join(10)
    assert len(refused) == 1
    with committed.connect() as after:
        assert after.execute(text("SELECT count(*) FROM gridgov.plan_cell WHERE plan_id = 'race'")).scalar_one() == 6


def _own_columns(connection: Connection, table: str) -> list[str]:
    query = (
        "SELECT attname FROM pg_attribute WHERE attrelid = CAST(:table AS regclass) AND attnum > 0"
        " AND NOT attisdropped AND attgenerated = '' AND attidentity = ''"
    )
    return list(connection.execute(text(query), {"table": f"gridgov.{table}"}).scalars())


def _rows(connection: Connection) -> int:
    return sum(
        connection.execute(text(f"SELECT count(*) FROM gridgov.{table.name}")).scalar_one() for table in PLAN_CHILDREN
    )
