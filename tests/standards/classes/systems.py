"""OGC API Features, part 2 (18-058r1): coordinate reference systems by reference."""

from __future__ import annotations

import pyproj
import pytest

from gridgov.core.systems import CRS84

from ...web import toy
from ..asking import get, ids, require_problem
from .table import Office, corners, requirement

CRS = "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs"
ITEMS = "/collections/shelters/items"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/{}"
HERE = (toy.WEST + 0.004, toy.SOUTH + 0.004)
"""Where the shelter H1 lies."""


@requirement(CRS, "crs-uri", "fc-md-crs-list", "fc-md-crs-list-global")
def systems_are_listed_by_uri(office: Office) -> None:
    together = office.read("/collections")
    for one in together["collections"]:
        alone = office.read(f"/collections/{one['id']}")
        if "crs" in one:
            assert one["crs"] == ["#/crs"] and alone["crs"] == together["crs"]
            assert CRS84 in alone["crs"] and all(
                uri.startswith("http://www.opengis.net/def/crs/") for uri in alone["crs"]
            )
    for uri in together["crs"]:
        assert get(office.viewer, ITEMS, crs=uri).status_code == 200


@requirement(CRS, "fc-md-storageCrs", "fc-md-storageCrs-valid-value")
def what_is_stored_is_said(office: Office) -> None:
    one = office.read("/collections/shelters")
    assert one["storageCrs"] == EPSG.format(4490) and one["storageCrs"] in one["crs"]


@requirement(CRS, "fc-crs-definition", "fc-bbox-crs-definition")
def parameters_are_defined(office: Office) -> None:
    for name, path in (("crs", ITEMS), ("crs", f"{ITEMS}/{{featureId}}"), ("bbox-crs", ITEMS)):
        found = office.parameter(name, path)
        assert found["in"] == "query" and found["schema"]["type"] == "string" and found["schema"]["format"] == "uri"


@requirement(CRS, "fc-crs-valid-value", "crs-exception", "fc-bbox-crs-valid-value", "bbox-crs-exception")
def systems_that_are_not_offered_are_refused(office: Office) -> None:
    for name in ("crs", "bbox-crs"):
        for wrong in (EPSG.format(27700), "nonsense", ""):
            said = require_problem(get(office.viewer, ITEMS, bbox="114,22,115,23", **{name: wrong}), 400)
            assert "is not offered" in said
    require_problem(get(office.viewer, f"{ITEMS}/H1", crs="nonsense"), 400)


@requirement(CRS, "fc-crs-default-value", "fc-crs-action", "ogc-crs-header", "ogc-crs-header-value", "geojson")
def answers_are_in_the_system_that_was_asked_for(office: Office) -> None:
    for path in (ITEMS, f"{ITEMS}/H1"):
        for number in (None, 4326, 4490, 3857, 4547):
            asked = {} if number is None else {"crs": EPSG.format(number)}
            answer = get(office.viewer, path, **asked)
            assert answer.headers["content-crs"] == f"<{asked.get('crs', CRS84)}>"
            document = answer.json()
            (feature,) = [one for one in document.get("features", [document]) if one["id"] == "H1"]
            place = next(corners(feature["geometry"]))
            if number is None:
                assert place == pytest.approx(HERE)
            else:
                wanted = pyproj.Transformer.from_crs("OGC:CRS84", number).transform(*HERE)
                assert place == pytest.approx(wanted, rel=1e-8)


@requirement(CRS, "fc-bbox-crs-default-value", "fc-bbox-crs-action")
def boxes_are_in_the_system_that_was_said(office: Office) -> None:
    for number in (None, 4326, 4490, 3857, 4547):
        to = pyproj.Transformer.from_crs("OGC:CRS84", number or "OGC:CRS84")
        low, high = (to.transform(*(edge + by for edge in HERE)) for by in (-1e-4, 1e-4))
        asked = {} if number is None else {"bbox_crs": EPSG.format(number)}
        assert ids(office.viewer, "shelters", bbox=",".join(map(repr, (*low, *high))), **asked) == ["H1"]
        away = ",".join(repr(edge + 0.5) for edge in (*low, *high)) if number in (None, 4326, 4490) else None
        assert away is None or ids(office.viewer, "shelters", bbox=away, **asked) == []
