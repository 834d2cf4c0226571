"""The access matrix: every route of the HTTP door and the roles it opens to. What is not here is not served."""

from __future__ import annotations

from types import MappingProxyType

PUBLIC: frozenset[str] = frozenset()
"""Open to anybody, signed in or not: empty pages, the caller's own account, figures that hide small counts."""

SIGNED_IN = frozenset({"viewer", "officer", "supervisor", "analyst", "administrator", "auditor"})
AUDITOR = frozenset({"auditor"})
STAFF = SIGNED_IN - {"viewer"}
"""Those who work on plans: they see what is wrong with one, and its drafts."""

ADMINISTRATOR = frozenset({"administrator"})

FIELD = frozenset({"officer", "supervisor", "administrator"})
"""Those who answer for houses and residents: each sees those of the own place."""

ACCESS: MappingProxyType[str, frozenset[str]] = MappingProxyType(
    {
        "GET /": PUBLIC,
        "GET /login": PUBLIC,
        "GET /public": PUBLIC,
        "GET /admin": PUBLIC,
        "GET /account": PUBLIC,
        "GET /api/public/summary": PUBLIC,
        "GET /api/admin/plans": ADMINISTRATOR,
        "POST /api/admin/plans/publish": ADMINISTRATOR,
        "POST /api/admin/plans/discard": ADMINISTRATOR,
        "GET /api/admin/imports": ADMINISTRATOR,
        "GET /api/admin/imports/faults": ADMINISTRATOR,
        "GET /favicon.svg": PUBLIC,
        "GET /assets/{path:path}": PUBLIC,
        "GET /healthz": PUBLIC,
        # open to who bears the token of the settings
        "GET /metrics": PUBLIC,
        "GET /api/me": PUBLIC,
        "POST /login": PUBLIC,
        "POST /logout": PUBLIC,
        "POST /api/account/password": SIGNED_IN,
        "GET /api/account/app-passwords": SIGNED_IN,
        "POST /api/account/app-passwords": SIGNED_IN,
        "DELETE /api/account/app-passwords/{app_password_id}": SIGNED_IN,
        "GET /api/account/second-factor": SIGNED_IN,
        "POST /api/account/second-factor": SIGNED_IN,
        "POST /api/account/second-factor/confirm": SIGNED_IN,
        "POST /api/account/second-factor/recovery-codes": SIGNED_IN,
        "POST /api/account/second-factor/disable": SIGNED_IN,
        "GET /api/account/sessions": SIGNED_IN,
        "DELETE /api/account/sessions/{session_id}": SIGNED_IN,
        "DELETE /api/account/sessions": SIGNED_IN,
        "GET /api/admin/accounts": ADMINISTRATOR,
        "POST /api/admin/accounts": ADMINISTRATOR,
        "PATCH /api/admin/accounts/{login:path}": ADMINISTRATOR,
        "GET /api/allowance": FIELD,
        "GET /api/homes": FIELD,
        "GET /api/homes/{kind}/{identifier:path}": FIELD,
        "GET /api/people": FIELD,
        "POST /api/people/lookup": FIELD,
        "POST /api/people/{resident_id:path}/reveal": FIELD,
        "GET /api/people/{resident_id:path}": FIELD,
        "GET /api/audit": AUDITOR,
        "GET /api/openapi.json": SIGNED_IN,
        "GET /api/plans": SIGNED_IN,
        "GET /api/tree": SIGNED_IN,
        "GET /api/search": SIGNED_IN,
        "GET /api/facts/{kind}/{identifier:path}": SIGNED_IN,
        "GET /api/colours/{plan_id:path}": SIGNED_IN,
        "GET /api/quality/{plan_id:path}": SIGNED_IN,
        "GET /api/findings/{plan_id:path}": STAFF,
        "GET /api/around/{kind}/{identifier:path}": SIGNED_IN,
        "GET /api/outlines": SIGNED_IN,
        "GET /api/rentals/{kind}/{identifier:path}": FIELD,
        "GET /api/compare": SIGNED_IN,
        "GET /api/checks": STAFF,
        "GET /api/checks/{check}": STAFF,
        "GET /api/indicators": SIGNED_IN,
        "GET /api/indicators/{name}/{level}": SIGNED_IN,
        "GET /api/basemap": SIGNED_IN,
        "GET /basemap.pmtiles": SIGNED_IN,
        "GET /tiles/{layer}/{z}/{x}/{y}.mvt": SIGNED_IN,
        "GET /tiles/{layer}.json": SIGNED_IN,
        "GET /ogc/tileMatrixSets": SIGNED_IN,
        "GET /ogc/tileMatrixSets/{matrix_set}": SIGNED_IN,
        "GET /ogc/collections/{collection}/tiles": SIGNED_IN,
        "GET /ogc/collections/{collection}/tiles/{matrix_set}": SIGNED_IN,
        "GET /ogc/collections/{collection}/tiles/{matrix_set}/{matrix}/{row}/{column}": SIGNED_IN,
        "GET /ogc": SIGNED_IN,
        "GET /ogc/conformance": SIGNED_IN,
        "GET /ogc/api": SIGNED_IN,
        "GET /ogc/collections": SIGNED_IN,
        "GET /ogc/collections/{collection}": SIGNED_IN,
        "GET /ogc/collections/{collection}/queryables": SIGNED_IN,
        "GET /ogc/collections/{collection}/schema": SIGNED_IN,
        "GET /ogc/collections/{collection}/items": SIGNED_IN,
        "GET /ogc/collections/{collection}/items/{feature:path}": SIGNED_IN,
        "OPTIONS /ogc/collections/{collection}/items": SIGNED_IN,
        "OPTIONS /ogc/collections/{collection}/items/{feature:path}": SIGNED_IN,
        "POST /ogc/collections/{collection}/items": FIELD,
        "PUT /ogc/collections/{collection}/items/{feature:path}": FIELD,
        "PATCH /ogc/collections/{collection}/items/{feature:path}": FIELD,
        "DELETE /ogc/collections/{collection}/items/{feature:path}": FIELD,
        "GET /downloads/{collection}.{ending}": SIGNED_IN,
    }
)
"""Route to roles: a changed line changes who may pass, a route without a line stops the server from starting."""
