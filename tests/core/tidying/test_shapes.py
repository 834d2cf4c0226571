"""Keys made from shapes, and the zoo of shapes."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from gridgov.core.layers import get_layer
from gridgov.core.tidying import tidy_layer

from .zoo import BOW_TIE, INF, NAN, SQUARE, tidy_shape


def test_a_key_made_from_the_shape_is_stable() -> None:
    turned = shapely.Polygon([*SQUARE.exterior.coords][1:])
    first = tidy_layer(gpd.GeoDataFrame({"floors": [3]}, geometry=[SQUARE], crs=4490), get_layer("buildings"))
    again = tidy_layer(
        gpd.GeoDataFrame({"floors": [9]}, geometry=[turned.reverse()], crs=4490), get_layer("buildings")
    )
    assert first.accepted["building_id"].tolist() == again.accepted["building_id"].tolist()
    both = gpd.GeoDataFrame({"floors": [3, 3]}, geometry=[SQUARE, turned], crs=4490)
    assert tidy_layer(both, get_layer("buildings")).duplicate == 1
    moved = shapely.transform(SQUARE, lambda pairs: pairs + 1e-6)
    other = tidy_layer(gpd.GeoDataFrame({"floors": [3]}, geometry=[moved], crs=4490), get_layer("buildings"))
    assert other.accepted["building_id"].tolist() != first.accepted["building_id"].tolist()


@pytest.mark.parametrize(
    ("shape", "rule"),
    [
        (None, "no-geometry"),
        (shapely.Polygon(), "no-geometry"),
        (shapely.Polygon([(0, 0), (NAN, 0), (1, 1), (0, 0)]), "not-finite"),
        (shapely.Polygon([(0, 0), (INF, 0), (1, 1), (0, 0)]), "not-finite"),
        (shapely.LineString([(0, 0), (1, 1)]), "wrong-geometry"),
        (shapely.Point(0, 0), "wrong-geometry"),
        (shapely.GeometryCollection([shapely.Point(0, 0)]), "wrong-geometry"),
        (shapely.Polygon([(0, 0), (1, 1), (2, 2)]), "no-area"),
        (shapely.Polygon([(179.9, 0), (-179.9, 0), (-179.9, 1), (179.9, 1)]), "antimeridian"),
    ],
)
def test_shapes_that_are_refused(shape: shapely.Geometry | None, rule: str) -> None:
    result = tidy_shape(shape, shapely.box(0, 0, 1, 1))
    assert (result.accepted_count, result.rejected) == (1, 1)
    assert set(result.findings.loc[result.findings["row_id"] == "k0", "rule"]) == {rule}


def test_a_bow_tie_is_repaired() -> None:
    result = tidy_shape(BOW_TIE)
    assert result.accepted.geometry[0].is_valid
    assert result.accepted.geometry[0].area == pytest.approx(2)
    assert result.findings["rule"].tolist() == ["repaired"]
    assert result.findings["severity"].tolist() == ["warning"]


def test_collections_points_and_heights() -> None:
    collection = shapely.GeometryCollection([shapely.Point(9, 9), SQUARE])
    assert tidy_shape(collection).accepted.geometry[0].equals(SQUARE)
    tall = shapely.Polygon([(0, 0, 5), (1, 0, 5), (1, 1, 5)])
    assert not tidy_shape(tall).accepted.geometry[0].has_z
    table = gpd.GeoDataFrame({"shelter_id": ["s"], "name": ["s"]}, geometry=[shapely.box(0, 0, 2, 2)], crs=4490)
    assert tidy_layer(table, get_layer("shelters")).accepted.geometry[0] == shapely.Point(1, 1)
    assert tidy_shape(shapely.box(0, 0, 1, 1), layer="barriers").accepted_count == 1
    assert tidy_shape(shapely.Point(0, 0), layer="barriers").rejected == 1


def test_a_million_vertices_are_nothing_special() -> None:
    angle = np.linspace(0, 2 * np.pi, 1_000_000, endpoint=False)
    round_one = shapely.Polygon(np.column_stack([np.cos(angle), np.sin(angle)]))
    assert tidy_shape(round_one).accepted_count == 1


def test_a_wide_shape_in_metres_is_no_antimeridian() -> None:
    assert tidy_shape(shapely.box(0, 0, 1000, 1000), crs=4547).accepted_count == 1
