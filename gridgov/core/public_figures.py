"""Figures that anybody may see: counts by division with small cells hidden, and coverage in whole percent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
import pandas as pd

from gridgov.core.disclosure import HIDE_BELOW, hide_small_cells

LEVELS = ("district", "subdistrict", "community")

OPEN_COUNTS = ("buildings", "clusters", "sections", "grids", "shelters")
"""Counts that are about no person."""

GUARDED_COUNTS = ("households", "rental_houses")
"""Counts of homes: small ones are hidden, and as many others as keep them from being worked out."""

SHARES = MappingProxyType(
    {
        "liaison": ("sections_with_liaison", "sections_lived_in", False),
        "shelter": ("people_placed", "people", True),
        "letters": ("letters_signed", "letters_known", True),
    }
)
"""Share: its part, its whole, and whether it counts people or homes and so is guarded."""

LEAST_WHOLE = 100
"""A guarded share of fewer is not told."""


def make_public_figures(communities: pd.DataFrame, *, hide_below: int = HIDE_BELOW) -> pd.DataFrame:
    """Make the table of the public page.

    A share is told in whole percent. One of people or homes is hidden where the whole is below `LEAST_WHOLE`, where
    its part or the rest is a small count, and above a hidden one where a percent is fewer than `hide_below` people.

    Parameters
    ----------
    communities : pandas.DataFrame
        One row per community: the keys `LEVELS`, `OPEN_COUNTS`, `GUARDED_COUNTS` and the columns of `SHARES`
        [whole, >= 0].
    hide_below : int
        Counts from 1 to one below this are small.

    Returns
    -------
    pandas.DataFrame
        One row per division, the widest first: ``level``, ``division_id``, `LEVELS`, the counts and the shares [%],
        missing where hidden.

    Examples
    --------
    >>> zero = {name: [0, 0] for name in (*OPEN_COUNTS, "people_placed", "people", "letters_signed", "letters_known")}
    >>> rest = {"sections_with_liaison": [2, 1], "sections_lived_in": [2, 2], "rental_houses": [3, 40]}
    >>> keys = {"district": "D", "subdistrict": "S", "community": ["a", "b"], "households": [500, 700]}
    >>> made = make_public_figures(pd.DataFrame({**keys, **zero, **rest}))
    >>> made[["division_id", "households", "rental_houses", "liaison"]].values.tolist()
    [['D', 1200, 43, 75], ['S', 1200, 43, 75], ['a', 500, <NA>, 100], ['b', 700, <NA>, 50]]
    """
    pieces = sorted({name for part, whole, _ in SHARES.values() for name in (part, whole)})
    table = hide_small_cells(communities, LEVELS, GUARDED_COUNTS, hide_below=hide_below)
    sums = hide_small_cells(communities, LEVELS, [*OPEN_COUNTS, *pieces], hide_below=0)
    for name in OPEN_COUNTS:
        table[name] = sums[name]
    for name, (part, whole, guarded) in SHARES.items():
        share = _percent(sums[part], sums[whole])
        hidden = _find_hidden_shares(sums, part, whole, hide_below) if guarded else np.zeros(len(sums), dtype=bool)
        table[name] = share.mask(hidden)
    return table[["level", "division_id", *LEVELS, *OPEN_COUNTS, *GUARDED_COUNTS, *SHARES]]


def _percent(part: pd.Series, whole: pd.Series) -> pd.Series:
    share = 100 * part.astype("Float64") / whole.astype("Float64").mask(whole == 0)
    return share.round().astype("Int64")


def _find_hidden_shares(sums: pd.DataFrame, part: str, whole: str, hide_below: int) -> np.ndarray:
    """Shares that are secret themselves, and those above one that are finer than a secret may be known."""
    rest = sums[whole] - sums[part]
    small = [(count > 0) & (count < hide_below) for count in (sums[part], rest)]
    hidden = ((sums[whole] < LEAST_WHOLE) | small[0] | small[1]).to_numpy(dtype=bool)
    fine = (sums[whole] < 100 * hide_below).to_numpy(dtype=bool)
    empty = (sums[whole] == 0).to_numpy(dtype=bool)
    for above, below in zip(LEVELS[-2::-1], LEVELS[:0:-1], strict=True):
        secret = _keys(sums, below, hidden & ~empty)
        here = (sums["level"] == above).to_numpy(dtype=bool)
        touched = sums[above].isin(secret[above]).to_numpy(dtype=bool)
        hidden |= here & touched & fine
    return np.asarray(hidden)


def _keys(sums: pd.DataFrame, level: str, rows: np.ndarray) -> pd.DataFrame:
    return sums[(sums["level"] == level).to_numpy(dtype=bool) & rows]


def to_rows(figures: pd.DataFrame, names: Mapping[str, str], columns: Sequence[str] = ()) -> list[dict[str, object]]:
    """Give the table as plain rows with the names of the divisions.

    Parameters
    ----------
    figures : pandas.DataFrame
        What `make_public_figures` returned.
    names : mapping of str to str
        Name of each division by its key.
    columns : sequence of str
        Figures to give; all when empty.

    Returns
    -------
    list of dict
        ``level, id, parent_id, name`` and the figures, None where hidden.
    """
    columns = columns or (*OPEN_COUNTS, *GUARDED_COUNTS, *SHARES)
    rows = []
    for row in figures.to_dict("records"):
        at = LEVELS.index(row["level"])
        counts = {name: None if pd.isna(row[name]) else int(row[name]) for name in columns}
        parent = row[LEVELS[at - 1]] if at else None
        key = row["division_id"]
        rows.append({"level": row["level"], "id": key, "parent_id": parent, "name": names.get(key, key), **counts})
    return rows
