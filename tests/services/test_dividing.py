"""Dividing what is stored: one transaction, judged before it is stored, and its checks read from what was found."""

from __future__ import annotations

import dataclasses

import geopandas as gpd
import pytest
from shapely import affinity
from sqlalchemy import Engine, text

from gridgov.core.quality import find_problems
from gridgov.errors import ConflictError, InputError
from gridgov.services.checking import list_places, read_checks
from gridgov.services.dividing import add_problems, divide_stored, read_ground, save_judged
from gridgov.services.rules import read_rules
from gridgov.storage.engine import make_engine
from gridgov.storage.features.plans import PlanHead, get_plan
from gridgov.storage.layers import write_layer
from gridgov.storage.plans import read_plan
from tests.core.town import make_town

pytestmark = pytest.mark.postgis
EAST_M, NORTH_M = 492_810.0, 2_516_853.0
JUDGED = ("disconnected", "gap", "overlap")


@pytest.fixture(scope="module")
def town(engine: Engine) -> Engine:
    """A town of two communities, stored."""
    buildings, communities, barriers = make_town(5)
    barriers = barriers.assign(barrier_id=[f"R{number}" for number in range(len(barriers))])
    with engine.begin() as connection:
        for name, layer in (("communities", communities), ("buildings", buildings), ("barriers", barriers)):
            write_layer(connection, name, _move(layer))
    return engine


def _move(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return layer.set_geometry(layer.geometry.map(lambda shape: affinity.translate(shape, EAST_M, NORTH_M)))


def _head(engine: Engine, plan_id: str) -> PlanHead:
    with engine.connect() as connection:
        head = get_plan(connection, plan_id)
    assert head is not None
    return head


def test_a_plan_is_stored_with_what_is_wrong_in_it(town: Engine) -> None:
    plan = divide_stored(town, "first", seed=3)
    with town.connect() as connection:
        ground = read_ground(connection)
        stored = read_plan(connection, "first")["findings"]
        acts = connection.execute(text("SELECT facts FROM gridgov.audit WHERE object = 'plan:first'")).scalars().all()
    judged = find_problems(
        plan.cells, plan.atoms, ground["communities"], ground["barriers"], rules=read_rules().quality
    )
    assert len(judged) > 0, "the town has a group of the wrong size"
    found = set(zip(stored["layer"], stored["row_id"], stored["rule"], strict=True))
    assert found >= set(zip(judged["layer"], judged["row_id"], judged["rule"], strict=True))
    assert len(stored) == len(plan.findings)
    assert [facts["clusters"] for facts in acts] == [len(plan.clusters)]
    with town.connect() as connection:
        checks = {
            row["check"]: row["count"] for row in read_checks(connection, _head(town, "first"), "administrator")
        }
    assert {check: checks[check] for check in JUDGED} == dict.fromkeys(JUDGED, 0)


def test_broken_ground_is_seen_in_the_checks(town: Engine) -> None:
    rules = read_rules()
    plan = divide_stored(town, "whole", seed=3)
    hole = int(plan.cells.geometry.area.argmax())
    shapes = plan.cells.geometry.copy()
    shapes.iloc[hole] = shapes.iloc[hole].buffer(-0.5)
    over = (hole + 1) % len(shapes)
    shapes.iloc[over] = shapes.iloc[over].buffer(0.4)
    broken = dataclasses.replace(plan, cells=plan.cells.set_geometry(shapes))
    with town.begin() as connection:
        ground = read_ground(connection)
        found = add_problems(broken, ground, rules)
        save_judged(connection, "broken", found, name="broken", rules=rules)
        count = found.findings.groupby(["layer", "rule"]).size()
        head = get_plan(connection, "broken")
        checks = {row["check"]: row for row in read_checks(connection, head, "analyst")}
        for check, layer in (("gap", "communities"), ("overlap", "cells")):
            assert checks[check]["count"] == count[(layer, check)] > 0, check
            places = list_places(connection, head, check, "analyst", 100, 0)
            assert len(places) == checks[check]["count"]
            assert sum(place["amount"] for place in places) == pytest.approx(checks[check]["amount"])
            assert all(place["kind"] == "community" and place["bounds"] for place in places)
        lost = shapes.iloc[hole].buffer(0.5).area - shapes.iloc[hole].area
        assert checks["gap"]["amount"] == pytest.approx(lost, rel=0.2)


def test_a_plan_that_nobody_judged_says_nothing_of_gaps(town: Engine) -> None:
    divide_stored(town, "old", seed=3)
    with town.begin() as connection:
        connection.execute(text("UPDATE gridgov.plan SET scheme = scheme - 'judged' WHERE plan_id = 'old'"))
        checks = {row["check"] for row in read_checks(connection, get_plan(connection, "old"), "administrator")}
    assert not checks & set(JUDGED) and "too-small" in checks


def test_all_or_nothing(town: Engine) -> None:
    divide_stored(town, "kept", seed=1)
    with pytest.raises(ConflictError, match="a draft plan 'kept' already"):
        divide_stored(town, "kept", seed=2)
    with town.connect() as connection:
        acts = connection.execute(text("SELECT count(*) FROM gridgov.audit WHERE object = 'plan:kept'")).scalar_one()
        seed = connection.execute(text("SELECT seed FROM gridgov.plan WHERE plan_id = 'kept'")).scalar_one()
    assert (acts, seed) == (1, 1)
    divide_stored(town, "kept", seed=2, replace=True)
    assert _head(town, "kept").scheme["judged"] is True


def test_nothing_to_divide(cluster, migrated_template: str) -> None:
    cluster.make_database("nothing_to_divide", template=migrated_template)
    bare = make_engine(cluster.url("nothing_to_divide"))
    with pytest.raises(InputError, match="no communities"):
        divide_stored(bare, "x")
    bare.dispose()
