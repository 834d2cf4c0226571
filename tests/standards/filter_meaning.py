"""Filters made up at random, and what each of them means in Python."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Any

import shapely
from hypothesis import strategies as st

from ..web.toy import SOUTH, WEST

Tree = Any
NUMBERS = ("floors", "households", "units", "height_m")
TEXTS = ("building_id", "name", "use", "address")
numbers = st.one_of(st.integers(0, 12), st.sampled_from([0.5, 3.5, -1, 1e300, 150]))
words = st.one_of(
    st.sampled_from(["residential", "factory", "幸福大厦", "A-0-0-1", "", "Résidence", "民治大道3号"]),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=5),
)
patterns = st.one_of(
    st.sampled_from(["%", "res%", "%民治%", "A-_-0-%", "_", "a\\%b", "%大厦", "民治大道_号"]),
    st.text(st.sampled_from("%_A-0res民\\"), max_size=5).filter(lambda one: one.count("\\") == 0 or one[-1] != "\\"),
)


def corner() -> st.SearchStrategy[tuple[float, float]]:
    """Corners on and off the lines of the toy district, so that touching happens."""
    step = st.one_of(st.integers(-2, 62).map(lambda i: i * 0.0004), st.floats(-0.001, 0.025, allow_nan=False))
    return st.tuples(step.map(lambda x: WEST + x), step.map(lambda y: SOUTH + y))


@st.composite
def shapes(draw: Any) -> Tree:
    kind = draw(st.sampled_from(["Point", "LineString", "Polygon", "bbox"]))
    x, y = draw(corner())
    u, v = draw(corner())
    if kind == "Point":
        return {"type": "Point", "coordinates": [x, y]}
    if kind == "LineString":
        return {"type": "LineString", "coordinates": [[x, y], [u + 1e-5, v]]}
    west, east, south, north = min(x, u), max(x, u) + 1e-5, min(y, v), max(y, v) + 1e-5
    if kind == "bbox":
        return {"bbox": [west, south, east, north]}
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def property_(names: tuple[str, ...]) -> st.SearchStrategy[Tree]:
    return st.sampled_from(names).map(lambda name: {"property": name})


def call(op: str, *args: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    return st.tuples(*args).map(lambda given: {"op": op, "args": list(given)})


SIGNS = ("=", "<>", "<", ">", "<=", ">=")
SPATIAL = ("s_intersects", "s_disjoint", "s_within", "s_contains", "s_touches", "s_overlaps", "s_crosses", "s_equals")
number = st.one_of(property_(NUMBERS), numbers)
word = st.one_of(property_(TEXTS), words)
folded = st.one_of(word, call("casei", word), call("accenti", word), call("casei", call("accenti", word)))
leaves = st.one_of(
    *(call(sign, number, number) for sign in SIGNS),
    *(call(sign, folded, folded) for sign in SIGNS),
    call("between", number, number, number),
    call("in", property_(TEXTS), st.lists(words, min_size=1, max_size=4)),
    call("in", property_(NUMBERS), st.lists(numbers, min_size=1, max_size=4)),
    call("like", property_(TEXTS), patterns),
    call("isNull", property_(NUMBERS + TEXTS + ("geometry",))),
    *(call(op, st.just({"property": "geometry"}), shapes()) for op in SPATIAL),
    *(call(op, shapes(), st.just({"property": "geometry"})) for op in SPATIAL),
    property_(("households_estimated",)),
    st.booleans(),
)
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        call("not", inner),
        st.builds(
            lambda op, args: {"op": op, "args": args},
            st.sampled_from(["and", "or"]),
            st.lists(inner, min_size=2, max_size=3),
        ),
    ),
    max_leaves=6,
)


def evaluate(tree: Tree, row: dict[str, Any]) -> Any:
    """What a filter means for a row, with null as in SQL."""
    if isinstance(tree, dict) and "op" in tree:
        op, args = tree["op"], tree["args"]
        if op in ("and", "or"):
            parts = [evaluate(one, row) for one in args]
            decisive = op == "or"
            return decisive if decisive in parts else None if None in parts else not decisive
        if op == "isNull":
            return evaluate(args[0], row) is None
        if op == "in":
            value = evaluate(args[0], row)
            return None if value is None else value in [evaluate(one, row) for one in args[1]]
        values = [evaluate(one, row) for one in args]
        return None if None in values else EVALUATE[op](*values)
    if isinstance(tree, dict) and "property" in tree:
        return row[tree["property"]]
    if isinstance(tree, dict) and "bbox" in tree:
        return shapely.box(*tree["bbox"])
    if isinstance(tree, dict):
        return shapely.geometry.shape(tree)
    return tree


def like(value: str, pattern: str) -> bool:
    parts = re.findall(r"\\.|.", pattern, re.DOTALL)
    turned = {"%": ".*", "_": "."}
    return re.fullmatch("".join(turned.get(p, re.escape(p[-1])) for p in parts), value, re.DOTALL) is not None


def strip_marks(value: str) -> str:
    return re.sub("[\u0300-\u036f]", "", unicodedata.normalize("NFD", value))


def relate(name: str) -> Callable[..., bool]:
    # shapely answers with numpy's True, which is not Python's
    return lambda a, b: bool(getattr(shapely, name)(a, b))


EVALUATE: dict[str, Callable[..., Any]] = {
    "not": lambda one: not one,
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
    "between": lambda a, low, high: low <= a <= high,
    "like": like,
    "casei": str.casefold,
    "accenti": strip_marks,
    **{op: relate(op.removeprefix("s_")) for op in SPATIAL},
}
