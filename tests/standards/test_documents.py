"""What the standards ask of the documents: links that lead somewhere, classes, schemas, pages for people."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import httpx
import pytest

from gridgov.services.access import ROLES
from gridgov.storage.collections import COLLECTIONS
from gridgov.web.routes.ogc.documents import CONFORMANCE

from ..web import toy
from .asking import get, items

MEDIA = {
    "self": {"application/json", "application/geo+json", "application/schema+json"},
    "service-desc": {"application/vnd.oai.openapi+json;version=3.0"},
    "service-doc": {"text/html"},
}


def links_of(document: Any) -> list[dict[str, str]]:
    """Return every link in a document, however deep."""
    if isinstance(document, list):
        return [link for one in document for link in links_of(one)]
    if not isinstance(document, dict):
        return []
    own = [one for one in document.get("links", []) if isinstance(one, dict)]
    return own + [link for name, one in document.items() if name != "links" for link in links_of(one)]


@pytest.mark.parametrize("role", ["viewer", "administrator"])
def test_every_link_leads_to_what_it_says(signed_in, role: str) -> None:
    client = signed_in(role)
    seen: dict[str, str] = {}
    promised: list[dict[str, str]] = []
    todo = [str(client.base_url).rstrip("/") + "/ogc"]
    while todo:
        href = todo.pop()
        answer = client.get(href)
        assert answer.status_code == 200, (href, answer.text[:200])
        seen[href] = answer.headers["content-type"].replace("; charset=utf-8", "")
        if "json" not in seen[href] or "/items" in href or "/downloads/" in href:
            continue
        for link in links_of(answer.json()):
            assert set(link) >= {"href", "rel", "type"}
            # a template leads nowhere before it is filled in
            if "{" not in link["href"]:
                promised.append(link)
                if link["href"] not in seen and link["href"] not in todo:
                    todo.append(link["href"])
    assert len(seen) > 40
    assert all(seen[link["href"]] == link["type"] for link in promised), promised


def test_the_landing_page_has_what_part_1_asks(signed_in) -> None:
    rels = {link["rel"] for link in get(signed_in("viewer"), "").json()["links"]}
    assert rels >= {"self", "alternate", "service-desc", "service-doc", "conformance", "data"}


def test_conformance_names_what_is_tested_here(signed_in) -> None:
    declared = get(signed_in("viewer"), "/conformance").json()["conformsTo"]
    assert set(CONFORMANCE) <= set(declared)
    assert len(set(declared)) == len(declared)
    for part in (1, 2, 3, 4):
        assert any(f"ogcapi-features-{part}/" in one for one in declared)


@pytest.mark.parametrize("role", ROLES)
def test_collections_say_who_they_are(signed_in, role: str) -> None:
    document = get(signed_in(role), "/collections").json()
    systems = document["crs"]
    for one in document["collections"]:
        assert {link["rel"] for link in one["links"]} >= {"self", "items"}
        alone = get(signed_in(role), f"/collections/{one['id']}").json()
        assert alone["id"] == one["id"] and alone["extent"] == one["extent"]
        if COLLECTIONS[one["id"]].geometry:
            assert one["crs"] == ["#/crs"] and alone["crs"] == systems
            assert one["storageCrs"] in systems


@pytest.mark.parametrize("role", ROLES)
def test_features_are_as_their_schema_says(signed_in, role: str) -> None:
    client = signed_in(role)
    for one in get(client, "/collections").json()["collections"]:
        schema = get(client, f"/collections/{one['id']}/schema").json()
        queryables = get(client, f"/collections/{one['id']}/queryables").json()
        assert set(schema["properties"]) == set(queryables["properties"])
        assert queryables["type"] == "object" and queryables["$id"].endswith("/queryables")
        for feature in items(client, one["id"]):
            assert set(feature) == {"type", "id", "geometry", "properties"}
            assert set(feature["properties"]) == set(schema["properties"]) - {"geometry"}
            for name, value in feature["properties"].items():
                assert value is None or fits(value, schema["properties"][name]), (name, value)
            assert all(feature["properties"][name] is not None for name in schema["required"])


def fits(value: Any, schema: dict[str, Any]) -> bool:
    """Return whether a value is of a schema's type, one of its values and not below its least."""
    kinds = {"string": str, "integer": int, "number": (int, float), "boolean": bool}
    if not isinstance(value, kinds[schema["type"]]) or ("enum" in schema and value not in schema["enum"]):
        return False
    return isinstance(value, (str, bool)) or value >= schema.get("minimum", value)


@pytest.mark.parametrize("role", ["viewer", "administrator"])
def test_the_definition_says_what_the_server_does(signed_in, role: str) -> None:
    client = signed_in(role)
    document = get(client, "/api").json()
    assert document["openapi"].startswith("3.0")
    names = {one["id"] for one in get(client, "/collections").json()["collections"]}
    assert {path.split("/")[2] for path in document["paths"] if path.startswith("/collections/")} == names
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if method == "parameters":
                continue
            for parameter in operation.get("parameters", []):
                if "$ref" in parameter:
                    assert parameter["$ref"].rsplit("/", 1)[1] in document["components"]["parameters"]
        if "{" not in path:
            assert client.get(f"/ogc{path}".rstrip("/")).status_code == 200
    limit = document["components"]["parameters"]["limit"]["schema"]
    assert (limit["minimum"], limit["default"], limit["maximum"]) == (1, 1000, 10000)
    changes = {method for one in document["paths"].values() for method in one} & {"post", "put", "patch", "delete"}
    assert changes == (set() if role == "viewer" else {"post", "put", "patch", "delete"})


class Page(HTMLParser):
    """Collects the links and the text of a page, and refuses scripts and styles in it."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in ("script", "style", "img", "iframe")
        assert not any(name.startswith("on") for name, _ in attrs)
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/conformance",
        "/api",
        "/collections",
        "/collections/buildings",
        "/collections/buildings/queryables",
        "/collections/buildings/items",
        "/collections/clusters/items/A-0-0",
    ],
)
def test_pages_for_people(signed_in, path: str) -> None:
    client: httpx.Client = signed_in("viewer")
    answer = client.get(f"/ogc{path}", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    page = Page()
    page.feed(answer.text)
    assert all(client.get(link).status_code == 200 for link in set(page.links))
    assert client.get(f"/ogc{path}?f=json", headers={"Accept": "text/html"}).json()
    asked = client.get(f"/ogc{path}?f=html")
    assert _without_time(answer.text) == _without_time(asked.text)


def _without_time(page: str) -> str:
    return re.sub(r"\d{4}-\d\d-\d\dT[\d:]+Z</p>", "", page)


def test_pages_speak_the_callers_language_and_escape_what_is_stored(signed_in, owner) -> None:
    from sqlalchemy import text

    script = "<script>alert(1)</script>"
    with owner.begin() as connection:
        point = f"ST_SetSRID(ST_MakePoint({toy.WEST}, {toy.SOUTH}), 4490)"
        sql = f"INSERT INTO gridgov.facility (facility_id, name, kind, geom) VALUES ('std-X', :name, 'park', {point})"
        connection.execute(text(sql), {"name": script})
    try:
        page = get(signed_in("viewer"), "/collections/facilities/items", f="html").text
        assert script not in page and "&lt;script&gt;" in page
        assert "公共设施" in page
    finally:
        with owner.begin() as connection:
            connection.execute(text("DELETE FROM gridgov.facility WHERE facility_id = 'std-X'"))
