"""OGC API Features, part 4 (20-002r1, draft): create, replace, update and delete, with tags against lost updates."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import jsonschema
import pytest

from ...web import toy
from ..asking import get, require_problem
from ..sending import HERE, MERGE, SHELTERS, send, shelter
from .table import Office, requirement

_CLASS = "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/{}"
CHANGING, UPDATE, TAGS, FEATURES = (
    _CLASS.format(name) for name in ("create-replace-delete", "update", "optimistic-locking-etags", "features")
)
CRS = "http://www.opengis.net/def/crs/EPSG/0/{}"


@contextmanager
def new_shelter(office: Office) -> Iterator[tuple[str, str]]:
    """Path and tag of a shelter that is there for a moment."""
    answer = send(office.administrator, "POST", SHELTERS, shelter())
    assert answer.status_code == 201, answer.text
    path = answer.headers["location"].removeprefix(str(office.administrator.base_url).rstrip("/"))
    yield path, answer.headers["etag"]
    send(office.administrator, "DELETE", path, if_match="*")


@requirement(CHANGING, "methods", "options-op", "options-response")
@requirement(UPDATE, "methods")
def methods_are_those_that_are_allowed_here_and_now(office: Office) -> None:
    reading = {"GET", "HEAD", "OPTIONS"}
    for client, path, changing in (
        (office.administrator, SHELTERS, {"POST"}),
        (office.administrator, f"{SHELTERS}/H1", {"PUT", "PATCH", "DELETE"}),
        (office.administrator, f"/ogc/collections/buildings/items/{toy.TOWER}", {"PATCH"}),
        (office.administrator, "/ogc/collections/buildings/items", set()),
        (office.administrator, "/ogc/collections/clusters/items/A-0-0", set()),
        (office.viewer, SHELTERS, set()),
        (office.viewer, f"{SHELTERS}/H1", set()),
    ):
        answer = client.options(path)
        assert (answer.status_code, answer.content) == (200, b"")
        assert set(answer.headers["allow"].split(", ")) == reading | changing, path
        assert (MERGE in answer.headers.get("accept-patch", "")) == ("PATCH" in changing)
    for path in ("residents/items", "no-such/items", "residents/items/x"):
        require_problem(office.viewer.options(f"/ogc/collections/{path}"), 404)
    refused = send(office.administrator, "DELETE", "/ogc/collections/clusters/items/A-0-0", if_match="*")
    assert refused.status_code == 405 and set(refused.headers["allow"].split(", ")) == reading


@requirement(CHANGING, "post-op", "post-body", "post-content-type", "post-response", "post-response-rid")
def creating(office: Office) -> None:
    with new_shelter(office) as (path, tag), new_shelter(office) as (other, _):
        assert path != other
        made = office.administrator.get(path)
        assert made.status_code == 200 and made.headers["etag"] == tag
        assert made.json()["properties"]["name"] == shelter()["properties"]["name"]
    require_problem(send(office.administrator, "POST", SHELTERS, "<x/>", kind="application/xml"), 415)


@requirement(CHANGING, "put-op", "put-body", "put-content-type", "put-response", "put-rid")
def replacing(office: Office) -> None:
    with new_shelter(office) as (path, tag):
        body = shelter(id="another", properties={"phone": "110", "capacity": None})
        assert send(office.administrator, "PUT", path, body, if_match=tag).status_code == 204
        document = office.administrator.get(path).json()
        assert document["id"] == path.rsplit("/", 1)[1], "an identifier in the body is passed over"
        assert (document["properties"]["phone"], document["properties"]["capacity"]) == ("110", None)
        again = send(office.administrator, "PUT", path, "<x/>", kind="application/xml", if_match="*")
        require_problem(again, 415)


@requirement(CHANGING, "put-rid-exception")
def replacing_what_is_not_there(office: Office) -> None:
    path = f"{SHELTERS}/no-such"
    require_problem(send(office.administrator, "PUT", path, shelter()), 404)
    require_problem(send(office.administrator, "PUT", path, shelter(), if_match="*"), 412)
    assert office.administrator.get(path).status_code == 404


@requirement(CHANGING, "delete-op", "delete-response")
def deleting(office: Office) -> None:
    with new_shelter(office) as (path, tag):
        assert send(office.administrator, "DELETE", path, if_match=tag).status_code == 204
        assert office.administrator.get(path).status_code == 404


@requirement(UPDATE, "update-patch-op", "update-patch-body", "update-patch-response", "rid")
@requirement(FEATURES, "update-json-merge-patch")
def updating(office: Office) -> None:
    with new_shelter(office) as (path, tag):
        body = {"id": "another", "properties": {"capacity": 7, "indoor": None}}
        assert send(office.administrator, "PATCH", path, body, kind=MERGE, if_match=tag).status_code == 204
        document = office.administrator.get(path).json()
        assert document["id"] == path.rsplit("/", 1)[1]
        assert (document["properties"]["capacity"], document["properties"]["indoor"]) == (7, None)
        assert document["properties"]["name"] == shelter()["properties"]["name"]
        key = {"properties": {"shelter_id": "another"}}
        require_problem(send(office.administrator, "PATCH", path, key, kind=MERGE, if_match="*"), 422)


@requirement(TAGS, "get-etag-response", "put-etag-response", "patch-etag-response")
def every_state_has_its_tag(office: Office) -> None:
    with new_shelter(office) as (path, tag):
        seen = {tag}
        for method, kind in (("PUT", "application/geo+json"), ("PATCH", MERGE)):
            tag = send(office.administrator, method, path, shelter(), kind=kind, if_match=tag).headers["etag"]
            assert office.administrator.get(path).headers["etag"] == tag
            seen.add(tag)
        assert len(seen) == 3 and not any(one.startswith("W/") for one in seen)
        known = office.administrator.get(path, headers={"If-None-Match": f'"x", {tag}'})
        assert (known.status_code, known.content, known.headers["etag"]) == (304, b"", tag)


@requirement(TAGS, "ifmatch-put-op", "ifmatch-put-eval", "ifmatch-patch-op", "ifmatch-patch-eval")
def a_change_is_meant_for_a_state(office: Office) -> None:
    with new_shelter(office) as (path, tag):
        for method, kind in (("PUT", "application/geo+json"), ("PATCH", MERGE)):
            require_problem(send(office.administrator, method, path, shelter(), kind=kind), 428)
            for wrong in ('"other"', f"W/{tag}"):
                answer = send(office.administrator, method, path, shelter(), kind=kind, if_match=wrong)
                require_problem(answer, 412)
            answer = send(office.administrator, method, path, shelter(), kind=kind, if_match=f'"other", {tag}')
            assert answer.status_code == 204
            tag = answer.headers["etag"]


@requirement(FEATURES, "resources-endpoint", "resource-endpoint", "collection-endpoint")
def addresses_are_those_of_reading(office: Office) -> None:
    paths = office.definition["paths"]
    assert "post" in paths["/collections/shelters/items"]
    assert {"put", "patch", "delete"} <= set(paths["/collections/shelters/items/{featureId}"])
    # nothing is created by PUT, and no collection says so
    assert not any("supportsNonAutogeneratedResourceIds" in one for one in office.collections)


@requirement(FEATURES, "content-crs-header", "default-crs", "crs-other-crs")
def coordinates_are_in_the_declared_system(office: Office) -> None:
    with new_shelter(office) as (path, _):
        assert office.administrator.get(path).json()["geometry"] == HERE
        swapped = {"geometry": {"type": "Point", "coordinates": HERE["coordinates"][::-1]}}
        declared = {"kind": MERGE, "if_match": "*", "content_crs": f"<{CRS.format(4326)}>"}
        assert send(office.administrator, "PATCH", path, swapped, **declared).status_code == 204
        found = office.administrator.get(path).json()["geometry"]["coordinates"]
        assert found == pytest.approx(HERE["coordinates"])
        unknown = {**declared, "content_crs": f"<{CRS.format(27700)}>"}
        require_problem(send(office.administrator, "PATCH", path, swapped, **unknown), 400)


@requirement(FEATURES, "schema", "geojson-create-replace")
def what_fits_the_schema_is_taken(office: Office) -> None:
    answer = get(office.administrator, "/collections/shelters/schema")
    assert answer.headers["content-type"] == "application/schema+json"
    schema = answer.json()
    assert schema["properties"]["geometry"]["x-ogc-role"] == "primary-geometry"
    assert [name for name, one in schema["properties"].items() if one.get("x-ogc-role") == "id"] == ["shelter_id"]
    with new_shelter(office) as (path, _):
        properties = office.administrator.get(path).json()["properties"]
        given = {name: value for name, value in properties.items() if value is not None}
        jsonschema.validate(given, {**schema, "required": []})
        sent = {name: value for name, value in given.items() if not schema["properties"][name].get("readOnly")}
        answer = send(office.administrator, "PUT", path, shelter(properties=sent), if_match="*")
        assert answer.status_code == 204, answer.text
    assert schema["additionalProperties"] is False
    require_problem(send(office.administrator, "POST", SHELTERS, shelter(properties={"no_such": 1})), 422)
