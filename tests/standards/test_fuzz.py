"""Whatever is asked or sent, the server answers with what it means: never with an error of its own."""

from __future__ import annotations

import json

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .sending import MERGE, SHELTERS, send

PARAMETERS = (
    *("bbox", "bbox-crs", "crs", "datetime", "filter", "filter-lang", "filter-crs", "properties", "plan", "limit"),
    *("next", "count", "f", "floors", "name", "households_estimated", "visited_on", "kind"),
)
CRUMBS = (
    *(
        "name",
        "floors",
        "geometry",
        "=",
        "<>",
        "LIKE",
        "IN",
        "BETWEEN",
        "AND",
        "OR",
        "NOT",
        "IS NULL",
        "(",
        ")",
        "'x'",
    ),
    *(
        "1",
        "-1",
        "1e9",
        "S_INTERSECTS",
        "POINT(114 22)",
        "BBOX(1,2,3,4)",
        "CASEI",
        "DATE('2026-01-01')",
        ",",
        "'",
        '"',
    ),
    *(
        "true",
        "../..",
        "2026-11-22",
        "EPSG:4490",
        "114.03,22.62,114.04,22.63",
        "json",
        "cql2-json",
        '{"op":"and"}',
        "%",
        ";",
    ),
)
SETTINGS = settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])

values = st.one_of(
    st.lists(st.sampled_from(CRUMBS), min_size=1, max_size=9).map(" ".join),
    st.text(max_size=20).filter(lambda one: one.isprintable()),
    st.sampled_from(CRUMBS),
)
queries = st.dictionaries(st.sampled_from(PARAMETERS), values, max_size=4)
names = st.sampled_from(["buildings", "clusters", "rental_houses", "plans", "residents", "nothing"])
plain = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=8,
)
shapes = st.fixed_dictionaries(
    {"type": st.sampled_from(["Point", "Polygon", "MultiPolygon", "x"]), "coordinates": plain}
)
properties = st.dictionaries(
    st.sampled_from(["name", "capacity", "indoor", "area_m2", "shelter_id", "x"]), plain, max_size=4
)
bodies = st.one_of(
    plain,
    st.fixed_dictionaries(
        {}, optional={"type": st.just("Feature"), "geometry": shapes | plain, "properties": properties | plain}
    ),
)


@SETTINGS
@given(name=names, query=queries, role=st.sampled_from(["viewer", "officer", "administrator"]))
def test_questions(signed_in, name: str, query: dict[str, str], role: str) -> None:
    client: httpx.Client = signed_in(role)
    answer = client.get(f"/ogc/collections/{name}/items", params=query)
    assert answer.status_code in (200, 400, 404, 429), (query, answer.text[:300])
    if answer.status_code == 200 and query.get("f") != "html":
        assert answer.json()["type"] == "FeatureCollection"


@SETTINGS
@given(body=bodies, method=st.sampled_from(["POST", "PUT", "PATCH"]))
def test_changes(signed_in, body: object, method: str) -> None:
    client = signed_in("administrator")
    path = SHELTERS if method == "POST" else f"{SHELTERS}/H2"
    before = client.get(f"{SHELTERS}/H2")
    kind = MERGE if method == "PATCH" else "application/geo+json"
    content = json.dumps(body).encode()
    answer = send(client, method, path, content, kind=kind, if_match=before.headers["etag"])
    assert answer.status_code in (201, 204, 400, 409, 422, 429), (body, answer.text[:300])
    after = client.get(f"{SHELTERS}/H2")
    if answer.status_code != 204:
        assert after.json() == before.json()
    if answer.status_code == 201:
        client.request("DELETE", answer.headers["location"], headers={"X-Gridgov-Request": "1", "If-Match": "*"})
