"""Indicators by area over HTTP: the counts, and who sees which of them."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from . import toy

SignedIn = Callable[[str], httpx.Client]


def ask(
    client: httpx.Client, name: str, level: str, plan: str = toy.PUBLISHED
) -> dict[str, tuple[float | None, bool]]:
    answer = client.get(f"/api/indicators/{name}/{level}", params={"plan": plan})
    assert answer.status_code == 200, answer.text
    said = answer.json()
    lists = [said[column] for column in ("ids", "names", "values", "counts", "wholes", "hidden")]
    assert len({len(one) for one in lists}) == 1
    return dict(zip(said["ids"], zip(said["values"], said["hidden"], strict=True), strict=True))


@pytest.mark.parametrize(
    ("name", "level", "area", "value"),
    [
        ("households", "community", "A", 678),
        ("households", "cluster", "A-1-1-t0", 50),
        ("households", "grid", "B-g2", 192),
        ("buildings", "community", "B", 48),
        ("cluster_size", "community", "A", 1.0),
        ("section_liaison", "community", "B", 5 / 6),
        ("sections_without_liaison", "section", "B-s1-2", 1),
        ("rental_houses", "section", "A-s0-0", 3),
        ("rental_letter", "cluster", "A-0-0", 1 / 3),
        ("tenants", "grid", "A-g0", 6),
        ("people_sheltered", "community", "A", 1.0),
        ("people_beyond_reach", "cluster", "B-3-2", 1.0),
    ],
)
def test_counts_are_those_of_the_district(
    signed_in: SignedIn, name: str, level: str, area: str, value: float
) -> None:
    assert ask(signed_in("administrator"), name, level)[area][0] == pytest.approx(value, abs=1e-4)


def test_the_catalogue_says_both_languages_and_where_it_may_be_asked(signed_in: SignedIn) -> None:
    measures = signed_in("viewer").get("/api/indicators").json()
    assert len(measures) > 15
    assert all(one["english"] and one["chinese"] and one["levels"] for one in measures)
    for one in measures:
        for level in ("community", "grid", "section", "cluster"):
            status = signed_in("viewer").get(f"/api/indicators/{one['name']}/{level}").status_code
            assert status == (200 if level in one["levels"] else 404), (one["name"], level)


@pytest.mark.parametrize("role", ["viewer", "analyst", "auditor"])
def test_small_counts_stay_in_the_office(signed_in: SignedIn, role: str) -> None:
    for level in ("community", "section", "cluster", "grid"):
        values = ask(signed_in(role), "tenants", level)
        assert all(value in (None, 0) or value >= 10 for value, _ in values.values())


@pytest.mark.parametrize("path", ["nothing/cluster", "households/street", "section_size/cluster", "../plans/cluster"])
def test_what_is_not_there_is_not_found(signed_in: SignedIn, path: str) -> None:
    assert signed_in("viewer").get(f"/api/indicators/{path}").status_code in (404, 422)


def test_a_draft_is_not_there_for_a_viewer(signed_in: SignedIn) -> None:
    assert (
        signed_in("viewer").get("/api/indicators/households/cluster", params={"plan": toy.DRAFT}).status_code == 404
    )
    assert len(ask(signed_in("analyst"), "households", "cluster", toy.DRAFT)) == 26


def test_nobody_is_asked_to_sign_in_twice(visitor: httpx.Client) -> None:
    assert visitor.get("/api/indicators").status_code == 401
    assert visitor.get("/api/indicators/households/cluster").status_code == 401
