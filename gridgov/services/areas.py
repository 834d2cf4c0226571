"""What areas can be shaded by on the map: the catalogue, and the values by area that the caller may see."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import pandas as pd
from sqlalchemy import Connection

from gridgov.core.figures import OF
from gridgov.core.indicators.measures import (
    DELICATE,
    WHOLE,
    Measure,
    divide_areas,
    list_measures,
    sum_areas,
)
from gridgov.errors import NotFoundError
from gridgov.services.rules import Rules, read_rules
from gridgov.storage.features import PlanHead
from gridgov.storage.features.areas import list_area_heads, read_area_counts
from gridgov.storage.figures import list_own_areas, read_figures

Row = dict[str, Any]

FIELD_ROLES = frozenset({"officer", "supervisor"})
"""Roles that see small counts of the areas they answer for."""

SEES_ALL_ROLES = frozenset({"administrator"})
"""Roles that see every row, so that what they count is whole."""

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
    heads = list_area_heads(connection, plan.plan_id, level)
    if measure.about in DELICATE and role not in SEES_ALL_ROLES:
        counted = _read_shown(connection, plan.plan_id, name, level)
        if not plan.published and not counted.data:
            # of a draft nothing is told that is not open
            counted = _Counted(counted.sums, frozenset(heads["id"]), False, (None, None))
        if role in FIELD_ROLES:
            counted = _add_own(counted, connection, plan.plan_id, name, level, on)
    else:
        counted = _count_all(read_leaves(connection, plan.plan_id, name, on), level)
    return {**asdict(measure), "level": level, **_line_up(counted, heads, measure)}


def read_leaves(connection: Connection, plan_id: str, name: str, on: date | None = None) -> pd.DataFrame:
    """Count one measure by the smallest pieces of ground, of what the connection may see.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Open connection.
    plan_id : str
        The plan.
    name : str
        Name of the measure.
    on : datetime.date, optional
        Day of the question; today when left out.

    Returns
    -------
    pandas.DataFrame
        As `gridgov.storage.features.areas.read_area_counts` returns it.
    """
    return read_area_counts(connection, plan_id, name, make_numbers(on))


def make_numbers(on: date | None = None) -> Row:
    """Give the numbers of the rules that counting needs.

    Parameters
    ----------
    on : datetime.date, optional
        Day by which visits are judged; today when left out.

    Returns
    -------
    dict
        As `gridgov.storage.features.areas.read_area_counts` takes them.
    """
    rules = _rules().indicators
    return {
        "today": on or datetime.now(UTC).astimezone().date(),
        "cluster_min": rules.cluster_min,
        "cluster_max": rules.cluster_max,
        "section_min": rules.section_min,
        "section_max": rules.section_max,
        "short_lets": list(rules.rentals.short_lets),
        "rooms_min": rules.rentals.rooms_min,
        "tenants_min": rules.rentals.tenants_min,
        "visit_days": rules.rentals.visit_days,
    }


@dataclass(frozen=True)
class _Counted:
    """Counts by area; `hidden` ones are missing, areas without a row count 0 unless there is no `data` at all."""

    sums: pd.DataFrame
    hidden: frozenset[str]
    data: bool
    whole: tuple[float | None, float | None]


def _count_all(leaves: pd.DataFrame, level: str) -> _Counted:
    whole = (float(leaves["n"].sum()), float(leaves["of"].sum())) if len(leaves) else (None, None)
    return _Counted(sum_areas(leaves, level), frozenset(), len(leaves) > 0, whole)


def _read_shown(connection: Connection, plan_id: str, name: str, level: str) -> _Counted:
    """Read what was counted when the plan was assigned, small counts hidden: the rows themselves are not open."""
    n, of = (read_figures(connection, plan_id, figure, level) for figure in (name, name + OF))
    totals = (read_figures(connection, plan_id, figure, WHOLE) for figure in (name, name + OF))
    whole = [None if total.isna().any() or total.empty else float(total.iloc[0]) for total in totals]
    sums = pd.DataFrame({"n": n, "of": of}).astype("Float64").astype(float)
    hidden = frozenset(n.index[n.isna()]) | frozenset(of.index[of.isna()])
    return _Counted(sums, hidden, len(n) > 0, (whole[0], whole[1]))


def _add_own(
    shown: _Counted, connection: Connection, plan_id: str, name: str, level: str, on: date | None
) -> _Counted:
    """Put exact counts in the place of hidden ones where the caller answers for the whole area."""
    own = list_own_areas(connection, plan_id, level)
    if not own:
        return shown
    seen = sum_areas(read_leaves(connection, plan_id, name, on), level)
    seen = seen.reindex(sorted(own), fill_value=0.0)
    sums = pd.concat([shown.sums[~shown.sums.index.isin(own)], seen])
    return _Counted(sums, shown.hidden - own, shown.data or len(seen) > 0, shown.whole)


def _line_up(counted: _Counted, heads: pd.DataFrame, measure: Measure) -> Row:
    """Put the numbers in the order of the areas; where nothing at all is known there are none, which is not zero."""
    sums = counted.sums.reindex(heads["id"])
    shown = ~pd.Series(sums.index.isin(counted.hidden), index=sums.index)
    if counted.data:
        sums = sums.fillna(0.0)
    values = divide_areas(sums, measure, heads.set_index("id")["area_m2"]).round(DIGITS)
    return {
        "ids": heads["id"].tolist(),
        "names": heads["name"].tolist(),
        "values": _plain(values.where(shown)),
        "counts": _plain(sums["n"].where(shown)),
        "wholes": _plain(sums["of"].where(shown)),
        "hidden": (~shown).tolist(),
        "total_count": counted.whole[0],
        "total_whole": counted.whole[1],
    }


def _plain(numbers: pd.Series) -> list[float | None]:
    return [None if pd.isna(number) else float(number) for number in numbers]


@cache
def _rules() -> Rules:
    return read_rules()
