"""What areas can be shaded by on the map: the catalogue, and the values by area that the caller may see."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import pandas as pd
from sqlalchemy import Connection

from gridgov.core.indicators.measures import (
    AREA_LEVELS,
    DELICATE,
    WHOLE,
    Measure,
    divide_areas,
    find_hidden_areas,
    list_measures,
    sum_areas,
)
from gridgov.errors import NotFoundError
from gridgov.services.rules import Rules, read_rules
from gridgov.storage.features import PlanHead
from gridgov.storage.features.areas import list_area_heads, read_area_counts

Row = dict[str, Any]

COUNTED_WHOLE_ROLES = frozenset({"officer", "supervisor", "administrator"})
"""Roles of the responsible office, which sees small counts of the areas it answers for."""

DIGITS = 5


def list_area_measures() -> list[Row]:
    """Return what areas can be shaded by.

    Returns
    -------
    list of dict
        Fields of `gridgov.core.indicators.measures.Measure`, in the order of a menu.
    """
    return [asdict(measure) for measure in list_measures(_rules().indicators).values()]


def read_area_values(
    connection: Connection, plan: PlanHead, name: str, level: str, role: str, *, on: date | None = None
) -> Row:
    """Return one measure by area.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    plan : PlanHead
        The plan.
    name : str
        Name of the measure.
    level : {"community", "grid", "section", "cluster"}
        Which areas.
    role : str
        The caller's role; small counts about people and houses are hidden outside the responsible office.
    on : datetime.date, optional
        Day of the question; today when left out.

    Returns
    -------
    dict
        The measure's fields, ``level``, and in step with one another ``ids``, ``names``, ``values``, ``counts``,
        ``wholes`` (None where there is no such data) and ``hidden``; ``total_count`` and ``total_whole``.

    Raises
    ------
    NotFoundError
        When there is no such measure, or not at this level.
    """
    measure = list_measures(_rules().indicators).get(name)
    if measure is None or level not in measure.levels:
        raise NotFoundError(f"There is no measure {name!r} by {level}. See the list of indicators.", name=name)
    leaves = read_area_counts(connection, plan.plan_id, name, _numbers(on or datetime.now(UTC).astimezone().date()))
    heads = list_area_heads(connection, plan.plan_id, level)
    secret = _find_secret(leaves, measure, role)
    return {**asdict(measure), "level": level, **_line_up(leaves, heads, measure, level, secret)}


def _find_secret(leaves: pd.DataFrame, measure: Measure, role: str) -> dict[str, frozenset[str]]:
    if measure.about not in DELICATE or role in COUNTED_WHOLE_ROLES:
        return {one: frozenset() for one in (WHOLE, *AREA_LEVELS)}
    return find_hidden_areas(leaves)


def _line_up(
    leaves: pd.DataFrame, heads: pd.DataFrame, measure: Measure, level: str, secret: dict[str, frozenset[str]]
) -> Row:
    """Put the numbers in the order of the areas; where nothing at all is known there are none, which is not zero."""
    sums = sum_areas(leaves, level).reindex(heads["id"])
    if len(leaves):
        sums = sums.fillna(0.0)
    shown = ~pd.Series(sums.index.isin(secret[level]), index=sums.index)
    values = divide_areas(sums, measure, heads.set_index("id")["area_m2"]).round(DIGITS)
    safe_total = len(leaves) > 0 and not secret[WHOLE]
    return {
        "ids": heads["id"].tolist(),
        "names": heads["name"].tolist(),
        "values": _plain(values.where(shown)),
        "counts": _plain(sums["n"].where(shown)),
        "wholes": _plain(sums["of"].where(shown)),
        "hidden": (~shown).tolist(),
        "total_count": float(leaves["n"].sum()) if safe_total else None,
        "total_whole": float(leaves["of"].sum()) if safe_total else None,
    }


def _plain(numbers: pd.Series) -> list[float | None]:
    return [None if pd.isna(number) else float(number) for number in numbers]


def _numbers(today: date) -> Row:
    rules = _rules().indicators
    return {
        "today": today,
        "cluster_min": rules.cluster_min,
        "cluster_max": rules.cluster_max,
        "section_min": rules.section_min,
        "section_max": rules.section_max,
        "short_lets": list(rules.rentals.short_lets),
        "rooms_min": rules.rentals.rooms_min,
        "tenants_min": rules.rentals.tenants_min,
        "visit_days": rules.rentals.visit_days,
    }


@cache
def _rules() -> Rules:
    return read_rules()
