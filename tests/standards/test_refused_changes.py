"""Changes that cannot be stored: the geometry zoo, properties of no kind, and what is no feature at all."""

from __future__ import annotations

import math
from typing import Any

import pytest

from gridgov.core.sent_shapes import MOST_CORNERS, require_shape
from gridgov.core.systems import get_system
from gridgov.errors import InputError
from gridgov.web.routes.ogc.changes import MOST_BYTES

from ..web import toy
from .asking import ids, require_problem
from .sending import HERE, MERGE, SHELTERS, send, shelter


def line(*corners: tuple[float, float]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [[list(corner) for corner in corners]]}


W, S = toy.WEST, toy.SOUTH
ZOO: dict[str, Any] = {
    "none at all": None,
    "a text": "POINT(114 22)",
    "an empty object": {},
    "another type": {"type": "LineString", "coordinates": [[W, S], [W + 0.001, S]]},
    "a collection": {"type": "GeometryCollection", "geometries": [HERE]},
    "no coordinates": {"type": "Point"},
    "empty": {"type": "Point", "coordinates": []},
    "one number": {"type": "Point", "coordinates": [W]},
    "five numbers": {"type": "Point", "coordinates": [W, S, 0, 0, 0]},
    "texts": {"type": "Point", "coordinates": [str(W), str(S)]},
    "truth": {"type": "Point", "coordinates": [True, False]},
    "null inside": {"type": "Point", "coordinates": [W, None]},
    "NaN": {"type": "Point", "coordinates": [math.nan, S]},
    "infinite": {"type": "Point", "coordinates": [W, math.inf]},
    "huge": {"type": "Point", "coordinates": [1e301, S]},
    "a whole number without end": {"type": "Point", "coordinates": [10**400, S]},
    "swapped axes": {"type": "Point", "coordinates": [S, W]},
    "metres called degrees": {"type": "Point", "coordinates": [503495.3, 2502899.2]},
    "nought": {"type": "Point", "coordinates": [0, 0]},
    "far away": {"type": "Point", "coordinates": [2.35, 48.85]},
    "nested too deep": {"type": "Point", "coordinates": [[[[W, S]]]]},
    "nested very deep": {"type": "Point", "coordinates": eval("[" * 60 + "1" + "]" * 60)},
}


@pytest.mark.parametrize("name", ZOO)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_the_geometry_zoo_of_points(signed_in, made: tuple[str, str], name: str, method: str) -> None:
    client, path = signed_in("administrator"), made[0] if method != "POST" else SHELTERS
    before = ids(client, "shelters")
    answer = send(client, method, path, shelter(geometry=ZOO[name]), if_match=made[1])
    said = require_problem(answer, 422)
    assert "geometry" in said.lower()
    assert ids(client, "shelters") == before and client.get(made[0]).json()["geometry"] == HERE


AREAS = {
    "bow-tie": line((W, S), (W + 0.002, S + 0.002), (W + 0.002, S), (W, S + 0.002), (W, S)),
    "over the antimeridian": line((179.9, 22), (-179.9, 22), (-179.9, 23), (179.9, 22)),
    "flat": line((W, S), (W + 0.001, S), (W, S)),
    "a hole outside": {
        "type": "Polygon",
        "coordinates": [
            [[W, S], [W + 0.001, S], [W + 0.001, S + 0.001], [W, S]],
            [[W + 0.01, S], [W + 0.011, S], [W + 0.011, S + 0.001], [W + 0.01, S]],
        ],
    },
    "no ring": {"type": "Polygon", "coordinates": []},
    "an empty ring": {"type": "Polygon", "coordinates": [[]]},
    "two corners": line((W, S), (W + 0.001, S)),
    "a point": HERE,
    "too many corners": line(
        *((W + math.cos(i / 9000) * 0.001, S + math.sin(i / 9000) * 0.001) for i in range(MOST_CORNERS + 1)),
        (W + 0.001, S),
    ),
}


@pytest.mark.parametrize("name", AREAS)
def test_the_geometry_zoo_of_areas(name: str) -> None:

    with pytest.raises(InputError, match=r"(?i)geometry"):
        require_shape(AREAS[name], "polygon", get_system(None), (W, S, W + 0.02, S + 0.02))


@pytest.mark.parametrize(
    ("properties", "words"),
    [
        ({"name": None}, "name is missing"),
        ({"name": 3}, "name is a text, in quotes"),
        ({"name": "x" * 2001}, "name has more than 2000 characters"),
        ({"name": "a\0b"}, "name holds characters that cannot be stored"),
        ({"name": "\ud800"}, "name holds characters that cannot be stored"),
        ({"capacity": -1}, "capacity is from 0 to 2147483647"),
        ({"capacity": 1.5}, "capacity is a whole number"),
        ({"capacity": "12"}, "capacity is a whole number"),
        ({"capacity": True}, "capacity is a whole number"),
        ({"capacity": 2**31}, "capacity is from 0 to 2147483647"),
        ({"capacity": 10**400}, "capacity is from 0 to 2147483647"),
        ({"area_m2": -0.5}, "area_m2 is not below 0"),
        ({"area_m2": math.nan}, "area_m2 is a number"),
        ({"area_m2": math.inf}, "area_m2 is a number"),
        ({"indoor": "yes"}, "indoor is true or false"),
        ({"indoor": 1}, "indoor is true or false"),
        ({"geom": "x"}, "'geom' is no property of shelters"),
        ({"geom_3857": None}, "'geom_3857' is no property of shelters"),
        ({"no_such": 1}, "'no_such' is no property of shelters"),
        ({"xmin": 1}, "'xmin' is no property of shelters"),
        ({"宗教信仰": "x"}, "'宗教信仰' (religion)"),
        ({"name; DROP TABLE gridgov.account": "x"}, "'name; DROP TABLE gridgov.account' is no property of shelters"),
    ],
)
@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_properties_that_cannot_be_stored(
    signed_in, made: tuple[str, str], method: str, properties: dict[str, Any], words: str
) -> None:
    client, path = signed_in("administrator"), made[0] if method == "PATCH" else SHELTERS
    answer = send(client, method, path, shelter(properties=properties), if_match="*")
    assert words in require_problem(answer, 422)
    assert client.get(made[0]).headers["etag"] == made[1]


def test_a_row_that_is_not_there_is_named_by_its_column_alone(signed_in) -> None:
    properties = {"volunteer_id": "std-nowhere", "community_id": "NOWHERE", "active": True}
    body = {"type": "Feature", "geometry": HERE, "properties": properties}
    said = require_problem(send(signed_in("administrator"), "POST", "/ogc/collections/volunteers/items", body), 422)
    breach = "its community_id names something that is not stored"
    assert said == f"The feature cannot be stored: {breach}. Correct it and send it again."


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[" * 100_000, b"", b'{"type":"Feature"'])
def test_what_is_no_json(signed_in, body: bytes) -> None:
    said = require_problem(send(signed_in("administrator"), "POST", SHELTERS, body), 400)
    assert said == "What was sent is no JSON in UTF-8."


def test_other_media_and_too_much(signed_in, made: tuple[str, str]) -> None:
    client, path = signed_in("administrator"), made[0]
    more, other = {"properties": {}, "id2": 1}, {"type": "Point"}
    for answer, status, words in (
        (send(client, "POST", SHELTERS, shelter(), kind="text/plain"), 415, "not 'text/plain'"),
        (send(client, "PUT", path, shelter(), kind=MERGE, if_match="*"), 415, f"not '{MERGE}'"),
        (send(client, "POST", SHELTERS, b" " * (MOST_BYTES + 1)), 413, f"{MOST_BYTES} bytes at most"),
        (send(client, "POST", f"{SHELTERS}?force=1", shelter()), 400, "no parameter 'force'"),
        (send(client, "POST", SHELTERS, shelter(), content_crs="<EPSG:27700>"), 400, "'EPSG:27700' is not offered"),
        (send(client, "PATCH", path, more, kind=MERGE, if_match="*"), 422, "properties and geometry, and no others"),
        (send(client, "PUT", path, other, if_match="*"), 422, "no GeoJSON feature"),
    ):
        assert words in require_problem(answer, status)
