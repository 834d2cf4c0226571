"""Read the parameters of a question to a collection; what is unknown or wrong is refused by its name."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from gridgov.core.systems import get_system
from gridgov.errors import QueryError
from gridgov.storage.collections import Collection, Property
from gridgov.storage.collections.conditions import Condition
from gridgov.storage.collections.filter_shapes import make_boxes
from gridgov.storage.collections.filters import compile_filter
from gridgov.storage.collections.questions import (
    Question,
    make_box_condition,
    make_day_condition,
    make_equal_condition,
)

DEFAULT_LIMIT, MOST = 1_000, 10_000
"""Features of a page when nothing is said, and at most; a larger `limit` counts as `MOST` [Part 1, 7.15.2]."""

WHICH = frozenset({"bbox", "bbox-crs", "datetime", "filter", "filter-lang", "filter-crs", "properties", "plan"})
"""Parameters that say which features are meant."""
PAGING = frozenset({"limit", "next", "count", "crs", "f"})
LONGEST = 200

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_DATETIME = re.compile(r"(\d{4}-\d\d-\d\d)(?:[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d))?", re.ASCII)


@dataclass(frozen=True)
class Page:
    """Which part of an answer is wanted."""

    limit: int = DEFAULT_LIMIT
    after: str | None = None
    """Key of the last feature of the page before."""
    count: bool = False
    """Whether to say how many features match in all."""


def read_question(
    collection: Collection, role: str, pairs: Iterable[tuple[str, str]], others: frozenset[str] = PAGING
) -> tuple[Question, dict[str, str]]:
    """Understand what is asked.

    Parameters
    ----------
    collection : Collection
        What is asked.
    role : str
        The caller's role: properties it does not see are unknown parameters.
    pairs : iterable of (str, str)
        The parameters as they came.
    others : frozenset of str
        Parameters that are the caller's own to read.

    Returns
    -------
    tuple of (Question, dict)
        The question, and every parameter by name.

    Raises
    ------
    QueryError
        Naming a parameter that is unknown, given twice, or wrong.

    Examples
    --------
    >>> from gridgov.storage.collections import get_collection
    >>> question, _ = read_question(get_collection("barriers", "viewer"), "viewer", [("kind", "hard")])
    >>> question.conditions
    (Condition(sql='(t.kind = %(e0)s::text)', values={'e0': 'hard'}),)
    """
    given = _take_once(pairs)
    conditions: list[Condition] = []
    wanted: dict[str, tuple[Property, object]] = {}
    for name, value in given.items():
        if name in WHICH or name in others:
            continue
        found = collection.get_property(role, name)
        if found is None:
            raise QueryError(f"There is no parameter {name[:60]!r} here. See /ogc/api for those there are.")
        wanted[name] = (found, read_value(found, value))
    if wanted:
        conditions.append(make_equal_condition(wanted))
    for name, add in _CONDITIONS.items():
        if name in given:
            condition = add(collection, role, given)
            conditions += [] if condition is None else [condition]
    system = get_system(given.get("crs")) if "crs" in others else get_system(None)
    plan_id = given.get("plan")
    if plan_id is not None and not collection.of_plan:
        raise QueryError(f"There is no parameter 'plan' here: {collection.name} belong to no plan.")
    properties = _choose(collection, role, given.get("properties"))
    common = "filter" not in given and "properties" not in given
    return Question(collection, role, properties, tuple(conditions), system, plan_id, common), given


def read_page(given: Mapping[str, str]) -> Page:
    """Understand which page is wanted.

    Parameters
    ----------
    given : mapping of str to str
        ``limit``, ``next``, ``count``.

    Returns
    -------
    Page
        The page.

    Raises
    ------
    QueryError
        When one of them is wrong.

    Examples
    --------
    >>> read_page({"limit": "20000", "next": make_token("A-1")})
    Page(limit=10000, after='A-1', count=False)
    """
    limit = given.get("limit", str(DEFAULT_LIMIT))
    if not re.fullmatch(r"[0-9]{1,9}", limit, re.ASCII) or int(limit) < 1:
        raise QueryError(f"limit is a whole number from 1 to {MOST}, not {limit[:20]!r}.")
    count = given.get("count", "false")
    if count not in ("true", "false"):
        raise QueryError(f"count is true or false, not {count[:20]!r}.")
    after = given.get("next")
    return Page(min(int(limit), MOST), None if after is None else _read_token(after), count == "true")


def make_token(key: str) -> str:
    """Write the key of the last feature of a page as the token for the next one.

    Parameters
    ----------
    key : str
        The key.

    Returns
    -------
    str
        Letters that stand in an address as they are.
    """
    return base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")


def read_value(property_: Property, written: str) -> object:
    """Read the value of a property from text.

    Parameters
    ----------
    property_ : Property
        The property.
    written : str
        The text.

    Returns
    -------
    object
        str, float, bool or datetime.date.

    Raises
    ------
    QueryError
        When it is none of its type.
    """
    try:
        return _READERS[property_.type](written)
    except (ValueError, KeyError):
        raise QueryError(f"{property_.name} is of type {property_.type}; {written[:40]!r} is none.") from None


def _take_once(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    given: dict[str, str] = {}
    for name, value in pairs:
        if name in given:
            raise QueryError(f"The parameter {name[:60]!r} is given twice.")
        if _UNSTORABLE.search(value):
            raise QueryError(f"The parameter {name[:60]!r} holds characters that cannot be stored.")
        if name not in ("filter", "next", "properties") and len(value) > LONGEST:
            raise QueryError(f"The parameter {name[:60]!r} has more than {LONGEST} characters.")
        given[name] = value
    return given


def _choose(collection: Collection, role: str, listed: str | None) -> tuple[Property, ...]:
    if listed is None:
        return collection.of_role[role]
    chosen = []
    for name in dict.fromkeys(part.strip() for part in listed.split(",") if part.strip()):
        found = collection.get_property(role, name)
        if found is None:
            raise QueryError(f"There is no property {name[:60]!r} in {collection.name}. See its queryables.")
        chosen.append(found)
    return tuple(chosen)


def _filter(collection: Collection, role: str, given: Mapping[str, str]) -> Condition:
    language = given.get("filter-lang", "cql2-text")
    system = get_system(given.get("filter-crs"))
    return compile_filter(given["filter"], language, collection, role, system)


def _language(collection: Collection, role: str, given: Mapping[str, str]) -> None:
    """Beside no filter its language and system are read all the same, so that a wrong one is told."""
    get_system(given.get("filter-crs"))
    if given.get("filter-lang", "cql2-text") not in ("cql2-text", "cql2-json"):
        raise QueryError("filter-lang is cql2-text or cql2-json.")


def _box(collection: Collection, role: str, given: Mapping[str, str]) -> Condition | None:
    try:
        edges = [float(edge) for edge in given["bbox"].split(",")]
    except ValueError:
        raise QueryError(f"bbox is four numbers with commas between them, not {given['bbox'][:60]!r}.") from None
    boxes = make_boxes(edges, get_system(given.get("bbox-crs")))
    # a feature without a place is in no box, and a table has none
    return make_box_condition(collection, boxes) if collection.geometry else None


def _box_system(collection: Collection, role: str, given: Mapping[str, str]) -> None:
    get_system(given["bbox-crs"])


def _day(collection: Collection, role: str, given: Mapping[str, str]) -> Condition | None:
    start, end = _read_period(given["datetime"])
    found = collection.get_property(role, collection.day) if collection.day else None
    # features without a time match every time [Part 1, 7.15.4]
    return None if found is None else make_day_condition(found, start, end)


def _read_period(written: str) -> tuple[dt.date | None, dt.date | None]:
    parts = written.split("/")
    if len(parts) > 2:
        raise QueryError(f"datetime is an instant or a period a/b, not {written[:60]!r}.")
    days = [None if part in ("", "..") and len(parts) == 2 else _read_moment(part) for part in parts]
    start, end = days[0], days[-1]
    if start is not None and end is not None and start > end:
        raise QueryError("datetime ends before it starts.")
    return start, end


def _read_moment(written: str) -> dt.date:
    found = _DATETIME.fullmatch(written)
    try:
        if found is None:
            raise ValueError
        return dt.date.fromisoformat(found[1])
    except ValueError:
        raise QueryError(f"{written[:40]!r} is no day or time; write 2026-11-22 or 2026-11-22T08:00:00Z.") from None


def _read_token(token: str) -> str:
    try:
        key = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeError, ValueError):
        key = "\0"
    if len(token) > 4 * LONGEST or "\0" in key:
        raise QueryError("next is no token of this server. Follow the link `next` as it stands.")
    return key


def _read_number(written: str) -> float:
    number = float(written)
    if number != number or number in (float("inf"), float("-inf")):
        raise ValueError
    return number


_READERS: MappingProxyType[str, Callable[[str], Any]] = MappingProxyType(
    {
        "text": str,
        "count": _read_number,
        "number": _read_number,
        "yes": {"true": True, "false": False}.__getitem__,
        "day": dt.date.fromisoformat,
    }
)
_CONDITIONS: MappingProxyType[str, Callable[[Collection, str, Mapping[str, str]], Condition | None]] = (
    MappingProxyType(
        {
            "bbox": _box,
            "bbox-crs": _box_system,
            "datetime": _day,
            "filter": _filter,
            "filter-lang": _language,
            "filter-crs": _language,
        }
    )
)
