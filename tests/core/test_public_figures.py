"""Figures of the public page: nothing small can be worked out from them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from gridgov.core.public_figures import GUARDED_COUNTS, OPEN_COUNTS, SHARES, make_public_figures

COUNTS = (*OPEN_COUNTS, *GUARDED_COUNTS)


@st.composite
def districts(draw: st.DrawFn) -> pd.DataFrame:
    """Communities of one district with counts of every size."""
    n = draw(st.integers(1, 7))
    number = st.one_of(st.integers(0, 12), st.integers(90, 120), st.integers(500, 3000))
    table = {"district": ["D"] * n, "subdistrict": [f"S{draw(st.integers(0, 1))}" for _ in range(n)]}
    table["community"] = [f"C{i}" for i in range(n)]
    for name in COUNTS:
        table[name] = [draw(number) for _ in range(n)]
    for part, whole, _ in SHARES.values():
        table[whole] = [draw(number) for _ in range(n)]
        table[part] = [draw(st.integers(0, limit)) for limit in table[whole]]
    return pd.DataFrame(table)


@given(districts())
@settings(max_examples=60)
def test_no_small_count_is_told_or_left_over(communities: pd.DataFrame) -> None:
    figures = make_public_figures(communities)
    for name in GUARDED_COUNTS:
        shown = figures[name].dropna()
        assert not ((shown > 0) & (shown < 10)).any()
        leaves = figures[figures["level"] == "community"]
        for level in ("district", "subdistrict"):
            for _, total in figures[figures["level"] == level].iterrows():
                parts = leaves[leaves[level] == total["division_id"]]
                hidden = parts[name].isna()
                assert pd.isna(total[name]) or hidden.sum() != 1, "one hidden part is the total less the others"


@given(districts())
@settings(max_examples=60)
def test_shares_about_people_do_not_tell_few(communities: pd.DataFrame) -> None:
    figures = make_public_figures(communities)
    for name, (part, whole, guarded) in SHARES.items():
        for level in ("district", "subdistrict", "community"):
            sums = communities.groupby(level)[[part, whole]].sum()
            told = figures[figures["level"] == level].set_index("division_id")[name].dropna()
            for key, share in told.items():
                n, of = int(sums.loc[key, part]), int(sums.loc[key, whole])
                assert share == round(100 * n / of) or abs(share - 100 * n / of) <= 0.5
                if guarded:
                    assert of >= 100 and not 0 < n < 10 and not 0 < of - n < 10


def test_open_counts_add_up() -> None:
    rng = np.random.default_rng(1)
    names = [*COUNTS, *{column for part, whole, _ in SHARES.values() for column in (part, whole)}]
    table = pd.DataFrame({name: rng.integers(200, 900, 4) for name in names})
    table = table.assign(district="D", subdistrict=["S", "S", "T", "T"], community=list("abcd"))
    figures = make_public_figures(table)
    top = figures[figures["level"] == "district"].iloc[0]
    for name in OPEN_COUNTS:
        assert top[name] == table[name].sum()
