"""A question to a collection: which features, which properties, in which system."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shapely.geometry.base import BaseGeometry

from gridgov.core.systems import CRS84, STORED, SYSTEMS, System
from gridgov.storage.collections.catalogue import Collection, Property
from gridgov.storage.collections.conditions import Binder, Condition
from gridgov.storage.collections.filter_shapes import Edges, bind_shape

SQL_TYPES = {
    "text": "text",
    "count": "double precision",
    "number": "double precision",
    "yes": "boolean",
    "day": "date",
}
"""Type as which a value is compared, by type of property: no number a caller can write overflows a double."""


@dataclass(frozen=True)
class Question:
    """What is asked of a collection, every part read and checked."""

    collection: Collection
    role: str
    properties: tuple[Property, ...]
    """Those that are given back."""
    conditions: tuple[Condition, ...] = ()
    system: System = SYSTEMS[CRS84]
    plan_id: str | None = None
    """The plan; the one in force when None; which of them there are for the caller the database decides."""
    common: bool = True
    """Whether the same question is asked often with other values, so that its plan is worth keeping."""

    @property
    def values(self) -> dict[str, Any]:
        """Every value the conditions name.

        Returns
        -------
        dict
            By name of the placeholder.
        """
        named: dict[str, Any] = {"plan_id": self.plan_id} if self.collection.of_plan else {}
        for condition in self.conditions:
            named.update(condition.values)
        return named


def make_box_condition(collection: Collection, boxes: Sequence[BaseGeometry | Edges]) -> Condition:
    """Return the condition that a feature meets one of some boxes, or lies nowhere.

    Parameters
    ----------
    collection : Collection
        A collection with a geometry.
    boxes : sequence of tuple of float or shapely.Polygon
        The boxes, EPSG:4490.

    Returns
    -------
    Condition
        The condition.
    """
    binder = Binder("b")
    shapes = [_bind_box(binder, box) for box in boxes]
    # the comparison of boxes besides: row security lets nothing else than that use the spatial index
    met = " OR ".join(
        f"({collection.geometry} && {one} AND ST_Intersects({collection.geometry}, {one}))" for one in shapes
    )
    # what lies nowhere is in every box [Part 1, fc-bbox-response]
    nowhere = f" OR {collection.geometry} IS NULL" if collection.placeless else ""
    return Condition(f"({met}{nowhere})", binder.values)


def _bind_box(binder: Binder, box: BaseGeometry | Edges) -> str:
    if isinstance(box, BaseGeometry):
        return bind_shape(binder, box)
    return f"ST_MakeEnvelope({', '.join(binder.bind(edge, 'double precision') for edge in box)}, {STORED.srid})"


def make_equal_condition(wanted: Mapping[str, tuple[Property, object]]) -> Condition:
    """Return the condition that properties have given values.

    Parameters
    ----------
    wanted : mapping of str to tuple of (Property, object)
        Property and value by name.

    Returns
    -------
    Condition
        The condition.
    """
    binder = Binder("e")
    parts = [f"{one.sql} = {binder.bind(value, SQL_TYPES[one.type])}" for one, value in wanted.values()]
    return Condition(f"({' AND '.join(parts)})", binder.values)


def make_day_condition(property_: Property, start: dt.date | None, end: dt.date | None) -> Condition:
    """Return the condition that a day lies in a period.

    Parameters
    ----------
    property_ : Property
        A property of type `day`.
    start, end : datetime.date, optional
        First and last day; None for no limit.

    Returns
    -------
    Condition
        The condition; rows without a day are in every period [Part 1, fc-time-response].
    """
    binder = Binder("d")
    parts = [
        f"{property_.sql} {sign} {binder.bind(day, 'date')}"
        for sign, day in ((">=", start), ("<=", end))
        if day is not None
    ]
    return Condition(f"({property_.sql} IS NULL OR ({' AND '.join(parts or ['true'])}))", binder.values)
