"""The odd shapes that break tessellations, one test each."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from shapely import LineString, MultiPolygon, Point, Polygon, box

from gridgov.core.fabric import make_fabric
from gridgov.errors import InputError
from tests.core.fabric_checks import PLACE, barriers, buildings, check_fabric, communities

GROUND = box(0, 0, 100, 100)


def _cells_of(fabric, building):
    return fabric.cells.loc[fabric.cells.building_id == building, "geometry"].item()


def test_one_building_takes_its_community() -> None:
    people = communities([GROUND])
    fabric = make_fabric(buildings([box(40, 40, 50, 50)]), people)
    check_fabric(fabric, people)
    assert len(fabric.cells) == 1
    assert fabric.edges.empty


def test_a_community_without_buildings_is_ground() -> None:
    people = communities([GROUND, box(100, 0, 200, 100)])
    fabric = make_fabric(buildings([box(40, 40, 50, 50)]), people)
    check_fabric(fabric, people)
    ground = fabric.cells[fabric.cells.building_id.isna()]
    assert ground.community_id.tolist() == ["C001"]
    assert fabric.edges.empty, "a border between communities is not an edge"


def test_no_buildings_at_all() -> None:
    people = communities([GROUND])
    fabric = make_fabric(buildings([]), people)
    check_fabric(fabric, people)
    assert fabric.cells.building_id.isna().all()


def test_houses_wall_to_wall_part_at_the_wall() -> None:
    people = communities([GROUND])
    fabric = make_fabric(buildings([box(30, 40, 50, 60), box(50, 40, 70, 60)]), people)
    check_fabric(fabric, people)
    wall = shapely.transform(LineString([(50, 40), (50, 60)]), lambda xy: xy + PLACE)
    border = _cells_of(fabric, "B000").intersection(_cells_of(fabric, "B001"))
    assert wall.hausdorff_distance(border.intersection(wall.buffer(0.5))) < 0.6


@pytest.mark.parametrize("gap", [0.0, 0.5, 3.0])
def test_rows_of_equal_houses(gap: float) -> None:
    people = communities([box(0, 0, 200, 120)])
    houses = [
        box(5 + i * (10 + gap), 5 + j * (10 + gap), 15 + i * (10 + gap), 15 + j * (10 + gap))
        for i in range(14)
        for j in range(8)
    ]
    fabric = make_fabric(buildings(houses), people)
    check_fabric(fabric, people)
    assert len(fabric.cells) == 112
    assert len(fabric.edges) >= 13 * 8 + 14 * 7


def test_a_building_in_the_courtyard_of_another() -> None:
    people = communities([GROUND])
    ring = Polygon(box(20, 20, 80, 80).exterior, [box(35, 35, 65, 65).exterior.coords])
    fabric = make_fabric(buildings([ring, box(45, 45, 55, 55)]), people)
    check_fabric(fabric, people)
    assert len(_cells_of(fabric, "B000").interiors) == 1
    assert len(fabric.edges) == 1


def test_a_community_around_another() -> None:
    inner = box(40, 40, 60, 60)
    people = communities([GROUND.difference(inner), inner])
    fabric = make_fabric(buildings([box(5, 5, 15, 15), box(80, 80, 95, 95), box(45, 45, 50, 50)]), people)
    check_fabric(fabric, people)
    assert fabric.buildings.community_id.tolist() == ["C000", "C000", "C001"]


def test_islands_and_communities_of_several_parts() -> None:
    people = communities([MultiPolygon([GROUND, box(200, 0, 220, 20)]), box(300, 300, 310, 310)])
    fabric = make_fabric(buildings([box(5, 5, 15, 15), box(30, 30, 40, 40), box(205, 5, 210, 10)]), people)
    check_fabric(fabric, people)
    assert len(fabric.cells) == 4


def test_a_footprint_on_the_community_line_goes_to_the_larger_share() -> None:
    people = communities([GROUND, box(100, 0, 200, 100)])
    shapes = [box(90, 10, 110, 30), box(85, 50, 105, 60), box(95, 70, 115, 80), box(90, 85, 100, 95)]
    fabric = make_fabric(buildings(shapes), people)
    check_fabric(fabric, people)
    assert fabric.buildings.community_id.tolist() == ["C000", "C000", "C001", "C000"]
    assert (fabric.findings.rule == "straddle").sum() == 3


@pytest.mark.parametrize("depth", [0.001, 0.01, 0.1])
def test_a_row_of_houses_that_grazes_a_community_is_outside_it(depth: float) -> None:
    houses = [box(x, y, x + 8, y + 10) for x in range(0, 60, 8) for y in np.arange(depth - 10, 55, 10)]
    people = communities([box(0, 0, 60, 60)])
    fabric = make_fabric(buildings(houses), people)
    check_fabric(fabric, people)
    outside = fabric.findings[fabric.findings.rule == "outside"]
    assert len(outside) == 8
    assert (outside.geometry.centroid.y < 2_500_000).all()
    assert len(fabric.buildings) + len(outside) == len(houses)


def test_a_small_shed_keeps_its_cell_wherever_its_larger_half_lies() -> None:
    people = communities([box(0, 0, 60, 60)])
    fabric = make_fabric(buildings([box(20, 20, 30, 30), box(40, -0.3, 40.8, 0.5)]), people)
    check_fabric(fabric, people)
    assert fabric.buildings.building_id.tolist() == ["B000", "B001"]


def test_footprints_of_a_thousand_corners() -> None:
    people = communities([GROUND])
    fabric = make_fabric(buildings([Point(30, 50).buffer(15, 256), Point(62, 50).buffer(15, 256)]), people)
    check_fabric(fabric, people)
    assert fabric.edges.length_m.item() == pytest.approx(100, rel=0.15)


def test_cells_do_not_cross_barriers_and_hard_ones_are_not_edges() -> None:
    people = communities([GROUND])
    lines = barriers(
        {
            "hard": [LineString([(50, -10), (50, 110)])],
            "soft": [LineString([(-10, 30), (110, 30)])],
            "minor": [LineString([(-10, 70), (110, 70)]), LineString([(80, 80), (90, 90)])],
        }
    )
    houses = [box(x, y, x + 8, y + 8) for x in (10, 35, 60, 85) for y in (10, 45, 85)]
    fabric = make_fabric(buildings(houses), people, lines)
    check_fabric(fabric, people)
    assert fabric.cells.block_id.nunique() == 6
    assert not any(line.crosses(cell) for line in lines.geometry[:3] for cell in fabric.cells.geometry)
    assert set(fabric.edges.kind) == {0, 1, 2}
    west = (fabric.cells.geometry.centroid.x < 500_050).to_numpy()
    assert (west[fabric.edges.left] == west[fabric.edges.right]).all()


def test_water_as_a_polygon_is_a_barrier() -> None:
    people = communities([GROUND])
    pond = Polygon([(40, 40), (60, 42), (58, 60), (41, 57)])
    fabric = make_fabric(buildings([box(5, 5, 15, 15), box(80, 80, 95, 95)]), people, barriers({"hard": [pond]}))
    check_fabric(fabric, people)
    assert len(fabric.cells) == 3
    assert len(fabric.edges) == 1, "the two houses touch; the pond touches nobody"


def test_double_carriageways_leave_no_slivers() -> None:
    people = communities([GROUND])
    lines = barriers({"minor": [LineString([(0, 50), (100, 50.4)]), LineString([(0, 50.5), (100, 50)])]})
    fabric = make_fabric(buildings([box(5, 5, 15, 15), box(80, 80, 95, 95)]), people, lines)
    check_fabric(fabric, people)
    assert len(fabric.cells) == 2


def test_overlapping_communities_give_the_ground_to_the_first() -> None:
    people = communities([GROUND, box(90, 0, 200, 100)])
    fabric = make_fabric(buildings([box(40, 40, 50, 50), box(92, 40, 98, 50)]), people)
    assert shapely.coverage_is_valid(fabric.cells.geometry.to_numpy())
    area = fabric.cells.groupby("community_id").area_m2.sum()
    np.testing.assert_allclose(area.loc[["C000", "C001"]], [10_000, 10_000])
    assert (fabric.findings.rule == "overlap").sum() == 1
    assert fabric.buildings.community_id.tolist() == ["C000", "C000"]


def test_a_broken_community_border_is_repaired() -> None:
    people = communities([Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])])
    fabric = make_fabric(buildings([box(5, 40, 15, 60), box(85, 40, 95, 60)]), people)
    assert fabric.findings.rule.tolist() == ["invalid-geometry"]
    assert shapely.coverage_is_valid(fabric.cells.geometry.to_numpy())
    assert fabric.cells.area_m2.sum() == pytest.approx(5_000)


def test_two_houses_far_apart_on_wide_ground() -> None:
    people = communities([box(0, 0, 20_000, 15_000)])
    fabric = make_fabric(buildings([box(10, 10, 20, 20), box(30, 10, 40, 20), box(50, 12, 60, 22)]), people)
    check_fabric(fabric, people)
    assert len(fabric.cells) == 3


def test_no_community_is_refused() -> None:
    with pytest.raises(InputError, match="nothing to divide"):
        make_fabric(buildings([box(0, 0, 1, 1)]), communities([Polygon()]))


def test_progress_is_told_in_order() -> None:
    told: list[float] = []
    make_fabric(
        buildings([box(5, 5, 15, 15), box(30, 30, 40, 40)]),
        communities([GROUND]),
        progress=lambda step, share: told.append(share),
    )
    assert told == sorted(told)
    assert told[-1] == 1.0


@pytest.mark.parametrize("short", [1e-9, 0.01, 0.25])
def test_a_river_cut_off_just_before_the_border_still_parts(short: float) -> None:
    people = communities([GROUND])
    river = LineString([(short, 50), (60, 55), (100 - short, 50)])
    street = LineString([(30, 10), (30, 20), (30, 52.5 - short)])
    houses = [box(x, y, x + 8, y + 8) for x in (10, 60) for y in (10, 80)]
    fabric = make_fabric(buildings(houses), people, barriers({"hard": [river], "minor": [street]}))
    check_fabric(fabric, people)
    assert fabric.cells.block_id.nunique() == 2
    assert len(fabric.edges) == 2


def test_walls_too_thin_to_be_told_apart_are_left_out_by_name() -> None:
    people = communities([box(0, 0, 300, 300)])
    walls = [box(10, i * 0.05, 110, i * 0.05 + 0.04) for i in range(120)]
    fabric = make_fabric(buildings([*walls, box(200, 200, 210, 210)]), people)
    shapes = fabric.cells.geometry.to_numpy()
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)
    assert fabric.cells.area.sum() == pytest.approx(90_000)
    lost = fabric.findings[fabric.findings.rule == "no-cell"]
    assert set(lost.row_id) | set(fabric.cells.building_id.dropna()) == {f"B{k:03d}" for k in range(121)}
    assert "B120" not in set(lost.row_id)


def test_a_community_without_ground_of_its_own_is_named() -> None:
    people = communities([GROUND, box(40, 40, 60, 60), box(90, 0, 200, 100)])
    fabric = make_fabric(buildings([box(45, 45, 55, 55), box(150, 10, 160, 20)]), people)
    told = fabric.findings[fabric.findings.rule == "no-area"]
    assert told.row_id.tolist() == ["C001"]
    assert told.severity.tolist() == ["error"]
