"""What must hold for every plan, whatever the town."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridgov.core.district import divide_district
from gridgov.core.fabric import make_fabric

from .town import CRS, SIDE, make_barriers, make_communities, make_town

towns = st.builds(
    make_town,
    seed=st.integers(0, 10_000),
    blocks=st.integers(1, 4),
    fill=st.sampled_from([0.2, 0.8, 1.0]),
    river=st.booleans(),
    communities=st.integers(1, 3),
    dirt=st.sampled_from([0, 0, 6]),
)
some = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def pieces(cells, edges, chosen):
    """Number of connected pieces of some cells over borders that may be crossed."""
    links = edges[edges.left.isin(chosen) & edges.right.isin(chosen)]
    parent = {cell: cell for cell in chosen}

    def root(cell):
        while parent[cell] != cell:
            cell = parent[cell]
        return cell

    for left, right in zip(links.left, links.right, strict=True):
        parent[root(left)] = root(right)
    return len({root(cell) for cell in chosen})


@some
@given(towns)
def test_every_plan_holds(town):
    buildings, communities, barriers = town
    plan = divide_district(buildings, communities, barriers)
    fabric = make_fabric(buildings, communities, barriers)
    position = pd.Series(np.arange(len(plan.cells)), plan.cells.cell_id)

    polygons = plan.cells.geometry.to_numpy()
    assert shapely.is_valid(polygons).all() and shapely.coverage_is_valid(polygons)
    area = plan.cells.area.groupby(plan.cells.community_id).sum()
    np.testing.assert_allclose(area[communities.community_id], communities.area, rtol=1e-9)

    assert plan.atoms.atom_id.is_unique
    assert set(plan.atoms.cell_id) == set(plan.cells.cell_id)
    assert plan.atoms[["cluster_id", "section_id", "grid_id"]].notna().all(axis=None)
    for column, table in (("cluster_id", plan.clusters), ("section_id", plan.sections), ("grid_id", plan.grids)):
        assert plan.atoms.groupby(column).community_id.nunique().eq(1).all()
        total = plan.atoms.groupby(column).households.sum()
        assert total[table.id].tolist() == table.households.tolist()
        for _, atoms in plan.atoms.groupby(column):
            assert pieces(plan.cells, fabric.edges, set(position[atoms.cell_id])) == 1
    assert plan.atoms.groupby("cluster_id").section_id.nunique().eq(1).all()

    whole = plan.atoms.groupby("building_id").households.sum()
    known = fabric.buildings.set_index("building_id").households.dropna()
    assert (whole[known.index] == known).all()
    small = whole[whole <= 50].index
    assert plan.atoms[plan.atoms.building_id.isin(small)].groupby("building_id").cluster_id.nunique().eq(1).all()


@some
@given(towns, st.integers(0, 99))
def test_row_order_and_repetition_change_nothing(town, seed):
    buildings, communities, barriers = town
    plan = divide_district(buildings, communities, barriers, seed=3)
    chance = np.random.default_rng(seed)
    mixed = [frame.iloc[chance.permutation(len(frame))] for frame in (buildings, communities, barriers)]
    again = divide_district(*mixed, seed=3)
    order = ["cell_id", "cluster_id", "section_id", "grid_id"]
    pd.testing.assert_frame_equal(
        plan.atoms.sort_values("atom_id")[order].reset_index(drop=True),
        again.atoms.sort_values("atom_id")[order].reset_index(drop=True),
    )
    assert plan.clusters.geometry.to_wkb().tolist() == again.clusters.geometry.to_wkb().tolist()


def test_every_row_of_dirty_input_is_kept_or_found():
    buildings, communities, barriers = make_town(5, blocks=4, dirt=40)
    plan = divide_district(buildings, communities, barriers)
    kept = set(plan.cells.building_id.dropna())
    refused = set(plan.findings[plan.findings.severity == "error"].row_id)
    assert set(buildings.building_id) <= kept | refused
    assert len(kept & refused) == 0


def town_of(*rows, communities=None, barriers=None):
    shapes = [shapely.box(x, y, x + 12, y + 12) for x, y, *_ in rows]
    frame = gpd.GeoDataFrame(
        {
            "building_id": [f"B{k}" for k in range(len(rows))],
            "households": [row[2] for row in rows],
            "floors": [row[3] if len(row) > 3 else 6 for row in rows],
        },
        geometry=gpd.GeoSeries(shapes, crs=CRS),
        crs=CRS,
    )
    return frame, make_communities(1) if communities is None else communities, barriers


def test_a_community_without_buildings_is_one_empty_cluster():
    plan = divide_district(*town_of())
    assert plan.clusters.households.tolist() == [0]
    assert plan.cells.building_id.isna().all()
    assert plan.clusters.area.sum() == pytest.approx(SIDE**2)


def test_one_building_is_one_cluster():
    plan = divide_district(*town_of((50, 50, 47)))
    assert plan.clusters[["households", "community_id"]].to_numpy().tolist() == [[47, "C0"]]


def test_an_island_behind_a_river_is_named_with_its_reason():
    buildings, communities, _ = town_of((20, 20, 12), (20, 200, 50), (120, 200, 50))
    plan = divide_district(buildings, communities, make_barriers(1, river=True))
    assert sorted(plan.clusters.households) == [12, 50, 50]
    found = plan.findings.set_index("rule").loc["size-island"]
    assert "12 households" in found.detail and "hard barrier" in found.detail


def test_a_dormitory_of_5000_is_divided_inside():
    plan = divide_district(*town_of((50, 50, 5000, 10)))
    live = plan.clusters[plan.clusters.households > 0]
    assert live.households.between(35, 65).all()
    assert live.storey_from.notna().all()
    assert live.households.sum() == 5000


def test_a_building_of_68_is_divided_or_named():
    plan = divide_district(*town_of((50, 50, 68, 17)))
    odd = ~plan.clusters.households.between(35, 65)
    assert plan.clusters.households.sum() == 68
    assert set(plan.clusters[odd].id) == set(plan.findings[plan.findings.layer == "clusters"].row_id)


def test_missing_counts_are_estimated_and_said_so():
    buildings, communities, _ = town_of((20, 20, 10), (50, 50, None), (90, 90, 10))
    plan = divide_district(buildings, communities, None)
    guessed = plan.atoms[plan.atoms.households_estimated]
    assert set(guessed.building_id) == {"B1"}
    assert guessed.households.sum() > 0
    found = plan.findings.set_index("rule").loc["estimated-households"]
    assert found.detail.startswith(f"{guessed.households.sum()} of {plan.atoms.households.sum()} households")


def test_compounds_are_kept_and_parks_become_grids_of_their_own():
    buildings, communities, barriers = make_town(11, blocks=2, fill=1.0, river=False, communities=1)
    compounds = gpd.GeoDataFrame(
        {"compound_id": ["K1"], "kind": ["industrial"]},
        geometry=[shapely.box(0, 0, SIDE / 2, SIDE / 2)],
        crs=CRS,
    )
    plan = divide_district(buildings, communities, barriers, compounds)
    special = plan.grids[plan.grids.kind == "special"]
    assert len(special) == 1
    inside = buildings[buildings.within(compounds.geometry[0])].building_id
    assert set(plan.atoms[plan.atoms.building_id.isin(inside)].grid_id) == set(special.id)
