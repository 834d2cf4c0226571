"""Properties that somebody sends to be stored: each of its type, none that is not there."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from gridgov.core.layers import require_allowed_columns
from gridgov.errors import InputError
from gridgov.storage.collections import Collection, Property

LONGEST = 2_000
"""Characters of a text."""
LARGEST = 2**31 - 1


def read_properties(collection: Collection, role: str, sent: Any, *, whole: bool) -> dict[str, Any]:
    """Return the values that are to be stored.

    Parameters
    ----------
    collection : Collection
        A collection that can be edited.
    role : str
        The caller's role.
    sent : object
        The member ``properties`` of what was sent.
    whole : bool
        Whether what is missing becomes null; else it stays as it is.

    Returns
    -------
    dict
        Values by name of the property.

    Raises
    ------
    InputError
        Naming each property that is unknown, read only, missing, or not of its type.

    Examples
    --------
    >>> from gridgov.storage.collections import get_collection
    >>> facilities = get_collection("facilities", "administrator")
    >>> read_properties(facilities, "administrator", {"kind": "school"}, whole=False)
    {'kind': 'school'}
    """
    sent = {} if sent is None else sent
    if not isinstance(sent, Mapping):
        raise InputError("The member properties is no object.")
    require_allowed_columns(sent, "the feature")
    editing = collection.editing
    fixed = editing.fixed if editing is not None else frozenset()
    faults: list[str] = []
    values: dict[str, Any] = {}
    for name, value in sent.items():
        found = collection.get_property(role, str(name))
        if found is None:
            faults.append(f"{str(name)[:60]!r} is no property of {collection.name}")
        elif name in fixed:
            faults.append(f"{name} is read only")
        else:
            values[name] = _read(found, value, faults)
    for one in collection.of_role[role]:
        if one.name in fixed or one.name == collection.key:
            continue
        if whole:
            values.setdefault(one.name, None)
        if one.required and one.name in values and values[one.name] is None:
            faults.append(f"{one.name} is missing")
    if faults:
        raise InputError(f"The properties cannot be stored: {'; '.join(faults[:20])}.", faults=faults)
    return values


def _read(property_: Property, value: Any, faults: list[str]) -> Any:
    if value is None:
        return None
    try:
        read = _READERS[property_.type](value)
    except (TypeError, ValueError) as error:
        faults.append(f"{property_.name} {error}")
        return None
    if property_.values and read not in property_.values:
        faults.append(f"{property_.name} is one of {', '.join(property_.values)}")
    return read


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("is a text, in quotes")
    if len(value) > LONGEST:
        raise ValueError(f"has more than {LONGEST} characters")
    if any(letter == "\0" or "\ud800" <= letter <= "\udfff" for letter in value):
        raise ValueError("holds characters that cannot be stored")
    return value


def _count(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value:
        raise TypeError("is a whole number")
    if not 0 <= value <= LARGEST:
        raise ValueError(f"is from 0 to {LARGEST}")
    if value != int(value):
        raise ValueError("is a whole number")
    return int(value)


def _number(value: Any) -> float:
    if (
        isinstance(value, bool)
        or not isinstance(value, (int, float))
        or abs(value) > 1e15
        or not math.isfinite(value)
    ):
        raise TypeError("is a number")
    if value < 0:
        raise ValueError("is not below 0")
    return float(value)


def _yes(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError("is true or false")
    return value


def _day(value: Any) -> dt.date:
    if not isinstance(value, str) or len(value) != 10:
        raise TypeError("is a day, written 2026-11-22")
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        raise ValueError("is no day of the calendar") from None


_READERS: MappingProxyType[str, Callable[[Any], Any]] = MappingProxyType(
    {"text": _text, "count": _count, "number": _number, "yes": _yes, "day": _day}
)
