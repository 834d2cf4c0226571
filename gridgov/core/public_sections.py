"""Sections on the public page: in which band their households lie, and never how many there are."""

from __future__ import annotations

import numpy as np
import pandas as pd

from gridgov.core.disclosure import HIDE_BELOW, hide_small_cells
from gridgov.core.public_figures import LEVELS

BANDS = (50, 100, 150, 200)
"""Households at which a band ends and the next begins: below 50, 50 to 99, … and 200 or more."""


def make_section_bands(
    sections: pd.DataFrame, *, hide_below: int = HIDE_BELOW
) -> tuple[pd.DataFrame, frozenset[tuple[str, str]]]:
    """Put every section into a band of households, those aside whose count is small or would give a small one away.

    Sections and the divisions above them are protected as one table: whoever reads the page knows the totals.

    Parameters
    ----------
    sections : pandas.DataFrame
        One row per section: the keys `LEVELS` and ``section``, and ``households`` [whole, >= 0].
    hide_below : int
        Counts from 1 to one below this are small.

    Returns
    -------
    pandas.DataFrame
        ``section`` and ``band`` (0 for the lowest; missing where hidden), in order of the section's key.
    frozenset of tuple of str
        Level and key of the divisions whose own count of households must be hidden for that.

    Examples
    --------
    >>> keys = {"district": "D", "subdistrict": "S", "community": "c"}
    >>> counts = pd.DataFrame({**keys, "section": ["a", "b", "c", "d"], "households": [4, 250, 99, 410]})
    >>> bands, above = make_section_bands(counts)
    >>> bands["band"].tolist(), sorted(above)
    ([<NA>, 4, <NA>, 4], [])
    """
    table = hide_small_cells(sections, [*LEVELS, "section"], ["households"], hide_below=hide_below)
    own = table[table["level"] == "section"].sort_values("division_id")
    hidden = own["households"].isna().to_numpy(dtype=bool)
    place = np.searchsorted(BANDS, own["households"].fillna(0).to_numpy(dtype=np.int64), side="right")
    band = pd.array(place, dtype="Int64")
    band[hidden] = pd.NA
    above = table[(table["level"] != "section") & table["households"].isna()]
    kept_back = frozenset(zip(above["level"].astype(str), above["division_id"].astype(str), strict=True))
    return pd.DataFrame({"section": own["division_id"].astype(str).tolist(), "band": band}), kept_back
