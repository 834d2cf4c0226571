"""CQL2 (21-065r2): what the filter language says, in text and in JSON."""

from __future__ import annotations

import json
from typing import Any

from ...web import toy
from ..asking import get, ids, items
from .table import Office, requirement

_CLASS = "http://www.opengis.net/spec/cql2/1.0/conf/{}"
TEXT, JSON, BASIC, ADVANCED, CASE, ACCENT, SPATIAL, PLUS, RELATIONS, PROPERTY = (
    _CLASS.format(name)
    for name in (
        *("cql2-text", "cql2-json", "basic-cql2", "advanced-comparison-operators"),
        *("case-insensitive-comparison", "accent-insensitive-comparison"),
        *("basic-spatial-functions", "basic-spatial-functions-plus", "spatial-functions", "property-property"),
    )
)
W, S = toy.WEST, toy.SOUTH
EAST, NORTH = W + 0.0045, S + 0.0045
HERE = f"{EAST} {NORTH}"
"""A place inside the tower."""
BOX = f"{W + 0.003}, {S + 0.003}, {W + 0.006}, {S + 0.006}"
RING = f"({W} {S}, {W + 0.1} {S}, {W + 0.1} {S + 0.1}, {W} {S + 0.1}, {W} {S})"
TOWER = f"building_id = '{toy.TOWER}'"
LITERALS = (
    *(f"POINT({HERE})", f"POINT Z({HERE} 7)", f"POINT({HERE} 7)", f"MULTIPOINT(({HERE}), (0 0))"),
    *(f"LINESTRING({HERE}, 0 0)", f"MULTILINESTRING(({HERE}, 0 0))", f"POLYGON({RING})", f"MULTIPOLYGON(({RING}))"),
    *(f"GEOMETRYCOLLECTION(POINT({HERE}), POINT(0 0))", f"BBOX({BOX})", f"BBOX({W}, {S}, 0, {W + 1}, {S + 1}, 9)"),
)
"""Every kind of spatial literal, each over the tower."""
NAMES = ("S_INTERSECTS", "S_EQUALS", "S_DISJOINT", "S_TOUCHES", "S_WITHIN", "S_OVERLAPS", "S_CROSSES", "S_CONTAINS")
ESCAPES = {"a": "\a", "b": "\b", "t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r"}


def find(office: Office, written: Any, name: str = "buildings") -> set[str]:
    """Ask by text, or by a tree as JSON."""
    if isinstance(written, str):
        return set(ids(office.administrator, name, filter=written))
    return set(ids(office.administrator, name, filter=json.dumps(written), filter_lang="cql2-json"))


def op(name: str, *args: Any) -> dict[str, Any]:
    return {"op": name, "args": list(args)}


def every(office: Office, name: str = "buildings") -> dict[str, dict[str, Any]]:
    return {one["id"]: one["properties"] for one in items(office.administrator, name)}


@requirement(BASIC, "cql2-filter", "binary-comparison-predicate", "property")
@requirement(TEXT, "basic-cql2")
def comparisons_and_their_logic(office: Office) -> None:
    rows = every(office)
    floors = {key: row["floors"] for key, row in rows.items()}
    asked = {
        "floors = 3": {key for key, one in floors.items() if one == 3},
        "floors <> 3": {key for key, one in floors.items() if one not in (3, None)},
        "floors < 3": {key for key, one in floors.items() if one is not None and one < 3},
        "floors > 3e0 OR floors <= 2.0": {key for key, one in floors.items() if one is not None and not 2 < one <= 3},
        "NOT (floors >= 3)": {key for key, one in floors.items() if one is not None and one < 3},
        "floors > -1 AND name = '幸福大厦'": {toy.TOWER},
        "\"name\" = '幸福大厦'": {toy.TOWER},
        "households_estimated = TRUE": {key for key, row in rows.items() if row["households_estimated"]},
        "TRUE": set(rows),
        "FALSE OR NOT TRUE": set(),
        # null is neither equal nor unequal to anything
        "name = 'x' OR NOT (name = 'x')": {key for key, row in rows.items() if row["name"] is not None},
    }
    for written, expected in asked.items():
        assert find(office, written) == expected, written
    houses = every(office, "rental_houses")
    later = {key for key, row in houses.items() if row["visited_on"] and row["visited_on"] > "2026-03-15"}
    assert find(office, "visited_on > DATE('2026-03-15')", "rental_houses") == later != set()
    assert find(office, "visited_on > TIMESTAMP('2026-03-15T00:00:00Z')", "rental_houses") == later


@requirement(BASIC, "null-predicate")
def null_is_asked_for(office: Office) -> None:
    without = {key for key, row in every(office).items() if row["name"] is None}
    assert without and find(office, "name IS NULL") == without
    assert find(office, "NOT name IS NULL") == find(office, "name IS NOT NULL") == set(every(office)) - without


@requirement(ADVANCED, "like-predicate")
def patterns(office: Office) -> None:
    rows = every(office)
    assert find(office, "name LIKE '幸福%'") == find(office, "name LIKE '幸福_厦'") == {toy.TOWER}
    assert find(office, "name LIKE '%'") == {key for key, row in rows.items() if row["name"] is not None}
    assert find(office, r"name LIKE '幸福\%'") == set(), "an escaped sign stands for itself"
    assert find(office, "name NOT LIKE '幸福%'") == find(office, "NOT (name LIKE '幸福%')")


@requirement(ADVANCED, "between-predicate", "in-predicate")
@requirement(TEXT, "advanced-comparison-operators")
def ranges_and_lists(office: Office) -> None:
    floors = {key: row["floors"] for key, row in every(office).items()}
    middle = {key for key, one in floors.items() if one is not None and 2 <= one <= 4}
    assert find(office, "floors BETWEEN 2 AND 4") == middle
    assert (
        find(office, "floors NOT BETWEEN 2 AND 4") == {key for key, one in floors.items() if one is not None} - middle
    )
    assert find(office, f"building_id IN ('{toy.TOWER}', 'x')") == {toy.TOWER}
    assert find(office, "floors NOT IN (30)") == {key for key, one in floors.items() if one not in (30, None)}


@requirement(CASE, "casei-function")
@requirement(TEXT, "case-insensitive-comparison")
def case_is_folded_fully(office: Office) -> None:
    assert find(office, f"CASEI(building_id) = casei('{toy.TOWER.upper()}')") == {toy.TOWER}
    assert find(office, f"CASEI(building_id) LIKE CASEI('%{toy.TOWER.upper()}')") == {toy.TOWER}
    assert find(office, "CASEI(name) IS NULL") == find(office, "name IS NULL")
    for left, right in (("straße", "STRASSE"), ("ΣΊΣΥΦΟΣ", "σίσυφος"), ("ÉCOLE", "école"), ("ﬁn", "FIN"), ("İ", "i̇")):
        assert find(office, f"CASEI('{left}') = CASEI('{right}') AND {TOWER}") == {toy.TOWER}, left
    assert find(office, "CASEI('ı') < CASEI('a') AND TRUE") == set()


@requirement(ACCENT, "accenti-function")
@requirement(TEXT, "accent-insensitive-comparison")
def accents_are_stripped(office: Office) -> None:
    assert find(office, "ACCENTI(name) = ACCENTI('Ecole 1')", "facilities") == {"std-F1"}
    assert find(office, "CASEI(ACCENTI(name)) = ACCENTI(CASEI('ÈCOLE 1'))", "facilities") == {"std-F1"}
    assert find(office, "ACCENTI(name) IS NULL", "facilities") == find(office, "name IS NULL", "facilities")


@requirement(SPATIAL, "spatial-predicate", "spatial-functions")
@requirement(TEXT, "basic-spatial-functions")
def intersects(office: Office) -> None:
    inside = find(office, f"S_INTERSECTS(geometry, POINT({HERE}))")
    assert inside == {toy.TOWER}
    assert find(office, f"NOT S_INTERSECTS(geometry, POINT({HERE}))") == set(every(office)) - inside
    assert find(office, f"S_INTERSECTS(geometry, BBOX({BOX}))") >= inside
    # of a house that lies nowhere neither is true
    placed = find(office, "geometry IS NOT NULL", "rental_houses")
    either = f"S_INTERSECTS(geometry, BBOX({BOX})) OR NOT S_INTERSECTS(geometry, BBOX({BOX}))"
    assert find(office, either, "rental_houses") == placed < set(every(office, "rental_houses"))


@requirement(PLUS, "spatial-data-types")
@requirement(TEXT, "basic-spatial-functions-plus")
def every_spatial_literal_is_read(office: Office) -> None:
    for literal in LITERALS:
        assert toy.TOWER in find(office, f"S_INTERSECTS(geometry, {literal})"), literal


@requirement(RELATIONS, "spatial-functions")
@requirement(TEXT, "spatial-functions")
def every_relation_is_known(office: Office) -> None:
    shape = get(office.administrator, f"/collections/buildings/items/{toy.TOWER}").json()["geometry"]
    found = {name: find(office, op(name.lower(), {"property": "geometry"}, shape)) for name in NAMES}
    assert found["S_INTERSECTS"] >= {toy.TOWER}
    assert found["S_DISJOINT"] == set(every(office)) - found["S_INTERSECTS"]
    assert find(office, "S_WITHIN(geometry, geometry) AND S_CONTAINS(geometry, geometry)") == set(every(office))
    assert not found["S_TOUCHES"] | found["S_OVERLAPS"] | found["S_CROSSES"]
    assert find(office, "S_EQUALS(geometry, geometry)") == set(every(office))
    west = f"{W} {NORTH}, {EAST} {NORTH}"
    assert toy.TOWER in find(office, f"S_CROSSES(geometry, LINESTRING({west}))")
    assert find(office, "S_TOUCHES(BBOX(0, 0, 1, 1), BBOX(1, 0, 2, 1))") == set(every(office))
    assert toy.TOWER in find(office, f"S_OVERLAPS(geometry, BBOX({W}, {S}, {W + 0.1}, {NORTH}))")


@requirement(PROPERTY, "withdraw-permissions")
@requirement(TEXT, "property-property")
def literals_stand_left_and_properties_right(office: Office) -> None:
    rows = every(office)
    known = {key: row["floors"] for key, row in rows.items() if row["floors"] is not None}
    asked = {
        "3 = floors": {key for key, one in known.items() if one == 3},
        "floors = floors": set(known),
        "'abc' LIKE 'a_c'": set(rows),
        "3 BETWEEN 1 AND floors": {key for key, one in known.items() if one >= 3},
        f"'{toy.TOWER}' IN (name, building_id)": {toy.TOWER},
        f"S_INTERSECTS(POINT({HERE}), geometry)": {toy.TOWER},
        "S_INTERSECTS(geometry, geometry)": set(rows),
        f"S_WITHIN(POINT({HERE}), BBOX({BOX}))": set(rows),
        "'a' IS NULL OR 5 IS NULL OR TRUE IS NULL": set(),
        f"POINT({HERE}) IS NOT NULL": set(rows),
        "DATE('2026-01-01') < TIMESTAMP('2026-01-02T00:00:00Z')": set(rows),
    }
    for written, expected in asked.items():
        assert find(office, written) == expected, written


@requirement(TEXT, "escaping")
def signs_are_escaped(office: Office) -> None:
    written = r"'it\'s' = 'it''s' AND " + TOWER
    assert find(office, written) == {toy.TOWER}
    for letter, meant in ESCAPES.items():
        assert find(office, f"'x\\{letter}y' = 'x{meant}y' AND {TOWER}") == {toy.TOWER}, letter
        tree = op("and", op("=", {"property": "building_id"}, toy.TOWER), op("like", "x" + meant, "x_"))
        assert find(office, tree) == {toy.TOWER}


_NAME, _FLOORS, _SHAPE = ({"property": name} for name in ("name", "floors", "geometry"))
_POINT = {"type": "Point", "coordinates": [EAST, NORTH]}
IN_JSON = {
    "basic-cql2": (
        op("and", op(">=", _FLOORS, 30), op("not", op("isNull", _NAME))),
        "floors >= 30 AND name IS NOT NULL",
    ),
    "advanced-comparison-operators": (
        op("or", op("like", _NAME, "幸福%"), op("between", _FLOORS, 2, 3), op("in", _FLOORS, [1, 30])),
        "name LIKE '幸福%' OR floors BETWEEN 2 AND 3 OR floors IN (1, 30)",
    ),
    "case-insensitive-comparison": (
        op("=", op("casei", {"property": "building_id"}), op("casei", toy.TOWER.upper())),
        TOWER,
    ),
    "accent-insensitive-comparison": (op("=", op("accenti", "é"), op("accenti", "e")), "TRUE"),
    "basic-spatial-functions": (op("s_intersects", _SHAPE, _POINT), TOWER),
    "basic-spatial-functions-plus": (
        op("s_intersects", _SHAPE, {"type": "GeometryCollection", "geometries": [_POINT]}),
        TOWER,
    ),
    "spatial-functions": (op("s_contains", _SHAPE, _POINT), TOWER),
    "property-property": (op("=", 30, _FLOORS), "30 = floors"),
}


def _say(tree: Any, written: str) -> Any:
    def says_what_text_says(office: Office) -> None:
        found = find(office, tree)
        assert found and found == find(office, written)

    return says_what_text_says


for _kind, (_tree, _written) in IN_JSON.items():
    requirement(JSON, _kind)(_say(_tree, _written))
