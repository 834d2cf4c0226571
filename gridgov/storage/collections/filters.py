"""A CQL2 filter becomes a condition: an allow-list of operators over the columns a role sees, values bound.

The library `cql2` only parses. What it read is walked here, and whatever has no line in one of the tables below is
refused: a caller's function is never run, a column that the role does not see is as unknown as one that is not there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from types import MappingProxyType
from typing import Any

from gridgov.core.systems import CRS84, SYSTEMS, System
from gridgov.errors import QueryError
from gridgov.storage.collections.catalogue import Collection
from gridgov.storage.collections.conditions import Binder, Condition
from gridgov.storage.collections.filter_shapes import bind_shape, read_shape
from gridgov.storage.collections.filter_text import read_filter

SHAPE = "geometry"
"""Name by which a filter speaks of the geometry."""
MOST_VALUES = 1_000
MOST_NODES = 2_000

Typed = tuple[str, str]
"""An SQL expression and its type: `text`, `number`, `yes`, `day` or `shape`."""

TYPES = MappingProxyType({"text": "text", "count": "number", "number": "number", "yes": "yes", "day": "day"})
_SQL_TYPES = MappingProxyType({"text": "text", "number": "double precision", "yes": "boolean", "day": "date"})


def compile_filter(
    written: str, language: str, collection: Collection, role: str, system: System | None = None
) -> Condition:
    """Return the condition that a CQL2 filter means.

    Parameters
    ----------
    written : str
        The filter.
    language : {"cql2-text", "cql2-json"}
        How it is written.
    collection : Collection
        What it is asked of.
    role : str
        The caller's role: says which properties there are.
    system : System, optional
        What the coordinates in the filter are in; CRS84 when left out.

    Returns
    -------
    Condition
        SQL that is true, false or null for a row, and its values.

    Raises
    ------
    QueryError
        When it is not CQL2, or asks for what is not in the allow-list.

    Examples
    --------
    >>> from gridgov.storage.collections import get_collection
    >>> compile_filter("floors > 3", "cql2-text", get_collection("buildings", "viewer"), "viewer")
    Condition(sql='(t.floors > %(f0)s::double precision)', values={'f0': 3.0})
    """
    walker = _Walker(collection, role, system or SYSTEMS[CRS84])
    sql, kind = walker.walk(read_filter(written, language))
    if kind != "yes":
        raise QueryError("The filter is no condition: it must be true or false for each feature.")
    return Condition(sql, walker.binder.values)


class _Walker:
    """Walks one filter; each method handles one family of operators."""

    def __init__(self, collection: Collection, role: str, system: System) -> None:
        self.collection, self.role, self.system = collection, role, system
        self.binder = Binder("f")
        self._nodes = 0

    def walk(self, node: Any) -> Typed:
        self._nodes += 1
        if self._nodes > MOST_NODES:
            raise QueryError(f"The filter has more than {MOST_NODES} parts.")
        if isinstance(node, dict):
            for name, handle in _NODES.items():
                if name in node:
                    return handle(self, node)
        if isinstance(node, bool):
            return ("true" if node else "false"), "yes"
        if isinstance(node, (int, float)):
            return self.binder.bind(float(node), "double precision"), "number"
        if isinstance(node, str):
            return self.binder.bind(node, "text"), "text"
        raise QueryError("The filter holds something that is neither a property, a value nor a known operator.")

    def operator(self, node: Any) -> Typed:
        name, args = str(node["op"]), node.get("args")
        handle = _OPERATORS.get(name) or _OPERATORS.get(name.lower())
        if handle is None:
            raise QueryError(
                f"The filter uses {name[:60]!r}, which is not offered. Offered are: {', '.join(_OPERATORS)}."
            )
        if not isinstance(args, list):
            raise QueryError(f"{name!r} has no arguments.")
        return handle(self, name.lower() if name not in _OPERATORS else name, args)

    def property(self, node: Any) -> Typed:
        name = str(node["property"])
        if name == SHAPE and self.collection.geometry is not None:
            return self.collection.geometry, "shape"
        found = self.collection.get_property(self.role, name)
        if found is None:
            raise QueryError(f"There is no property {name[:60]!r} in {self.collection.name}. See its queryables.")
        return found.sql, TYPES[found.type]

    def day(self, node: Any) -> Typed:
        return self.binder.bind(_read_day(node["date"]), "date"), "day"

    def moment(self, node: Any) -> Typed:
        return self.binder.bind(_read_day(str(node["timestamp"])[:10]), "date"), "day"

    def shape(self, node: Any) -> Typed:
        if node.get("type") == "GeometryCollection":
            raise QueryError("A GeometryCollection stands only beside S_INTERSECTS or S_DISJOINT.")
        return bind_shape(self.binder, read_shape(node, self.system)), "shape"

    def logic(self, name: str, args: list[Any]) -> Typed:
        if not args or (name == "not" and len(args) != 1):
            raise QueryError(f"{name!r} has the wrong number of arguments.")
        parts = [self._of("yes", one, name) for one in args]
        return (f"(NOT {parts[0]})" if name == "not" else f"({f' {name.upper()} '.join(parts)})"), "yes"

    def compare(self, name: str, args: list[Any]) -> Typed:
        _require_count(name, args, 2)
        (left, kind), (right, other) = self.walk(args[0]), self.walk(args[1])
        if kind != other or kind == "shape" or (kind == "yes" and name not in ("=", "<>")):
            raise QueryError(f"{name!r} compares {kind} with {other}, which has no meaning.")
        # letters in the order of their numbers, whatever the database's language is
        order = ' COLLATE "C"' if kind == "text" and name not in ("=", "<>") else ""
        return f"({left} {name} {right}{order})", "yes"

    def happen(self, name: str, args: list[Any]) -> Typed:
        return self.compare(_DAYS[name], args)

    def between(self, name: str, args: list[Any]) -> Typed:
        _require_count(name, args, 3)
        parts = [self.walk(one) for one in args]
        if len({kind for _, kind in parts}) != 1 or parts[0][1] not in ("number", "day"):
            raise QueryError("BETWEEN is for numbers or days, all three of one type.")
        (value, _), (low, _), (high, _) = parts
        return f"({value} BETWEEN {low} AND {high})", "yes"

    def among(self, name: str, args: list[Any]) -> Typed:
        _require_count(name, args, 2)
        if not isinstance(args[1], list) or not 0 < len(args[1]) <= MOST_VALUES:
            raise QueryError(f"IN needs a list of 1 to {MOST_VALUES} values.")
        value, kind = self.walk(args[0])
        if kind == "shape":
            raise QueryError("IN is not for shapes.")
        return f"({value} IN ({', '.join(self._of(kind, one, name) for one in args[1])}))", "yes"

    def like(self, name: str, args: list[Any]) -> Typed:
        _require_count(name, args, 2)
        pattern, wrapped = args[1], []
        while isinstance(pattern, dict) and pattern.get("op") in _FOLDS and len(pattern.get("args") or []) == 1:
            wrapped.append(pattern["op"])
            pattern = pattern["args"][0]
        if not isinstance(pattern, str):
            raise QueryError("LIKE needs a pattern in quotes.")
        if (len(pattern) - len(pattern.rstrip("\\"))) % 2:
            raise QueryError("The pattern ends with a lone backslash.")
        sql = self.binder.bind(pattern, "text")
        for fold in reversed(wrapped):
            sql = _FOLDS[fold].format(sql)
        return f"({self._of('text', args[0], name)} LIKE {sql})", "yes"

    def missing(self, name: str, args: list[Any]) -> Typed:
        _require_count(name, args, 1)
        return f"({self.walk(args[0])[0]} IS NULL)", "yes"

    def fold(self, name: str, args: list[Any]) -> Typed:
        _require_count(name, args, 1)
        return _FOLDS[name].format(self._of("text", args[0], name)), "text"

    def relate(self, name: str, args: list[Any]) -> Typed:
        _require_count(name, args, 2)
        for place, one in enumerate(args):
            if isinstance(one, dict) and one.get("type") == "GeometryCollection":
                return self._relate_parts(name, args[1 - place], one)
        left, right = (self._of("shape", one, name) for one in args)
        related = f"{_RELATIONS[name]}({left}, {right})"
        # only the comparison of boxes may use the spatial index under row security
        return related if name == "s_disjoint" else f"({left} && {right} AND {related})", "yes"

    def _relate_parts(self, name: str, other: Any, collection: Any) -> Typed:
        """To meet a collection is to meet one of its parts; the database relates no collections in other ways."""
        parts = collection.get("geometries")
        if name not in ("s_intersects", "s_disjoint") or not isinstance(parts, list) or not parts:
            raise QueryError("A GeometryCollection stands only beside S_INTERSECTS or S_DISJOINT, and is not empty.")
        met = " OR ".join(self.relate("s_intersects", [other, part])[0] for part in parts)
        return f"({'NOT ' if name == 's_disjoint' else ''}({met}))", "yes"

    def _of(self, kind: str, node: Any, where: str) -> str:
        sql, found = self.walk(node)
        if found != kind:
            raise QueryError(f"{where!r} needs {kind} and got {found}.")
        return sql


def _require_count(name: str, args: list[Any], count: int) -> None:
    if len(args) != count:
        raise QueryError(f"{name!r} has {len(args)} arguments; it needs {count}.")


def _read_day(written: Any) -> dt.date:
    try:
        return dt.date.fromisoformat(str(written))
    except ValueError:
        raise QueryError(f"{str(written)[:40]!r} is no day; write 2026-11-22.") from None


_RELATIONS = MappingProxyType(
    {
        "s_intersects": "ST_Intersects",
        "s_equals": "ST_Equals",
        "s_disjoint": "ST_Disjoint",
        "s_touches": "ST_Touches",
        "s_within": "ST_Within",
        "s_overlaps": "ST_Overlaps",
        "s_crosses": "ST_Crosses",
        "s_contains": "ST_Contains",
    }
)
_DAYS = MappingProxyType({"t_after": ">", "t_before": "<", "t_equals": "="})
_FOLDS = MappingProxyType(
    {
        # full case folding in every language: ß is ss, and all three sigmas are one
        "casei": "(translate(lower(upper(lower({0} COLLATE \"und-x-icu\"))), 'ς', 'σ') COLLATE \"C\")",
        # letters are taken apart and their marks dropped
        "accenti": "regexp_replace(normalize({0}, NFD), '[\u0300-\u036f]', '', 'g')",
    }
)

Handler = Callable[["_Walker", str, list[Any]], Typed]
_OPERATORS: MappingProxyType[str, Handler] = MappingProxyType(
    {
        **dict.fromkeys(("and", "or", "not"), _Walker.logic),
        **dict.fromkeys(("=", "<>", "<", ">", "<=", ">="), _Walker.compare),
        "between": _Walker.between,
        "in": _Walker.among,
        "like": _Walker.like,
        "isNull": _Walker.missing,
        **dict.fromkeys(_FOLDS, _Walker.fold),
        **dict.fromkeys(_RELATIONS, _Walker.relate),
        **dict.fromkeys(_DAYS, _Walker.happen),
    }
)
"""Operators that are offered; a name that is not here is refused."""

_NODES: MappingProxyType[str, Callable[[_Walker, Any], Typed]] = MappingProxyType(
    {
        "op": _Walker.operator,
        "property": _Walker.property,
        "date": _Walker.day,
        "timestamp": _Walker.moment,
        "bbox": _Walker.shape,
        "coordinates": _Walker.shape,
        "geometries": _Walker.shape,
    }
)
