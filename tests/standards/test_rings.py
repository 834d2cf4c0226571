"""GeoJSON by the right-hand rule (RFC 7946, 3.1.6): outer rings counter-clockwise, holes clockwise, however drawn."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Engine, text

from gridgov.core.systems import System, get_system
from gridgov.storage.collections import get_collection
from gridgov.storage.collections.questions import Question
from gridgov.storage.collections.statements import make_item, make_items
from gridgov.storage.files import write_layer_file

from ..web import toy
from .asking import items

ANY_SYSTEM = [None, "EPSG:4490", "EPSG:4326", "EPSG:3857", "EPSG:4547"]


@st.composite
def polygons(draw: Any) -> BaseGeometry:
    """Boxes with and without a hole, side by side, each ring drawn either way round and begun at any corner."""
    parts = []
    for number in range(draw(st.integers(1, 3))):
        west, south = toy.WEST + number * 0.002, toy.SOUTH
        size = draw(st.floats(0.0004, 0.0015))
        rings = [_ring(draw, west, south, size)]
        if draw(st.booleans()):
            rings.append(_ring(draw, west + size / 4, south + size / 4, size / 3))
        parts.append(shapely.Polygon(rings[0], rings[1:]))
    return parts[0] if len(parts) == 1 and draw(st.booleans()) else shapely.MultiPolygon(parts)


def _ring(draw: Any, west: float, south: float, size: float) -> list[tuple[float, float]]:
    corners = [(west, south), (west + size, south), (west + size, south + size), (west, south + size)]
    if draw(st.booleans()):
        corners.reverse()
    first = draw(st.integers(0, 3))
    corners = corners[first:] + corners[:first]
    return [*corners, corners[0]]


def follows_the_rule(shape: BaseGeometry) -> bool:
    """Say whether outer rings go counter-clockwise and holes clockwise."""
    return all(
        part.exterior.is_ccw and not any(hole.is_ccw for hole in part.interiors)
        for part in shapely.get_parts(shape)
        if part.geom_type == "Polygon"
    )


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(shape=polygons(), written=st.sampled_from(ANY_SYSTEM))
def test_items_turn_rings_the_right_way(owner: Engine, shape: BaseGeometry, written: str | None) -> None:
    system, collection = get_system(written), get_collection("compounds", "viewer")
    question = Question(collection, "viewer", collection.of_role["viewer"], (), system)
    columns, values = "compound_id, kind, geom", "'ring', 'residential', ST_GeomFromText(:w, 4490)"
    sql = f"INSERT INTO gridgov.compound ({columns}) VALUES ({values})"
    with owner.connect() as connection, connection.begin() as transaction:
        connection.execute(text(sql), {"w": shape.wkt})
        item, page = make_item(question, "ring"), make_items(question, 1000)
        alone = json.loads(f"{connection.exec_driver_sql(item.sql, item.values).scalar_one()}}}")
        listed = json.loads(f"[{connection.exec_driver_sql(page.sql, page.values).first()[0]}]")
        transaction.rollback()
    among = next(one for one in listed if one["id"] == "ring")
    assert alone["geometry"] == among["geometry"]
    sent = east_first(shapely.geometry.shape(alone["geometry"]), system)
    assert follows_the_rule(sent)
    assert sent.area > 0 and len(shapely.get_parts(sent)) == len(shapely.get_parts(shape))
    if system is get_system(None):
        assert sent.symmetric_difference(shape).area < 1e-11


def east_first(shape: BaseGeometry, system: System) -> BaseGeometry:
    """Return what was sent with the east first, as the rule is said for."""
    return shapely.transform(shape, lambda pairs: pairs[:, ::-1]) if system.north_first else shape


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(shapes=st.lists(polygons(), min_size=1, max_size=4))
def test_files_turn_rings_the_right_way(tmp_path: Path, shapes: list[BaseGeometry]) -> None:
    frame = gpd.GeoDataFrame({"id": range(len(shapes))}, geometry=shapes, crs="EPSG:4490")
    document = json.loads(write_layer_file(frame, tmp_path / "rings.geojson").read_text())
    written = [shapely.geometry.shape(one["geometry"]) for one in document["features"]]
    assert all(follows_the_rule(shape) for shape in written)
    for before, after in zip(shapes, written, strict=True):
        assert before.symmetric_difference(after).area < 1e-11


@pytest.mark.parametrize("collection", ["communities", "buildings", "compounds", "clusters", "sections", "grids"])
def test_every_collection_of_polygons(signed_in, collection: str) -> None:
    for query in ({}, {"crs": "EPSG:4490"}, {"crs": "EPSG:4547"}):
        found = items(signed_in("viewer"), collection, **query)
        system = get_system(query.get("crs"))
        assert found
        assert all(follows_the_rule(east_first(shapely.geometry.shape(one["geometry"]), system)) for one in found)
