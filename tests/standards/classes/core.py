"""OGC API Features, part 1 (17-069r4): core, GeoJSON, HTML and OpenAPI 3.0."""

from __future__ import annotations

import datetime as dt
from html import unescape
from typing import Any

import jsonschema

from gridgov.storage.collections import COLLECTIONS

from ...web import toy
from ..asking import get, ids, require_problem
from .table import Office, corners, links, requirement, the_link

_CLASS = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{}"
CORE, GEOJSON, HTML, OAS = (_CLASS.format(name) for name in ("core", "geojson", "html", "oas30"))
LINKS = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "required": ["href", "rel"],
        "properties": {name: {"type": "string", "minLength": 1} for name in ("href", "rel", "type", "title")},
    },
}
COLLECTION = {
    "type": "object",
    "required": ["id", "links"],
    "properties": {
        "id": {"type": "string"},
        "title": {"type": "string"},
        "itemType": {"const": "feature"},
        "links": LINKS,
        "extent": {
            "type": "object",
            "properties": {
                "spatial": {
                    "type": "object",
                    "required": ["bbox"],
                    "properties": {
                        "bbox": {
                            "type": "array",
                            "minItems": 1,
                            "items": {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6},
                        }
                    },
                },
                "temporal": {
                    "type": "object",
                    "required": ["interval"],
                    "properties": {
                        "interval": {
                            "type": "array",
                            "minItems": 1,
                            "items": {"type": "array", "minItems": 2, "maxItems": 2},
                        }
                    },
                },
            },
        },
    },
}
ITEMS = "/collections/buildings/items"
DOCUMENTS = ("", "/conformance", "/api", "/collections", "/collections/buildings", ITEMS, f"{ITEMS}/{toy.TOWER}")
"""One address of each resource."""


def valid(document: Any, schema: dict[str, Any]) -> None:
    jsonschema.validate(document, schema)


@requirement(CORE, "root-op", "root-success")
def the_landing_page_leads_on(office: Office) -> None:
    document = office.read()
    valid(document, {"type": "object", "required": ["links"], "properties": {"links": LINKS}})
    rels = {link["rel"] for link in document["links"]}
    assert {"conformance", "data"} < rels and {"service-desc", "service-doc"} & rels


@requirement(CORE, "api-definition-op", "api-definition-success")
def the_definition_comes_in_the_promised_types(office: Office) -> None:
    document = office.read()
    for link in (*links(document, "service-desc"), *links(document, "service-doc")):
        answer = office.viewer.get(link["href"], headers={"Accept": link["type"]})
        assert answer.status_code == 200 and answer.headers["content-type"].startswith(link["type"])


@requirement(CORE, "conformance-op", "conformance-success")
def classes_are_listed(office: Office) -> None:
    schema = {"type": "array", "items": {"type": "string", "format": "uri"}, "uniqueItems": True}
    valid(office.read("/conformance")["conformsTo"], schema)


@requirement(CORE, "http")
def http_is_kept(office: Office) -> None:
    for path in DOCUMENTS:
        whole, head = get(office.viewer, path), office.viewer.head(f"/ogc{path}")
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-type"] == whole.headers["content-type"]
        refused = office.viewer.request("TRACE", f"/ogc{path}")
        assert refused.status_code == 405 and {"GET", "HEAD"} <= set(refused.headers["allow"].split(", "))
        require_problem(office.viewer.get(f"/ogc{path}", headers={"Accept": "image/png"}), 406)


@requirement(CORE, "query-param-unknown")
def unknown_parameters_are_refused(office: Office) -> None:
    for path in (*DOCUMENTS, "/collections/buildings/queryables", "/collections/buildings/schema"):
        require_problem(get(office.viewer, path, no_such="1"), 400)


@requirement(CORE, "query-param-invalid")
def invalid_values_are_refused(office: Office) -> None:
    wrong = {"bbox": "a,b,c,d", "limit": "0", "datetime": "x", "f": "x", "floors": "x", "crs": "x", "filter": "="}
    for name, value in wrong.items():
        require_problem(get(office.viewer, ITEMS, **{name: value}), 400)


@requirement(CORE, "crs84")
def longitude_comes_first(office: Office) -> None:
    answer = get(office.viewer, ITEMS)
    assert answer.headers["content-crs"] == "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"
    for feature in answer.json()["features"]:
        assert all(113 < x < 115 and 22 < y < 23 for x, y in corners(feature["geometry"]))


@requirement(CORE, "fc-md-op", "fc-md-success", "fc-md-items")
def every_collection_is_listed(office: Office) -> None:
    schema = {"required": ["links", "collections"], "properties": {"links": LINKS}}
    document = get(office.administrator, "/collections").json()
    valid(document, {**schema, "type": "object"})
    for one in document["collections"]:
        valid(one, COLLECTION)
    seen = {name for name, one in COLLECTIONS.items() if "administrator" in one.roles}
    assert {one["id"] for one in document["collections"]} == seen


@requirement(CORE, "fc-md-links")
def the_list_names_itself_and_its_other_form(office: Office) -> None:
    document = office.read("/collections")
    assert {link["type"] for rel in ("self", "alternate") for link in links(document, rel)} == {
        "application/json",
        "text/html",
    }


@requirement(CORE, "fc-md-items-links")
def items_are_linked_in_each_encoding(office: Office) -> None:
    for one in office.collections:
        assert {link["type"] for link in links(one, "items")} == {"application/geo+json", "text/html"}


@requirement(CORE, "fc-md-extent", "fc-md-extent-multi")
def extents_hold_all_features(office: Office) -> None:
    for one in office.collections:
        found = get(office.administrator, f"/collections/{one['id']}/items").json()["features"]
        if box := one["extent"].get("spatial", {}).get("bbox"):
            west, south, east, north = box[0]
            places = [place for feature in found if feature["geometry"] for place in corners(feature["geometry"])]
            assert places and all(west <= x <= east and south <= y <= north for x, y in places)
        day = COLLECTIONS[one["id"]].day
        if day and (interval := one["extent"].get("temporal", {}).get("interval")):
            first, last = interval[0]
            days = [feature["properties"][day] for feature in found if feature["properties"][day]]
            assert all(first[:10] <= day <= last[:10] for day in days)


@requirement(CORE, "sfc-md-op", "sfc-md-success")
def a_collection_alone_says_what_the_list_says(office: Office) -> None:
    for one in office.collections:
        alone = get(office.administrator, f"/collections/{one['id']}").json()
        for name in ("id", "title", "description", "extent", "itemType"):
            assert alone.get(name) == one.get(name)
        assert all(link in alone["links"] for link in one["links"])


@requirement(CORE, "fc-op", "fc-response", "f-op", "f-success")
def features_are_served_together_and_alone(office: Office) -> None:
    for one in office.collections:
        answer = get(office.administrator, f"/collections/{one['id']}/items", limit=2)
        assert answer.status_code == 200
        for feature in answer.json()["features"]:
            alone = get(office.administrator, f"/collections/{one['id']}/items/{feature['id']}".replace(" ", "%20"))
            assert alone.status_code == 200 and alone.json()["properties"] == feature["properties"]


@requirement(CORE, "fc-bbox-definition")
def the_box_is_defined(office: Office) -> None:
    found = office.parameter("bbox")
    assert (found["in"], found.get("required", False)) == ("query", False)
    assert (found["style"], found["explode"]) == ("form", False)
    assert (found["schema"]["type"], found["schema"]["items"]) == ("array", {"type": "number"})
    for wrong in ("1,2", "1,2,3,4,5,6,7,8"):
        require_problem(get(office.viewer, ITEMS, bbox=wrong), 400)


@requirement(CORE, "fc-bbox-response")
def a_box_gives_what_meets_it_and_what_lies_nowhere(office: Office) -> None:
    here = f"{toy.WEST},{toy.SOUTH},{toy.WEST + toy.STEP},{toy.SOUTH + toy.STEP}"
    some = ids(office.viewer, "buildings", bbox=here)
    assert 0 < len(some) < len(ids(office.viewer, "buildings"))
    nowhere = [
        feature["id"]
        for feature in get(office.administrator, "/collections/rental_houses/items").json()["features"]
        if feature["geometry"] is None
    ]
    assert nowhere and ids(office.administrator, "rental_houses", bbox="0,0,1,1") == nowhere
    require_problem(get(office.viewer, ITEMS, bbox="-181,0,0,1"), 400)


@requirement(CORE, "fc-limit-definition")
def the_limit_is_defined(office: Office) -> None:
    schema = office.parameter("limit")["schema"]
    assert schema["type"] == "integer" and schema["minimum"] == 1
    assert schema["minimum"] <= schema["default"] <= schema["maximum"] <= 10_000


@requirement(CORE, "fc-limit-response-1")
def no_more_come_than_asked_for(office: Office) -> None:
    most = office.parameter("limit")["schema"]["maximum"]
    assert len(office.read(ITEMS, limit=3)["features"]) == 3
    # more than the most is no error
    assert len(office.read(ITEMS, limit=most + 1)["features"]) <= most


@requirement(CORE, "fc-time-definition")
def times_are_read_as_rfc_3339_writes_them(office: Office) -> None:
    assert office.parameter("datetime")["schema"] == {"type": "string"}
    moment, later = "2026-03-01T08:00:00Z", "2026-12-31t23:59:59.5+08:00"
    for written in (moment, later, f"{moment}/{later}", f"../{moment}", f"/{moment}", f"{moment}/..", f"{moment}/"):
        assert get(office.administrator, "/collections/rental_houses/items", datetime=written).status_code == 200
    for wrong in ("x", f"{later}/{moment}", "2026-02-30", "2026-03-01/2026-03-02/2026-03-03", ""):
        require_problem(get(office.administrator, "/collections/rental_houses/items", datetime=wrong), 400)


@requirement(CORE, "fc-time-response")
def a_time_gives_what_is_in_it_and_what_has_none(office: Office) -> None:
    features = get(office.administrator, "/collections/rental_houses/items").json()["features"]
    days = {feature["id"]: feature["properties"]["visited_on"] for feature in features}
    assert {None} < set(days.values())
    wanted = [key for key, day in days.items() if day in (None, "2026-03-01")]
    assert ids(office.administrator, "rental_houses", datetime="2026-03-01T12:00:00Z") == wanted
    assert ids(office.viewer, "buildings", datetime="1999-01-01") == ids(office.viewer, "buildings")


@requirement(CORE, "fc-links", "fc-rel-type")
def pages_name_themselves_their_other_form_and_the_next(office: Office) -> None:
    document = office.read(ITEMS, limit=2)
    assert the_link(document, "self")["type"] == "application/geo+json"
    assert the_link(document, "alternate")["type"] == "text/html"
    following = the_link(document, "next")
    assert following["type"] == "application/geo+json"
    here = {feature["id"] for feature in document["features"]}
    assert not here & {feature["id"] for feature in office.viewer.get(following["href"]).json()["features"]}


@requirement(CORE, "fc-timeStamp")
def the_time_is_that_of_the_answer(office: Office) -> None:
    stamp = dt.datetime.fromisoformat(office.read(ITEMS, limit=1)["timeStamp"])
    assert abs(dt.datetime.now(dt.UTC) - stamp) < dt.timedelta(seconds=30)


@requirement(CORE, "fc-numberMatched", "fc-numberReturned")
def counts_are_true(office: Office) -> None:
    document = office.read(ITEMS, limit=2, count="true", use="residential")
    assert document["numberReturned"] == len(document["features"]) == 2
    assert document["numberMatched"] == len(ids(office.viewer, "buildings", use="residential"))


@requirement(CORE, "f-links")
def a_feature_names_itself_its_other_form_and_its_collection(office: Office) -> None:
    document = office.read(f"{ITEMS}/{toy.TOWER}")
    assert the_link(document, "self")["type"] == "application/geo+json"
    assert the_link(document, "alternate")["type"] == "text/html"
    assert the_link(document, "collection")["type"] == "application/json"


@requirement(GEOJSON, "definition")
def features_are_geojson_and_the_rest_is_json(office: Office) -> None:
    for path in DOCUMENTS:
        kind = get(office.viewer, path, f="json").headers["content-type"].split(";")[0]
        if path == "/api":
            assert kind == "application/vnd.oai.openapi+json"
        else:
            assert kind == ("application/geo+json" if path.startswith(ITEMS) else "application/json")


@requirement(GEOJSON, "content")
def geojson_is_what_rfc_7946_says(office: Office) -> None:
    page = office.read(ITEMS)
    assert page["type"] == "FeatureCollection" and page["links"]
    for feature in page["features"]:
        assert feature["type"] == "Feature" and isinstance(feature["properties"], dict)
        assert feature["geometry"]["type"] in ("Polygon", "MultiPolygon")
    alone = office.read(f"{ITEMS}/{toy.TOWER}")
    assert (alone["type"], alone["id"]) == ("Feature", toy.TOWER) and alone["links"]


@requirement(HTML, "definition")
def every_document_is_a_page_too(office: Office) -> None:
    for path in DOCUMENTS:
        answer = office.viewer.get(f"/ogc{path}", headers={"Accept": "text/html"})
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert answer.text.startswith("<!doctype html>")


@requirement(HTML, "content")
def pages_hold_what_the_documents_hold(office: Office) -> None:
    for path in DOCUMENTS[:-2]:
        page = unescape(get(office.viewer, path, f="html").text)
        document = office.read(path, f="json")
        for link in document.get("links", ()):
            if link["rel"] not in ("self", "alternate"):
                assert f'href="{link["href"]}"' in page, link
        for one in (one for one in document.get("collections", ()) if isinstance(one, dict)):
            assert one["id"] in page and all(f'href="{link["href"]}"' in page for link in one["links"])
    page = unescape(get(office.viewer, ITEMS, f="html").text)
    features = office.read(ITEMS)["features"]
    for feature in features:
        assert f">{feature['id']}<" in page
        assert all(str(value) in page for value in feature["properties"].values() if value is not None)
        assert str(next(corners(feature["geometry"]))[0]) in page
    assert page.count("<tr>") == len(features) + 1


@requirement(OAS, "oas-definition-1", "oas-definition-2")
def the_definition_is_linked_and_is_openapi(office: Office) -> None:
    landing = office.read()
    assert the_link(landing, "service-desc")["type"] == "application/vnd.oai.openapi+json;version=3.0"
    assert the_link(landing, "service-doc")["type"] == "text/html"
    assert office.definition["openapi"].startswith("3.0.") and office.definition["info"]["version"]
    names = [one["operationId"] for path in office.definition["paths"].values() for one in _operations(path).values()]
    assert len(names) == len(set(names))


@requirement(OAS, "completeness", "exceptions-codes")
def every_status_is_described(office: Office) -> None:
    for path, methods in office.definition["paths"].items():
        for method, operation in _operations(methods).items():
            known = set(operation["responses"])
            assert {"401", "403", "404", "429", "500", "503", "default"} <= known, (path, method)
            assert known & {"200", "201", "204"}
            assert method != "get" or {"400", "406"} <= known


@requirement(OAS, "oas-impl")
def what_is_defined_is_there(office: Office) -> None:
    for path, methods in office.definition["paths"].items():
        if "{" not in path and "get" in methods:
            assert get(office.administrator, path.rstrip("/")).status_code == 200, path


@requirement(OAS, "security")
def the_ways_to_sign_in_are_described(office: Office) -> None:
    known = office.definition["components"]["securitySchemes"]
    assert {name for way in office.definition["security"] for name in way} == set(known)
    assert known["basic"] | {} == {**known["basic"], "type": "http", "scheme": "basic"}


def _operations(methods: dict[str, Any]) -> dict[str, Any]:
    return {name: one for name, one in methods.items() if name != "parameters"}
