"""Quality: the same figures as an independent evaluator, and every planted fault is found."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridgov.core.quality import (
    find_polygon_problems,
    find_problems,
    judge_plan,
    judge_polygons,
    make_cell_edges,
)

from .plan_maker import CRS, SIDE_M, SmallPlan, make_small_plan


@pytest.fixture(scope="module")
def evaluate() -> Callable[..., dict[str, Any]]:
    """The evaluator that lies beside the project, which shares no code with it."""
    path = Path(__file__).resolve().parents[2].parent / "shared" / "bench" / "evaluate.py"
    if not path.is_file():
        pytest.skip(f"the independent evaluator is not here: {path} does not exist")
    spec = importlib.util.spec_from_file_location("evaluate", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.evaluate


def judge(plan: SmallPlan, **options: Any) -> pd.Series:
    table = judge_plan(plan.cells, plan.atoms, plan.buildings, plan.communities, plan.barriers, **options)
    return table.set_index("measure").value


def find(plan: SmallPlan, **options: Any) -> gpd.GeoDataFrame:
    return find_problems(plan.cells, plan.atoms, plan.communities, plan.barriers, **options)


def spoil(plan: SmallPlan, how: str) -> None:
    """Plant one fault."""
    atoms = plan.atoms
    if how == "lost atom":
        atoms.loc[5, "cluster_id"] = None
    elif how == "lost cell":
        plan.atoms = atoms[atoms.cell_id != "K011"].reset_index(drop=True)
    elif how == "scattered":
        rng = np.random.default_rng(1)
        atoms["cluster_id"] = rng.permutation(atoms.cluster_id)
    elif how == "wrong count":
        atoms.loc[7, "households"] += 3
    elif how == "one cluster":
        atoms["cluster_id"] = "X"
    elif how == "overlap":
        plan.cells.loc[3, "geometry"] = plan.cells.geometry[3].buffer(2.0, join_style="mitre")
    elif how == "gap":
        plan.cells.loc[12, "geometry"] = plan.cells.geometry[12].buffer(-2.0)
    elif how == "no sections":
        atoms["section_id"] = None


FAULTS = [
    "none",
    "lost atom",
    "lost cell",
    "scattered",
    "wrong count",
    "one cluster",
    "overlap",
    "gap",
    "no sections",
]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("seed", [0, 1])
def test_every_measure_equals_the_independent_evaluator(
    evaluate: Callable[..., dict[str, Any]], tmp_path: Path, fault: str, seed: int
) -> None:
    plan = make_small_plan(seed=seed)
    spoil(plan, fault)
    plan.cells.to_parquet(tmp_path / "cells.parquet")
    plan.atoms.to_parquet(tmp_path / "atoms.parquet")
    expected = evaluate(tmp_path, plan.buildings, plan.communities, plan.barriers)
    got = judge(plan)
    unlike = {"polsby_popper", "polsby_popper_ground"} if fault in ("overlap", "gap") else set()
    for measure, value in expected.items():
        if measure in unlike:
            continue
        assert got[measure] == pytest.approx(value, abs=1e-9), measure


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), width=st.integers(3, 9), height=st.integers(3, 9))
def test_contiguity_and_roundness_equal_the_united_polygons(seed: int, width: int, height: int) -> None:
    plan = make_small_plan(width, height, seed=seed, block=2)
    rng = np.random.default_rng(seed)
    swap = rng.integers(0, len(plan.atoms), 4)
    same = plan.atoms.community_id.to_numpy()[swap] == plan.atoms.community_id[swap[0]]
    plan.atoms.loc[swap[same], "cluster_id"] = plan.atoms.cluster_id[swap[0]]
    shape = plan.cells.set_index("cell_id").geometry[plan.atoms.cell_id]
    united = gpd.GeoSeries(shape.to_numpy(), crs=CRS).groupby(plan.atoms.cluster_id.to_numpy())
    united = gpd.GeoSeries(united.agg(lambda g: shapely.union_all(g.unique())), crs=CRS)
    live = plan.atoms.groupby("cluster_id").households.sum() > 0
    no_river = plan.barriers[plan.barriers.kind == "soft"]
    table = judge_plan(plan.cells, plan.atoms, plan.buildings, plan.communities, no_river).set_index("measure")
    # corners do not join, so a multipolygon is what is not in one piece
    parts = shapely.get_num_geometries(united.to_numpy())
    assert table.value.disconnected == int((parts[live.reindex(united.index).to_numpy()] > 1).sum())
    roundness = (4 * np.pi * united.area / united.length**2)[live]
    assert table.value.polsby_popper == pytest.approx(roundness.mean(), abs=1e-4)


def test_borders_are_the_same_however_they_are_found() -> None:
    plan = make_small_plan()
    fast = make_cell_edges(plan.cells.geometry, plan.barriers)
    torn = plan.cells.geometry.copy()
    torn[len(torn)] = shapely.box(499_000, 2_499_000, 499_010, 2_499_010)
    torn[len(torn)] = shapely.box(499_005, 2_499_005, 499_015, 2_499_015)
    slow = make_cell_edges(torn, plan.barriers)
    assert fast.valid and not slow.valid
    kept = slow.joins & (slow.left < len(plan.cells)) & (slow.right < len(plan.cells))
    rows = [
        sorted(zip(e.left[k], e.right[k], e.length_m[k].round(6), e.hard[k], e.soft[k], strict=True))
        for e, k in ((fast, fast.joins), (slow, kept))
    ]
    assert rows[0] == rows[1]
    assert fast.hard.sum() == 10 and fast.soft.sum() == 8


@pytest.mark.parametrize(
    ("fault", "rule"),
    [
        ("lost atom", "unassigned"),
        ("lost cell", "unassigned"),
        ("scattered", "disconnected"),
        ("one cluster", "crosses-hard-barrier"),
        ("one cluster", "crosses-community"),
        ("one cluster", "group-too-large"),
        ("overlap", "overlap"),
        ("gap", "gap"),
    ],
)
def test_planted_faults_are_found_where_they_are(fault: str, rule: str) -> None:
    sound, plan = make_small_plan(), make_small_plan()
    spoil(plan, fault)
    before, after = find(sound), find(plan)
    known = set(zip(before.rule, before.row_id, strict=True))
    assert {r for r, row in zip(after.rule, after.row_id, strict=True) if (r, row) not in known} >= {rule}
    shown = after[after.rule == rule].geometry
    assert shown.notna().all() and shown.within(plan.communities.union_all().buffer(5)).all()


def test_needless_split_and_missing_links_are_found() -> None:
    plan = make_small_plan(towers=2)
    plan.atoms.loc[:, "cluster_id"] = plan.atoms.community_id + "-A"
    small = plan.atoms.index[plan.atoms.households.between(4, 60) & plan.atoms.unit.isna()][0]
    half = plan.atoms.loc[[small]].assign(
        atom_id="half", cluster_id=plan.atoms.community_id[small] + "-B", households=1
    )
    plan.atoms = pd.concat([plan.atoms, half], ignore_index=True)
    found = find(
        plan,
        liaisons=pd.DataFrame({"section_id": ["C1-P0"], "liaison_id": ["L1"]}),
        shelters=pd.DataFrame({"cluster_id": ["C1-A", "C2-A"], "shelter_id": ["S1", None]}),
    )
    assert found[found.rule == "needless-split"].row_id.tolist() == [plan.atoms.building_id[small]]
    bare = set(found[found.rule == "no-liaison"].row_id)
    assert bare == set(plan.atoms[plan.atoms.households > 0].section_id) - {"C1-P0"}
    assert {"C2-A"} <= set(found[found.rule == "no-shelter"].row_id)
    assert "C1-A" not in set(found[found.rule == "no-shelter"].row_id)


def test_an_island_of_few_households_is_named_with_its_reason() -> None:
    plan = make_small_plan(width=6, height=4, hard_at=2, towers=0)
    found = find(plan)
    small = found[found.rule == "group-too-small"]
    reach = plan.atoms[(plan.atoms.community_id == "C2")].households.sum()
    assert small.detail.str.contains("behind barriers").any() or reach >= 35


def polygons_of(plan: SmallPlan) -> gpd.GeoDataFrame:
    ground = plan.atoms[plan.atoms.unit.isna()].drop_duplicates("cell_id")
    shape = plan.cells.set_index("cell_id").geometry
    table = gpd.GeoDataFrame({"id": ground.cluster_id.to_numpy()}, geometry=shape[ground.cell_id].to_numpy(), crs=CRS)
    return table.dissolve("id").reset_index()


def test_polygons_are_judged_like_the_plan_they_come_from() -> None:
    plan = make_small_plan(towers=0)
    groups = polygons_of(plan)
    table = judge_polygons(groups, plan.buildings, plan.communities, plan.barriers).set_index("measure").value
    full = judge(plan)
    for measure in ("clusters", "pct_preferred", "pct_allowed", "sum_deviation", "households_in", "medoid_m"):
        assert table[measure] == pytest.approx(full[measure]), measure
    assert table.crossing_community == 0 and table.overlap_m2 == 0 and table.households_without_group == 0


def test_faults_of_polygons_are_found() -> None:
    plan = make_small_plan(towers=0)
    groups = polygons_of(plan)
    origin = (500_000, 2_500_000)
    groups = groups.drop(index=2).reset_index(drop=True)
    groups.loc[0, "geometry"] = groups.geometry[0].buffer(SIDE_M * 0.5, join_style="mitre")
    far = shapely.box(origin[0] + 7 * SIDE_M, origin[1] - 40, origin[0] + 8 * SIDE_M, origin[1] - 20)
    groups.loc[1, "geometry"] = shapely.union(groups.geometry[1], far)
    table = judge_polygons(groups, plan.buildings, plan.communities, plan.barriers).set_index("measure").value
    assert table.overlap_m2 > 100 and table.gap_m2 > 1000 and table.buildings_without_group > 0
    assert table.crossing_community >= 2 and table.disconnected == 1
    found = find_polygon_problems(groups, plan.buildings, plan.communities, plan.barriers)
    assert {"overlap", "gap", "unassigned", "disconnected", "crosses-community"} <= set(found.rule)
    river = find_polygon_problems(
        gpd.GeoDataFrame({"id": ["all"]}, geometry=[plan.communities.union_all()], crs=CRS),
        plan.buildings,
        plan.communities,
        plan.barriers,
    )
    assert {"crosses-hard-barrier", "crosses-community", "group-too-large"} <= set(river.rule)
