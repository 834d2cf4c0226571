"""OGC API Features, part 3 (19-079r2): queryables and filters."""

from __future__ import annotations

import json
from typing import Any

import jsonschema

from gridgov.core.systems import CRS84

from ...web import toy
from ..asking import get, ids, items, require_problem
from .table import Office, links, requirement

_CLASS = "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/{}"
QUERYABLES, PARAMETERS, FILTER, FEATURES = (
    _CLASS.format(name) for name in ("queryables", "queryables-query-parameters", "filter", "features-filter")
)
REL = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
ITEMS = "/collections/buildings/items"
SHAPES = {"geometry-point", "geometry-polygon-or-multipolygon", "geometry-any"}


def queryables(office: Office) -> dict[str, dict[str, Any]]:
    found = {}
    for one in office.collections:
        (href,) = {link["href"] for link in links(one, REL)}
        answer = office.administrator.get(href, headers={"Accept": "application/schema+json"})
        assert answer.status_code == 200 and answer.headers["content-type"] == "application/schema+json"
        found[one["id"]] = answer.json()
        assert found[one["id"]]["$id"] == href
    return found


@requirement(QUERYABLES, "get-queryables-op", "get-queryables-response", "queryables-link")
def queryables_are_schemas(office: Office) -> None:
    for schema in queryables(office).values():
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema" and schema["type"] == "object"
        assert schema["additionalProperties"] is False
        for name, one in schema["properties"].items():
            if name == "geometry":
                assert one["format"] in SHAPES and not {"type", "$ref"} & set(one)
            else:
                assert one["type"] in ("string", "integer", "number", "boolean")
            assert not name.endswith("_on") or (one["type"], one["format"]) == ("string", "date")


@requirement(QUERYABLES, "expression-construction")
def only_queryables_are_asked(office: Office) -> None:
    for name in ("no_such", "geom", "xmin"):
        require_problem(get(office.viewer, ITEMS, filter=f"{name} IS NULL"), 400)


@requirement(PARAMETERS, "parameters")
def every_simple_queryable_is_a_parameter(office: Office) -> None:
    for name, schema in queryables(office).items():
        for queryable, one in schema["properties"].items():
            if queryable == "geometry":
                continue
            path = f"/collections/{name}/items"
            assert office.parameter(queryable, path)["schema"] == one
            feature = next(iter(items(office.administrator, name, limit=1)), None)
            value = None if feature is None else feature["properties"][queryable]
            if value is None:
                continue
            written = json.dumps(value) if isinstance(value, bool) else str(value)
            found = get(office.administrator, path, **{queryable: written}).json()["features"]
            assert found and all(other["properties"][queryable] == value for other in found)


@requirement(FILTER, "filter-param", "filter-lang-param", "filter-crs-param")
@requirement(FEATURES, "filter-param", "filter-lang-param", "filter-crs-param")
def the_parameters_of_a_filter_are_defined(office: Office) -> None:
    assert office.parameter("filter")["schema"] == {"type": "string"}
    language = office.parameter("filter-lang")["schema"]
    assert set(language["enum"]) == {"cql2-text", "cql2-json"} and language["default"] == "cql2-text"
    assert CRS84 in office.parameter("filter-crs")["schema"]["enum"]
    tree = json.dumps({"op": "=", "args": [{"property": "building_id"}, toy.TOWER]})
    assert ids(office.viewer, "buildings", filter=f"building_id = '{toy.TOWER}'") == [toy.TOWER]
    assert ids(office.viewer, "buildings", filter=tree, filter_lang="cql2-json") == [toy.TOWER]


@requirement(FILTER, "filter-crs-wgs84")
def shapes_without_a_system_are_in_crs84(office: Office) -> None:
    east, north = toy.WEST + 0.0045, toy.SOUTH + 0.0045
    here = "S_INTERSECTS(geometry, POINT({} {}))"
    assert ids(office.viewer, "buildings", filter=here.format(east, north)) == [toy.TOWER]
    north_first = "http://www.opengis.net/def/crs/EPSG/0/4326"
    assert ids(office.viewer, "buildings", filter=here.format(north, east), filter_crs=north_first) == [toy.TOWER]


@requirement(FILTER, "mixing-expressions", "response")
@requirement(FEATURES, "response")
def all_conditions_hold_together(office: Office) -> None:
    whole = ids(office.viewer, "buildings")
    wanted = [key for key in whole if key >= "A-1"]
    assert ids(office.viewer, "buildings", filter="building_id >= 'A-1'") == wanted
    assert 0 < len(wanted) < len(whole)
    corner = f"{toy.WEST},{toy.SOUTH},{toy.WEST + 0.004},{toy.SOUTH + 0.004}"
    boxed = set(ids(office.viewer, "buildings", bbox=corner))
    both = ids(office.viewer, "buildings", filter="building_id >= 'A-1'", bbox=corner, datetime="1999-01-01")
    assert both == [key for key in wanted if key in boxed]
    assert 0 < len(both) < len(boxed)
    for wrong in ({"filter": "floors >"}, {"filter-lang": "sql"}, {"filter-crs": "x"}, {"filter_lang": "cql2-json"}):
        require_problem(get(office.viewer, ITEMS, **{"filter": "floors = 1", **wrong}), 400)


@requirement(FEATURES, "get-queryables-op", "queryables-link")
def every_collection_has_its_queryables(office: Office) -> None:
    assert set(queryables(office)) == {one["id"] for one in office.collections}
