"""CQL2: what a filter means in SQL is what it means in Python, with nulls, accents, days and every system."""

from __future__ import annotations

import json
from typing import Any

import cql2
import pytest
import shapely
from hypothesis import HealthCheck, given, note, settings
from sqlalchemy import Connection, Engine, text

from gridgov.core.systems import get_system
from gridgov.storage.collections import get_collection
from gridgov.storage.collections.filters import compile_filter

from ..web import toy
from .asking import ids
from .filter_meaning import Tree, evaluate, trees

ROLE = "administrator"
WEST, SOUTH = toy.WEST, toy.SOUTH


@pytest.fixture(scope="module")
def rows(owner: Engine) -> Any:
    """The buildings as dictionaries, and a connection to ask about them."""
    sql = text("SELECT *, ST_AsBinary(geom) AS wkb FROM gridgov.building ORDER BY building_id")
    with owner.connect() as connection:
        found = [dict(row) for row in connection.execute(sql).mappings()]
        for row in found:
            row["geometry"] = shapely.from_wkb(bytes(row["wkb"]))
        yield connection, found


@settings(max_examples=250, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tree=trees)
def test_a_filter_means_the_same_in_sql_and_in_python(
    rows: tuple[Connection, list[dict[str, Any]]], tree: Tree
) -> None:
    connection, buildings = rows
    note(json.dumps(tree, ensure_ascii=True))
    found = set(ask(connection, json.dumps(tree), "cql2-json"))
    differing = [row for row in buildings if (evaluate(tree, row) is True) != (row["building_id"] in found)]
    assert [row["building_id"] for row in differing if not hangs_by_a_hair(tree, row)] == []


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tree=trees)
def test_text_and_json_mean_the_same(rows: tuple[Connection, list[dict[str, Any]]], tree: Tree) -> None:
    connection, _ = rows
    try:
        written = cql2.parse_json(json.dumps(tree)).to_text()
        # the library spells some trees in a way it does not read itself; those say nothing about us
        if cql2.parse_text(written).to_json() != cql2.parse_json(json.dumps(tree)).to_json():
            return
    except Exception:
        return
    assert ask(connection, written, "cql2-text") == ask(connection, json.dumps(tree), "cql2-json")


HAIR = 1e-9
"""Degrees, about 0.1 mm: where so little decides, two versions of GEOS may differ."""


def hangs_by_a_hair(tree: Tree, row: dict[str, Any]) -> bool:
    """Say whether the answer changes when the building becomes a hair larger or smaller."""
    grown = ({**row, "geometry": shapely.buffer(row["geometry"], by, join_style="mitre")} for by in (-HAIR, HAIR))
    return any(evaluate(tree, other) != evaluate(tree, row) for other in grown)


def ask(connection: Connection, written: str, language: str) -> list[str]:
    """Return the keys of the buildings that match."""
    condition = compile_filter(written, language, get_collection("buildings", ROLE), ROLE)
    sql = f"SELECT t.building_id FROM gridgov.building AS t WHERE {condition.sql} ORDER BY 1"
    return list(connection.exec_driver_sql(sql, dict(condition.values)).scalars())


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("floors = 30", [toy.TOWER]),
        ("name LIKE '幸福%' AND floors BETWEEN 29 AND 31", [toy.TOWER]),
        ("NOT (floors < 30)", [toy.TOWER]),
        ("name IS NOT NULL", [toy.TOWER]),
        (f"S_INTERSECTS(geometry, POINT({WEST + 0.0045} {SOUTH + 0.0045}))", [toy.TOWER]),
        (f"S_WITHIN(geometry, BBOX({WEST + 0.003}, {SOUTH + 0.003}, {WEST + 0.006}, {SOUTH + 0.006}))", [toy.TOWER]),
        (
            f"S_INTERSECTS(geometry, GEOMETRYCOLLECTION(POINT({WEST + 0.0045} {SOUTH + 0.0045}), POINT(0 0)))",
            [toy.TOWER],
        ),
        ("building_id IN ('A-1-1-tower', 'nothing')", [toy.TOWER]),
        ("CASEI(building_id) = CASEI('a-1-1-TOWER')", [toy.TOWER]),
        ("CASEI(building_id) LIKE casei('%TOWER')", [toy.TOWER]),
        ("floors > households", []),
        ("name = 'x'' OR true --'", []),
    ],
)
def test_filters_through_the_server(signed_in, written: str, expected: list[str]) -> None:
    assert ids(signed_in("viewer"), "buildings", filter=written) == expected


def test_filters_as_json_through_the_server(signed_in) -> None:
    tree = {"op": "and", "args": [{"op": ">", "args": [{"property": "floors"}, 29]}, True]}
    found = ids(signed_in("viewer"), "buildings", filter=json.dumps(tree), filter_lang="cql2-json", limit=1)
    assert found == [toy.TOWER]


def test_accents_and_days(signed_in) -> None:
    client = signed_in("administrator")
    assert ids(client, "facilities", filter="ACCENTI(name) = 'Ecole 1'") == ["std-F1"]
    assert ids(client, "facilities", filter="CASEI(ACCENTI(name)) LIKE 'ecole 1_'")
    assert ids(client, "rental_houses", filter="visited_on > DATE('2026-03-15')") == ["house-b-2"]
    assert ids(client, "rental_houses", filter="T_BEFORE(visited_on, DATE('2026-03-15'))") == ["house/b 1"]
    assert ids(client, "rental_houses", filter="visited_on = TIMESTAMP('2026-05-01T00:00:00Z')") == ["house-b-2"]


@pytest.mark.parametrize("system", ["EPSG:4326", "EPSG:4490", "EPSG:3857", "EPSG:4547"])
def test_shapes_of_a_filter_are_in_its_system(signed_in, system: str) -> None:
    import pyproj

    x, y = WEST + 0.0045, SOUTH + 0.0045
    to = pyproj.Transformer.from_crs(4490, int(system.removeprefix("EPSG:")), always_xy=True)
    pair = to.transform(x, y)
    if get_system(system).north_first:
        pair = pair[::-1]
    written = f"S_INTERSECTS(geometry, POINT({pair[0]!r} {pair[1]!r}))"
    assert ids(signed_in("viewer"), "buildings", filter=written, filter_crs=system) == [toy.TOWER]
