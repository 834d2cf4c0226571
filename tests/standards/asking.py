"""Ask the server as a program would, and the database as the role would."""

from __future__ import annotations

import hashlib
from typing import Any

import httpx
from sqlalchemy import Engine, text

from ..web import toy

KEYS = {
    "communities": ("SELECT division_id FROM gridgov.division WHERE level = 'community'", "community_id"),
    "buildings": ("SELECT building_id FROM gridgov.building", "building_id"),
    "barriers": ("SELECT barrier_id FROM gridgov.barrier", "barrier_id"),
    "compounds": ("SELECT compound_id FROM gridgov.compound", "compound_id"),
    "shelters": ("SELECT shelter_id FROM gridgov.shelter", "shelter_id"),
    "facilities": ("SELECT facility_id FROM gridgov.facility", "facility_id"),
    "liaisons": ("SELECT liaison_id FROM gridgov.liaison", "liaison_id"),
    "volunteers": ("SELECT volunteer_id FROM gridgov.volunteer", "volunteer_id"),
    "rental_houses": ("SELECT rental_house_id FROM gridgov.rental_house", "rental_house_id"),
    "households": ("SELECT household_id FROM gridgov.household", "household_id"),
    "residents": ("SELECT resident_id FROM gridgov.resident", "resident_id"),
    "plans": ("SELECT plan_id FROM gridgov.plan", "plan_id"),
    **{
        name: (
            f"SELECT group_id FROM gridgov.plan_group WHERE plan_id = '{toy.PUBLISHED}' AND level = '{name[:-1]}'",
            "group_id",
        )
        for name in ("clusters", "sections", "grids")
    },
}
"""Question to the database for the keys of each collection, and the property that holds them."""


HYPHENS = {name.replace("-", "_"): name for name in ("bbox-crs", "filter-crs", "filter-lang")}


def token_hash_of(client: httpx.Client) -> str:
    """Return by what the database finds the client's session."""
    return hashlib.sha256(client.cookies["gridgov_session"].encode()).hexdigest()


def ask_database(web_engine: Engine, client: httpx.Client, sql: str) -> list[Any]:
    """Return the first column of a query, asked with the rights of the client's session."""
    with web_engine.begin() as connection:
        entered = connection.execute(text("SELECT login FROM gridgov.enter(:hash)"), {"hash": token_hash_of(client)})
        assert entered.first() is not None
        return list(connection.execute(text(sql)).scalars())


def get(client: httpx.Client, path: str, /, **query: Any) -> httpx.Response:
    """Ask below /ogc; ``bbox_crs`` and the like stand for the names with a hyphen."""
    return client.get(f"/ogc{path}", params={HYPHENS.get(name, name): value for name, value in query.items()})


def items(client: httpx.Client, collection: str, /, **query: Any) -> list[dict[str, Any]]:
    """Return every feature, following the links to the next page."""
    answer = get(client, f"/collections/{collection}/items", **query)
    found: list[dict[str, Any]] = []
    while True:
        assert answer.status_code == 200, answer.text
        page = answer.json()
        assert page["numberReturned"] == len(page["features"])
        found += page["features"]
        following = [link["href"] for link in page["links"] if link["rel"] == "next"]
        if not following:
            return found
        answer = client.get(following[0])


def ids(client: httpx.Client, collection: str, /, **query: Any) -> list[str]:
    """Return the identifiers of every feature."""
    return [one["id"] for one in items(client, collection, **query)]


def require_problem(answer: httpx.Response, status: int) -> str:
    """Check that an answer is a problem document and return what it says."""
    assert answer.status_code == status, answer.text[:500]
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    detail: str = problem["detail"]
    return detail
