"""Reading features: who gets which rows, paging, boxes, systems, days, properties, and questions put wrongly."""

from __future__ import annotations

import pyproj
import pytest
import shapely
from sqlalchemy import Engine, text

from gridgov.core.systems import CRS84, SYSTEMS
from gridgov.services.access import ROLES
from gridgov.storage.collections import COLLECTIONS

from ..web import toy
from .asking import KEYS, ask_database, get, ids, items, require_problem
from .conftest import OTHER_OFFICER

EPSG = "http://www.opengis.net/def/crs/EPSG/0/{}"
BOX = (toy.WEST, toy.SOUTH, toy.WEST + toy.STEP, toy.SOUTH + toy.STEP)


@pytest.mark.parametrize("login", [*ROLES, OTHER_OFFICER])
def test_each_role_gets_the_rows_that_the_database_gives_it(signed_in, web_engine: Engine, login: str) -> None:
    client, role = signed_in(login), "officer" if login == OTHER_OFFICER else login
    for name, (sql, key) in KEYS.items():
        if role not in COLLECTIONS[name].roles:
            absent = require_problem(get(client, "/collections/nothing/items"), 404).replace("nothing", name)
            for tail in ("", "/items", "/items/x", "/queryables", "/schema"):
                assert require_problem(get(client, f"/collections/{name}{tail}"), 404) == absent
            continue
        found = items(client, name, limit=7)
        assert [one["id"] for one in found] == [one["properties"][key] for one in found]
        assert [one["id"] for one in found] == sorted(ask_database(web_engine, client, sql)), name
    listed = {one["id"] for one in get(client, "/collections").json()["collections"]}
    assert listed == {name for name, one in COLLECTIONS.items() if role in one.roles}


def test_officers_see_the_houses_of_their_own_grids_only(signed_in) -> None:
    mine = {f"{toy.CANARY}-house-{number}" for number in range(3)}
    assert mine <= set(ids(signed_in("officer"), "rental_houses"))
    assert not mine & set(ids(signed_in(OTHER_OFFICER), "rental_houses"))
    there = get(signed_in(OTHER_OFFICER), f"/collections/rental_houses/items/{toy.CANARY}-house-0")
    nowhere = get(signed_in(OTHER_OFFICER), "/collections/rental_houses/items/no-such-house")
    assert require_problem(there, 404) == require_problem(nowhere, 404).replace(
        "no-such-house", f"{toy.CANARY}-house-0"
    )


def test_the_extent_shows_only_what_the_caller_sees(signed_in) -> None:
    whole = get(signed_in("administrator"), "/collections/rental_houses").json()["extent"]["spatial"]["bbox"][0]
    part = get(signed_in("officer"), "/collections/rental_houses").json()["extent"]["spatial"]["bbox"][0]
    assert part[2] < whole[2]
    assert "extent" in get(signed_in(OTHER_OFFICER), "/collections/rental_houses").json()


def test_hidden_columns_are_as_unknown_as_those_that_are_not_there(signed_in) -> None:
    assert "address" in items(signed_in("officer"), "buildings", limit=1)[0]["properties"]
    viewer = signed_in("viewer")
    assert "address" not in items(viewer, "buildings", limit=1)[0]["properties"]
    for query in ({"{}": "x"}, {"properties": "{}"}, {"filter": "{} = 'x'"}, {"filter": "casei({}) LIKE 'x%'"}):
        said = [
            require_problem(
                get(
                    viewer,
                    "/collections/buildings/items",
                    **{k.format(name): v.format(name) for k, v in query.items()},
                ),
                400,
            ).replace(name, "?")
            for name in ("address", "no_such")
        ]
        assert said[0] == said[1]


def test_pages_follow_one_another_without_gap_or_repetition(signed_in) -> None:
    client = signed_in("viewer")
    whole = ids(client, "buildings")
    for limit in (1, 3, 10, len(whole) - 1, len(whole), len(whole) + 1):
        assert ids(client, "buildings", limit=limit) == whole
    last = get(client, "/collections/buildings/items", limit=len(whole)).json()
    assert "next" not in {link["rel"] for link in last["links"]}
    assert last["numberMatched"] == len(whole)
    first = get(client, "/collections/buildings/items", limit=5).json()
    assert "numberMatched" not in first
    assert get(client, "/collections/buildings/items", limit=5, count="true").json()["numberMatched"] == len(whole)


def test_links_to_the_next_page_keep_the_question(signed_in) -> None:
    query = {"use": "residential", "bbox": ",".join(map(str, (*BOX[:2], BOX[2] + 0.005, BOX[3] + 0.005)))}
    client = signed_in("viewer")
    whole = ids(client, "buildings", **query)
    assert 2 < len(whole) < 40
    assert ids(client, "buildings", limit=2, filter="floors >= 3", **query) == whole


@pytest.mark.parametrize("uri", [CRS84, *map(EPSG.format, (4326, 4490, 3857, 4547, 4549))])
def test_systems_have_their_own_order_of_axes(signed_in, uri: str) -> None:
    answer = get(signed_in("viewer"), "/collections/shelters/items/H1", crs=uri)
    assert answer.headers["content-crs"] == f"<{uri}>"
    first, second = answer.json()["geometry"]["coordinates"]
    if uri == CRS84:
        assert (first, second) == pytest.approx((toy.WEST + 0.004, toy.SOUTH + 0.004))
        return
    own = pyproj.CRS.from_user_input(int(uri.rsplit("/", 1)[1]))
    # without always_xy pyproj speaks as the authority does
    expected = pyproj.Transformer.from_crs(4490, own).transform(toy.SOUTH + 0.004, toy.WEST + 0.004)
    assert (first, second) == pytest.approx(expected, abs=1e-3 if own.is_projected else 1e-9)


def test_the_order_of_axes_is_the_authoritys() -> None:
    for uri, system in SYSTEMS.items():
        if uri == CRS84:
            continue
        axes = [axis.direction for axis in pyproj.CRS.from_epsg(int(uri.rsplit("/", 1)[1])).axis_info]
        assert (axes[0] == "north") == system.north_first, uri


@pytest.mark.parametrize("name", ["buildings", "shelters", "barriers", "clusters", "facilities"])
@pytest.mark.parametrize("uri", [CRS84, *map(EPSG.format, (4326, 4490, 3857, 4547))])
def test_a_box_gives_what_meets_it(signed_in, name: str, uri: str) -> None:
    client = signed_in("administrator")
    box = shapely.box(toy.WEST + 0.0021, toy.SOUTH - 0.001, toy.WEST + 0.0061, toy.SOUTH + 0.0041)
    features = items(client, name)
    met = [
        one["id"] for one in features if one["geometry"] and shapely.geometry.shape(one["geometry"]).intersects(box)
    ]
    assert 0 < len(met) < len(features) or name == "shelters"
    edges = box.bounds
    if uri != CRS84:
        to = pyproj.Transformer.from_crs(4490, int(uri.rsplit("/", 1)[1]), always_xy=True)
        edges = to.transform_bounds(*edges)
        if SYSTEMS[uri].north_first:
            edges = (edges[1], edges[0], edges[3], edges[2])
    query = {"bbox": ",".join(map(repr, edges)), "bbox_crs": uri}
    assert ids(client, name, **query) == met
    west, south, east, north = edges
    heights = {"bbox": f"{west},{south},-5,{east},{north},800", "bbox_crs": uri}
    assert ids(client, name, **heights) == met


def test_a_box_over_the_antimeridian(signed_in) -> None:
    client = signed_in("viewer")
    assert ids(client, "shelters", bbox="170,-10,-170,10") == []
    assert ids(client, "shelters", bbox=f"{toy.WEST},0,-170,60") == ids(client, "shelters")


def test_a_box_may_be_a_line_a_point_or_more_than_the_world(signed_in) -> None:
    client, mercator, whole = signed_in("viewer"), EPSG.format(3857), ids(signed_in("viewer"), "buildings")
    inside = (toy.WEST + 0.0045, toy.SOUTH + 0.0045)
    to = pyproj.Transformer.from_crs(4490, 3857, always_xy=True)
    for x, y, system in ((*inside, CRS84), (*to.transform(*inside), mercator)):
        for box in ((x, y, x, y), (x, y, x, y + 1e-9), (x, y, x + 1e-9, y)):
            assert ids(client, "buildings", bbox=",".join(map(repr, box)), bbox_crs=system) == [toy.TOWER], box
    for far in ("1e9", "1e300"):
        assert ids(client, "buildings", bbox=f"-{far},-{far},{far},{far}", bbox_crs=mercator) == whole
        assert ids(client, "buildings", bbox=f"{far},0,{far},{far}", bbox_crs=mercator) == []
    for far in ("1e9", "1e300", "1.7e308"):
        query = {"bbox": f"-{far},-{far},{far},{far}", "bbox_crs": EPSG.format(4547)}
        require_problem(get(client, "/collections/buildings/items", **query), 400)
    wide = "S_INTERSECTS(geometry, POINT(1e9 0))"
    require_problem(get(client, "/collections/buildings/items", filter=wide, filter_crs=mercator), 400)


def test_days(signed_in) -> None:
    client = signed_in("administrator")
    # what has no time matches every time
    never = [f"{toy.CANARY}-house-{number}" for number in range(3)]
    assert ids(client, "rental_houses", datetime="1999-01-01") == never
    assert ids(client, "rental_houses", datetime="2026-03-01") == [*never, "house/b 1"]
    assert ids(client, "rental_houses", datetime="2026-03-01T08:00:00Z/..") == [*never, "house-b-2", "house/b 1"]
    assert ids(client, "rental_houses", datetime="../2026-04-01") == [*never, "house/b 1"]
    assert ids(client, "shelters", datetime="1999-01-01") == ids(client, "shelters")
    extent = get(client, "/collections/rental_houses").json()["extent"]["temporal"]["interval"]
    assert extent == [["2026-03-01T00:00:00Z", "2026-05-01T23:59:59Z"]]


def test_properties_are_chosen(signed_in) -> None:
    found = items(signed_in("viewer"), "buildings", properties="floors,name")
    assert all(set(one["properties"]) == {"floors", "name"} for one in found)
    assert found[0]["id"] == ids(signed_in("viewer"), "buildings")[0]


def test_keys_may_hold_any_character(signed_in) -> None:
    client = signed_in("administrator")
    answer = get(client, "/collections/rental_houses/items/house%2Fb%201")
    assert answer.json()["id"] == "house/b 1"
    own = next(link["href"] for link in answer.json()["links"] if link["rel"] == "self")
    assert client.get(own).json() == answer.json()


def test_plans_are_chosen_by_name(signed_in) -> None:
    client = signed_in("analyst")
    assert {one["properties"]["plan_id"] for one in items(client, "sections")} == {toy.PUBLISHED}
    assert {one["properties"]["plan_id"] for one in items(client, "sections", plan=toy.DRAFT)} == {toy.DRAFT}
    for plan in (toy.DRAFT, toy.FUTURE, "no-such", "' OR true --"):
        said = require_problem(get(signed_in("viewer"), "/collections/sections/items", plan=plan), 404)
        assert said == f"There is no plan {plan!r}. See the list of plans."
    said = require_problem(get(client, "/collections/buildings/items", plan=toy.PUBLISHED), 400)
    assert said == "There is no parameter 'plan' here: buildings belong to no plan."


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"limit": "0"}, "limit is a whole number from 1 to 10000"),
        ({"limit": "-1"}, "limit is a whole number from 1 to 10000"),
        ({"limit": "ten"}, "limit is a whole number from 1 to 10000"),
        ({"limit": "1e3"}, "limit is a whole number from 1 to 10000"),
        ({"limit": ""}, "limit is a whole number from 1 to 10000"),
        ({"offset": "10"}, "no parameter 'offset'"),
        ({"nonsense": "1"}, "no parameter 'nonsense'"),
        ({"next": "*"}, "next is no token"),
        ({"next": "/w=="}, "next is no token"),
        ({"next": "AA"}, "next is no token"),
        ({"count": "yes"}, "count is true or false"),
        ({"f": "xml"}, "f is json or html"),
        ({"crs": "EPSG:9999"}, "'EPSG:9999' is not offered"),
        (
            {"crs": "http://www.opengis.net/def/crs/EPSG/0/4326x"},
            "'http://www.opengis.net/def/crs/EPSG/0/4326x' is not offered",
        ),
        ({"bbox-crs": "EPSG:27700"}, "'EPSG:27700' is not offered"),
        ({"filter-crs": "EPSG:27700"}, "'EPSG:27700' is not offered"),
        ({"bbox": "1,2,3"}, "bbox has four numbers"),
        ({"bbox": "1,2,3,4,5"}, "bbox has four numbers"),
        ({"bbox": "1,2,3,x"}, "bbox is four numbers"),
        ({"bbox": "nan,2,3,4"}, "bbox has four numbers"),
        ({"bbox": "1,inf,3,4"}, "bbox has four numbers"),
        ({"bbox": "114,23,115,22"}, "bbox stands the wrong way round"),
        ({"bbox": "22,114,23,115"}, "longitude before latitude"),
        ({"bbox": "114,22,115,23", "bbox-crs": EPSG.format(4326)}, "latitude before longitude"),
        ({"bbox": "600000,1,500000,2", "bbox-crs": EPSG.format(3857)}, "bbox stands the wrong way round"),
        ({"datetime": "yesterday"}, "'yesterday' is no day or time"),
        ({"datetime": "2026-13-01"}, "'2026-13-01' is no day or time"),
        ({"datetime": "2026-05-01/2026-04-01"}, "datetime ends before it starts"),
        ({"datetime": "2026-05-01/2026-06-01/2026-07-01"}, "datetime is an instant or a period"),
        ({"properties": "nothing"}, "no property 'nothing'"),
        ({"filter": "floors >"}, "not CQL2"),
        ({"filter": "1"}, "no condition"),
        ({"filter-lang": "sql", "filter": "true"}, "filter-lang 'sql' is not read"),
        ({"floors": "many"}, "floors is of type count"),
        ({"floors": "nan"}, "floors is of type count"),
        ({"households_estimated": "perhaps"}, "households_estimated is of type yes"),
        ({"name": "a\0b"}, "'name' holds characters that cannot be stored"),
        ({"name": "x" * 201}, "'name' has more than 200 characters"),
    ],
)
def test_wrong_parameters_are_refused(signed_in, query: dict[str, str], words: str) -> None:
    answer = signed_in("viewer").get("/ogc/collections/buildings/items", params=query)
    assert words in require_problem(answer, 400)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/ogc?x=1", "no parameter 'x'"),
        ("/ogc/collections?limit=1", "no parameter 'limit'"),
        ("/ogc/collections/buildings?x=1", "no parameter 'x'"),
        ("/ogc/conformance?x=1", "no parameter 'x'"),
        ("/ogc/api?x=1", "no parameter 'x'"),
        ("/ogc/collections/buildings/items?bbox=1,2,3,4&bbox=1,2,3,4", "'bbox' is given twice"),
        ("/ogc/collections/buildings/items?name=%ff", "UTF-8 with per cent signs"),
        ("/ogc/collections/buildings/items/x?limit=1", "no parameter 'limit'"),
        ("/ogc/collections/buildings/items/x?floors=1", "no parameter 'floors'"),
        ("/ogc/collections/buildings/queryables?x=1", "no parameter 'x'"),
    ],
)
def test_unknown_repeated_and_unreadable_parameters_are_refused(signed_in, path: str, words: str) -> None:
    assert words in require_problem(signed_in("viewer").get(path), 400)


def test_whoever_is_not_signed_in_hears_nothing_of_the_question(address: str) -> None:
    import httpx

    with httpx.Client(base_url=address) as nobody:
        said = {
            require_problem(nobody.get(f"/ogc{path}"), 401)
            for path in ("", "/collections", "/collections/nothing", "/collections/buildings/items?x=1", "/api?f=no")
        }
    assert said == {"Sign in first."}


def test_a_feature_is_not_sent_again_to_who_has_it(signed_in) -> None:
    client = signed_in("viewer")
    tag = get(client, "/collections/shelters/items/H1").headers["etag"]
    again = client.get("/ogc/collections/shelters/items/H1", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


def test_reading_rows_about_people_stands_in_the_audit(signed_in, owner: Engine) -> None:
    sql = text(
        "SELECT object, facts FROM gridgov.audit WHERE act = 'features-read' AND actor = 'supervisor' ORDER BY 1"
    )
    client = signed_in("supervisor")
    with owner.connect() as connection:
        before = connection.execute(sql).all()
    get(client, "/collections/residents/items")
    get(client, f"/collections/rental_houses/items/{toy.CANARY}-house-1")
    get(client, "/collections/rental_houses/items/no-such-house")
    get(client, "/collections/buildings/items")
    with owner.connect() as connection:
        after = connection.execute(sql).all()
    added = [row for row in after if row not in before or after.count(row) > before.count(row)]
    assert {row.object for row in added} == {"residents", f"rental_houses/{toy.CANARY}-house-1"}
    assert len(after) - len(before) == 2
