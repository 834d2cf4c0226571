"""CQL2: nothing but the allow-list ever runs, and no parameter is ever SQL."""

from __future__ import annotations

import json
import math
import re
import time
from typing import Any

import pytest

from gridgov.errors import QueryError
from gridgov.storage.collections import get_collection
from gridgov.storage.collections.filters import compile_filter

from .asking import get, ids, items, require_problem

Tree = Any
ROLE = "administrator"

REFUSED = [
    ("pg_sleep(10)", "uses 'pg_sleep'"),
    ("pg_sleep(10) = 1", "uses 'pg_sleep'"),
    ("set_config('role', 'postgres', false) = 'x'", "uses 'set_config'"),
    ("set_config('gridgov.session', '', true) IS NULL", "uses 'set_config'"),
    ("current_setting('gridgov.session') LIKE '%'", "uses 'current_setting'"),
    ("name = current_user()", "uses 'current_user'"),
    ("name = version()", "uses 'version'"),
    ("pg_read_file('/etc/passwd') LIKE '%'", "uses 'pg_read_file'"),
    ("lo_import('/etc/passwd') = 1", "uses 'lo_import'"),
    ("S_DWITHIN(geometry, POINT(1 2), 3)", "uses 'S_DWITHIN'"),
    ("floors + 1 = 2", "uses '+'"),
    ("floors = 1; DROP TABLE gridgov.account", "not CQL2"),
    ("floors = (SELECT 1)", "not CQL2"),
    ("EXISTS (SELECT 1)", "not CQL2"),
    ("t.name = 'x'", "no property 't.name'"),
    ("\"t.name\" = 'x'", "no property 't.name'"),
    ("geom_3857 IS NULL", "no property 'geom_3857'"),
    ("xmin = '1'", "no property 'xmin'"),
    ("ctid = 'x'", "no property 'ctid'"),
    ("name = 3", "'=' compares text with number"),
    ("floors = 'three'", "'=' compares number with text"),
    ("floors LIKE '3%'", "'like' needs text and got number"),
    ("name BETWEEN 'a' AND 'b'", "BETWEEN is for numbers or days, all three of one type"),
    ("geometry = geometry", "'=' compares shape with shape"),
    ("floors IN ('x')", "'in' needs number and got text"),
    ("floors IN (1, name)", "'in' needs number and got text"),
    ("name LIKE 'x\\'", "pattern ends with a lone backslash"),
    ("floors", "no condition"),
    ("floors = 1e400", "a number that is not finite"),
    ("floors = 1 AND name", "'and' needs yes and got text"),
    ("S_INTERSECTS(geometry, POLYGON((0 0, 1 1, 1 0, 0 1, 0 0)))", "not valid: Self-intersection"),
    ("S_INTERSECTS(geometry, POINT(200 100))", "outside the world"),
    ("S_INTERSECTS(geometry, POINT(22.6 114.0))", "outside the world"),
    ("S_INTERSECTS(geometry, BBOX(1, 2, 0, 1))", "wrong way round"),
    ("S_WITHIN(geometry, GEOMETRYCOLLECTION(POINT(1 2)))", "beside S_INTERSECTS or S_DISJOINT"),
    ("S_INTERSECTS(geometry)", "'s_intersects' has 1 arguments; it needs 2"),
    ("S_INTERSECTS(name, POINT(1 2))", "'s_intersects' needs shape and got text"),
    ("name = DATE('2026-99-99')", "'2026-99-99' is no day; write 2026-11-22"),
    ("name = 'a\0b'", "characters that cannot be stored"),
    ("(" * 5000 + "floors = 1" + ")" * 5000, "more than 32 deep"),
    ("NOT " * 5000 + "floors = 1", "characters; 20000 are read"),
    ("- " * 9000 + "1 = floors", "more than 32 deep"),
    ("floors = 1 OR " * 1500 + "floors = 2", "characters; 20000 are read"),
    ("floors IN (" + ",".join(["1"] * 1001) + ")", "list of 1 to 1000"),
    ("name = '" + "x" * 30_000 + "'", "characters; 20000 are read"),
    ("", "not CQL2"),
    ("'", "not CQL2"),
]


@pytest.mark.parametrize("number", range(len(REFUSED)))
def test_what_is_not_in_the_allow_list_is_refused(signed_in, number: int) -> None:
    # through the code, not the address line: that has limits of its own
    started = time.monotonic()
    written, words = REFUSED[number]
    with pytest.raises(QueryError, match=re.escape(words)):
        compile_filter(written, "cql2-text", get_collection("buildings", ROLE), ROLE)
    assert time.monotonic() - started < 2
    if len(written) < 2000:
        answer = get(signed_in("viewer"), "/collections/buildings/items", filter=written)
        assert words in require_problem(answer, 400)


@pytest.mark.parametrize(
    ("tree", "words"),
    [
        ({"op": "pg_sleep", "args": [10]}, "uses 'pg_sleep'"),
        ({"op": "=", "args": [{"op": "pg_sleep", "args": [1]}, 1]}, "uses 'pg_sleep'"),
        (
            {"op": "=", "args": [{"property": "name); DROP TABLE x; --"}, "x"]},
            "no property 'name); DROP TABLE x; --'",
        ),
        ({"op": "=", "args": [{"property": {"property": "name"}}, "x"]}, "not CQL2"),
        ({"op": "=", "args": "floors"}, "not CQL2"),
        ({"op": "and", "args": []}, "'and' has the wrong number of arguments"),
        ({"op": ["="], "args": [1, 1]}, "not CQL2"),
        ({"op": "in", "args": [{"property": "name"}, []]}, "list of 1 to 1000"),
        ({"op": "in", "args": [{"property": "name"}, "name"]}, "list of 1 to 1000"),
        (
            {"op": "s_intersects", "args": [{"property": "geometry"}, {"type": "Point", "coordinates": "x"}]},
            "not CQL2",
        ),
        (
            {"op": "s_intersects", "args": [{"property": "geometry"}, {"type": "Point", "coordinates": []}]},
            "not CQL2",
        ),
        ({"op": "s_intersects", "args": [{"property": "geometry"}, {"bbox": [1, 2]}]}, "has four numbers"),
        (
            {"op": "s_intersects", "args": [{"property": "geometry"}, {"bbox": ["a", 2, 3, 4]}]},
            "A box in the filter has four numbers",
        ),
        ({"op": "=", "args": [{"property": "floors"}, math.inf]}, "a number that is not finite"),
        ({"op": "=", "args": [{"property": "floors"}, math.nan]}, "a number that is not finite"),
        ({"op": "=", "args": [{"property": "name"}, "\ud800"]}, "characters that cannot be stored"),
        ([], "something that is neither a property, a value nor a known operator"),
        ({}, "not CQL2"),
        (None, "something that is neither a property, a value nor a known operator"),
        ("floors", "no condition"),
    ],
)
def test_trees_that_are_no_filter(tree: Tree, words: str) -> None:
    with pytest.raises(QueryError, match=re.escape(words)):
        compile_filter(json.dumps(tree), "cql2-json", get_collection("buildings", ROLE), ROLE)


WORDS = {
    **dict.fromkeys(("crs", "bbox-crs", "filter-crs"), "is not offered"),
    "filter": "The filter",
    "datetime": "is no day or time",
    "properties": "There is no property",
}
"""What an answer says where it does not name the parameter."""
INJECTIONS = [
    "' OR true --",
    "'; SELECT pg_sleep(9); --",
    "\\'; RESET ROLE; --",
    "%(plan_id)s",
    "$1",
    "%s",
    "{0}",
    "x'||version()||'",
]


@pytest.mark.parametrize("written", INJECTIONS)
def test_no_parameter_is_ever_sql(signed_in, written: str) -> None:
    client = signed_in("viewer")
    whole = len(ids(client, "buildings"))
    for name in ("name", "use", "building_id"):
        assert items(client, "buildings", **{name: written}) == []
    for name in (
        "bbox",
        "crs",
        "bbox-crs",
        "filter-crs",
        "filter",
        "filter-lang",
        "datetime",
        "properties",
        "limit",
        "f",
    ):
        said = require_problem(client.get("/ogc/collections/buildings/items", params={name: written}), 400)
        assert WORDS.get(name, f"{name} ") in said
    for name in ("plan", written):
        answer = client.get("/ogc/collections/clusters/items", params={name: written})
        assert answer.status_code in (400, 404)
    assert client.get(f"/ogc/collections/{written}/items").status_code == 404
    assert get(client, "/collections/buildings/items/x", f="json").status_code == 404
    token = get(client, "/collections/buildings/items", limit=1, next="JyBPUiB0cnVlIC0t")
    assert token.status_code == 200
    # a backslash before a quote is an escape of its own: doubled, the second quote ends the text
    for quoted in (written.replace("\\'", "'").replace("'", "''"), written.replace("\\'", "'").replace("'", "\\'")):
        assert ids(client, "buildings", filter=f"name = '{quoted}'") == []
    careless = get(client, "/collections/buildings/items", filter="name = '{}'".format(written.replace("'", "''")))
    assert careless.status_code == 400 if "\\'" in written else careless.json()["features"] == []
    assert len(ids(client, "buildings")) == whole
