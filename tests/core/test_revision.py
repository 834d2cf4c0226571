"""Revision: whatever changes, the new plan holds, hardly anybody moves, and every step can be undone."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridgov.core.district import divide_district
from gridgov.core.division import AtomGraph, DivisionRules
from gridgov.core.plans import Plan
from gridgov.core.quality import judge_plan
from gridgov.core.revision import (
    RevisionRules,
    adopt_polygons,
    from_records,
    invert_steps,
    repair_labels,
    replay_steps,
    revise_district,
    revise_labels,
    to_records,
)
from gridgov.core.revision.steps import Add, Merge, Move, Recount, Remove, Split
from gridgov.errors import ConflictError, InputError, NotFoundError

from .town import CRS, SIDE, make_communities, make_town

ASSIGNED = ["atom_id", "households", "cluster_id", "section_id", "grid_id"]
SOME = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@dataclass
class Town:
    buildings: gpd.GeoDataFrame
    communities: gpd.GeoDataFrame
    barriers: gpd.GeoDataFrame

    def divide(self) -> Plan:
        return divide_district(self.buildings, self.communities, self.barriers)

    def revise(self, plan: Plan, **options):
        return revise_district(plan, self.buildings, self.communities, self.barriers, **options)


def a_town(seed=5, **options) -> Town:
    return Town(*make_town(seed, **options))


@functools.cache
def known_town(seed: int) -> tuple[Town, Plan]:
    town = a_town(seed)
    return town, town.divide()


def demolish(town: Town, rng) -> Town:
    keep = rng.random(len(town.buildings)) > 0.1
    return replace(town, buildings=town.buildings[keep].reset_index(drop=True))


def recount(town: Town, rng) -> Town:
    households = town.buildings.households + rng.integers(-8, 9, len(town.buildings)) * (rng.random() < 0.3)
    return replace(town, buildings=town.buildings.assign(households=households.clip(lower=0)))


def build(town: Town, rng) -> Town:
    gone = town.buildings[rng.random(len(town.buildings)) < 0.1]
    new = gone.assign(building_id="N" + gone.building_id, households=rng.integers(0, 60, len(gone)))
    new = new.set_geometry(new.geometry.buffer(-1.0))
    rest = town.buildings[~town.buildings.building_id.isin(gone.building_id)]
    return replace(town, buildings=pd.concat([rest, new], ignore_index=True))


def move_line(town: Town, rng) -> Town:
    shift = rng.uniform(-40, 40)
    ids = ["C0", "C1"]
    strips = [shapely.box(0, 0, SIDE / 2 + shift, SIDE), shapely.box(SIDE / 2 + shift, 0, SIDE, SIDE)]
    return replace(town, communities=gpd.GeoDataFrame({"community_id": ids, "name": ids}, geometry=strips, crs=CRS))


def merge_communities(town: Town, rng) -> Town:
    whole = gpd.GeoDataFrame(
        {"community_id": ["C1"], "name": ["一"]}, geometry=[shapely.box(0, 0, SIDE, SIDE)], crs=CRS
    )
    return replace(town, communities=whole)


def add_railway(town: Town, rng) -> Town:
    y = rng.uniform(20, SIDE - 20)
    line = gpd.GeoDataFrame({"kind": ["hard"]}, geometry=[shapely.LineString([(-5, y), (SIDE + 5, y + 9)])], crs=CRS)
    return replace(town, barriers=pd.concat([town.barriers, line], ignore_index=True))


CHANGES = [demolish, recount, build, move_line, merge_communities, add_railway]


def assert_holds(town: Town, plan: Plan) -> pd.Series:
    known = plan.atoms.groupby("building_id", as_index=False).households.sum()
    stock = town.buildings[["building_id", "geometry"]].merge(known, on="building_id")
    table = judge_plan(plan.cells, plan.atoms, gpd.GeoDataFrame(stock, crs=CRS), town.communities, town.barriers)
    value = table.set_index("measure").value
    for measure in (
        "atoms_without_cluster", "crossing_community", "needless_splits", "disconnected", "cells_without_cluster",
        "sections_disconnected", "clusters_in_two_sections", "buildings_with_other_count",
    ):  # fmt: skip
        assert value.get(measure, 0) == 0, measure
    assert value.coverage_valid
    assert plan.atoms.households.sum() == town.buildings.households.sum()
    for level in ("cluster", "section", "grid"):
        groups = getattr(plan, f"{level}s")
        assert groups.id.is_unique and groups.code.is_unique
        total = plan.atoms.groupby(f"{level}_id").households.sum()
        assert groups.set_index("id").households.sort_index().equals(total.sort_index().rename_axis("id"))
    return value


def assert_replays(old: Plan, new: Plan, steps) -> None:
    before, after = (plan.atoms[ASSIGNED].sort_values("atom_id", ignore_index=True) for plan in (old, new))
    replayed = replay_steps(before, from_records(to_records(steps)))
    pd.testing.assert_frame_equal(replayed, after, check_dtype=False)
    pd.testing.assert_frame_equal(replay_steps(replayed, invert_steps(steps)), before, check_dtype=False)


@SOME
@given(st.integers(0, 500), st.lists(st.sampled_from(CHANGES), min_size=1, max_size=3))
def test_every_revision_holds_and_replays(seed, changes):
    rng = np.random.default_rng(seed)
    town, plan = known_town(seed % 5)
    for change in changes:
        town = change(town, rng)
    revision = town.revise(plan)
    assert_holds(town, revision.plan)
    assert_replays(plan, revision.plan, revision.steps)
    before = plan.atoms.groupby(["building_id", "cluster_id"]).households.sum()
    after = revision.plan.atoms.groupby(["building_id", "cluster_id"]).households.sum()
    both = before.to_frame("a").join(after.rename("b"), how="inner")
    assert revision.summary["households_kept"] == both.min(axis=1).sum()
    moved = revision.summary["households_in_both"] - revision.summary["households_kept"]
    assert revision.moved.households.sum() == moved
    assert (revision.moved.why != "").all()


@pytest.mark.parametrize("seed", [0, 3, 5])
def test_unchanged_input_gives_the_same_plan(seed):
    town = a_town(seed)
    plan = town.divide()
    town = replace(town, buildings=town.buildings.sample(frac=1, random_state=1))
    revision = town.revise(plan)
    assert revision.steps == [] and revision.moved.empty and revision.summary["kept_ratio"] == 1
    for name in ("cells", "atoms", "clusters", "sections", "grids"):
        pd.testing.assert_frame_equal(
            *(pd.DataFrame(getattr(p, name)).astype(str) for p in (plan, revision.plan)), check_like=True
        )
        if name != "atoms":
            shapes = [getattr(p, name).geometry.to_wkb() for p in (plan, revision.plan)]
            assert (shapes[0] == shapes[1]).all()


def test_a_change_far_away_leaves_a_community_as_it_was():
    town = a_town(2, communities=3)
    plan = town.divide()
    last = town.buildings.geometry.centroid.x > SIDE * 0.7
    households = town.buildings.households.where(~last, town.buildings.households // 2)
    revision = replace(town, buildings=town.buildings.assign(households=households)).revise(plan)
    for name in ("cells", "atoms", "clusters", "sections", "grids"):
        far = [table[table.community_id != "C2"] for table in (getattr(plan, name), getattr(revision.plan, name))]
        far = [pd.DataFrame(table.drop(columns="geometry", errors="ignore")).astype(str) for table in far]
        pd.testing.assert_frame_equal(*(table.reset_index(drop=True) for table in far))
    assert revision.steps


@SOME
@given(st.integers(0, 200), st.sampled_from([demolish, recount, build]))
def test_a_locked_cluster_does_not_change(seed, change):
    town, plan = known_town(seed % 5)
    ids = plan.clusters[plan.clusters.households > 0].id
    locked = list(ids.sample(min(2, len(ids)), random_state=seed)) if len(ids) else []
    town = change(town, np.random.default_rng(seed))
    revision = town.revise(plan, locked=locked)
    for name in locked:
        old = set(plan.atoms[(plan.atoms.cluster_id == name) & plan.atoms.building_id.notna()].building_id)
        new = set(revision.plan.atoms[revision.plan.atoms.cluster_id == name].building_id.dropna())
        earlier, now = set(plan.atoms.building_id.dropna()), set(town.buildings.building_id)
        assert old & now <= new
        # a new building may stand on the ground of a locked cluster; nobody who was elsewhere comes in
        assert new - old <= now - earlier


def test_a_building_dragged_by_hand_stays_where_it_was_put():
    town = a_town(5, river=False, communities=1)
    plan = town.divide()
    where = plan.cells.set_index("cell_id").geometry
    small = plan.atoms[plan.atoms.building_id.notna() & plan.atoms.households.between(1, 12)]
    for atom in small.itertuples():
        near = where.index[where.intersection(where[atom.cell_id]).length > 1]
        others = plan.atoms[plan.atoms.cell_id.isin(near) & (plan.atoms.cluster_id != atom.cluster_id)]
        if len(others):
            break
    target = others.cluster_id.iloc[0]
    revision = town.revise(plan, moves={atom.building_id: target})
    now = revision.plan.atoms.set_index("atom_id").cluster_id
    assert now[atom.atom_id] == target
    assert "moved by hand" in set(revision.moved.why)
    assert_holds(town, revision.plan)
    assert_replays(plan, revision.plan, revision.steps)
    far = where.distance(where[atom.cell_id]).idxmax()
    elsewhere = plan.atoms[plan.atoms.cell_id == far].cluster_id.iloc[0]
    with pytest.raises(ConflictError, match="touch"):
        town.revise(plan, moves={atom.building_id: elsewhere})
    with pytest.raises(ConflictError, match="locked"):
        town.revise(plan, moves={atom.building_id: target}, locked=[target])
    with pytest.raises(NotFoundError, match="no building"):
        town.revise(plan, moves={"nowhere": target})
    with pytest.raises(NotFoundError, match="no cluster"):
        town.revise(plan, locked=["C9-L999"])


def test_clusters_are_counted_where_they_hold_households():
    communities = make_communities(3)
    inside = communities.geometry.iloc[0].centroid
    buildings = gpd.GeoDataFrame(
        {"building_id": ["B1"], "households": [50], "floors": [6], "units": [1]}, geometry=[inside.buffer(6)], crs=CRS
    )
    plan = divide_district(buildings, communities)
    assert len(plan.clusters) == 3
    elsewhere = gpd.GeoSeries([communities.geometry.iloc[1].centroid.buffer(6)], crs=CRS)
    made = revise_district(plan, buildings.set_geometry(elsewhere).assign(building_id="B2"), communities)
    counted = {name: value for name, value in made.summary.items() if name.startswith("clusters")}
    assert counted == {"clusters_kept": 0, "clusters_new": 1, "clusters_gone": 1}
    same = revise_district(plan, buildings, communities)
    assert (same.summary["clusters_kept"], same.summary["clusters_new"], same.summary["clusters_gone"]) == (1, 0, 0)


def test_a_new_estate_gets_clusters_of_its_own():
    town = a_town(1, communities=1, river=False, fill=0.2)
    plan = town.divide()
    free = shapely.box(0, 0, SIDE, SIDE).difference(town.buildings.geometry.buffer(1).union_all())
    spots = [shapely.box(x, y, x + 8, y + 8) for x in np.arange(4, SIDE, 12) for y in np.arange(4, SIDE, 12)]
    new = gpd.GeoDataFrame(geometry=[s for s in spots if free.contains(s)], crs=CRS)
    new["building_id"], new["households"], new["floors"], new["units"] = [f"N{k}" for k in range(len(new))], 7, 4, 1
    grown = replace(town, buildings=pd.concat([town.buildings, new], ignore_index=True))
    revision = grown.revise(plan)
    value = assert_holds(grown, revision.plan)
    assert revision.summary["clusters_new"] >= 7 * len(new) // 65 - len(plan.clusters)
    assert value.pct_allowed >= 80
    names = set(revision.plan.clusters.id) - set(plan.clusters.id)
    assert not names & set(plan.clusters.id) and revision.plan.clusters.code.is_unique


def lattice(width, height, size) -> AtomGraph:
    at = np.arange(width * height).reshape(height, width)
    left = np.r_[at[:, :-1].ravel(), at[:-1].ravel()]
    right = np.r_[at[:, 1:].ravel(), at[1:].ravel()]
    n = width * height
    y, x = np.divmod(np.arange(n), width)
    area, around, length = np.full(n, 100.0), np.full(n, 40.0), np.full(len(left), 10.0)
    kind = np.zeros(len(left), np.int8)
    place = np.arange(n)
    return AtomGraph(np.asarray(size, np.int64), x * 10.0, y * 10.0, place, area, around, left, right, length, kind)


def pieces_of(graph: AtomGraph, labels: np.ndarray) -> pd.Series:
    inside = labels[graph.edge_left] == labels[graph.edge_right]
    parent = list(range(len(labels)))

    def root(v):
        while parent[v] != v:
            v = parent[v]
        return v

    for a, b in zip(graph.edge_left[inside], graph.edge_right[inside], strict=True):
        parent[root(a)] = root(b)
    return pd.Series([root(v) for v in range(len(labels))]).groupby(labels).nunique()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(3, 8), st.integers(3, 8), st.booleans())
def test_a_scattered_plan_is_repaired(seed, width, height, thorough):
    rng = np.random.default_rng(seed)
    graph = lattice(width, height, rng.integers(0, 12, width * height))
    labels = rng.integers(-1, 4, width * height)
    found = repair_labels(graph, labels, thorough=thorough)
    assert (found.labels >= 0).all()
    assert (pieces_of(graph, found.labels) == 1).all()
    size = np.bincount(found.labels, graph.size)
    size = size[np.bincount(found.labels) > 0]
    total = graph.size.sum()
    assert total < 35 or size.min() >= 15 or len(size) == 1
    kept = found.labels == labels
    assert ((found.cause == 0) == kept).all()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_one_recount_moves_no_more_than_it_must(seed):
    """Two groups of 50; one building grows by 8: the least that brings both to 45–55 again is moved."""
    rng = np.random.default_rng(seed)
    size = np.full(20, 5)
    labels = np.repeat([0, 1], 10)
    graph = lattice(2, 10, size)
    which = rng.integers(0, 20)
    size = size.copy()
    size[which] += 8
    found = revise_labels(replace(graph, size=size), labels, previous_size=[50, 50])
    now = np.bincount(found.labels, size)
    assert ((now >= 45) & (now <= 55)).all()
    assert size[found.labels != labels].sum() == 5


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_towers_whose_cells_touch_along_several_edges_are_mended(seed):
    """Stacked atoms and double edges: mending ends, and makes no more groups than there is room for."""
    rng = np.random.default_rng(seed)
    plain = lattice(4, 3, [0] * 12)
    twice = {f"edge_{name}": np.repeat(getattr(plain, f"edge_{name}"), 2) for name in ("left", "right", "length_m")}
    kind = np.tile([0, 1], len(plain.edge_left)).astype(np.int8)
    cell = np.repeat(np.arange(12), 4)
    size = rng.integers(0, 9, 48)
    graph = replace(plain, size=size, cell=cell, x=plain.x[cell], y=plain.y[cell], edge_kind=kind, **twice)
    labels = np.repeat([0, 1, 2], 16)
    found = revise_labels(graph, labels, previous_size=[50, 50, 50])
    assert found.labels.max() <= 3 + size.sum() // 35
    again = revise_labels(graph, labels, previous_size=[50, 50, 50])
    assert (again.labels == found.labels).all()


def test_arrays_of_another_length_are_refused():
    graph = lattice(2, 2, [5] * 4)
    with pytest.raises(InputError, match="previous"):
        revise_labels(graph, [0, 0, 0])
    with pytest.raises(InputError, match="keep"):
        revise_labels(graph, [0] * 4, keep=[0])


def test_a_compound_moves_whole():
    size = np.array([9, 9, 9, 9, 9, 9, 9, 9, 3, 3])
    graph = lattice(10, 1, size)
    labels = np.array([0, 0, 0, 0, 0, 1, 1, 1, 1, 1])
    keep = np.array([-1, -1, -1, 7, 7, -1, -1, -1, -1, -1])
    rules = RevisionRules(DivisionRules(target=35, min=25, max=45, preferred_low=31, preferred_high=39))
    found = revise_labels(graph, labels, rules, previous_size=[35, 35], keep=keep)
    assert len(set(found.labels[3:5])) == 1


def test_steps_refuse_a_plan_they_were_not_made_for():
    table = pd.DataFrame([("a", 5, "L1", "P1", "G1"), ("b", 6, "L2", "P1", "G1")], columns=ASSIGNED)
    steps = [
        Recount(("a",), before=(5,), after=(7,)),
        Split(("a",), origin="L1", target="L3"),
        Merge(("b",), origin="L2", target="L3"),
        Add(("c",), households=(1,), groups=("L3", "P1", "G1")),
        Move(("c",), level="grid_id", origin="G1", target="G2"),
    ]
    done = replay_steps(table, steps)
    assert done.cluster_id.tolist() == ["L3"] * 3 and done.households.tolist() == [7, 6, 1]
    undone = replay_steps(done, invert_steps(steps))
    pd.testing.assert_frame_equal(undone, table, check_dtype=False)
    assert [type(s) for s in invert_steps(steps)] == [Move, Remove, Split, Merge, Recount]
    with pytest.raises(ConflictError, match="Step 1"):
        replay_steps(done, steps)
    with pytest.raises(InputError, match="no step"):
        from_records([{"act": "teleport"}])


def test_polygons_are_adopted_and_mended():
    town = a_town(5)
    plan = town.divide()
    flat = plan.clusters[plan.clusters.unit.isna()]
    drawn = flat[["id", "name", "geometry"]].iloc[1:].copy()
    kept = adopt_polygons(drawn, town.buildings, town.communities, town.barriers, mend="contiguity")
    assert_holds(town, kept.plan)
    mended = adopt_polygons(drawn, town.buildings, town.communities, town.barriers, mend="preferred")
    value = assert_holds(town, mended.plan)
    assert value["max"] <= 65
    before = plan.atoms.set_index("atom_id").cluster_id
    now = kept.plan.atoms.set_index("atom_id").cluster_id
    same = (now == before.reindex(now.index))[
        plan.atoms.set_index("atom_id").cluster_id.isin(drawn.id).reindex(now.index)
    ]
    assert same.mean() > 0.95
