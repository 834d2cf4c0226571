"""What is answered to what a caller accepts."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridgov.errors import UnacceptableError
from gridgov.web.accepting import choose

from .conftest import UNSAFE

SignedIn = Callable[[str], httpx.Client]
BOTH = {"json": ("application/json", "application/geo+json", "*+json"), "html": ("text/html",)}
NOTHING = "nothing"
HEADERS = {
    "": "json",
    "*/*": "json",
    "*": "json",
    # Chromium and Firefox
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8": "html",
    # GDAL and QGIS
    "application/geo+json, application/json": "json",
    "application/vnd.oai.openapi+json;version=3.0, application/openapi+json;version=3.0, application/json": "json",
    "application/schema+json": "json",
    # OWSLib and others who say what they never get, but not that they take nothing else
    "text/xml,application/xml,*/*;q=0.1": "json",
    "text/html, application/json": "json",
    "text/html, application/json;q=0.9": "html",
    "text/html;q=0.5, application/geo+json;q=0.7": "json",
    "text/*": "html",
    "application/*;q=0.1": "json",
    "TEXT/HTML ; Q=1": "html",
    # the exact one counts, whatever the wider one says
    "application/json;q=0, */*": "html",
    "application/json;q=0, application/geo+json": "json",
    "text/html;q=0, */*;q=0.1": "json",
    "text/html;q=0.1, text/*;q=1, application/json;q=0.5": "json",
    # what cannot be read counts as nothing said
    "garbage": "json",
    ",,;;": "json",
    "text/html;q=much": "html",
    "text/html;q=nan, application/json;q=0.3": "html",
    "image/png": NOTHING,
    "application/json;q=0": NOTHING,
    "*/*;q=0": NOTHING,
    "application/xml, text/plain;q=0.5": NOTHING,
}


@pytest.mark.parametrize(("accept", "wanted"), HEADERS.items())
def test_the_best_liked_is_chosen(accept: str, wanted: str) -> None:
    if wanted == NOTHING:
        with pytest.raises(UnacceptableError, match=r"There is application/json, .*text/html"):
            choose(accept, BOTH)
        return
    assert choose(accept, BOTH) == wanted


@given(st.text(st.sampled_from("ahtml/json*,;=q.019 +é\0"), max_size=60))
def test_any_header_gets_a_choice_or_a_refusal(accept: str) -> None:
    try:
        assert choose(accept, BOTH) in BOTH
    except UnacceptableError:
        assert "/" in accept or "*" in accept


@given(st.permutations(["text/html;q=0.3", "application/json;q=0.2", "*/*;q=0.9", "image/png"]))
def test_order_says_nothing(parts: list[str]) -> None:
    assert choose(",".join(parts), BOTH) == "html"


PATHS = ["", "/conformance", "/api", "/collections", "/collections/clusters", "/collections/clusters/queryables"]


@pytest.mark.parametrize("path", [*PATHS, "/collections/clusters/items", "/collections/clusters/items/A-0-0"])
def test_whoever_accepts_nothing_of_ours_is_told_so(signed_in: SignedIn, path: str) -> None:
    client, accept = signed_in("viewer"), {"Accept": "image/png, application/xml"}
    answer = client.get(f"/ogc{path}", headers=accept)
    assert (answer.status_code, answer.headers["content-type"]) == (406, "application/problem+json")
    assert answer.json()["code"] == "not-acceptable"
    for form, kind in (("json", "json"), ("html", "text/html")):
        chosen = client.get(f"/ogc{path}", params={"f": form}, headers=accept)
        assert chosen.status_code == 200 and kind in chosen.headers["content-type"], "f says it all"
    asked = client.get(f"/ogc{path}", headers={"Accept": "text/html;q=0.2, application/json;q=0.1"})
    assert asked.headers["content-type"] == "text/html; charset=utf-8"
    assert "Accept" in asked.headers["vary"]


def test_nobody_learns_by_it_what_there_is(visitor: httpx.Client) -> None:
    for path in ("", "/collections/clusters", "/collections/no-such"):
        assert visitor.get(f"/ogc{path}", headers={"Accept": "image/png", **UNSAFE}).status_code == 401
