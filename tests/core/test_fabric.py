"""Cells tile every community exactly, whatever the buildings, blocks and order of rows."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import LineString, affinity, box
from shapely.testing import assert_geometries_equal

from gridgov.core.fabric import make_fabric
from tests.core.fabric_checks import CRS, barriers, buildings, check_fabric, communities
from tests.examples import few

SLOW = settings(deadline=None, max_examples=few(12), suppress_health_check=[HealthCheck.too_slow])


@st.composite
def towns(draw: st.DrawFn) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Crooked blocks in a lattice, two or three communities, roads of all kinds, rows of houses of one size."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    columns, rows = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    size = draw(st.sampled_from([60.0, 100.0, 150.0]))
    x, y = np.meshgrid(np.arange(columns + 1) * size, np.arange(rows + 1) * size, indexing="ij")
    x, y = x + rng.normal(0, size / 20, x.shape), y + rng.normal(0, size / 20, y.shape)
    nodes = np.stack([x, y], 2)
    quads = np.array(
        [
            [shapely.polygons(nodes[[i, i + 1, i + 1, i], [j, j, j + 1, j + 1]]) for j in range(rows)]
            for i in range(columns)
        ]
    )
    split = draw(st.integers(0, columns))
    people = [shapely.union_all(part) for part in (quads[:split], quads[split:]) if part.size]
    lines = {kind: [] for kind in ("hard", "soft", "minor")}
    for i in range(columns + 1):
        lines[str(rng.choice(list(lines)))].append(LineString(nodes[i]))
    for j in range(rows + 1):
        lines[str(rng.choice(list(lines)))].append(LineString(nodes[:, j]))
    return _houses(draw, rng, quads.ravel(), size), communities(people), barriers(lines)


def _houses(draw: st.DrawFn, rng: np.random.Generator, quads: np.ndarray, size: float) -> gpd.GeoDataFrame:
    width, depth, gap = draw(st.floats(3, 20)), draw(st.floats(3, 20)), draw(st.floats(0, 12))
    turn, jitter = draw(st.floats(0, 90)), draw(st.sampled_from([0.0, 0.3, 3.0]))
    houses = []
    for quad in quads:
        centre = quad.centroid
        for u in np.arange(-size / 2, size / 2, width + gap):
            for v in np.arange(-size / 2, size / 2, depth + gap):
                du, dv = rng.normal(0, jitter, 2)
                house = box(
                    centre.x + u + du, centre.y + v + dv, centre.x + u + du + width, centre.y + v + dv + depth
                )
                house = affinity.rotate(house, turn, origin=centre)
                if house.intersects(quad) and rng.random() < 0.9:
                    houses.append(house)
    return buildings(houses[:400])


@SLOW
@given(towns())
def test_cells_tile_communities(town: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, gpd.GeoDataFrame]) -> None:
    houses, people, lines = town
    fabric = make_fabric(houses, people, lines)
    check_fabric(fabric, people)
    outside = fabric.findings[fabric.findings.rule.isin(["outside", "duplicate-geometry", "no-cell"])]
    assert len(fabric.buildings) + len(outside) == len(houses)
    assert (fabric.findings.rule != "no-cell").all()


@SLOW
@given(towns(), st.integers(0, 2**32))
def test_the_order_of_rows_does_not_matter(
    town: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, gpd.GeoDataFrame], seed: int
) -> None:
    one = make_fabric(*town)
    two = make_fabric(*(layer.sample(frac=1, random_state=seed % 2**31) for layer in town))
    pd.testing.assert_frame_equal(one.cells.drop(columns="geometry"), two.cells.drop(columns="geometry"))
    assert_geometries_equal(one.cells.geometry.to_numpy(), two.cells.geometry.to_numpy(), tolerance=0)
    pd.testing.assert_frame_equal(one.edges, two.edges)


@SLOW
@given(towns())
def test_no_cell_crosses_a_barrier(town: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, gpd.GeoDataFrame]) -> None:
    houses, people, lines = town
    fabric = make_fabric(houses, people, lines)
    inner = fabric.cells.geometry.buffer(-0.01).to_numpy()
    cell, line = shapely.STRtree(lines.geometry.to_numpy()).query(inner, predicate="intersects")
    assert len(cell) == 0, f"cells {fabric.cells.cell_id.iloc[cell].tolist()} cross {lines.kind.iloc[line].tolist()}"


@SLOW
@given(towns())
def test_hard_barriers_part_and_others_do_not(
    town: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, gpd.GeoDataFrame],
) -> None:
    houses, people, lines = town
    fabric = make_fabric(houses, people, lines)
    cells = fabric.cells.geometry.to_numpy()
    left, right = shapely.STRtree(cells).query(cells, predicate="intersects")
    community = fabric.cells.community_id.to_numpy()
    pairs = (left < right) & (community[left] == community[right])
    common = shapely.intersection(cells[left[pairs]], cells[right[pairs]])
    long = shapely.length(common) > 0.1
    hard = shapely.union_all(lines.geometry[lines.kind == "hard"].to_numpy())
    share = shapely.length(shapely.intersection(common, shapely.buffer(hard, 0.1))) / np.maximum(
        shapely.length(common), 0.1
    )
    off = shapely.distance(common, hard) > 1.0 if not hard.is_empty else np.ones(len(common), bool)
    edges = set(zip(fabric.edges.left, fabric.edges.right, strict=True))
    touching = list(zip(left[pairs], right[pairs], strict=True))
    assert all(pair in edges for pair, keep in zip(touching, long & off, strict=True) if keep)
    assert not any(pair in edges for pair, cut in zip(touching, long & (share > 0.99), strict=True) if cut)


@pytest.fixture(scope="module")
def district() -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Nine crooked blocks with some 900 houses of several fabrics."""
    rng = np.random.default_rng(7)
    x, y = np.meshgrid(np.arange(4) * 180.0, np.arange(4) * 180.0, indexing="ij")
    nodes = np.stack([x + rng.normal(0, 7, x.shape), y + rng.normal(0, 7, y.shape)], 2)
    quads = [shapely.polygons(nodes[[i, i + 1, i + 1, i], [j, j, j + 1, j + 1]]) for i in range(3) for j in range(3)]
    houses = []
    for k, quad in enumerate(quads):
        step, side = [(12, 10.5), (17, 10), (30, 22), (55, 40)][k % 4]
        low_x, low_y, high_x, high_y = quad.bounds
        for u in np.arange(low_x, high_x, step):
            for v in np.arange(low_y, high_y, step):
                house = affinity.rotate(box(u, v, u + side, v + side), rng.normal(0, 2))
                if quad.buffer(-5).contains(house):
                    houses.append(house)
    people = [shapely.union_all(quads[:4]), shapely.union_all(quads[4:])]
    lines = {"soft": [LineString(nodes[1])], "hard": [LineString(nodes[:, 2])], "minor": [LineString(nodes[2])]}
    return buildings(houses), communities(people), barriers(lines)


def test_a_small_district(district: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, gpd.GeoDataFrame]) -> None:
    houses, people, lines = district
    fabric = make_fabric(houses, people, lines)
    check_fabric(fabric, people)
    assert len(fabric.buildings) == len(houses)
    assert fabric.cells.crs == CRS
    footprint = houses.set_index("building_id").geometry
    cells = fabric.cells.dropna(subset=["building_id"]).set_index("building_id").geometry
    inside = shapely.area(shapely.intersection(cells.to_numpy(), footprint.reindex(cells.index).to_numpy()))
    assert (inside / footprint.reindex(cells.index).area).min() > 0.9, "a cell holds its building"
    roundness = 4 * np.pi * fabric.cells.area_m2 / fabric.cells.perimeter_m**2
    assert roundness.mean() > 0.65, "borders are straight, not ragged"


def test_same_cells_wherever_the_town_lies(
    district: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, gpd.GeoDataFrame],
) -> None:
    moved = [layer.set_geometry(layer.geometry.translate(64.0, 128.0)) for layer in district]
    one, two = make_fabric(*district), make_fabric(*moved)
    assert one.cells.building_id.tolist() == two.cells.building_id.tolist()
    assert np.abs(one.cells.area_m2 - two.cells.area_m2).mean() < 1.0
