"""Rental houses: which need the terminal, what share is in order, and which visits are due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd

from gridgov.core.findings import join_findings, make_findings


@dataclass(frozen=True)
class RentalRules:
    """Numbers of the rental house rules.

    The three triggers (let by the hour or day, 20 or more rooms, 30 or more tenants, inclusive) and the targets
    (terminals and letters 100 %, registration 95 %, permits 90 %) are [seed]; the house classes, green every 3 weeks,
    yellow every 2, orange every week, red closed, are those of one city [secondary].
    """

    short_lets: tuple[str, ...] = ("hour", "day")
    rooms_min: int = 20
    tenants_min: int = 30
    visit_days: Mapping[str, int] = field(
        default_factory=lambda: MappingProxyType({"green": 21, "yellow": 14, "orange": 7})
    )
    closed_class: str = "red"
    letter_target_ratio: float = 1.0
    terminal_target_ratio: float = 1.0
    registration_target_ratio: float = 0.95
    permit_target_ratio: float = 0.90


def find_terminal_triggers(rentals: pd.DataFrame, rules: RentalRules | None = None) -> pd.DataFrame:
    """Say which rental houses must have the self-registration terminal, and why.

    Parameters
    ----------
    rentals : pandas.DataFrame
        Layer `rental_houses`: let_type, rooms, tenants; missing values trigger nothing.
    rules : RentalRules, optional
        Numbers of the rules; thresholds are inclusive.

    Returns
    -------
    pandas.DataFrame
        Booleans short_let, many_rooms, many_tenants and their union `required`, on the index of `rentals`.

    Examples
    --------
    >>> houses = pd.DataFrame({"let_type": ["day", "month"], "rooms": [2, 20], "tenants": [1, 29]})
    >>> find_terminal_triggers(houses).required.tolist()
    [True, True]
    """
    rules = rules or RentalRules()
    out = pd.DataFrame(
        {
            "short_let": rentals["let_type"].isin(rules.short_lets),
            "many_rooms": _count(rentals, "rooms") >= rules.rooms_min,
            "many_tenants": _count(rentals, "tenants") >= rules.tenants_min,
        },
        index=rentals.index,
    )
    return out.assign(required=out.any(axis=1))


def judge_visits(rentals: pd.DataFrame, at: dt.date, rules: RentalRules | None = None) -> pd.DataFrame:
    """Say when the next visit to each rental house is due.

    Parameters
    ----------
    rentals : pandas.DataFrame
        Layer `rental_houses`: house_class, visited_on.
    at : datetime.date
        The day of the question.
    rules : RentalRules, optional
        Numbers of the rules.

    Returns
    -------
    pandas.DataFrame
        On the index of `rentals`: due_on (day; `at` where never visited, missing where none is due), late_days
        (0 unless overdue) and visit_state: ``on time`` (due later), ``due`` (due today, or never visited),
        ``overdue``, ``closed`` (red house) or ``no class``.

    Examples
    --------
    >>> houses = pd.DataFrame({"house_class": ["green", "orange"], "visited_on": ["2026-03-01", "2026-03-01"]})
    >>> judge_visits(houses, dt.date(2026, 3, 9)).visit_state.tolist()
    ['on time', 'overdue']
    """
    rules = rules or RentalRules()
    today = pd.Timestamp(at).normalize()
    house_class = _column(rentals, "house_class")
    visited = pd.to_datetime(_column(rentals, "visited_on")).astype("datetime64[ns]").dt.normalize()
    days = pd.to_timedelta(house_class.map(dict(rules.visit_days)).astype(float), unit="D")
    due_on = (visited + days).where(visited.notna(), today).where(days.notna())
    late_days = (today - due_on).dt.days.clip(lower=0).fillna(0).astype(int)
    states = np.select(
        [house_class == rules.closed_class, days.isna(), late_days > 0, due_on == today],
        ["closed", "no class", "overdue", "due"],
        "on time",
    )
    return pd.DataFrame(
        {"due_on": due_on, "late_days": late_days, "visit_state": states.astype(object)}, index=rentals.index
    )


def count_rentals(
    rentals: pd.DataFrame, *, at: dt.date | None = None, rules: RentalRules | None = None
) -> pd.DataFrame:
    """Turn each rental house into the numerators and denominators of its rates.

    Parameters
    ----------
    rentals : pandas.DataFrame
        Layer `rental_houses`.
    at : datetime.date, optional
        The day for visits; without it there are no visit columns.
    rules : RentalRules, optional
        Numbers of the rules.

    Returns
    -------
    pandas.DataFrame
        On the index of `rentals`, whole numbers to be summed: letters / letters_of, terminals / terminals_of (of
        those that must have one), registered / registered_of (tenants), permits / permits_of (due), visits /
        visits_of (not overdue, of those with a class that is visited). A missing value counts in neither.
    """
    rules = rules or RentalRules()
    required = find_terminal_triggers(rentals, rules)["required"]
    letter, terminal = _yes(rentals, "letter_signed"), _yes(rentals, "terminal_installed")
    pairs = {
        "letters": (letter, letter.notna()),
        "terminals": (terminal & required, terminal.notna() & required),
        "registered": _capped(rentals, "tenants_registered", "tenants"),
        "permits": _capped(rentals, "permits_held", "permits_due"),
    }
    if at is not None:
        state = judge_visits(rentals, at, rules)["visit_state"]
        visited = state.isin(["on time", "due", "overdue"])
        pairs["visits"] = (visited & (state != "overdue"), visited)
    out = {}
    for name, (part, whole) in pairs.items():
        out[name] = part.astype("Float64").fillna(0).astype(int)
        out[f"{name}_of"] = whole.astype("Float64").fillna(0).astype(int)
    return pd.DataFrame(out, index=rentals.index)


def check_rentals(
    rentals: gpd.GeoDataFrame, *, at: dt.date | None = None, rules: RentalRules | None = None
) -> gpd.GeoDataFrame:
    """Check what each rental house lacks.

    Parameters
    ----------
    rentals : geopandas.GeoDataFrame
        Layer `rental_houses`.
    at : datetime.date, optional
        The day for visits; without it visits are not checked.
    rules : RentalRules, optional
        Numbers of the rules.

    Returns
    -------
    geopandas.GeoDataFrame
        Findings ``letter-missing``, ``terminal-missing``, ``more-registered-than-tenants``, ``visit-overdue``.
    """
    rules = rules or RentalRules()
    triggers = find_terminal_triggers(rentals, rules)
    letter, terminal = (_yes(rentals, name) for name in ("letter_signed", "terminal_installed"))
    over = (_count(rentals, "tenants_registered") > _count(rentals, "tenants")).fillna(False)
    cases = [
        (letter.eq(False), "letter-missing", "the responsibility letter is not signed", "have it signed"),
        (terminal.eq(False) & triggers["required"], "terminal-missing", _reasons(triggers), "install the terminal"),
        (over, "more-registered-than-tenants", "more tenants are registered than live there", "correct the counts"),
    ]
    if at is not None:
        late_days = judge_visits(rentals, at, rules)["late_days"]
        texts = late_days.map(lambda days: f"the visit is {days} days overdue")
        cases.append((late_days > 0, "visit-overdue", texts, "visit the house"))
    ids = rentals["rental_house_id"]
    tables = []
    for rows, rule, detail, action in cases:
        where = rows.fillna(False).astype(bool)
        text = detail if isinstance(detail, str) else detail[where].tolist()
        tables.append(make_findings("rental_houses", ids[where], rule, "warning", text, action))
    return join_findings(tables)


def _reasons(triggers: pd.DataFrame) -> pd.Series:
    words = {"short_let": "let by hour or day", "many_rooms": "many rooms", "many_tenants": "many tenants"}
    said = pd.Series("no terminal:", index=triggers.index)
    for name, word in words.items():
        said = said + np.where(triggers[name], f" {word};", "")
    return said.str.rstrip(";")


def _capped(rentals: pd.DataFrame, part: str, whole: str) -> tuple[pd.Series, pd.Series]:
    held, of = _count(rentals, part), _count(rentals, whole)
    both = held.notna() & of.notna()
    return held.where(held <= of, of).where(both), of.where(both)


def _column(frame: pd.DataFrame, name: str) -> pd.Series:
    return frame[name] if name in frame else pd.Series(None, index=frame.index, dtype=object)


def _yes(frame: pd.DataFrame, name: str) -> pd.Series:
    return _column(frame, name).astype("boolean")


def _count(frame: pd.DataFrame, name: str) -> pd.Series:
    return pd.to_numeric(_column(frame, name)).astype("Float64")
