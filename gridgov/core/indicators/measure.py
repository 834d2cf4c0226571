"""Counts are summed up the tree and held against their targets."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from gridgov.core.indicators.catalogue import CATALOGUE, IndicatorRules, Target
from gridgov.core.indicators.counts import COUNTS
from gridgov.core.indicators.facts import KEYS, LEVELS, Facts, make_chains, make_tree, place_counts
from gridgov.errors import InputError

SUMS = ("n", "of", "goal")
"""Columns of a count that are summed up."""

NO_DATA, MET, SHORT, UNTARGETED = "no data", "met", "short", "no target"
COLUMNS = (
    *("indicator", "english", "chinese", "level", "division_id", "name", "numerator", "denominator"),
    *("unit_english", "unit_chinese", "value_ratio", "target_ratio", "at_least", "state", "about", "source", "mark"),
)


def measure_indicators(
    facts: Facts, levels: Sequence[str] = ("district",), rules: IndicatorRules | None = None
) -> pd.DataFrame:
    """Measure every indicator of the catalogue at the levels asked for.

    Parameters
    ----------
    facts : Facts
        The layers and the plan as they stand.
    levels : sequence of str
        Some of `LEVELS`. An indicator that has no meaning at a level is left out of it (day care of a community).
    rules : IndicatorRules, optional
        Targets and numbers.

    Returns
    -------
    pandas.DataFrame
        Columns of `COLUMNS`, one row per level, division and indicator, in that order of sorting. `denominator` is
        always there; with no data or a denominator of 0 the value is missing and `state` is ``no data``, never 0 %.
        Otherwise `state` is ``met``, ``short`` or ``no target``.

    Raises
    ------
    InputError
        When a level does not exist.
    """
    wrong = [level for level in levels if level not in LEVELS]
    if wrong:
        raise InputError(f"There is no level {wrong[0]!r}. Levels are: {', '.join(LEVELS)}.", level=wrong[0])
    rules = rules or IndicatorRules()
    tree = make_tree(facts)
    chains = make_chains(tree)
    counted = {name: _place(count(facts, rules), chains) for name, count in COUNTS.items()}
    tables = [
        _measure(name, rows, level, tree[level], rules)
        for level in levels
        for name, rows in counted.items()
        if LEVELS.index(level) <= _smallest_level(name)
    ]
    joined = pd.concat(tables, ignore_index=True)
    order = {
        "level": {name: at for at, name in enumerate(LEVELS)},
        "indicator": {n: i for i, n in enumerate(CATALOGUE)},
    }
    return joined.sort_values(
        ["level", "division_id", "indicator"],
        key=lambda column: column.map(order[column.name]) if column.name in order else column,
        kind="stable",
        ignore_index=True,
    )[list(COLUMNS)]


def _place(rows: pd.DataFrame | None, chains: dict[str, pd.DataFrame]) -> pd.DataFrame | None:
    if rows is None:
        return None
    keys = [key for key in KEYS if key in rows]
    sums = [name for name in SUMS if name in rows]
    return place_counts(rows.groupby(keys, dropna=False, as_index=False)[sums].sum(), chains)


_SMALLEST = {
    **dict.fromkeys(("section_size", "section_liaison"), "section"),
    **dict.fromkeys(
        (
            *("shelter_capacity", "shelter_sign", "volunteers_registered", "volunteers_active"),
            *("service_centre", "households_estimated"),
        ),
        "community",
    ),
    "day_care": "subdistrict",
}
"""The smallest level at which an indicator has a meaning, where it is not the cluster."""


def _smallest_level(name: str) -> int:
    return LEVELS.index(_SMALLEST.get(name, "cluster"))


def _measure(
    name: str, rows: pd.DataFrame | None, level: str, divisions: pd.DataFrame, rules: IndicatorRules
) -> pd.DataFrame:
    key = KEYS[LEVELS.index(level)]
    indicator, target = CATALOGUE[name], rules.targets.get(name)
    sums = _sums(rows, key).reindex(divisions[key])
    if rows is not None:
        sums = sums.fillna(0.0)
    n, of = sums["n"].to_numpy(dtype=float), sums["of"].to_numpy(dtype=float)
    ratio = _divide(n, of)
    goal = _goal(sums, of, target)
    return pd.DataFrame(
        {
            "indicator": name,
            "english": indicator.english,
            "chinese": indicator.chinese,
            "level": level,
            "division_id": divisions[key].to_numpy(dtype=object),
            "name": divisions["name"].to_numpy(dtype=object),
            "numerator": n,
            "denominator": of,
            "unit_english": indicator.unit_english,
            "unit_chinese": indicator.unit_chinese,
            "value_ratio": ratio,
            "target_ratio": goal,
            "at_least": indicator.at_least,
            "state": _states(ratio, goal, indicator.at_least),
            "about": indicator.about,
            "source": target.source if target else ("community targets" if "goal" in sums else ""),
            "mark": target.mark if target else ("seed" if "goal" in sums else ""),
        }
    )


def _sums(rows: pd.DataFrame | None, key: str) -> pd.DataFrame:
    if rows is None:
        return pd.DataFrame({"n": [], "of": []}, index=pd.Index([], dtype=object))
    names = [name for name in SUMS if name in rows]
    return rows[rows[key].notna()].groupby(key)[names].sum()


def _goal(sums: pd.DataFrame, of: np.ndarray, target: Target | None) -> np.ndarray:
    if "goal" in sums:
        return _divide(sums["goal"].to_numpy(dtype=float), of)
    return np.full(len(of), target.ratio if target else np.nan)


def _divide(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    some = np.nan_to_num(whole) > 0
    return np.asarray(np.where(some, part / np.where(some, whole, 1.0), np.nan))


def _states(ratio: np.ndarray, goal: np.ndarray, at_least: bool) -> np.ndarray:
    reached = ratio >= goal - 1e-9 if at_least else ratio <= goal + 1e-9
    states = np.select([np.isnan(ratio), np.isnan(goal), reached], [NO_DATA, UNTARGETED, MET], SHORT)
    return np.asarray(states, dtype=object)
