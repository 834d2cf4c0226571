"""Seams of a revision: untouched communities stay byte for byte, and their neighbours still fit them node by node."""

from __future__ import annotations

import functools

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from gridgov.core.district import Ground, PlanRules, divide_district, prepare_ground
from gridgov.core.plans import Plan
from gridgov.core.revision import revise_district
from gridgov.core.revision.cells import keep_cells
from gridgov.core.revision.rings import find_ends, insert_nodes, move_nodes

from .town import CRS, SIDE, make_town

Layers = tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, gpd.GeoDataFrame]
MANY = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)


@functools.cache
def a_town(seed: int, blocks: int) -> tuple[Layers, Plan]:
    layers = make_town(seed, blocks=blocks, communities=3)
    return layers, divide_district(*layers)


def ground_of(layers: Layers) -> Ground:
    return prepare_ground(*layers, None, PlanRules(), lambda step, share: None)


def home_of(buildings: gpd.GeoDataFrame) -> np.ndarray:
    return np.clip(buildings.geometry.centroid.x // (SIDE / 3), 0, 2).astype(int)


def assert_tiles(cells: gpd.GeoDataFrame, layers: Layers) -> None:
    shapes = cells.geometry.to_numpy()
    assert shapely.is_valid(shapes).all()
    assert shapely.is_empty(shapely.coverage_invalid_edges(shapes)).all()
    for name, some in cells.groupby("community_id"):
        whole = layers[1].set_index("community_id").geometry[name]
        assert some.area.sum() == pytest.approx(whole.area, abs=1e-6)
    assert cells["area_m2"].to_numpy() == pytest.approx(shapely.area(shapes), abs=1e-6)
    assert cells["perimeter_m"].to_numpy() == pytest.approx(shapely.length(shapes), abs=1e-6)


def change(layers: Layers, touched: set[int], draw: int, share: float, build: bool) -> Layers:
    """Demolish some buildings of some communities, and build on the ground of every second one."""
    buildings, communities, barriers = layers
    rng = np.random.default_rng(draw)
    chosen = np.isin(home_of(buildings), list(touched)) & (rng.random(len(buildings)) < share)
    built = buildings[chosen].iloc[:: 2 if build else len(buildings)].iloc[: None if build else 0]
    built = built.assign(building_id="N" + built["building_id"]).set_geometry(
        shapely.transform(built.geometry.to_numpy(), lambda xy: xy + rng.uniform(-1.5, 1.5, 2))
    )
    return pd.concat([buildings[~chosen], built], ignore_index=True), communities, barriers


def quiet_shapes(cells: gpd.GeoDataFrame, touched: set[int]) -> gpd.GeoSeries:
    alone = [f"C{k}" for k in range(3) if k not in touched]
    return cells[cells["community_id"].isin(alone)].set_index("cell_id").geometry.sort_index()


def lost_ground(cells: gpd.GeoDataFrame, ground: Ground) -> np.ndarray:
    """Ground of each building outside its cell [m2]."""
    homes = ground.fabric.buildings.set_index("building_id").geometry.reindex(cells["building_id"])
    return np.nan_to_num(shapely.area(shapely.difference(homes.to_numpy(), cells.geometry.to_numpy())))


SOMEWHERE = st.sets(st.integers(0, 2), min_size=1, max_size=2)


@MANY
@given(
    st.integers(0, 4), st.sampled_from([3, 6]), SOMEWHERE, st.integers(0, 10_000), st.floats(0.02, 0.6), st.booleans()
)
def test_untouched_communities_stay_byte_for_byte(seed, blocks, touched, draw, share, build):
    layers, plan = a_town(seed, blocks)
    layers = change(layers, touched, draw, share, build)
    fresh = ground_of(layers)
    cells = keep_cells(fresh, plan).fabric.cells
    assert_tiles(cells, layers)
    assert (lost_ground(cells, fresh) <= lost_ground(fresh.fabric.cells, fresh) + 0.02).all()
    was, now = quiet_shapes(plan.cells, touched), quiet_shapes(cells, touched)
    assert list(was.index) == list(now.index)
    plain = quiet_shapes(fresh.fabric.cells, touched)
    for name in was.index[was.to_wkb() != now.to_wkb()]:
        # a house beyond stands before every corner that the border had: the border gains a node there, and loses none
        kept = iter(shapely.get_coordinates(now[name]).tolist())
        assert all(node in kept for node in shapely.get_coordinates(was[name]).tolist())
        assert nodes(now[name]) - nodes(was[name]) <= nodes(plain[name])
        assert now[name].equals(was[name]) or shapely.area(now[name] ^ was[name]) < 1e-6


def test_hardly_a_border_needs_a_node():
    changed = total = 0
    for draw in range(12):
        layers, plan = a_town(draw % 3, 3)
        touched = {draw % 3}
        cells = keep_cells(ground_of(change(layers, touched, draw, 0.3, build=False)), plan).fabric.cells
        was, now = quiet_shapes(plan.cells, touched), quiet_shapes(cells, touched)
        changed, total = changed + int((was.to_wkb() != now.to_wkb()).sum()), total + len(was)
    assert total > 300 and changed <= total // 200


def nodes(shape: shapely.Geometry) -> set[tuple[float, ...]]:
    return set(map(tuple, shapely.get_coordinates(shape).tolist()))


def test_a_revision_leaves_every_table_of_an_untouched_community():
    (buildings, communities, barriers), plan = a_town(1, 3)
    rest = buildings[home_of(buildings) != 2]
    new = revise_district(plan, rest, communities, barriers).plan
    for name in ("cells", "clusters", "sections", "grids"):
        was, now = (getattr(one, name) for one in (plan, new))
        was, now = (table[table["community_id"] != "C2"].reset_index(drop=True) for table in (was, now))
        assert (was.geometry.to_wkb() == now.geometry.to_wkb()).all(), name


def test_a_road_that_ends_on_an_untouched_border_gives_it_one_node():
    # the one case in which bytes and borders cannot both be kept: the end of the road is a corner of two blocks
    (buildings, communities, barriers), plan = a_town(1, 3)
    y = 101.0
    road = gpd.GeoDataFrame({"kind": ["hard"]}, geometry=[shapely.LineString([(-5, y), (SIDE / 3, y)])], crs=CRS)
    layers = (buildings, communities, pd.concat([barriers, road], ignore_index=True))
    cells = keep_cells(ground_of(layers), plan).fabric.cells
    assert_tiles(cells, layers)
    was = plan.cells[plan.cells["community_id"] != "C0"].set_index("cell_id").geometry
    now = cells[cells["community_id"] != "C0"].set_index("cell_id").geometry.reindex(was.index)
    other = (was.to_wkb() != now.to_wkb()).to_numpy()
    assert other.sum() == 1
    (old,), (new,) = was[other], now[other]
    assert shapely.get_num_coordinates(new) == shapely.get_num_coordinates(old) + 1
    assert shapely.Point(SIDE / 3, y).distance(shapely.MultiPoint(shapely.get_coordinates(new))) < 1e-6


def test_nodes_of_rings():
    ring = shapely.Polygon([(0, 0), (4, 0), (4, 4), (0, 4)], [[(1, 1), (2, 1), (2, 2), (1, 2)]])
    more = insert_nodes(ring, [3 + 0j, 1 + 0j, 1.5 + 1j, 9 + 9j, 4 + 4j])
    assert shapely.get_num_coordinates(more) == shapely.get_num_coordinates(ring) + 3
    assert shapely.get_coordinates(more)[:4].tolist() == [[0, 0], [1, 0], [3, 0], [4, 0]]
    assert more.equals(ring)
    assert find_ends(ring, 3 + 0j) == (4 + 0j, 0j, 0.0)
    assert find_ends(ring, 1.2 + 1j)[:2] == (1 + 1j, 2 + 1j)
    moved = move_nodes(shapely.Polygon([(0, 0), (2, 0), (4, 0), (4, 4)]), {2 + 0j: 0j})
    assert moved is not None and moved.equals(shapely.Polygon([(0, 0), (4, 0), (4, 4)]))
    assert move_nodes(shapely.Polygon([(0, 0), (2, 0), (4, 4)]), {2 + 0j: 0j}) is None
