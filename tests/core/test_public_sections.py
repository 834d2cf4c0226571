"""Bands of households by section: what is small stays unknown, whatever is told above it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from gridgov.core.public_sections import BANDS, make_section_bands

KEYS = {"district": "D", "subdistrict": "S"}


def make(counts: dict[str, list[int]]) -> pd.DataFrame:
    """Table of sections by community."""
    rows = [
        {**KEYS, "community": community, "section": f"{community}{at}", "households": count}
        for community, own in counts.items()
        for at, count in enumerate(own)
    ]
    return pd.DataFrame(rows)


def test_edges_of_bands_belong_to_the_band_above() -> None:
    bands, above = make_section_bands(make({"a": [0, 49, 50, 99, 100, 199, 200, 5000]}))
    assert bands["band"].tolist() == [0, 0, 1, 1, 2, 3, 4, 4]
    assert above == frozenset()


def test_the_only_section_of_a_community_takes_its_count_with_it() -> None:
    bands, above = make_section_bands(make({"a": [4], "b": [250, 300]}))
    assert bands["band"].isna().tolist()[0]
    assert ("community", "a") in above


@given(st.dictionaries(st.sampled_from("abc"), st.lists(st.integers(0, 450), min_size=1, max_size=6), min_size=1))
def test_no_small_count_has_a_band_and_order_does_not_matter(counts: dict[str, list[int]]) -> None:
    table = make(counts)
    bands, above = make_section_bands(table)
    known = table.set_index("section")["households"].loc[bands["section"]].to_numpy()
    hidden = bands["band"].isna().to_numpy()
    assert hidden[(known > 0) & (known < 10)].all()
    assert (bands["band"][~hidden].to_numpy() == np.searchsorted(BANDS, known[~hidden], side="right")).all()
    again, same = make_section_bands(table.iloc[::-1])
    pd.testing.assert_frame_equal(bands, again)
    assert above == same
