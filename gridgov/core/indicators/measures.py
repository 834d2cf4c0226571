"""What a map can shade areas by: counts, densities and rates in words, and how they are added up and kept safe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import pandas as pd

from gridgov.core.disclosure import HIDE_BELOW, hide_small_cells
from gridgov.core.indicators.catalogue import CATALOGUE, IndicatorRules

AREA_LEVELS = ("community", "grid", "section", "cluster")
"""Levels of areas on the map, from the widest to the finest."""

DELICATE = ("people", "houses")
"""What a measure may be about for its small counts to be hidden."""

WHOLE = "whole"
"""The sum over all areas."""

_NODES = {level: f"{level}_node" for level in (WHOLE, *AREA_LEVELS)}
SQUARE_METRES_OF_HECTARE = 10_000.0


@dataclass(frozen=True)
class Measure:
    """One thing that areas can be shaded by, in words."""

    name: str
    english: str
    chinese: str
    kind: Literal["count", "density", "ratio"]
    unit_english: str
    """What is counted; of a ratio, what its denominator counts."""
    unit_chinese: str
    about: str = "places"
    """`people`, `houses` or `places`, as of an `Indicator`."""
    levels: tuple[str, ...] = AREA_LEVELS
    at_least: bool | None = None
    """Whether more is better; None where more is neither."""
    target_ratio: float | None = None


def list_measures(rules: IndicatorRules | None = None) -> Mapping[str, Measure]:
    """List what areas can be shaded by: the counts, then the rates with the targets of the rules.

    Parameters
    ----------
    rules : IndicatorRules, optional
        Targets of the rates.

    Returns
    -------
    mapping of str to Measure
        By name, in the order of a menu.

    Examples
    --------
    >>> list_measures()["rental_letter"].target_ratio
    1.0
    """
    targets = (rules or IndicatorRules()).targets
    rates = {
        name: Measure(
            name,
            CATALOGUE[name].english,
            CATALOGUE[name].chinese,
            "ratio",
            CATALOGUE[name].unit_english,
            CATALOGUE[name].unit_chinese,
            "people" if name in _OF_PEOPLE else CATALOGUE[name].about,
            levels,
            CATALOGUE[name].at_least,
            targets[name].ratio if name in targets else None,
        )
        for name, levels in _RATES.items()
    }
    return MappingProxyType({**_COUNTS, **rates})


def sum_areas(leaves: pd.DataFrame, level: str) -> pd.DataFrame:
    """Add counts up to the areas of one level.

    Parameters
    ----------
    leaves : pandas.DataFrame
        Columns `AREA_LEVELS` (keys, missing where not known), ``n`` and ``of``; any number of rows an area.
    level : str
        One of `AREA_LEVELS`.

    Returns
    -------
    pandas.DataFrame
        ``n`` and ``of`` by area, sorted by key; rows without an area of this level are left out.
    """
    return leaves.dropna(subset=[level]).groupby(level)[["n", "of"]].sum().sort_index()


def find_hidden_areas(leaves: pd.DataFrame, *, hide_below: int = HIDE_BELOW) -> dict[str, frozenset[str]]:
    """Find the areas whose counts must not be shown, so that no small count at any level can be worked out.

    Sections and clusters may lie across grids. So the counts are cut into pieces that nest (community, grid, section
    within the grid, cluster within both), the tree of pieces is made safe, and an area is shown only when all of its
    pieces are: what is shown is then never more than the safe tree says.

    Parameters
    ----------
    leaves : pandas.DataFrame
        As for `sum_areas`; whole counts with ``n`` at most ``of``.
    hide_below : int
        Counts ``n`` and ``of`` from 1 to one below this are hidden.

    Returns
    -------
    dict of str to frozenset of str
        Keys of areas by level of `AREA_LEVELS`, and `WHOLE` with itself where even the sum of all is secret.

    Examples
    --------
    >>> three = {"community": "C", "grid": "G", "section": "S", "cluster": ["a", "b", "c"]}
    >>> hidden = find_hidden_areas(pd.DataFrame({**three, "n": [40, 3, 25], "of": [40, 3, 25]}))
    >>> sorted(hidden["cluster"]), sorted(hidden["section"])
    (['b', 'c'], [])
    """
    if leaves.empty:
        return {level: frozenset() for level in (WHOLE, *AREA_LEVELS)}
    pieces = _make_pieces(leaves)
    safe = hide_small_cells(pieces, list(_NODES.values()), ["n", "of"], hide_below=hide_below)
    secret = safe[safe[["n_hidden", "of_hidden"]].any(axis=1)]
    hidden = {}
    for level, node in _NODES.items():
        nodes = secret.loc[secret["level"] == node, "division_id"]
        hidden[level] = frozenset(pieces.loc[pieces[node].isin(nodes), level].dropna())
    return hidden


def divide_areas(sums: pd.DataFrame, measure: Measure, area_m2: pd.Series) -> pd.Series:
    """Work out the value by which areas are shaded.

    Parameters
    ----------
    sums : pandas.DataFrame
        What `sum_areas` returned.
    measure : Measure
        The measure.
    area_m2 : pandas.Series
        Area by key [m²], for densities.

    Returns
    -------
    pandas.Series
        The count, the count a hectare, or the share between 0 and 1 (above 1 where more are counted than there
        should be); missing where the denominator is 0.
    """
    n = sums["n"].astype(float)
    if measure.kind == "count":
        return n
    whole = sums["of"].astype(float)
    if measure.kind == "density":
        whole = area_m2.reindex(sums.index).astype(float) / SQUARE_METRES_OF_HECTARE
    return (n / whole.where(whole > 0)).astype(float)


def _make_pieces(leaves: pd.DataFrame) -> pd.DataFrame:
    """One row per piece, with the area of each level it lies in and its node, named by the whole chain."""
    keys = leaves[list(AREA_LEVELS)].astype(object)
    keys = keys.where(keys.notna(), None)
    summed = keys.assign(n=leaves["n"], of=leaves["of"]).groupby(list(AREA_LEVELS), dropna=False, as_index=False)
    pieces = summed[["n", "of"]].sum().round().astype({"n": int, "of": int})
    chain = pd.Series("", index=pieces.index)
    for level in AREA_LEVELS:
        part = pieces[level].astype(object)
        chain = chain + "\x1f" + part.where(part.notna(), "\x1e").astype(str)
        pieces[_NODES[level]] = chain
    return pieces.assign(**{WHOLE: WHOLE, _NODES[WHOLE]: WHOLE})


def _count(name: str, english: str, chinese: str, unit: tuple[str, str], about: str = "places") -> Measure:
    return Measure(name, english, chinese, "count", *unit, about)


_HOUSEHOLD, _PERSON, _HOUSE = ("households", "户"), ("people", "人"), ("rental houses", "出租屋")
_COUNTS = {
    one.name: one
    for one in (
        _count("households", "Households", "户数", _HOUSEHOLD),
        Measure("household_density", "Households a hectare", "户密度（每公顷）", "density", *_HOUSEHOLD),
        _count("buildings", "Buildings", "楼栋数", ("buildings", "栋")),
        _count("residents", "Residents on file", "在册居民", _PERSON, "people"),
        _count("older_living_alone", "Older people living alone", "独居老人", _PERSON, "people"),
        _count("disability_support", "Disability support", "残疾帮扶对象", _PERSON, "people"),
        _count("subsistence_allowance", "Subsistence allowance", "低保对象", _PERSON, "people"),
        _count("rental_houses", "Rental houses", "出租屋数", _HOUSE, "houses"),
        _count("tenants", "Tenants", "租住人数", _PERSON, "people"),
        Measure(
            "sections_without_liaison", "Sections without a liaison", "未落实联系干部的片区", "count",
            "sections", "片区", levels=("community", "section"), at_least=False,
        ),
    )
}  # fmt: skip
_OF_PEOPLE = frozenset({"people_sheltered", "people_beyond_reach"})
_RATES: Mapping[str, tuple[str, ...]] = {
    "rental_letter": AREA_LEVELS,
    "rental_terminal": AREA_LEVELS,
    "rental_registration": AREA_LEVELS,
    "rental_permit": AREA_LEVELS,
    "rental_visit": AREA_LEVELS,
    "people_sheltered": AREA_LEVELS,
    "people_beyond_reach": AREA_LEVELS,
    "cluster_size": AREA_LEVELS[:3],
    "section_size": ("community", "section"),
    "section_liaison": ("community", "section"),
    "households_estimated": AREA_LEVELS,
}
