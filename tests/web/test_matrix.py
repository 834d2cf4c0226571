"""Who may pass where: the access matrix is whole, and it is what the server does."""

from __future__ import annotations

import httpx
import pytest
from fastapi import FastAPI

from gridgov.errors import SettingsError
from gridgov.services.access import ROLES
from gridgov.web.gate import get_roles
from gridgov.web.matrix import ACCESS

from . import toy
from .conftest import UNSAFE
from .places import tile_at

Z, X, Y = tile_at(14)
EXAMPLES = {
    "GET /": "/",
    "GET /login": "/login",
    "GET /favicon.svg": "/favicon.svg",
    "GET /assets/{path:path}": "/assets/nothing.js",
    "GET /healthz": "/healthz",
    "GET /metrics": "/metrics",
    "GET /api/me": "/api/me",
    "POST /login": "/login",
    "POST /logout": "/logout",
    "GET /api/openapi.json": "/api/openapi.json",
    "GET /api/plans": "/api/plans",
    "GET /api/tree": "/api/tree",
    "GET /api/search": "/api/search?q=民治",
    "GET /api/facts/{kind}/{identifier:path}": f"/api/facts/building/{toy.TOWER}",
    "GET /api/colours/{plan_id:path}": f"/api/colours/{toy.PUBLISHED}",
    "GET /api/quality/{plan_id:path}": f"/api/quality/{toy.PUBLISHED}",
    "GET /api/findings/{plan_id:path}": f"/api/findings/{toy.PUBLISHED}",
    "GET /tiles/{layer}/{z}/{x}/{y}.mvt": f"/tiles/clusters/{Z}/{X}/{Y}.mvt",
    "GET /tiles/{layer}.json": "/tiles/clusters.json",
    "GET /ogc/tileMatrixSets": "/ogc/tileMatrixSets",
    "GET /ogc/tileMatrixSets/{matrix_set}": "/ogc/tileMatrixSets/WebMercatorQuad",
    "GET /ogc/collections/{collection}/tiles": "/ogc/collections/clusters/tiles",
    "GET /ogc/collections/{collection}/tiles/{matrix_set}": "/ogc/collections/clusters/tiles/WebMercatorQuad",
    "GET /ogc/collections/{collection}/tiles/{matrix_set}/{matrix}/{row}/{column}": (
        f"/ogc/collections/clusters/tiles/WebMercatorQuad/{Z}/{Y}/{X}"
    ),
    "GET /downloads/{collection}.{ending}": "/downloads/clusters.geojson",
    "POST /api/account/password": "/api/account/password",
    "GET /api/account/app-passwords": "/api/account/app-passwords",
    "POST /api/account/app-passwords": "/api/account/app-passwords",
    "DELETE /api/account/app-passwords/{app_password_id}": "/api/account/app-passwords/x",
    "GET /api/account/second-factor": "/api/account/second-factor",
    "POST /api/account/second-factor": "/api/account/second-factor",
    "POST /api/account/second-factor/confirm": "/api/account/second-factor/confirm",
    "POST /api/account/second-factor/recovery-codes": "/api/account/second-factor/recovery-codes",
    "POST /api/account/second-factor/disable": "/api/account/second-factor/disable",
    "GET /api/account/sessions": "/api/account/sessions",
    "DELETE /api/account/sessions/{session_id}": "/api/account/sessions/x",
    "DELETE /api/account/sessions": "/api/account/sessions",
    "GET /api/admin/accounts": "/api/admin/accounts",
    "POST /api/admin/accounts": "/api/admin/accounts",
    "PATCH /api/admin/accounts/{login:path}": "/api/admin/accounts/nobody",
    "GET /public": "/public",
    "GET /admin": "/admin",
    "GET /account": "/account",
    "GET /api/public/summary": "/api/public/summary",
    "GET /api/around/{kind}/{identifier:path}": "/api/around/cluster/A-0-0",
    "GET /api/outlines": "/api/outlines?community=A",
    "GET /api/rentals/{kind}/{identifier:path}": "/api/rentals/cluster/A-0-0",
    "GET /api/compare": f"/api/compare?from={toy.PUBLISHED}&to={toy.PUBLISHED}",
    "GET /api/checks": "/api/checks",
    "GET /api/checks/{check}": "/api/checks/too-small",
    "GET /api/admin/plans": "/api/admin/plans",
    "POST /api/admin/plans/publish": "/api/admin/plans/publish",
    "POST /api/admin/plans/discard": "/api/admin/plans/discard",
    "GET /api/admin/imports": "/api/admin/imports",
    "GET /api/admin/imports/faults": "/api/admin/imports/faults?import_id=none",
    "GET /api/indicators": "/api/indicators",
    "GET /api/indicators/{name}/{level}": "/api/indicators/households/community",
    "GET /api/basemap": "/api/basemap",
    "GET /basemap.pmtiles": "/basemap.pmtiles",
    "GET /api/allowance": "/api/allowance",
    "GET /api/homes": "/api/homes",
    "GET /api/homes/{kind}/{identifier:path}": f"/api/homes/building/{toy.TOWER}",
    "GET /api/people": "/api/people?household=nobody",
    "POST /api/people/lookup": "/api/people/lookup",
    "POST /api/people/{resident_id:path}/reveal": "/api/people/nobody/reveal",
    "GET /api/people/{resident_id:path}": f"/api/people/{toy.CANARY}",
    "GET /api/audit": "/api/audit",
    "GET /ogc": "/ogc",
    "GET /ogc/conformance": "/ogc/conformance",
    "GET /ogc/api": "/ogc/api",
    "GET /ogc/collections": "/ogc/collections",
    "GET /ogc/collections/{collection}": "/ogc/collections/clusters",
    "GET /ogc/collections/{collection}/queryables": "/ogc/collections/clusters/queryables",
    "GET /ogc/collections/{collection}/schema": "/ogc/collections/clusters/schema",
    "GET /ogc/collections/{collection}/items": "/ogc/collections/clusters/items",
    "GET /ogc/collections/{collection}/items/{feature:path}": "/ogc/collections/clusters/items/A-0-0",
    **{
        f"{method} /ogc/collections/{{collection}}/items{key}": "/ogc/collections/clusters/items"
        + ("/A-0-0" if key else "")
        for method, key in (
            ("OPTIONS", ""),
            ("POST", ""),
            *((one, "/{feature:path}") for one in ("OPTIONS", "PUT", "PATCH", "DELETE")),
        )
    },
}
NOT_THERE = {"GET /basemap.pmtiles": 404}
"""What a caller is answered who passes, where it is not 200: this office has no ground map."""
CLOSED = sorted(route for route, roles in ACCESS.items() if roles)


def ask(client: httpx.Client, route: str) -> httpx.Response:
    return client.request(route.split()[0], EXAMPLES[route], headers=UNSAFE)


def test_every_route_has_a_line_and_every_line_a_route(app: FastAPI) -> None:
    served = {f"{method} {route.path}" for route in app.routes for method in route.methods - {"HEAD"}}
    assert served == set(ACCESS) == set(EXAMPLES)


def test_a_route_without_a_line_is_not_served() -> None:
    with pytest.raises(SettingsError, match="missing from the access matrix"):
        get_roles("GET /api/new")


@pytest.mark.parametrize("route", CLOSED)
def test_nobody_is_refused(visitor: httpx.Client, route: str) -> None:
    answer = ask(visitor, route)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "not-signed-in"


@pytest.mark.parametrize("role", ROLES)
def test_each_role_passes_where_the_matrix_says(signed_in, role: str) -> None:
    client = signed_in(role)
    got = {route: ask(client, route).status_code for route in CLOSED}
    passed = {
        route
        for route, status in got.items()
        if status == (NOT_THERE.get(route, 200) if route.startswith("GET") else status) != 403
    }
    assert passed == {route for route in CLOSED if role in ACCESS[route]}
    assert {got[route] for route in CLOSED if role not in ACCESS[route]} <= {403}


def test_a_made_up_session_is_nobody(visitor: httpx.Client) -> None:
    visitor.cookies.set("gridgov_session", "x" * 43)
    assert visitor.get("/api/plans").status_code == 401
    assert visitor.get("/api/me").json() is None


@pytest.mark.parametrize("route", ["POST /login", "POST /logout"])
@pytest.mark.parametrize(
    "headers", [{}, {**UNSAFE, "Origin": "https://elsewhere.example"}, {**UNSAFE, "Origin": "null"}]
)
def test_pages_of_other_sites_cannot_act(visitor: httpx.Client, route: str, headers: dict[str, str]) -> None:
    answer = visitor.post(EXAMPLES[route], json={"login": "viewer", "password": "correct horse"}, headers=headers)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
